"""What a district may publish as a table: no gaps, no overlaps, nobody who is not there; a sentence for each fault."""

from __future__ import annotations

import contextlib
import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sync.records
from resources import LANGUAGES, read_text, wording
from sync.records.artefacts import Artefact, missing, read_closings
from sync.records.calendar_table import lost_years, together
from sync.records.calendars import calendar_of
from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import GRADES, Addressee, Awaited, DispatchRules, LadderStep, Length, read_rules
from sync.records.errors import RuleBroken
from sync.records.ranks import RANKS, reaches
from sync.records.record import Made
from sync.records.rule_tables import FIRST, LONGEST_TEXT, RuleTable, TableName, in_force, parsed, table_name
from sync.records.sources import read_sources
from sync.records.table_checks import CATEGORIES, faults, usable

MADE = Made(by="", unit="org_1", store="sto_1", at=datetime(2026, 11, 29, tzinfo=UTC))
SHIPPED = {name: read_text("dictionaries", f"{name}.toml") for name in TableName if name is not TableName.DUTIES}
GRADE = '[[grade]]\nname = "red"\ncolour = "red"\n'
ROW = '[[row]]\ngrade = "red"\nreport = "30 minutes"\nleader_rank = "处级"\nresolve = "24 hours"\n'
RUNG = '[[ladder]]\nclock = "report"\nbefore = "10 minutes"\nstep = "remind"\ntell = ["department"]\n'


def version(number: int, starts_on: date, *, id_: str = "", text: str = GRADE + ROW) -> RuleTable:
    id_ = id_ or f"rul_{number}"
    return RuleTable(id=id_, made=MADE, name="dispatch_rules", number=number, text=text, starts_on=starts_on)


def rules(text: str) -> DispatchRules:
    return read_rules(tomllib.loads(text), "dispatch_rules-1001")


@pytest.mark.parametrize("name", SHIPPED)
def test_what_the_program_ships_may_be_published(name: TableName) -> None:
    assert faults(name, SHIPPED[name], {}) == []


def test_the_shipped_figures_are_marked_as_to_be_confirmed() -> None:
    for name in (TableName.DISPATCH_RULES, TableName.SOURCES, TableName.ARTEFACTS):
        assert parsed(SHIPPED[name])["to_confirm"] is True
    assert read_rules(parsed(SHIPPED[TableName.DISPATCH_RULES]), "default-2").to_confirm


FAULTS = {
    "tables.no_toml": "[[grade",
    "tables.too_long": "#" * (LONGEST_TEXT + 1),
    "tables.character": f'{GRADE}signs = "a\u202eb"\n{ROW}',
    "tables.no_rows": "grade = 1",
    "tables.no_grades": ROW.replace('grade = "red"\n', ""),
    "tables.bad_grade": GRADE.replace('"red"', '"crimson"') + ROW,
    "tables.bad_colour": GRADE.replace('colour = "red"', 'colour = "pink"') + ROW,
    "tables.bad_people": GRADE + "people_from = 0\n" + ROW,
    "tables.grade_twice": GRADE + GRADE + ROW,
    "tables.gap": GRADE + '[[grade]]\nname = "blue"\ncolour = "blue"\n' + ROW,
    "tables.row_twice": GRADE + ROW + ROW,
    "tables.no_category": GRADE + ROW + ROW + 'category = "weather"\n',
    "tables.no_grade_of_row": GRADE + ROW + ROW.replace("red", "blue"),
    "tables.bad_length": GRADE + ROW.replace("30 minutes", "soon"),
    "tables.no_text": GRADE + ROW.replace('"处级"', '""'),
    "tables.no_rank": GRADE + ROW.replace("处级", "大人物"),
    "tables.not_in_order": GRADE + ROW.replace("30 minutes", "3 days"),
    "tables.bad_tell": GRADE + ROW + 'tell = ["everybody"]\n',
    "tables.no_department": GRADE + ROW + 'departments = ["区气象局"]\n',
    "tables.dissolved": GRADE + ROW + 'departments = ["区房屋局"]\n',
    "tables.people_gap": GRADE + 'people_from = 30\n[[grade]]\nname = "blue"\ncolour = "blue"\npeople_from = 1\n'
    + 'people_upto = 4\n' + ROW + ROW.replace("red", "blue"),
    "tables.people_overlap": GRADE + 'people_from = 3\n[[grade]]\nname = "blue"\ncolour = "blue"\npeople_from = 1\n'
    + 'people_upto = 4\n' + ROW + ROW.replace("red", "blue"),
    "tables.people_gap_above": GRADE + "people_from = 1\npeople_upto = 9\n" + ROW,
    "tables.people_turned": GRADE + "people_from = 1\npeople_upto = 9\n".replace("1", "12") + ROW,
    "tables.bad_rung": GRADE + ROW + RUNG.replace("remind", "shout"),
    "tables.rung_twice": GRADE + ROW + RUNG + RUNG,
    "tables.rung_too_early": GRADE + ROW + RUNG.replace("10 minutes", "30 minutes"),
}  # fmt: skip


