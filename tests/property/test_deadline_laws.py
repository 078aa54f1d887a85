"""The deadline engine against an oracle that counts day after day and minute after minute, and laws of what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.actions.calendars import calendar
from sync.records.calendars import Calendar
from sync.records.deadlines import Extension, Item, PeriodUnit, Rule, Suspension, deadline, deadlines
from sync.records.times import BEIJING
from tests.support.slow_calendar import end_of_days, end_of_minutes

SHIPPED = calendar()
FIRST = datetime(2018, 11, 1, tzinfo=UTC)
MINUTES = timedelta(days=3340) // timedelta(minutes=1)  # into years that the calendar does not hold
starts = st.integers(0, MINUTES).map(lambda m: (FIRST + timedelta(minutes=m)).astimezone(BEIJING))


@st.composite
def suspensions(draw: st.DrawFn, start: datetime) -> list[Suspension]:
    """A few spans of whole minutes around a start, that may overlap."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        since = start + timedelta(minutes=draw(st.integers(-3_000, 20_000)))
        found.append(Suspension(since, since + timedelta(minutes=draw(st.integers(0, 9_000)))))
    return found


@settings(max_examples=300, deadline=None)
@given(starts, st.integers(1, 95), st.booleans(), st.data())
def test_days_end_where_a_finger_on_the_wall_calendar_ends(
    start: datetime, days: int, working: bool, data: st.DataObject
) -> None:
    rests = data.draw(suspensions(start))
    rule = Rule("r", days, PeriodUnit.WORKING_DAYS if working else PeriodUnit.DAYS)
    found = deadline(rule, start, SHIPPED, rests)
    assert found.due == end_of_days(start, days, SHIPPED, rests, working=working)
    assert found.due.utcoffset() == timedelta(hours=8)
    assert deadline(rule, start.astimezone(UTC), SHIPPED, rests) == found


@settings(max_examples=100, deadline=None)
@given(starts, st.integers(1, 3_000), st.sampled_from(["minutes", "duty_minutes", "hours"]), st.data())
def test_minutes_run_round_the_clock_or_in_the_hours_of_duty(
    start: datetime, amount: int, unit: str, data: st.DataObject
) -> None:
    rests = data.draw(suspensions(start))
    amount = amount // 60 + 1 if unit == "hours" else amount
    minutes = amount * 60 if unit == "hours" else amount
    found = deadline(Rule("r", amount, PeriodUnit(unit)), start, SHIPPED, rests)
    assert found.due == end_of_minutes(start, minutes, SHIPPED, rests, duty=unit == "duty_minutes")


@settings(max_examples=100, deadline=None)
@given(starts, st.integers(1, 60), st.sampled_from(["days", "working_days"]))
def test_it_says_of_which_years_it_did_not_know_the_days_off(start: datetime, amount: int, unit: str) -> None:
    found = deadline(Rule("r", amount, PeriodUnit(unit)), start, SHIPPED)
    told = {dict(a.values)["year"] for a in found.assumed if a.key == "records.assumed_year"}
    assert (found.due.year in told) is (found.due.year not in SHIPPED.years)
    knows = Calendar(SHIPPED.years | {2017, 2018, 2027, 2028}, SHIPPED.off, SHIPPED.work, SHIPPED.fixed, version="1")
    assert deadline(Rule("r", amount, PeriodUnit(unit)), start, knows).assumed == ()


@settings(max_examples=100, deadline=None)
@given(starts, st.integers(1, 60), st.integers(0, 90), st.integers(0, 40), st.sampled_from(list(PeriodUnit)))
def test_an_extension_counts_only_if_it_was_asked_for_in_time(
    start: datetime, amount: int, asked_after: int, more: int, unit: PeriodUnit
) -> None:
    rule = Rule("r", amount, unit, extend=30)
    plain = deadline(rule, start, SHIPPED).due
    asked = start + timedelta(days=asked_after)
    found = deadline(rule, start, SHIPPED, (), [Extension(asked, more)])
    if asked > plain:
        assert found.due == plain
        assert "records.assumed_extension_late" in {a.key for a in found.assumed}
    else:
        assert found.due == deadline(Rule("r", amount + min(more, 30), unit), start, SHIPPED).due
        assert (more > 30) is ("records.assumed_extension_cut" in {a.key for a in found.assumed})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(starts, st.integers(0, 4), st.booleans()), max_size=30), st.randoms())
def test_many_at_once_are_each_as_alone_in_any_order(rows: list[tuple[datetime, int, bool]], random: object) -> None:
    rules = [Rule("a", 5, unit) for unit in PeriodUnit]
    items = [
        Item(rules[which], start, (Suspension(start, start + timedelta(hours=30)),) if rests else ())
        for start, which, rests in rows
    ]
    found = deadlines(items, SHIPPED)
    assert found == [deadline(*item[:2], SHIPPED, *item[2:]) for item in items]
    assert deadlines(reversed(items), SHIPPED) == found[::-1]


@settings(max_examples=200, deadline=None)
@given(starts, st.integers(1, 60), st.timedeltas(timedelta(0), timedelta(days=40)), st.sampled_from(list(PeriodUnit)))
def test_who_begins_later_never_ends_earlier(start: datetime, amount: int, later: timedelta, unit: PeriodUnit) -> None:
    rule = Rule("r", amount, unit)
    assert deadline(rule, start, SHIPPED).due <= deadline(rule, start + later, SHIPPED).due
