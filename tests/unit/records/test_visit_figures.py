"""A progress query is no 重复访, and five who fetch a paper are no 集体访."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sync.records.kinds import new_id
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.records.visit_figures import NEITHER, VisitFigures, visit_figures
from sync.records.visits import Channel, Purpose, Visit

AT = datetime(2026, 9, 15, 10, tzinfo=BEIJING)
MADE = Made(by="sta_1", unit="uni_1", store="sto_1", at=AT)


def visit(purpose: Purpose, people: int = 1, channel: Channel = Channel.WALK_IN, days: int = 0) -> Visit:
    at = AT + timedelta(days=days)
    return Visit(
        id=new_id("visit"), made=MADE, channel=channel, purpose=purpose, happened_at=at, text="…", headcount=people
    )


def counted(*visits: Visit) -> VisitFigures:
    return visit_figures(visits, date(2026, 9, 1), date(2026, 9, 30))


def test_only_what_was_logged_as_first_or_repeated_counts_as_such() -> None:
    figures = counted(*(visit(purpose) for purpose in Purpose))
    assert (figures.contacts, figures.first, figures.repeat) == (len(Purpose), 1, 1)
    assert {Purpose.PROGRESS, Purpose.COLLECT, Purpose.SUPPLEMENT, Purpose.CONSULTATION} == NEITHER


def test_a_group_came_in_person_about_something_that_is_registered() -> None:
    figures = counted(
        visit(Purpose.FIRST, 6),
        visit(Purpose.PROGRESS, 6),
        visit(Purpose.FIRST, 9, Channel.PHONE),
        visit(Purpose.FIRST, 4),
    )
    assert (figures.groups, figures.group_people, figures.people) == (1, 6, 25)


def test_days_are_counted_at_the_stations_time_both_included() -> None:
    assert counted(visit(Purpose.FIRST, days=15), visit(Purpose.FIRST, days=16)).contacts == 1


@given(st.lists(st.sampled_from(sorted(NEITHER)), max_size=5), st.integers(1, 9))
def test_no_number_of_other_contacts_makes_a_first_or_repeated_one(purposes: list[Purpose], people: int) -> None:
    figures = counted(visit(Purpose.FIRST), *(visit(purpose, people) for purpose in purposes))
    assert (figures.first, figures.repeat, figures.groups) == (1, 0, 0)
