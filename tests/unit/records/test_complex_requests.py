"""A department that was asked to mediate finds the case complex: ten working days to accept in the place of five."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from desktop.actions.calendars import calendar
from desktop.actions.deadlines import deadline_rules
from sync.records.deadlines import Extension, deadline
from sync.records.errors import RuleBroken
from sync.records.matter_state import fold_matter
from sync.records.matters import Matter, Nature, Step, StepKind
from sync.records.mediation_requests import ACCEPT, ACCEPT_COMPLEX, Asked, check_complex, requests_of
from sync.records.mediations import Host
from sync.records.open_clocks import OpenClock, matter_clocks
from sync.records.record import Made
from sync.records.roads import check_road
from sync.records.times import BEIJING

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
MADE = Made(by="sta_1", unit="unt_own", store="sto_1", at=DAY)
BUREAU = "unt_bureau"
MATTER = Matter(id="mat_1", made=MADE, title="欠薪", nature=Nature.DISPUTE, unit="unt_own", discovered_at=DAY)


def step(name: str, kind: StepKind, *seen: Step, day: int = 0, **said: Any) -> Step:
    at, before = DAY + timedelta(days=day), tuple(one.id for one in seen)
    return Step(id=f"stp_{name}", made=MADE, matter="mat_1", kind=kind, happened_at=at, seen=before, **said)


ASKED = step("1", StepKind.MEDIATION_ASKED, to_unit=BUREAU, host=Host.ADMINISTRATIVE)
COMPLEX = step("2", StepKind.MEDIATION_COMPLEX, ASKED, day=2, by_unit=BUREAU, text="涉及多人")


def rule(kind: str) -> Any:
    return deadline_rules()[kind]


def test_the_law_s_five_days_and_what_may_be_added_are_the_ten() -> None:
    longer = deadline(rule(ACCEPT), DAY, calendar(), extensions=[Extension(DAY, rule(ACCEPT).extend)])
    assert deadline(rule(ACCEPT_COMPLEX), DAY, calendar()).due == longer.due


def test_it_has_longer_to_accept_whatever_came_first() -> None:
    for some in permutations((ASKED, COMPLEX)):
        assert requests_of(some).waiting == (Asked(Host.ADMINISTRATIVE, DAY, BUREAU, complex=True),)
        assert matter_clocks(MATTER, some, fold_matter(some)) == (OpenClock(ACCEPT_COMPLEX, DAY, BUREAU),)
        assert fold_matter(some).state is fold_matter([ASKED]).state, "it moves nothing"
    answer = step("3", StepKind.RECEIVED, COMPLEX, day=5, by_unit=BUREAU)
    for some in permutations((ASKED, COMPLEX, answer)):
        assert requests_of(some).waiting == ()
    again = step("4", StepKind.MEDIATION_ASKED, answer, day=6, to_unit=BUREAU, host=Host.ADMINISTRATIVE)
    assert [one.complex for one in requests_of((ASKED, COMPLEX, answer, again)).waiting] == [False]


def test_another_unit_s_word_and_another_body_s_request_move_nothing() -> None:
    stranger = step("5", StepKind.MEDIATION_COMPLEX, ASKED, by_unit="unt_street", text="复杂")
    assert matter_clocks(MATTER, (ASKED, stranger), fold_matter((ASKED, stranger)))[0].kind == ACCEPT
    people = step("6", StepKind.MEDIATION_ASKED, to_unit=BUREAU, host=Host.PEOPLE)
    said = step("7", StepKind.MEDIATION_COMPLEX, people, by_unit=BUREAU, text="复杂")
    assert requests_of((people, said)).waiting == (Asked(Host.PEOPLE, DAY, BUREAU),)


def said(day: int, by_unit: str = BUREAU) -> Step:
    return step("a", StepKind.MEDIATION_COMPLEX, day=day, by_unit=by_unit, text="复杂")


@pytest.mark.parametrize(
    ("told", "before", "key"),
    [
        (said(2, "unt_street"), (ASKED,), "complex_not_asked"),
        (said(2), (), "complex_not_asked"),
        (said(3), (ASKED, COMPLEX), "complex_said_already"),
        (said(-1), (ASKED,), "complex_before_asked"),
        (said(8), (ASKED,), "extension_too_late"),
    ],
)
def test_it_says_so_once_and_while_the_five_days_run(told: Step, before: tuple[Step, ...], key: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        check_complex(told, before, lambda since: deadline(rule(ACCEPT), since, calendar()))
    assert broken.value.key == f"records.{key}"


def test_in_time_it_may_and_it_is_on_the_road_of_disputes_and_petitions_only() -> None:
    check_complex(COMPLEX, (ASKED,), lambda since: deadline(rule(ACCEPT), since, calendar()))
    for nature in (Nature.SERVICE, Nature.DISPUTE):
        with pytest.raises(RuleBroken) as broken:
            check_road(nature, COMPLEX, {}, "unt_own")
        dispute = nature is Nature.DISPUTE
        assert broken.value.key == ("records.step_body_missing" if dispute else "records.step_not_on_road")
