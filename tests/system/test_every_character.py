"""Every Han character of GB 18030-2022 on its way: name in the encrypted store, search, paper, text layer, exports."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from desktop.files.exports import Export, Format
from desktop.files.gb18030 import CODEC
from desktop.store.search import search
from desktop.store.store import Store
from sync.records.ideographs import gb18030_han
from sync.records.persons import Person
from tests.support.desk_store import Desk
from tests.support.pdf import text_of
from tests.support.sheets import AGREEMENT, render

NAME = 50
"""Code points of a name: the least that a system must take (民委发〔2016〕33号)."""
PAPER = 40
"""Names on one paper: 2,000 characters of facts."""
SAMPLE = 97
"""Every so many characters are looked for in the ordinary run."""
FURNITURE = re.compile(r"第\d页共\d页(?:（2026）光明人调字第12号)?")
"""What stands between the text of one page and the next: page number at the foot, number of the paper at the head."""
EVERY = list(gb18030_han())
NAMES = ["".join(EVERY[at : at + NAME]) for at in range(0, len(EVERY), NAME)]


@pytest.fixture(scope="module")
def reopened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, list[str]]]:
    """A closed and reopened store in which every character stands in somebody's name."""
    made = Desk.new(tmp_path_factory.mktemp("every"))
    made.indexed = True
    people = [made.person(name) for name in NAMES]
    made.keep(*people)
    made.store.close()
    store = Store.open(made.store.path, made.key)
    yield Desk(store, made.key), [person.id for person in people]
    store.close()


@pytest.fixture(scope="module")
def kept(reopened: tuple[Desk, list[str]]) -> list[str]:
    """The names as they are read back from the file."""
    desk, people = reopened
    with desk.store.read() as reader:
        return [found.name for person in people if (found := reader.find(person, Person))]


def test_every_character_is_kept_to_the_letter(kept: list[str]) -> None:
    assert kept == NAMES
    assert sum(map(len, kept)) == 87_887


def missed(reopened: tuple[Desk, list[str]], places: range) -> list[str]:
    """Return the pairs of neighbours at ``places`` by which the person whose name holds them is not found."""
    desk, people = reopened
    wrong = []
    with desk.store.read() as reader:
        for at in places:
            pair = NAMES[at // NAME][at % NAME : at % NAME + 2]
            if not any(people[at // NAME] == hit.id for hit in search(reader, pair, kinds=("person",), limit=100)):
                wrong.append(pair)
    return wrong


def test_names_are_found_by_any_of_their_characters(reopened: tuple[Desk, list[str]]) -> None:
    assert missed(reopened, range(0, len(EVERY), SAMPLE)) == []


@pytest.mark.long
def test_names_are_found_by_each_of_their_characters(reopened: tuple[Desk, list[str]]) -> None:
    assert missed(reopened, range(len(EVERY))) == []


def test_every_character_is_printed_and_reads_back_from_the_paper(kept: list[str]) -> None:
    for at in range(0, len(kept), PAPER):
        facts = "".join(kept[at : at + PAPER])
        read = FURNITURE.sub("", text_of(render(replace(AGREEMENT, facts=facts))))
        assert facts in read, f"U+{ord(facts[0]):04X} and what follows"


@pytest.mark.parametrize("form", list(Format))
def test_every_character_leaves_in_each_kind_of_file_and_comes_back(
    form: Format, kept: list[str], tmp_path: Path
) -> None:
    target = tmp_path / f"名单{form.suffix}"
    export = Export(target, form, ["姓名"])
    for name in kept:
        export.add([name])
    export.close()
    export.name()
    assert read(target, form) == ["姓名", *kept]


def read(path: Path, form: Format) -> list[str]:
    if form is Format.XLSX:
        (sheet,) = openpyxl.load_workbook(path).worksheets
        return [str(row[0]) for row in sheet.iter_rows(values_only=True)]
    with path.open(encoding="utf-8-sig" if form is Format.CSV else CODEC, newline="") as file:
        return [row[0] for row in csv.reader(file)]
