"""What the deadline engine says: where a period ends, what rested, what was added, and what it had to assume."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from desktop.actions.calendars import calendar
from desktop.actions.deadlines import Periods, deadline_rules, order_rule
from sync.records.calendars import Calendar, read_calendar
from sync.records.deadline_rules import KINDS, ORDER_KINDS, read_deadline_rules
from sync.records.deadlines import Extension, PeriodUnit, Rule, Suspension, deadline
from sync.records.errors import RuleBroken
from sync.records.times import BEIJING

due_by = Periods(deadline_rules(), calendar()).due_by
SHIPPED = """
version = "a"
fixed = ["01-01"]
duty = [["08:30", "12:00"], ["13:00", "17:30"]]
[[year]]
year = 2026
off = [["2026-10-01", "2026-10-07"]]
work = ["2026-10-10"]
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("kind", "start", "due"),
    [
        ("petition-notice", "2026-09-25T10:00", "2026-10-10T23:59:59"),  # a Saturday on which people work
        ("petition-notice", "2026-01-30T10:00", "2026-02-14T23:59:59"),  # another
        ("petition-notice", "2026-09-18T10:00", "2026-10-08T23:59:59"),  # in the National Day week
        ("petition-objection", "2026-04-02T23:59", "2026-04-10T23:59:59"),  # Qingming and its weekend between
        ("petition-close", "2026-03-02T00:00", "2026-05-06T23:59:59"),  # Labour Day
        ("mediation-labour", "2026-03-06T09:00", "2026-03-23T23:59:59"),  # a Saturday
        (
            "mediation-medical",
            "2026-01-30T09:00",
            "2026-03-19T23:59:59",
        ),  # two Saturdays of work, nine days of Spring Festival
        ("confirmation", "2026-03-05T09:00", "2026-04-07T23:59:59"),  # 4 April begins Qingming
        ("labour-review", "2026-03-02T00:00", "2026-03-17T23:59:59"),
        ("review-request", "2026-09-02T08:00", "2026-10-08T23:59:59"),
        ("mediation-administrative-accept", "2026-02-13T08:00", "2026-02-27T23:59:59"),
    ],
)
def test_the_periods_of_the_law(kind: str, start: str, due: str) -> None:
    assert due_by(kind, at(start)).due == at(due)
    assert due_by(kind, at(start)).assumed == ()


def test_every_kind_is_there_and_has_its_law_and_orders_have_theirs_by_grade() -> None:
    assert set(KINDS) <= set(deadline_rules())
    assert all(rule.source and rule.amount > 0 for rule in deadline_rules().values())
    assert order_rule("order-ratify").amount == 24
    for kind in ORDER_KINDS[:3]:
        assert order_rule(kind, "blue").amount > order_rule(kind, "red").amount == order_rule(kind).amount
        assert not order_rule(kind).confirmed
    with pytest.raises(RuleBroken, match="no_grade"):
        order_rule("order-report", "green")


def test_hours_are_never_days_divided_and_run_through_nights_and_holidays() -> None:
    start = at("2026-09-30T17:30:15")
    assert deadline(Rule("r", 24, PeriodUnit.HOURS), start, calendar()).due == at("2026-10-01T17:30:15")
    assert deadline(Rule("r", 1, PeriodUnit.DAYS), start, calendar()).due == at("2026-10-08T23:59:59")


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-09-30T17:30", 60, "2026-10-08T09:30"),  # over the holidays
        ("2026-03-05T11:30", 60, "2026-03-05T14:30"),  # over the noon
        ("2026-03-05T11:30", 30, "2026-03-05T12:00"),  # to the end of the morning
        ("2026-03-07T03:00", 30, "2026-03-09T09:30"),  # begun on a Saturday
        ("2026-10-10T08:00", 30, "2026-10-10T09:30"),  # a Saturday on which people work
    ],
)
def test_duty_minutes_run_while_people_are_on_duty(start: str, minutes: int, due: str) -> None:
    assert deadline(Rule("r", minutes, PeriodUnit.DUTY_MINUTES), at(start), calendar()).due == at(due)


def test_what_is_suspended_is_not_counted_and_an_open_suspension_is_said() -> None:
    rule, start = deadline_rules()["mediation-medical"], at("2026-03-02T09:00")
    appraisal = Suspension(at("2026-03-10T10:00"), at("2026-03-17T09:00"))
    assert due_by("mediation-medical", start).due == at("2026-04-14T23:59:59")
    assert deadline(rule, start, calendar(), [appraisal]).due == at("2026-04-21T23:59:59")
    rests = deadline(rule, start, calendar(), [Suspension(appraisal.since)], now=appraisal.until)
    assert (rests.due, rests.stopped) == (at("2026-04-21T23:59:59"), True)
    assert [a.key for a in rests.assumed] == ["records.assumed_stopped"]
    minutes = Rule("r", 60, PeriodUnit.MINUTES)
    spans = [Suspension(at("2026-03-02T09:30"), at("2026-03-02T10:00"))] * 2
    assert deadline(minutes, start, calendar(), spans).due == at("2026-03-02T10:30")


