"""A search finds what a plain look at every record finds: nothing is missing, nothing is too much."""

from __future__ import annotations

import itertools
import tomllib
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.store.index import catch_up
from desktop.store.search import search
from desktop.store.store import Work
from resources import read_text
from sync.records.kinds import new_id
from sync.records.persons import Answer, Document, DocumentType, Organisation
from tests.support.desk_store import NOW, UNIT, Desk

NAMES = "张華华生单曾解吕峯峰堃坤𬱖頠𠮷㛃买提·AB"
TEXTS = "漏水渗楼樓𬺱峯峰a1b2，。 ·"
DIGITS = "0123X"
OTHER_UNIT = "uni_0198a0000000700080000000000000ee"

VARIANTS = {
    ord(other): common
    for common, others in (line.split(" ") for line in read_text("dictionaries", "variants.txt").splitlines())
    for other in others
}
SURNAMES = tomllib.loads(read_text("dictionaries", "surnames.toml"))["readings"]
DIVIDES = set(" ，。·,.")


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(VARIANTS)


def together(text: str) -> str:
    return "".join(c for c in plain(text) if c not in DIVIDES)


@cache
def spoken(char: str) -> set[str]:
    """The readings of a character, by a plain look at every line of the table."""
    found = {char} if char.isascii() else set()
    for line in read_text("dictionaries", "readings.txt").splitlines():
        syllable, *cells = line.split(" ")
        if any(char in cell for cell in cells):
            found.add(syllable)
    return found


@cache
def read_so(name: str, word: str) -> bool:
    """Whether ``word`` begins the reading of ``name``, in full or by initials, from one of its characters on."""
    if len(word) < 2 or not (word.isascii() and word.isalpha()):
        return False
    key = together(name)
    syllables = [spoken(char) | set(SURNAMES.get(char, ()) if place == 0 else ()) for place, char in enumerate(key)]
    syllables = [{form for s in some for form in _typed(s)} for some in syllables if some]
    for start in range(len(syllables)):
        for said in itertools.product(*syllables[start:]):
            if "".join(said).startswith(word) or "".join(s[0] for s in said).startswith(word):
                return True
    return False


def _typed(syllable: str) -> Iterator[str]:
    yield syllable
    if syllable[:2] in ("lv", "nv"):
        yield syllable.replace("v", "u")
        yield syllable.replace("v", "yu")


def finds(query: str, said: dict[str, Any]) -> bool:
    """The law itself: every word stands in a text, in a name or a number without what divides, or is a reading."""
    words = [word for word in plain(query).split() if any(c not in DIVIDES for c in word)]
    return bool(words) and (all(_finds(word, said) for word in words) or _finds_mixed(query, said))


def _finds_mixed(query: str, said: dict[str, Any]) -> bool:
    """A word of characters and letters is a name's, partly as it is read: its pieces are found, characters in it."""
    pieces = list[str]()
    mixed = False
    for word in plain(query).split():
        parts = ["".join(some) for _, some in itertools.groupby(word, key=lambda c: c in LETTERS)]
        if any(c.isdigit() for c in word):
            parts = [word]
        mixed = mixed or (len(parts) > 1 and any(len(part) > 1 and part[0] in LETTERS for part in parts))
        pieces += parts
    written = [together(piece) for piece in pieces if piece[0] not in LETTERS or any(c.isdigit() for c in piece)]
    words = [piece for piece in pieces if any(c not in DIVIDES for c in piece)]
    names = said["names"] if mixed else []
    return any(all(w in together(name) for w in written) for name in names) and all(_finds(w, said) for w in words)


LETTERS = "abcdefghijklmnopqrstuvwxyzü'\u2019"


def _finds(word: str, said: dict[str, Any]) -> bool:
    if any(word in plain(text) for text in said["texts"]):
        return True
    if together(word) and any(together(word) in together(name) for name in said["names"]):
        return True
    number = "".join(c for c in word if c.isalnum())
    if len(number) >= 3 and any(c.isdigit() for c in number):
        numbers = ["".join(c for c in plain(n) if c.isalnum()) for n in said["numbers"]]
        if any(number in n for n in numbers):
            return True
    letters = word.replace("-", "")
    return any(read_so(name, letters) for name in said["names"])