@pytest.mark.parametrize(("key", "text"), FAULTS.items(), ids=FAULTS.keys())
def test_a_bad_table_of_rules_is_refused_with_a_sentence_that_names_the_row(key: str, text: str) -> None:
    found = faults(TableName.DISPATCH_RULES, text, {"区住房局": True, "区房屋局": False})
    assert key in [fault.key for fault in found]
    for language in LANGUAGES:
        for fault in found:
            assert "{" not in wording(language)(fault.key, **fault.values)
    row = next(fault.values.get("row") for fault in found if fault.key == key)
    assert row or key in ("tables.no_toml", "tables.too_long", "tables.character", "tables.no_rows",
                          "tables.no_grades", "tables.grade_twice")  # fmt: skip


OTHERS = {
    "tables.bad_name": (TableName.SOURCES, '[[source]]\nname = "网格员"\nlabel = "网格员"\n'),
    "tables.kind_missing": (TableName.ARTEFACTS, '[[closing]]\nkind = "order"\nneeds = []\n'),
    "tables.no_kind": (TableName.ARTEFACTS, '[[closing]]\nkind = "party"\nneeds = []\n'),
    "tables.no_artefact": (TableName.ARTEFACTS, '[[closing]]\nkind = "order"\nneeds = ["photo|song"]\n'),
    "records.calendar_day": (TableName.CALENDAR, '[[year]]\nyear = 2027\noff = []\nwork = ["2027-02-10"]\n'),
    "records.calendar_shape": (TableName.CALENDAR, "fixed = 1"),
    "tables.row_twice": (TableName.SOURCES, '[[source]]\nname = "a"\nlabel = "甲"\n' * 2),
}


@pytest.mark.parametrize(("key", "said"), OTHERS.items(), ids=OTHERS.keys())
def test_other_bad_tables_are_refused_too(key: str, said: tuple[TableName, str]) -> None:
    found = faults(*said)
    assert key in [fault.key for fault in found]
    assert all(wording(language)(found[0].key, **found[0].values) for language in LANGUAGES)


@given(st.text(max_size=200), st.sampled_from(TableName))
def test_no_text_whatever_breaks_the_check(text: str, name: TableName) -> None:
    assert all(isinstance(fault, RuleBroken) for fault in faults(name, text))


VALUES = st.one_of(st.none(), st.integers(-2, 40), st.text(max_size=4), st.lists(st.integers(0, 3), max_size=2))
PARTS = st.sampled_from(("name", "colour", "people_from", "people_upto", "category", "grade", "report", "tell"))


