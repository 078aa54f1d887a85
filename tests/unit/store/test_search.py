"""Finding by any part: exact, whatever the script, against a plain look at every text."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.store.check import rebuild_projections
from desktop.store.index import MOST_WAITING, catch_up, optimize, tidy
from desktop.store.matching import Match, Word, match
from desktop.store.matters import list_matters
from desktop.store.organisations import list_organisations, match_organisations
from desktop.store.persons import list_persons, match_persons
from desktop.store.said import moment_of
from desktop.store.search import search
from desktop.store.terms import text_terms
from desktop.store.unindexed import indexed_through
from desktop.store.visits import count_visits, list_visits
from desktop.store.words import folded, pairs, tails
from sync.records.audit import Erasure
from sync.records.kinds import new_id
from sync.records.persons import Organisation
from sync.records.record import Record
from tests.support.desk_store import NOW, Desk

LETTERS = "漏水渗客厅天花板𬱖𬺱𠮷〇A1é,。· "


@pytest.fixture(params=["waiting", "indexed"])
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A desk whose records wait to be indexed, and one where they are at once."""
    desk = Desk.new(tmp_path)
    desk.indexed = request.param == "indexed"
    yield desk
    desk.store.close()


def test_pairs_are_cut_at_what_divides_words_and_nowhere_else() -> None:
    assert pairs("漏水,客") == {"漏水", "水", "客"}
    assert pairs(folded("ABC12")) == {"ab", "bc", "c1", "12", "2"}
    assert pairs("𬱖𬺱〇") == {"𬱖𬺱", "𬺱〇", "〇"}
    assert pairs(" ,。·") == set()
    assert text_terms("漏") == ['"漏"*']
    assert text_terms("水客厅") == ['"水客"', '"客厅"']
    assert tails("阿·卜A") == ["阿卜a", "卜a", "a"]


def test_every_search_finds_exactly_the_texts_that_contain_it(desk: Desk) -> None:
    chance = random.Random(7)
    texts = {}
    for _ in range(300):
        visit = desk.visit("".join(chance.choices(LETTERS, k=chance.randint(1, 12))) + "。")
        texts[visit.id] = visit.text
        if chance.random() < 0.1:
            desk.keep(visit)
    with desk.store.write() as work:
        for record_id, text in texts.items():
            if work.sealed(record_id) is None:
                work.add(desk.visit(text, id=record_id))
    queries = ["".join(chance.choices(LETTERS, k=k)).strip() for k in (1, 1, 2, 2, 2, 3, 3, 4) for _ in range(12)]
    tried = 0
    with desk.store.read() as reader:
        for query in queries:
            words = folded(query).split()
            if not words or any(not pairs(word) for word in words):
                continue
            tried += 1
            wanted = {i for i, text in texts.items() if all(word in folded(text) for word in words)}
            assert {hit.id for hit in search(reader, query, limit=1000)} == wanted, query
            assert {row.id for row in list_visits(reader, text=query, limit=1000)} == wanted, query
            assert count_visits(reader, text=query) == len(wanted)
    assert tried > 50


def test_a_query_of_nothing_but_signs_finds_nothing_and_harms_nothing(desk: Desk) -> None:
    desk.keep(desk.visit("漏水"))
    with desk.store.read() as reader:
        for query in ("", "  ", "。,", '"', "*", '漏" OR "', "NEAR(漏 水)", "漏水'; --"):
            assert len(search(reader, query)) <= 1
        assert [hit.excerpt for hit in search(reader, "漏水")] == ["漏水"]


def test_a_person_is_found_by_any_part_of_the_name_and_either_end_of_a_number(desk: Desk) -> None:
    person = desk.person("阿卜杜·热合曼", "440311196005310337", phones=("13812345678",), address="甲子塘")
    other = desk.person("热西旦", "44030019700101123X")
    desk.keep(person, other)
    with desk.store.read() as reader:
        for text in ("热合曼", "合", "杜热合", "阿卜杜·热合曼", "440311", "0337", "138123", "5678", "甲子塘"):
            assert [hit.id for hit in search(reader, text, kinds=["person"])] == [person.id], text
            assert [row.id for row in list_persons(reader, text=text)] == [person.id], text
        assert [hit.id for hit in search(reader, "123x")] == [other.id]
        assert {row.id for row in list_persons(reader, text="热")} == {person.id, other.id}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("zhang华", ["张华生"]),
        ("张hs", ["张华生"]),
        ("zhang hs", ["张华生"]),
        ("张huasheng", ["张华生"]),
        ("ZHANG華", ["张华生"]),
        ("li华", ["李华"]),
        ("zhang3华", []),
    ],
)
def test_a_name_is_found_that_was_typed_partly_as_it_is_read(desk: Desk, query: str, found: list[str]) -> None:
    desk.keep(*(desk.person(name, address="龙华区民治街道") for name in ("张华生", "张三", "李华", "章三")))
    desk.keep(Organisation(id=new_id("organisation"), made=desk.made, name="生生物流", address="龙华"))
    with desk.store.read() as reader:
        assert [hit.title for hit in search(reader, query)] == found
        assert [hit.title for hit in search(reader, query, kinds=["visit"])] == []