names = st.text(NAMES, min_size=1, max_size=4).filter(together)
numbers = st.text(DIGITS, min_size=3, max_size=9)
texts = st.text(TEXTS, min_size=1, max_size=14).filter(lambda text: text.strip() != "")
queries = st.one_of(
    st.text(NAMES + TEXTS, min_size=1, max_size=4),
    st.text(DIGITS, min_size=2, max_size=6),
    st.sampled_from(
        ("zhs", "zhang", "shan", "zeng", "xie", "lv", "lu", "hua", "hs", "ji", "feng", "kun", "mt", "ab", "zhangh")
    ),
    st.builds(lambda a, b: f"{a}{b}", st.sampled_from(("zhang", "hs", "hua", "lv", "xie")), st.text(NAMES, max_size=2)),
    st.builds(lambda a, b: f"{a} {b}", st.text(NAMES, min_size=1, max_size=2), st.text(TEXTS, min_size=1, max_size=2)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    people=st.lists(st.tuples(names, numbers, texts), max_size=12),
    firms=st.lists(st.tuples(names, numbers), max_size=4),
    said=st.lists(texts, max_size=12),
    asked=st.lists(queries, min_size=4, max_size=12),
    indexed=st.integers(0, 3),
)
def test_every_kind_of_query_finds_exactly_what_a_look_at_every_record_finds(
    people: list[tuple[str, str, str]], firms: list[tuple[str, str]], said: list[str], asked: list[str], indexed: int
) -> None:
    """``indexed``: so many of the three transactions stand in the index; the others wait."""
    with TemporaryDirectory() as folder:
        desk = Desk.new(Path(folder))
        kept = _kept(desk, people, firms, said, indexed)
        with desk.store.read() as reader:
            for query in asked:
                found = [hit.id for hit in search(reader, query, limit=1000)]
                assert len(found) == len(set(found)), query
                assert set(found) == {one for one, what in kept.items() if finds(query, what)}, query
        desk.store.close()


def _kept(
    desk: Desk, people: list[tuple[str, str, str]], firms: list[tuple[str, str]], said: list[str], indexed: int
) -> dict[str, dict[str, Any]]:
    """Keep the records; returns by id what each says."""
    kept: dict[str, dict[str, Any]] = {}
    with _then_indexed(desk, indexed > 0) as work:
        for name, number, address in people:
            document = Document(answer=Answer.GIVEN, type=DocumentType.OTHER, number=number)
            person = desk.person(name, document=document, phones=(number[::-1],), address=address)
            work.add(person)
            kept[person.id] = {"texts": [name, address], "names": [name], "numbers": [number, number[::-1]]}
    with _then_indexed(desk, indexed > 1) as work:
        for name, number in firms:
            firm = Organisation(id=new_id("organisation"), made=desk.made, name=name, credit_code=number)
            work.add(firm)
            kept[firm.id] = {"texts": [name], "names": [name], "numbers": [number]}
    with _then_indexed(desk, indexed > 2) as work:
        for text in said:
            visit = desk.visit(text, number=f"登2026-{len(kept):06d}")
            work.add(visit)
            kept[visit.id] = {"texts": [text, visit.number], "names": [], "numbers": [visit.number]}
    return kept


@contextmanager
def _then_indexed(desk: Desk, indexed: bool) -> Iterator[Work]:
    with desk.store.write() as work:
        yield work
    if indexed:
        catch_up(desk.store)


@pytest.mark.parametrize("indexed", [False, True])
def test_filters_leave_exactly_what_they_ask_for(tmp_path: Path, indexed: bool) -> None:
    desk = Desk.new(tmp_path)
    visits = [desk.visit("漏水", happened_at=NOW - timedelta(days=17 * n, hours=n)) for n in range(60)]
    matters = [desk.matter(f"漏水{n}", discovered_at=NOW - timedelta(days=29 * n)) for n in range(25)]
    desk.keep(*visits, *matters)
    if indexed:
        catch_up(desk.store)
    everything = [(v.id, "visit", v.happened_at) for v in visits] + [(m.id, "matter", m.discovered_at) for m in matters]
    with desk.store.read() as reader:
        for kinds in ((), ("visit",), ("matter",), ("visit", "matter"), ("person",)):
            for since, until in itertools.product((None, 800, 365, 40, 1), (None, 700, 100, 3)):
                begin = NOW - timedelta(days=since) if since else None
                end = NOW - timedelta(days=until) if until else None
                wanted = {
                    i
                    for i, kind, at in everything
                    if (not kinds or kind in kinds) and (not begin or at >= begin) and (not end or at < end)
                }
                for text in ("漏水", "漏"):
                    found = search(reader, text, kinds=kinds, since=begin, until=end, limit=1000)
                    assert {hit.id for hit in found} == wanted, (kinds, since, until)
        assert len(search(reader, "漏水", states=("registered",), limit=1000)) == 25
        assert len(search(reader, "漏水", states=("unsent",), limit=1000)) == 85
        assert search(reader, "漏水", states=("closed",)) == search(reader, "漏", units=(OTHER_UNIT,)) == []
        assert len(search(reader, "漏", units=(UNIT,), limit=1000)) == 85
    desk.store.close()


@pytest.mark.parametrize("indexed", [False, True])
def test_what_was_erased_or_edited_away_is_not_found(tmp_path: Path, indexed: bool) -> None:
    desk = Desk.new(tmp_path)
    person = desk.person("单雄信", "440311196005310337", phones=("13812345678",))
    desk.keep(person)
    if indexed:
        catch_up(desk.store)
    with desk.store.read() as reader:
        assert [hit.id for hit in search(reader, "单雄")] == [person.id]
    with desk.store.write() as work:
        work.revise(person.id, {"name": "解学恭", "phones": ["13900000000"]}, desk.made)
    asked = ("单雄", "shan", "sxx", "1381234", "234567")
    with desk.store.read() as reader:
        assert [search(reader, text) for text in asked] == [[]] * len(asked)
        assert [hit.id for text in ("xie", "学恭", "6005", "90000") for hit in search(reader, text)] == [person.id] * 4
    desk.store.close()


def test_it_says_why_and_marks_the_place(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    person = desk.person("张华生", "440311196005310337", phones=("13812345678",), address="甲子塘社区3栋")
    other = desk.person("欧阳峰")
    desk.keep(person, other, desk.person("阿卜杜·热合曼"), desk.visit("张华生说楼上漏水，已经三个月"))
    told = {
        "张华生": ("name", "exact", "张华生", ((0, 3),)),
        "张华": ("name", "start", "张华生", ((0, 2),)),
        "華生": ("name", "part", "张华生", ((1, 3),)),
        "zhs": ("name", "initials", "张华生", ((0, 3),)),
        "zhanghuasheng": ("name", "pinyin", "张华生", ((0, 3),)),
        "歐陽峯": ("name", "variant", "欧阳峰", ((0, 3),)),
        "杜热": ("name", "part", "阿卜杜·热合曼", ((2, 5),)),
        "196005": ("document", "part", "440311196005**0337", ((6, 12),)),
        "2345": ("phones", "part", "138*2345678", ((4, 8),)),
        "子塘社": ("address", "text", "甲子塘社区3栋", ((1, 4),)),
    }
    with desk.store.read() as reader:
        for query, (field, manner, excerpt, spans) in told.items():
            hit = search(reader, query)[0]
            assert (hit.field, hit.manner.value) == (field, manner), query
            if field != "phones":
                assert (hit.excerpt, hit.excerpt_spans) == (excerpt, spans), query
            else:
                assert hit.excerpt[4:8] == "2345"
        (hit,) = search(reader, "楼上漏")
        assert (hit.kind, hit.field, hit.excerpt[slice(*hit.excerpt_spans[0])]) == ("visit", "text", "楼上漏")
        assert [hit.kind for hit in search(reader, "张华生")] == ["person", "visit"]
    desk.store.close()


def test_whole_names_come_first_then_beginnings_then_the_newest(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    people = [desk.person(name) for name in ("张华", "李张华", "张华生", "張華", "张华平")]
    desk.keep(*people, desk.visit("张华来过"))
    with desk.store.read() as reader:
        assert [hit.title for hit in search(reader, "张华")] == [
            "张华",
            "張華",
            "张华平",
            "张华生",
            "李张华",
            "张华来过",
        ]
        assert [hit.title for hit in search(reader, "張華")][:2] == ["張華", "张华"]
        assert [hit.title for hit in search(reader, "zh")][:2] == ["張華", "张华"]
        assert len(search(reader, "张华", limit=2)) == 2
    desk.store.close()


@pytest.mark.parametrize(
    "query", ["%", "_", "*", "？！", '"', "(", "\\", "-", "' OR 1=1", "NEAR", "AND", "\u200b\u202e", "\ufe0f"]
)
def test_signs_are_no_query_and_harm_nothing(tmp_path: Path, query: str) -> None:
    desk = Desk.new(tmp_path)
    desk.keep(desk.visit("漏水"), desk.person("张华"))
    with desk.store.read() as reader:
        assert search(reader, query) == []
    desk.store.close()


def test_a_pasted_page_is_looked_for_as_it_is(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    page = "".join(chr(0x4E00 + n * 7 % 9000) for n in range(10_000))
    whole = desk.visit(page)
    desk.keep(whole, desk.visit(page[:8000]), desk.visit("漏水"))
    with desk.store.read() as reader:
        assert [hit.id for hit in search(reader, page)] == [whole.id]
        assert [hit.id for hit in search(reader, " ".join(page[i : i + 5] for i in range(0, 10_000, 5)))] == [whole.id]
        assert search(reader, page[::-1]) == search(reader, "漏水" * 5000) == []
    desk.store.close()


def test_it_stops_when_nobody_waits_any_more(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    desk.keep(*(desk.visit("漏水") for _ in range(300)))
    with desk.store.read() as reader:
        assert len(search(reader, "漏水", limit=1000, cancelled=lambda: True)) < 300
    desk.store.close()
