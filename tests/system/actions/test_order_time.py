"""An order that is written while the desk's clock is not believed: under which time it goes out, and who is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from desktop.actions.clock import boot, steady
from desktop.actions.desk import Done
from desktop.actions.notices import call_rows, unread_minutes
from desktop.actions.open_items import all_open
from desktop.actions.orders import emergency_order, give_order, issue_order, order_draft
from desktop.forms.orders import DOUBTED
from desktop.store.clock import note_anchor
from sync.records.errors import RuleBroken
from sync.records.open_clocks import Standing
from sync.records.orders import DispatchOrder
from tests.system.actions.conftest import NOON, Station
from tests.system.actions.test_steps import matter  # noqa: F401 a fixture

YEAR = timedelta(days=365)
A_WHILE = timedelta(minutes=5)
"""More than a test takes by the steady clock."""


def draft(station: Station, matter: str, **more: Any) -> dict[str, Any]:  # noqa: F811
    opened = order_draft(station.secretary, matter)
    return {**opened, "departments": [station.units["区住房和建设局"]], "grade": "yellow", **more}


def order_of(station: Station, done: Done) -> DispatchOrder:
    with station.store.read() as reader:
        found = reader.get(done.id)
    assert isinstance(found, DispatchOrder)
    return found


def signed_now(station: Station) -> None:
    """The district has just signed this time, and the steady clock goes on."""
    with station.store.write() as work:
        note_anchor(work, station.clock.at, station.clock.at, steady(), boot())


@pytest.mark.parametrize("moved", [-YEAR, YEAR])
def test_where_the_district_and_the_steady_clock_tell_the_time_an_order_is_dated_by_them(
    station: Station,
    matter: str,  # noqa: F811
    moved: timedelta,
) -> None:
    signed_now(station)
    station.clock.at += moved
    opened = draft(station, matter)
    assert opened["issued_at"] == NOON.isoformat()  # the form shows it before it is signed
    done = issue_order(station.secretary, matter, opened)
    order = order_of(station, done)
    assert NOON <= order.issued_at < NOON + A_WHILE
    assert done.dated == order.issued_at == order.made.at
    assert order.number.startswith("(2026)")
    assert order.limits.report_by == order.issued_at + timedelta(hours=1)
    station.clock.at = NOON + timedelta(minutes=30)
    assert [i.standing for i in all_open(station.desk).items if i.clock == "order-report"] == [Standing.RUNNING]


def test_a_clock_that_nobody_doubts_asks_nothing(station: Station, matter: str) -> None:  # noqa: F811
    opened = draft(station, matter)
    assert not opened.get("issued_at")
    done = issue_order(station.secretary, matter, {**opened, "issued_at": (NOON - YEAR).isoformat()})
    assert (order_of(station, done).issued_at, done.dated) == (NOON, None)


def test_where_nothing_tells_the_time_it_is_asked_for(station: Station, matter: str) -> None:  # noqa: F811
    """The desk's own newest record is later than its clock: nobody knows which of the two was wrong."""
    station.clock.at -= YEAR
    opened = draft(station, matter)
    assert opened["issued_at"] == ""
    with pytest.raises(RuleBroken, match="required") as asked:
        issue_order(station.secretary, matter, opened)
    assert asked.value.field == "issued_at"
    without = {name: said for name, said in opened.items() if name not in (DOUBTED, "issued_at")}
    with pytest.raises(RuleBroken, match="order_time_unknown"):  # a form that was open before the clock was set
        issue_order(station.secretary, matter, without)
    done = issue_order(station.secretary, matter, {**opened, "issued_at": (NOON + A_WHILE).isoformat()})
    assert order_of(station, done).issued_at == done.dated == NOON + A_WHILE


def test_a_time_that_cannot_be_is_not_taken(station: Station, matter: str) -> None:  # noqa: F811
    with station.store.write() as work:
        note_anchor(work, NOON, NOON, steady(), "another start of the computer")
    station.clock.at -= YEAR
    opened = draft(station, matter)
    for said, why in ((NOON - YEAR, "order_time_early"), (NOON + YEAR, "order_time_late")):
        with pytest.raises(RuleBroken, match=why):
            issue_order(station.secretary, matter, {**opened, "issued_at": said.isoformat()})


def test_an_emergency_waits_for_nobody_and_says_under_which_time_it_went(station: Station, matter: str) -> None:  # noqa: F811
    issue_order(station.secretary, matter, draft(station, matter))
    station.clock.at -= YEAR
    done = emergency_order(station.desk, matter)
    assert done.dated == order_of(station, done).issued_at == NOON


def test_what_is_asked_for_waits_for_no_time(station: Station, matter: str) -> None:  # noqa: F811
    station.clock.at -= YEAR
    asked = order_draft(station.desk, matter) | {"departments": [station.units["区住房和建设局"]]}
    assert give_order(station.desk, matter, asked).number == ""


def test_a_call_that_a_doubted_clock_noted_is_asked_about(station: Station, matter: str) -> None:  # noqa: F811
    signed_now(station)
    station.clock.at -= YEAR
    call = {
        "called": station.units["区住房和建设局"],
        "called_at": station.clock.at.isoformat(),
        "callee": "值班陈科",
        "read_back": "复述无误",
    }
    opened = draft(station, matter, calls=[call])
    with pytest.raises(RuleBroken, match="call_time_doubtful"):
        issue_order(station.secretary, matter, opened)
    right = {**call, "called_at": (NOON - A_WHILE).isoformat()}
    order = order_of(station, issue_order(station.secretary, matter, {**opened, "calls": [right]}))
    assert order.calls[0].report_by == NOON - A_WHILE + timedelta(hours=1)


@pytest.mark.parametrize("moved", [-YEAR, YEAR])
def test_whom_to_call_follows_from_the_time_that_is_believed(station: Station, matter: str, moved: timedelta) -> None:  # noqa: F811
    signed_now(station)
    issue_order(station.secretary, matter, draft(station, matter))
    station.clock.at += moved
    assert call_rows(station.desk) == ()
    _signed_ago(station, NOON, timedelta(minutes=unread_minutes() + 1))
    assert len(call_rows(station.desk)) == 1


def _signed_ago(station: Station, at: datetime, ago: timedelta) -> None:
    with station.store.write() as work:
        note_anchor(work, at, at, steady() - ago.total_seconds(), boot())
