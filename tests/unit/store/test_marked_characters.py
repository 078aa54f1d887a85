"""What is marked in a result ends where a character does, in code points, whatever UTF-16 makes of it."""

from __future__ import annotations

from pathlib import Path

from desktop.store.search import search
from desktop.ui.models.found_delegate import _parts
from tests.support.desk_store import Desk


def test_marks_stand_on_whole_characters_behind_rare_ones(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    desk.keep(desk.person("𠮷𪚥葛\U000e0100飾"), desk.visit(text="𠮷𪚥" * 40 + "葛\U000e0100飾渗水" + "𬱖" * 200))
    with desk.store.read() as reader:
        (person,) = search(reader, "葛", kinds=("person",))
        (visit,) = search(reader, "渗水", kinds=("visit",))
    desk.store.close()
    assert [part for part, found in _parts(person.title, person.title_spans) if found] == ["葛\U000e0100"]
    assert [part for part, found in _parts(visit.excerpt, visit.excerpt_spans) if found] == ["渗水"]
    assert not any(0xD800 <= ord(character) < 0xE000 for character in visit.excerpt)


def test_an_excerpt_does_not_begin_or_end_within_a_character(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    desk.keep(desk.visit(text="葛\U000e0100" * 40 + "渗水" + "葛\U000e0100" * 80))
    with desk.store.read() as reader:
        (visit,) = search(reader, "渗水", kinds=("visit",))
    desk.store.close()
    assert visit.excerpt.startswith("…葛\U000e0100")
    assert visit.excerpt.endswith("葛\U000e0100…")


def test_a_description_of_a_character_is_found_whole_and_by_its_parts(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    desk.keep(desk.person("王⿰氵林"), desk.person("王淋"), desk.visit(text="来访人王⿰氵林反映渗水"))
    with desk.store.read() as reader:
        for query in ("⿰氵林", "王⿰氵林", "氵林", "王⿰"):
            found = search(reader, query)
            assert {hit.kind for hit in found} == {"person", "visit"}, query
            assert all("⿰" in hit.title + hit.excerpt for hit in found), query
    desk.store.close()
