"""What a list is narrowed to, as the store is asked for it: days at +08:00, both ends of a period included."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from desktop.store.listing import Filter
from desktop.ui.models.narrow import FIELDS, Narrow
from sync.records.times import BEIJING

NOW = datetime(2026, 11, 26, 17, 0, tzinfo=timezone(timedelta()))
"""Already one o'clock on Friday the 27th here."""


@pytest.mark.parametrize(
    ("narrow", "since", "until"),
    [
        (Narrow(), None, None),
        (Narrow(period="today"), date(2026, 11, 27), None),
        (Narrow(period="week"), date(2026, 11, 23), None),
        (Narrow(period="month"), date(2026, 11, 1), None),
        (Narrow(period="days", first=date(2026, 3, 5)), date(2026, 3, 5), None),
        (Narrow(period="days", first=date(2026, 3, 5), last=date(2026, 3, 5)), date(2026, 3, 5), date(2026, 3, 6)),
        (Narrow(period="days", last=date(2026, 3, 5)), None, date(2026, 3, 6)),
    ],
)
def test_a_period_is_asked_for_from_midnight_to_midnight(
    narrow: Narrow, since: date | None, until: date | None
) -> None:
    def midnight(day: date | None) -> datetime | None:
        return datetime(day.year, day.month, day.day, tzinfo=BEIJING) if day else None

    asked = narrow.filter("漏水", NOW, "sta_1")
    assert (asked.text, asked.since, asked.until, asked.by) == ("漏水", midnight(since), midnight(until), "")


def test_each_part_is_active_by_itself_and_can_be_taken_away() -> None:
    full = Narrow(
        period="days",
        first=date(2026, 3, 5),
        states=frozenset({"closed"}),
        categories=frozenset({"other"}),
        channels=frozenset({"phone"}),
        purposes=frozenset({"repeat"}),
        mine=True,
        unit="uni_1",
        among=("med_1",),
        told="2026-11",
    )
    assert full.active() == FIELDS
    left = full
    for field in FIELDS:
        assert set(full.without(field).active()) == set(FIELDS) - {field}
        left = left.without(field)
    assert left == Narrow()
    assert left.filter("", NOW, "sta_1") == Filter()
    assert replace(Narrow(), mine=True).filter("", NOW, "sta_1").by == "sta_1"