def test_a_returning_person_is_recognised_while_somebody_types(desk: Desk) -> None:
    first, second = desk.person("黎平桂", "440311196005310337"), desk.person("黎平", phones=("13812345678",))
    visit = desk.visit()
    desk.keep(first, second, visit, desk.takes_part(first.id, visit.id))
    with desk.store.read() as reader:
        (row,) = match_persons(reader, number="440311")
        assert (row.id, row.visits, row.last_visit_at) == (first.id, 1, NOW)
        assert [r.id for r in match_persons(reader, phone="5678")] == [second.id]
        assert [r.id for r in match_persons(reader, name="黎平")] == [second.id, first.id]
        assert [r.id for r in match_persons(reader, number="440311", name="黎平")] == [first.id, second.id]
        assert (
            match_persons(reader, number="44031")
            == match_persons(reader, phone="138")
            == match_persons(reader, name="黎")
            == []
        )
        assert len(match_persons(reader, name="黎平", limit=1)) == 1
        assert [r.id for r in match_persons(reader, name="lpg")] == [r.id for r in match_persons(reader, name="黎平桂")]
        assert [r.id for r in match_persons(reader, name="lipinggui")] == [first.id]
        assert [r.id for r in match_persons(reader, name="黎平貴")] == []
        assert [r.id for r in match_persons(reader, number="196005")] == [first.id]
        assert [r.id for r in match_persons(reader, phone="38123")] == [second.id]
        assert [r.id for r in list_persons(reader, text="liping")] == [second.id, first.id]


def test_an_edited_card_is_found_by_what_it_says_now(desk: Desk) -> None:
    person = desk.person("黎平桂", phones=("13812345678",))
    desk.keep(person)
    with desk.store.write() as work:
        work.revise(person.id, {"name": "李平贵", "phones": ["13900000000"]}, desk.made)
    with desk.store.read() as reader:
        assert search(reader, "黎平") == search(reader, "13812345678") == []
        assert [h.id for h in search(reader, "平贵")] == [h.id for h in search(reader, "139000")] == [person.id]


def test_visits_and_matters_are_found_by_who_takes_part(desk: Desk) -> None:
    person, visit, matter = desk.person("黎平桂"), desk.visit("漏水"), desk.matter("噪音")
    desk.keep(person, visit, matter, desk.takes_part(person.id, visit.id), desk.takes_part(person.id, matter.id))
    with desk.store.read() as reader:
        assert [row.visitor for row in list_visits(reader, text="平桂")] == ["黎平桂"]
        assert [row.parties for row in list_matters(reader, text="平桂")] == ["黎平桂"]
        assert list_visits(reader, text="平贵") == []
        assert [row.id for row in list_visits(reader, text="平桂 漏水")] == [visit.id]
        assert list_visits(reader, text="平桂 噪音") == []


def test_organisations_are_found_by_name_and_credit_code(desk: Desk) -> None:
    firm = Organisation(
        id=new_id("organisation"), made=desk.made, name="光明物业有限公司", credit_code="91440300MA5EQXL17P"
    )
    desk.keep(firm)
    with desk.store.read() as reader:
        for text in ("物业", "914403", "l17p", "光明物业"):
            assert [row.id for row in list_organisations(reader, text=text)] == [firm.id], text
        assert [row.id for row in match_organisations(reader, "明物")] == [firm.id]


def test_pages_go_on_after_the_last_row_without_a_gap_or_a_double(desk: Desk) -> None:
    visits = [desk.visit(f"漏水{i}", happened_at=NOW + timedelta(minutes=i % 5)) for i in range(23)]
    desk.keep(*visits)
    with desk.store.read() as reader:
        for text in ("", "漏水"):
            rows, last = [], None
            while page := list_visits(reader, text=text, after=last, limit=4):
                rows += page
                last = page[-1].id
            assert {r.id for r in rows} == {v.id for v in visits}
            assert len(rows) == 23
            assert [r.happened_at for r in rows] == sorted((v.happened_at for v in visits), reverse=True)
        later = NOW + timedelta(minutes=3)
        assert count_visits(reader, since=later) + count_visits(reader, until=later) == count_visits(reader) == 23


def test_what_happened_at_another_hour_is_left_out_before_its_words_are_looked_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minutes in range(40):
        desk.keep(desk.visit("楼上漏水", happened_at=NOW + timedelta(minutes=minutes)))
    asked = list[datetime]()

    def counted(record: Record, words: Sequence[Word], *more: Any) -> list[Match] | None:
        asked.append(moment_of(record))
        return match(record, words, *more)

    monkeypatch.setattr("desktop.store.search.match", counted)
    until = NOW + timedelta(minutes=3)
    with desk.store.read() as reader:
        found = search(reader, "漏水", since=NOW, until=until)

    assert [hit.at for hit in found] == [NOW + timedelta(minutes=minutes) for minutes in (2, 1, 0)]
    assert max(asked) < until


