"""The statistics over a real encrypted store: what counts where, what is frozen, and what changed afterwards."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from desktop.actions.agreements import agreement_draft, conclude
from desktop.actions.dispute_types import DisputeTypes, dispute_types, read_types
from desktop.actions.matters import edit_matter, matter_draft, matter_draft_from, open_matter
from desktop.actions.mediations import (
    edit_mediation,
    follow_up,
    mediation_draft,
    mediation_draft_from,
    open_mediation,
)
from desktop.actions.papers import issue_paper
from desktop.actions.statistics import Table, count, report
from desktop.actions.statistics_export import export_statistics
from desktop.actions.statistics_paper import sheet_of
from desktop.actions.visits import log_visit
from desktop.forms.form import Draft
from desktop.printing import statistics
from resources import read_text
from sync.records.errors import Refused, RuleBroken, Unavailable
from sync.records.matters import Matter
from sync.records.papers import PaperKind
from sync.records.statistics import TOTAL, DateBasis, Measure, Number, StatisticsReport, months, parse_period
from sync.records.times import BEIJING
from sync.records.visits import Category
from tests.support.pdf import check_structure, text_of
from tests.system.actions.conftest import Station

Enter = Callable[..., Draft]
MARCH, APRIL = months(2026, 3, 1), months(2026, 4, 1)
FIRM = {"role": "respondent", "party_kind": "organisation", "name": "某某物业公司"}


def mediated(station: Station, visitor: Enter, category: str = "neighbours", **given: Any) -> str:
    """Open a mediation now; returns its id."""
    visit = log_visit(station.desk, station.draft("visit", **visitor(category=category))).id
    draft = matter_draft_from(station.desk, visit)
    matter = open_matter(station.desk, visit, {**draft, "parties": [*draft["parties"], FIRM]}).id
    now = station.clock.at.isoformat()
    opened = mediation_draft_from(station.desk, matter) | {"started_at": now, "rights_told_at": now, **given}
    return open_mediation(station.desk, matter, opened).id


def agreed(station: Station, mediation: str, *amounts: str, **given: Any) -> str:
    """Conclude it today; returns the agreement's id."""
    terms = [{"text": "付款", "amount": amount} for amount in amounts]
    drawn = {
        "terms": terms,
        "performance": "付清。",
        "facts": "漏水。",
        "drawn_on": station.clock.at.date().isoformat(),
    }
    return conclude(station.desk, mediation, agreement_draft(station.desk, mediation) | drawn | given).id


def visited(station: Station, agreement: str, performed: str) -> None:
    draft = {"happened_at": station.clock.at.isoformat(), "performed": performed, "text": "回访"}
    follow_up(station.desk, agreement, station.draft("follow_up", **draft))


def numbers(table: Table, row: str = TOTAL) -> dict[str, int]:
    return {m.value: n.value for (r, m), n in table.numbers.items() if r == row}


@pytest.fixture
def quarter(station: Station, visitor: Enter) -> dict[str, str]:
    """March: one agreed in part for 3,100 yuan, one that is open; April: performed, an oral one, one that ended."""
    found = {"flat": mediated(station, visitor, origin="applied", petition_persons="12")}
    paper = agreed(station, found["flat"], "1100", "2000", in_part=True, remaining="其余另议。")
    visited(station, paper, "part")
    found["pay"] = mediated(station, visitor, "labour", origin="own_motion", crime_persons="2")
    station.clock.at = datetime(2026, 4, 7, 10, tzinfo=BEIJING)
    visited(station, paper, "all")
    found["noise"] = mediated(station, visitor)
    agreed(station, found["noise"], form="oral", terms=[{"text": "晚十点后不装修"}])
    draft, seen = mediation_draft(station.desk, found["pay"])
    edit_mediation(station.desk, found["pay"], {**draft, "outcome": "ended", "ended_reason": "分歧过大"}, seen)
    return found


def test_every_number_by_its_own_date(station: Station, quarter: dict[str, str]) -> None:
    march, april = count(station.desk, MARCH), count(station.desk, APRIL)
    assert numbers(march) == {
        "accepted": 2, "applied": 1, "own_motion": 1, "agreed": 1, "written": 1, "amount": 310_000,
        "crime_cases": 1, "crime_persons": 2, "petition_cases": 1, "petition_persons": 12,
    }  # fmt: skip
    assert numbers(march, "neighbours")["accepted"] == numbers(march, "labour")["accepted"] == 1
    assert numbers(april) == {"accepted": 1, "origin_unsaid": 1, "agreed": 1, "oral": 1, "performed": 1, "ended": 1}
    assert april.cases_of(TOTAL, Measure.PERFORMED) == (quarter["flat"],)
    assert april.cases_of("labour", Measure.ENDED) == (quarter["pay"],)
    assert march.cases_of(TOTAL, Measure.AMOUNT) == (quarter["flat"],)
    assert (march.cases, april.cases) == (2, 3)


