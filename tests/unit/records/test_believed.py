"""What time is believed: a clock that was set, or is wrong, neither hides nor invents what is overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.records.believed import SILENCE, SLACK, ClockDoubt, Heard, believed
from sync.records.times import BEIJING

SIGNED = datetime(2026, 3, 5, 18, tzinfo=BEIJING)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
HEARD = Heard(signed=SIGNED, anchored=SIGNED, wall=SIGNED, ago=3 * HOUR)
LATER = replace(HEARD, ago=None)  # the computer was started anew since


def test_a_clock_that_nothing_contradicts_is_believed() -> None:
    for heard in (Heard(), HEARD, LATER, Heard(newest=SIGNED)):
        now = SIGNED + 3 * HOUR
        assert (believed(now, heard).now, believed(now, heard).latest, believed(now, heard).doubt) == (now, now, None)
    assert believed(SIGNED + 30 * DAY, LATER).doubt is None


@pytest.mark.parametrize("by", [YEAR, -YEAR, HOUR, -HOUR])
def test_a_clock_that_was_set_while_the_computer_ran_is_not(by: timedelta) -> None:
    told = believed(SIGNED + 3 * HOUR + by, HEARD)
    assert (told.earliest, told.latest, told.doubt) == (SIGNED + 3 * HOUR, SIGNED + 3 * HOUR, ClockDoubt.MOVED)


def test_a_clock_that_was_wrong_and_was_set_right_is() -> None:
    wrong = replace(HEARD, wall=SIGNED + YEAR, off=YEAR, off_at=SIGNED + YEAR)
    assert believed(SIGNED + YEAR + 3 * HOUR, wrong).now == SIGNED + 3 * HOUR
    assert believed(SIGNED + YEAR + 3 * HOUR, wrong).doubt is ClockDoubt.OFF
    assert (believed(SIGNED + 3 * HOUR, wrong).now, believed(SIGNED + 3 * HOUR, wrong).doubt) == (
        SIGNED + 3 * HOUR,
        None,
    )


def test_a_clock_set_back_a_year_hides_nothing() -> None:
    told = believed(SIGNED - YEAR, LATER)
    assert (told.now, told.doubt) == (SIGNED, ClockDoubt.BEHIND)
    own = believed(SIGNED - YEAR, Heard(newest=SIGNED))
    assert (own.earliest, own.latest, own.doubt) == (SIGNED - YEAR, SIGNED, ClockDoubt.EARLIER)


def test_a_clock_set_ahead_a_year_invents_nothing() -> None:
    told = believed(SIGNED + YEAR, LATER)
    assert (told.earliest, told.latest, told.doubt) == (SIGNED, SIGNED + YEAR, ClockDoubt.SILENT)
    heard = replace(LATER, off=YEAR, off_at=SIGNED + YEAR)
    assert believed(SIGNED + YEAR + 2 * DAY, heard).now == SIGNED + 2 * DAY


times = st.timedeltas(-2 * YEAR, 2 * YEAR)


@given(times, st.none() | st.timedeltas(timedelta(0), 40 * DAY), times, st.none() | times)
def test_it_is_never_believed_to_be_earlier_than_the_district_signed_or_wrong_without_a_doubt(
    desk: timedelta, ago: timedelta | None, wall: timedelta, newest: timedelta | None
) -> None:
    heard = replace(HEARD, ago=ago, wall=SIGNED + wall, off=wall, off_at=SIGNED + wall)
    heard = replace(heard, newest=None if newest is None else SIGNED + newest)
    told = believed(SIGNED + desk, heard)
    assert told.earliest <= told.latest
    assert told.latest >= SIGNED - 2 * SLACK
    if told.doubt is None:
        assert told.earliest == told.latest == SIGNED + desk
        assert desk >= -SLACK
    if ago is not None:  # the steady clock knows: whatever the desk says, it is that long ago
        assert abs(told.now - (SIGNED + ago)) <= 2 * SLACK or told.doubt in (ClockDoubt.EARLIER, ClockDoubt.SILENT)
    assert SILENCE > SLACK