def test_an_extension_is_added_to_the_whole_and_a_moment_given_stands_as_it_is() -> None:
    close, start = "petition-close", at("2026-03-02T09:00")
    asked = at("2026-04-20T09:00")
    assert due_by(close, start, (), [Extension(asked, 30)]).due == at("2026-06-01T23:59:59")
    assert due_by(close, start, (), [Extension(at("2026-05-07T00:00"), 30)]).due == at("2026-05-06T23:59:59")
    more = [Extension(asked, 20), Extension(at("2026-05-20T09:00"), 20)]
    assert due_by(close, start, (), more).due == at("2026-06-01T23:59:59")
    assert [a.key for a in due_by(close, start, (), more).assumed] == ["records.assumed_extension_cut"]
    given = Extension(at("2026-03-02T09:30"), until=at("2026-03-02T18:00"))
    assert deadline(Rule("r", 60, PeriodUnit.MINUTES), start, calendar(), (), [given]).due == given.until


def test_a_year_that_nobody_told_an_old_calendar_and_hours_of_duty_are_assumed_aloud() -> None:
    told = deadline(Rule("r", 30, PeriodUnit.DAYS), at("2026-12-01T09:00"), calendar())
    assert (told.due, told.assumed) == (at("2026-12-31T23:59:59"), ())
    into = deadline(Rule("r", 31, PeriodUnit.DAYS), at("2026-12-01T09:00"), calendar())
    assert into.due == at("2027-01-04T23:59:59")
    assert into.assumed == (("records.assumed_year", (("year", 2027),)),)
    old = read_calendar(SHIPPED.replace("2026-10-10", "2024-10-12").replace("2026", "2024"))
    keys = [a.key for a in deadline(Rule("r", 3, PeriodUnit.DAYS), at("2026-03-02T09:00"), old).assumed]
    assert keys == ["records.assumed_year", "records.assumed_old"]
    bare = Calendar(frozenset({2026}), frozenset(), frozenset())
    found = deadline(Rule("r", 30, PeriodUnit.DUTY_MINUTES), at("2026-03-02T07:00"), bare)
    assert (found.due, [a.key for a in found.assumed]) == (at("2026-03-02T09:30"), ["records.assumed_duty"])


def test_a_moment_that_cannot_be_is_said_and_ends_nothing_with_a_crash() -> None:
    for start in (datetime.max.replace(tzinfo=UTC), datetime(9999, 12, 30, tzinfo=BEIJING)):
        for unit in PeriodUnit:
            found = deadline(Rule("r", 6_000, unit), start, calendar())
            assert [a.key for a in found.assumed] == ["records.assumed_never"]


def test_a_calendar_is_read_from_its_text() -> None:
    read = read_calendar(SHIPPED)
    assert (read.version, read.years, len(read.off)) == ("a", {2026}, 7)
    assert read.hours == ((time(8, 30), time(12)), (time(13), time(17, 30)))
    assert [read.is_off(date(*day)) for day in ((2026, 10, 7), (2026, 10, 10), (2030, 1, 1))] == [True, False, True]
    assert {2019, 2026} <= calendar().years
    assert calendar().version


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (('version = "a"', "version ="), "records.calendar_unreadable"),
        (('version = "a"', 'version = ""'), "records.calendar_shape"),
        (("2026-10-07", "2026-10-32"), "records.calendar_shape"),
        (("2026-10-07", "2026-09-07"), "records.calendar_shape"),
        (("2026-10-07", "2027-10-07"), "tables.stretch_long"),
        (('"08:30"', '"12:30"'), "records.calendar_shape"),
        (('"01-01"', '"13-01"'), "records.calendar_shape"),
        (("year = 2026", 'year = "x"'), "records.calendar_shape"),
        (("2026-10-10", "2026-10-03"), "records.calendar_day"),
        (("2026-10-10", "2025-10-11"), "records.calendar_day"),
        (("2026-10-10", "2026-10-09"), "records.calendar_day"),
        (("work =", "wrok ="), "records.calendar_shape"),
    ],
)
def test_a_calendar_that_is_wrong_is_told_in_one_sentence(change: tuple[str, str], key: str) -> None:
    with pytest.raises(RuleBroken) as told:
        read_calendar(SHIPPED.replace(*change))
    assert told.value.key == key
    with pytest.raises(RuleBroken, match="calendar_year_twice"):
        read_calendar(SHIPPED + "[[year]]\nyear = 2026\noff = []\nwork = []\n")


def test_a_table_of_periods_without_one_of_them_is_told() -> None:
    for text in ("x", "a = 1", '[petition-notice]\namount = 0\nunit = "days"\nsource = "x"', ""):
        with pytest.raises(RuleBroken, match="deadline_rules"):
            read_deadline_rules(text)