def test_by_acceptance_the_march_cases_keep_what_came_of_them_in_april(
    station: Station, quarter: dict[str, str]
) -> None:
    march = numbers(count(station.desk, MARCH, DateBasis.ACCEPTED))
    assert (march["performed"], march["ended"], march["agreed"]) == (1, 1, 1)
    assert numbers(count(station.desk, months(2026, 4, 3), DateBasis.ACCEPTED))["accepted"] == 1
    assert numbers(count(station.desk, parse_period("2025"))) == {}


def test_other_hosts_are_no_people_s_mediation(station: Station, visitor: Enter) -> None:
    mediated(station, visitor, host="police")
    assert numbers(count(station.desk, MARCH)) == {}


def test_a_changed_agreement_counts_once_as_it_stands(station: Station, visitor: Enter) -> None:
    mediation = mediated(station, visitor)
    first = agreed(station, mediation, "100")
    draft = agreement_draft(station.desk, mediation, first) | {
        "amend_reason": "改额",
        "terms": [{"text": "付", "amount": "70"}],
    }
    conclude(station.desk, mediation, draft)
    assert numbers(count(station.desk, MARCH))["agreed"] == 1
    assert numbers(count(station.desk, MARCH))["amount"] == 7_000


def test_a_report_is_frozen_and_what_changes_later_is_a_difference(
    station: Station, visitor: Enter, quarter: dict[str, str]
) -> None:
    table = count(station.desk, MARCH)
    done = report(station.desk, table)
    assert done.changes.touches("statistics_report")
    with station.store.read() as reader:
        fact = reader.get(done.id)
    assert isinstance(fact, StatisticsReport)
    assert (fact.definitions, fact.cases, fact.first) == (dispute_types().version, 2, date(2026, 3, 1))
    assert {(n.type, n.measure): n for n in fact.numbers} == table.numbers
    assert count(station.desk, MARCH).changed == {}
    assert report(station.desk, count(station.desk, MARCH)).id == done.id

    late = mediated(station, visitor, started_at="2026-03-20T09:00:00+08:00")
    after = count(station.desk, MARCH)
    assert after.reported is not None
    assert after.reported.id == done.id
    assert after.changed[TOTAL, Measure.ACCEPTED] == 1
    assert after.came_and_went(TOTAL, Measure.ACCEPTED) == ((late,), ())
    with station.store.read() as reader:
        assert reader.get(done.id) == fact

    with pytest.raises(RuleBroken, match="report_reason_missing"):
        report(station.desk, after)
    again = report(station.desk, after, "补录一件")
    with station.store.read() as reader:
        assert getattr(reader.get(again.id), "amends", "") == done.id
    assert count(station.desk, MARCH).changed == {}


def test_a_case_that_moves_to_another_type_shows_in_both_rows(station: Station, quarter: dict[str, str]) -> None:
    report(station.desk, count(station.desk, MARCH))
    with station.store.read() as reader:
        matter = getattr(reader.get(quarter["flat"]), "matter", "")
    draft, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, {**draft, "category": "damages"}, seen)
    changed = count(station.desk, MARCH).changed
    assert (changed["neighbours", Measure.ACCEPTED], changed["damages", Measure.ACCEPTED]) == (-1, 1)
    assert (TOTAL, Measure.ACCEPTED) not in changed


def test_only_a_lead_reports_and_only_what_is_over(station: Station, quarter: dict[str, str]) -> None:
    with pytest.raises(Refused, match="not_yours"):
        report(station.desks["王小明"], count(station.desk, MARCH))
    with pytest.raises(Refused, match="period_not_over"):
        report(station.desk, count(station.desk, APRIL))
    assert "statistics_report" not in station.counts()