@given(st.lists(st.dictionaries(PARTS, VALUES), max_size=3), st.lists(st.dictionaries(PARTS, VALUES), max_size=3))
def test_no_shape_whatever_breaks_the_reading(grades: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    with contextlib.suppress(RuleBroken):
        assert read_rules({"grade": grades, "row": rows}, "x").version == "x"


def test_the_row_of_the_category_itself_goes_before_the_one_for_all() -> None:
    own = ROW.replace("24 hours", "12 hours") + 'category = "labour"\n'
    table = rules(GRADE + ROW + own + RUNG)
    assert str(table.limit("labour", "red").resolve) == "12 hours"
    assert table.limit("other", "red").resolve == Length(24, PeriodUnit.HOURS)
    (rung,) = table.rungs("labour", "red")
    assert (rung.clock, rung.step, rung.tell, rung.before) == (
        Awaited.REPORT,
        LadderStep.REMIND,
        (Addressee.DEPARTMENT,),
        True,
    )
    with pytest.raises(RuleBroken, match=r"tables\.no_grade"):
        table.limit("labour", "blue")


@given(st.integers(1, 100_000))
def test_every_number_of_people_has_one_grade_by_the_shipped_table(people: int) -> None:
    table = read_rules(parsed(SHIPPED[TableName.DISPATCH_RULES]), "default-2")
    assert table.grade_for(people) == ("red" if people >= 30 else "yellow" if people >= 5 else "blue")
    assert all(table.limit(category, grade) for category in CATEGORIES for grade in table.grade_names)
    assert set(table.grade_names) <= set(GRADES)


def test_a_grade_that_a_table_has_not_becomes_the_next_graver_one() -> None:
    table = read_rules(parsed(SHIPPED[TableName.DISPATCH_RULES]), "default-2")
    said = {grade: table.fitting(grade) for grade in (*GRADES, "", "unknown")}
    assert said == {
        "red": "red",
        "orange": "red",
        "yellow": "yellow",
        "blue": "blue",
        "green": "blue",
        "": "blue",
        "unknown": "red",
    }


def test_the_newest_version_that_has_begun_holds_and_nothing_published_is_altered() -> None:
    day = date(2026, 12, 1)
    old, new, later = version(FIRST, day), version(FIRST + 1, day), version(FIRST + 2, date(2027, 1, 1))
    forged = version(FIRST, day, id_="rul_9", text="")
    assert in_force([later, forged, new, old], "dispatch_rules", day) == [new, old]
    assert in_force([later, new], "dispatch_rules", date(2027, 1, 1))[0] is later
    assert in_force([version(7, day)], "dispatch_rules", day) == []
    assert (new.version, usable(new), usable(version(FIRST, day, text="x"))) == ("dispatch_rules-1002", True, False)
    with pytest.raises(RuleBroken, match=r"tables\.no_such_table"):
        table_name("prices")


def test_the_year_of_a_district_stands_for_the_shipped_one_and_no_year_is_lost() -> None:
    shipped = parsed(SHIPPED[TableName.CALENDAR])
    own = {"year": [{"year": 2031, "off": [["2031-01-01", "2031-01-02"]], "work": ["2031-01-04"]}]}
    both = calendar_of(together(shipped, own))
    assert {2026, 2031} <= both.years
    assert both.is_off(date(2031, 1, 2))
    assert not both.is_off(date(2031, 1, 4))
    assert calendar_of(shipped).years == frozenset(row["year"] for row in shipped["year"])
    assert [fault.values["row"] for fault in lost_years(own, shipped)] == [2031]


def test_what_a_closing_still_needs_is_told_by_kind() -> None:
    closings = read_closings(parsed(SHIPPED[TableName.ARTEFACTS]))
    assert missing(closings, "service", {Artefact.FEEDBACK}) == ((Artefact.ACKNOWLEDGEMENT,),)
    assert missing(closings, "order", {Artefact.PHOTO}) == ()
    assert [source.name for source in read_sources(parsed(SHIPPED[TableName.SOURCES]))][1:3] == [
        "grid_worker",
        "building_head",
    ]


@pytest.mark.parametrize(
    ("rank", "required", "enough"),
    [
        ("处级", "科级正职", True),
        ("正科", "科级正职", True),
        ("副科长", "科级正职", False),
        ("科员", "科室负责人", False),
        ("局长", "处级", True),
        ("巡视员", "处级", None),
        ("巡视员", "巡视员", True),
        ("科长", "", True),
        ("处 级", "处级", True),
    ],
)
def test_who_came_is_held_against_who_was_demanded(rank: str, required: str, *, enough: bool | None) -> None:
    assert reaches(rank, required) is enough


@given(st.sampled_from(RANKS), st.sampled_from(RANKS), st.sampled_from(RANKS))
def test_ranks_have_one_order(low: str, middle: str, high: str) -> None:
    assert reaches(low, low)
    assert reaches(low, high) is (RANKS.index(low) >= RANKS.index(high))
    if reaches(high, middle) and reaches(middle, low):
        assert reaches(high, low)


def test_every_fault_has_a_sentence_and_both_languages_the_same_ones() -> None:
    folder = Path(str(sync.records.__path__[0]))
    source = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    keys = set(re.findall(r'"(tables\.[a-z_]+)"', source))
    assert len(keys) > 25
    zh, en = ({k for k in wording(language).entries if k.startswith("tables.")} for language in LANGUAGES)
    assert zh == en
    assert keys <= zh


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[confirmation]\namount = 9\nunit = "days"\nsource = "x"', "tables.period_by_law"),
        ('[order-report]\namount = 9\nunit = "days"\nsource = "x"', "tables.period_by_law"),
        ('[lunch]\namount = 9\nunit = "days"\nsource = "x"', "tables.no_kind"),
        ('[passing-answer]\namount = 0\nunit = "days"\nsource = "x"', "tables.bad_period"),
        ('[passing-answer]\namount = true\nunit = "days"\nsource = "x"', "tables.bad_period"),
        ('[passing-answer]\namount = 3\nunit = "minutes"\nsource = "x"', "tables.bad_period"),
        ('[passing-answer]\namount = 3\nunit = "days"\nsource = " "', "tables.no_text"),
        ('version = "x"', "tables.no_rows"),
    ],
)
def test_a_table_of_periods_sets_only_what_no_law_sets(text: str, key: str) -> None:
    assert [fault.key for fault in faults(TableName.PERIODS, text)] == [key]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("numbers = 1", "tables.no_rows"),
        ('[[numbers]]\nname = "fire"\nnumber = "119"', "tables.no_kind"),
        ('[[numbers]]\nnumber = "119"', "tables.no_text"),
        ('[[numbers]]\nname = "police"', "tables.no_text"),
        ('[[numbers]]\nname = "police"\nnumber = "很多"', "records.phone_unreadable"),
        ('[[numbers]]\nname = "police"\nnumber = "110"\n' * 2, "tables.row_twice"),
        ("".join(f'[[numbers]]\nlabel = "甲"\nnumber = "1{n}"\n' for n in range(100, 113)), "tables.too_many_numbers"),
    ],
)
def test_numbers_for_help_are_numbers_that_can_be_called(text: str, key: str) -> None:
    assert [fault.key for fault in faults(TableName.THREAT, text)] == [key]