def test_an_amended_visit_is_shown_once_with_its_visitor(desk: Desk) -> None:
    person, visit = desk.person("黎平桂"), desk.visit("旧")
    amended = desk.visit("新", amends=visit.id, amend_reason="笔误")
    desk.keep(person, visit, desk.takes_part(person.id, visit.id), amended)
    with desk.store.read() as reader:
        assert [(r.id, r.text, r.visitor) for r in list_visits(reader)] == [(amended.id, "新", "黎平桂")]
        assert [r.id for r in list_visits(reader, person=person.id)] == [amended.id]
        assert count_visits(reader) == 1


def test_what_waits_for_the_index_is_few_and_is_found_like_the_rest(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    for turn in range(MOST_WAITING * 2):
        desk.keep(desk.visit(f"漏水{turn}"))
    with desk.store.read() as reader:
        last = reader.sql("SELECT max(line) FROM record").fetchone()[0]
        assert 0 < last - indexed_through(reader) <= MOST_WAITING < last
        assert len(search(reader, "漏水", limit=1000)) == MOST_WAITING * 2
    catch_up(desk.store)
    with desk.store.read() as reader:
        assert indexed_through(reader) == last
        assert len(search(reader, "漏水", limit=1000)) == MOST_WAITING * 2
    assert rebuild_projections(desk.store) == {}
    desk.store.close()


def test_a_save_writes_nothing_to_the_index(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)

    def blocks() -> list[bytes]:
        with desk.store.read() as reader:
            return [row[0] for row in reader.sql("SELECT block FROM search_data ORDER BY id").fetchall()]

    before = blocks()
    desk.keep(desk.visit("漏水"))
    assert blocks() == before
    catch_up(desk.store)
    assert blocks() != before
    desk.store.close()


def test_merging_the_index_when_idle_comes_to_an_end_and_changes_no_answer(desk: Desk) -> None:
    for turn in range(30):
        desk.keep(desk.visit(f"漏水{turn}"))
    for _ in range(100):
        if not tidy(desk.store):
            break
    else:
        pytest.fail("tidy never ends")
    optimize(desk.store)
    with desk.store.read() as reader:
        assert len(search(reader, "漏水", limit=100)) == 30


def _lies_there(desk: Desk, pair: str) -> bool:
    """Whether the index's own blocks hold a pair of characters; of neighbours the first bytes are kept once."""
    with desk.store.read() as reader:
        blocks = reader.sql("SELECT block FROM search_data").fetchall()
    return any(pair.encode()[2:] in block for (block,) in blocks)


def test_idle_time_takes_the_traces_of_what_was_erased_out_of_the_index(desk: Desk) -> None:
    visits = [desk.visit(f"漏水{turn}") for turn in range(30)]
    gone = desk.visit("隐私内容")
    for visit in (*visits[:15], gone, *visits[15:]):
        desk.keep(visit)
        catch_up(desk.store)
    desk.keep(Erasure(id=new_id("erasure"), made=desk.made, target=gone.id, reason="本人要求"))
    assert _lies_there(desk, "隐私")
    for _ in range(100):
        if not tidy(desk.store, seconds=0):
            break
    assert not _lies_there(desk, "隐私")
    with desk.store.read() as reader:
        assert len(search(reader, "漏水", limit=100)) == 30


def test_an_edit_that_was_erased_by_itself_is_found_no_more(desk: Desk) -> None:
    person = desk.person("黎平桂")
    desk.keep(person)
    catch_up(desk.store)
    with desk.store.write() as work:
        edit = work.revise(person.id, {"name": "欧阳隐私"}, desk.made)
    assert edit is not None
    catch_up(desk.store)
    desk.keep(Erasure(id=new_id("erasure"), made=desk.made, target=edit.id, reason="误写"))
    with desk.store.read() as reader:
        assert [hit.id for hit in search(reader, "黎平桂")] == [person.id]
        assert search(reader, "欧阳隐私") == []
    for _ in range(100):
        if not tidy(desk.store, seconds=0):
            break
    assert not _lies_there(desk, "隐私")
    assert rebuild_projections(desk.store) == {}


def test_a_save_after_many_others_merges_nothing(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)

    def pieces() -> int:
        with desk.store.read() as reader:
            return int(reader.sql("SELECT count(DISTINCT segid) FROM search_idx").fetchone()[0])

    before = pieces()
    for turn in range(70):
        desk.keep(desk.visit(f"漏水{turn}"))
        catch_up(desk.store)
    assert pieces() == before + 70
    while tidy(desk.store):
        pass
    assert pieces() < 70
    desk.store.close()