def test_counting_tells_how_far_it_is_and_stops(station: Station, quarter: dict[str, str]) -> None:
    told: list[tuple[int, int]] = []
    count(station.desk, MARCH, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0
    with pytest.raises(Refused, match="cancelled"):
        count(station.desk, MARCH, cancelled=lambda: True)


TOURISM = """
version = "district-2"
types = {types}
[categories]
[additions.tourism]
parent = "consumer"
zh = "旅游纠纷"
words = ["旅游", "旅游 纠纷"]
"""


def test_types_are_data_and_an_addition_has_a_parent() -> None:
    ours = dispute_types()
    assert len(ours.types) == 15
    assert ours.rows == tuple(c.value for c in Category)
    types = read_types(TOURISM.format(types=list(ours.types)))
    assert types.rows.index("tourism") == types.rows.index("consumer") + 1
    assert types.below("tourism")
    matter = _matter(Category.OTHER, "旅游纠纷")
    assert types.of(matter) == ("consumer", "tourism")
    assert ours.of(matter) == ("other",)
    assert types.of(_matter(Category.LABOUR, "")) == ("labour",)


@pytest.mark.parametrize(
    "wrong",
    [
        TOURISM.format(types=["other"]),
        read_text("dictionaries", "statistics.toml").replace('"labour", ', ""),
    ],
)
def test_types_that_contradict_themselves_are_not_read(wrong: str) -> None:
    with pytest.raises(ValueError, match="no type"):
        read_types(wrong)


def _matter(category: Category, word: str) -> Matter:
    from sync.records.matters import Nature
    from sync.records.record import Made

    at = datetime(2026, 3, 1, tzinfo=BEIJING)
    made = Made(by="", unit="", store="", at=at)
    return Matter(
        id="mat_1", made=made, title="x", nature=Nature.DISPUTE, unit="", discovered_at=at, category=category,
        category_word=word,
    )  # fmt: skip


def test_the_types_are_those_that_justice_bureaus_report() -> None:
    assert isinstance(dispute_types(), DisputeTypes)
    assert dispute_types().types[0] == "marriage_family"
    assert dispute_types().types[-1] == "other"


def test_the_workbook_holds_numbers_and_says_what_they_mean(
    station: Station, quarter: dict[str, str], tmp_path: Path
) -> None:
    table = count(station.desk, MARCH)
    export_statistics(station.desk, table, tmp_path / "a.xlsx")
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0][:2] == ["纠纷类型", "受理"]
    assert len(rows[1:17]) == 16
    total = dict(zip(rows[0], rows[16], strict=True))
    assert (total["纠纷类型"], total["受理"], total["协议金额"], total["防访人"]) == ("合计", 2, 3100, 12)
    below = "\n".join(str(row[0]) for row in rows[17:])
    for said in ("2026-03-01 至 2026-03-31", "default-1", "尚未上报", "按协议日期", "按回访日期"):
        assert said in below
    assert (tmp_path / "a.xlsx").stat().st_mode & 0o077 == 0
    assert station.counts()["audit_entry"] == 1


def test_the_paper_of_a_report_says_its_numbers_for_ever(
    station: Station, visitor: Enter, quarter: dict[str, str], tmp_path: Path
) -> None:
    export_statistics(station.desk, count(station.desk, MARCH), tmp_path / "open.pdf")
    opened = text_of((tmp_path / "open.pdf").read_bytes())
    assert "未上报仅供核对" in opened
    done = report(station.desk, count(station.desk, MARCH))
    export_statistics(station.desk, count(station.desk, MARCH), tmp_path / "reported.pdf")
    first = issue_paper(station.desk, PaperKind.STATISTICS, done.id)
    assert (tmp_path / "reported.pdf").read_bytes() == first.bytes
    text = text_of(first.bytes)
    for said in (
        "人民调解统计表",
        "2026-03-01至2026-03-31",
        "3100.00",
        "合计",
        "上报后数字不再改变",
        "default-1",
        "填表人",
    ):
        assert said in text
    assert "未上报" not in text
    mediated(station, visitor, started_at="2026-03-20T09:00:00+08:00")
    again = issue_paper(station.desk, PaperKind.STATISTICS, done.id)
    assert again.bytes.startswith(first.bytes)
    assert again.copy == 2
    check_structure(first.bytes, tmp_path)


def test_a_file_of_another_kind_and_a_folder_that_is_none_leave_nothing(station: Station, tmp_path: Path) -> None:
    table = count(station.desk, MARCH)
    with pytest.raises(RuleBroken, match="bad_suffix"):
        export_statistics(station.desk, table, tmp_path / "a.doc")
    for name in ("nowhere/a.xlsx", "nowhere/a.pdf"):
        with pytest.raises(Unavailable, match="unwritable"):
            export_statistics(station.desk, table, tmp_path / name)
    assert list(tmp_path.glob("*.pdf")) == []


@pytest.mark.parametrize("digits", [4, 6])
def test_no_number_of_the_paper_is_divided_between_two_lines(digits: int) -> None:
    value = int("9" * digits)
    numbers = {
        (TOTAL, m): Number(type=TOTAL, measure=m, value=value * (100 if m is Measure.AMOUNT else 1)) for m in Measure
    }
    sheet = sheet_of(MARCH, DateBasis.EVENT, numbers, 1, "1", unit="凤凰社区", state=[], made="")
    words = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=statistics.render(sheet), capture_output=True, check=True
    ).stdout.decode()
    said = words.split()
    assert (said.count(str(value)), said.count(f"{value}.00")) == (14, 1)
