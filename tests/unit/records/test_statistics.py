"""What is counted of mediations, by which date, and how a report differs from later numbers."""

from __future__ import annotations

from datetime import date

import pytest

from sync.records.errors import RuleBroken
from sync.records.mediations import MediationOrigin
from sync.records.statistics import (
    TOTAL,
    Case,
    DateBasis,
    Measure,
    Period,
    counts,
    differences,
    months,
    parse_period,
)

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
APRIL = Period(date(2026, 4, 1), date(2026, 4, 30))
APPLIED = MediationOrigin.APPLIED
CASES = (
    # accepted in March, agreed in April for 3,100 yuan, performed in May
    Case("med_1", ("neighbours",), date(2026, 3, 31), APPLIED, date(2026, 4, 1), False, 310_000, date(2026, 5, 2)),
    # accepted and ended in March
    Case("med_2", ("labour",), date(2026, 3, 2), MediationOrigin.OWN_MOTION, ended_on=date(2026, 3, 9)),
    # accepted in February, agreed orally in March; kept three persons from petitioning
    Case("med_3", ("consumer", "tourism"), date(2026, 2, 27), None, date(2026, 3, 1), True, 50, petition=3),
    # accepted in March, kept one from a crime
    Case("med_4", ("neighbours",), date(2026, 3, 3), MediationOrigin.ENTRUSTED, crime=1),
)


def values(period: Period, basis: DateBasis = DateBasis.EVENT, row: str = TOTAL) -> dict[str, int]:
    return {m.value: n.value for (r, m), n in counts(CASES, period, basis).items() if r == row}


def test_each_number_counts_by_its_own_date() -> None:
    assert values(MARCH) == {
        "accepted": 3,
        "own_motion": 1,
        "applied": 1,
        "entrusted": 1,
        "agreed": 1,
        "oral": 1,
        "amount": 50,
        "ended": 1,
        "crime_cases": 1,
        "crime_persons": 1,
    }
    assert values(APRIL) == {"agreed": 1, "written": 1, "amount": 310_000}
    assert values(months(2026, 5, 1)) == {"performed": 1}


def test_by_acceptance_everything_counts_on_the_day_on_which_it_was_accepted() -> None:
    assert values(MARCH, DateBasis.ACCEPTED) == {
        "accepted": 3,
        "own_motion": 1,
        "applied": 1,
        "entrusted": 1,
        "agreed": 1,
        "written": 1,
        "amount": 310_000,
        "performed": 1,
        "ended": 1,
        "crime_cases": 1,
        "crime_persons": 1,
    }
    assert values(APRIL, DateBasis.ACCEPTED) == {}
    february = months(2026, 2, 1)
    assert values(february, DateBasis.ACCEPTED)["petition_persons"] == 3
    assert values(february, DateBasis.ACCEPTED)["origin_unsaid"] == 1


def test_the_origins_add_up_to_what_was_accepted_and_types_to_the_total() -> None:
    found = counts(CASES, months(2026, 1, 12), DateBasis.EVENT)
    origins = (Measure.OWN_MOTION, Measure.APPLIED, Measure.ENTRUSTED, Measure.ORIGIN_UNSAID)
    assert sum(found[TOTAL, m].value for m in origins) == found[TOTAL, Measure.ACCEPTED].value == 4
    for measure in Measure:
        rows = [n.value for (row, m), n in found.items() if m is measure and row not in (TOTAL, "tourism")]
        assert sum(rows) == (found[TOTAL, measure].value if (TOTAL, measure) in found else 0)


def test_an_addition_counts_in_its_own_row_and_in_its_parent_s() -> None:
    assert values(MARCH, row="tourism") == values(MARCH, row="consumer") == {"agreed": 1, "oral": 1, "amount": 50}


def test_a_number_keeps_the_cases_that_it_counted() -> None:
    found = counts(CASES, MARCH, DateBasis.EVENT)
    assert found[TOTAL, Measure.ACCEPTED].cases == ("med_1", "med_2", "med_4")
    assert found["neighbours", Measure.ACCEPTED].cases == ("med_1", "med_4")
    assert found == counts(reversed(CASES), MARCH, DateBasis.EVENT)


def test_what_changed_since_a_report_is_a_difference() -> None:
    reported = counts(CASES, MARCH, DateBasis.EVENT)
    later = counts(CASES[1:], MARCH, DateBasis.EVENT)
    assert differences(reported.values(), reported) == {}
    assert differences(reported.values(), later) == {
        (row, m): -1 for row in (TOTAL, "neighbours") for m in (Measure.ACCEPTED, Measure.APPLIED)
    }
    assert set(differences(later.values(), reported).values()) == {1}


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026", (1, 1), (12, 31)),
        ("2026H1", (1, 1), (6, 30)),
        ("2026h2", (7, 1), (12, 31)),
        ("2026Q1", (1, 1), (3, 31)),
        ("2026Q4", (10, 1), (12, 31)),
        ("2026-02", (2, 1), (2, 28)),
        ("2026-12", (12, 1), (12, 31)),
        ("2026-03-05..2026-03-20", (3, 5), (3, 20)),
    ],
)
def test_a_period_is_read_and_written(written: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    period = parse_period(written)
    assert period == Period(date(2026, *first), date(2026, *last))
    assert period.written == written.upper()


@pytest.mark.parametrize("written", ["", "2026-13", "2026Q5", "2026H3", "三月", "2026-02-30..2026-03-01", "a..b"])
def test_what_is_no_period_is_refused(written: str) -> None:
    with pytest.raises(RuleBroken, match="period_unreadable"):
        parse_period(written)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(RuleBroken, match="period_backwards"):
        parse_period("2026-03-02..2026-03-01")
