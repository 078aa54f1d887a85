"""What falls due after an agreement: the applications' last days, terms, return visits, and what was done already."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import Any

import pytest

from desktop.actions.calendars import calendar
from desktop.actions.due import clocks
from sync.records.due import DueKind, due_of
from sync.records.kinds import new_id
from sync.records.mediations import FollowUp, Term
from sync.records.signing import Signing, SigningStage
from tests.unit.records.test_folds import AGREEMENT, MADE

EFFECT = date(2026, 3, 6)
STATE = Signing(SigningStage.IN_EFFECT, 3, 3, EFFECT)
PAPER = dataclasses.replace(
    AGREEMENT,
    terms=(Term(text="首付", due_on=date(2026, 3, 16)), Term(text="道歉"), Term(text="尾款", due_on=date(2026, 6, 1))),
)


def due(today: date, *visits: FollowUp, state: Signing = STATE, **more: Any) -> list[tuple[str, date, int]]:
    found = due_of(PAPER, state, visits, clocks(), calendar(), today, **more)
    return [(d.kind.value, d.on, d.term) for d in found]


def visit(day: date, performed: str = "part") -> FollowUp:
    at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    return FollowUp(id=new_id("follow_up"), made=MADE, subject=PAPER.id, happened_at=at, performed=performed, text="t")


CONFIRM = ("confirm", date(2026, 4, 7), 0)  # 5 April is Qingming: the period ends with the next day of work
REVIEW = ("arbitration_review", date(2026, 3, 23), 0)  # 21 March is a Saturday
FIRST, LAST = ("performance", date(2026, 3, 16), 1), ("performance", date(2026, 6, 1), 3)
WHOLE = ("follow_up", date(2026, 4, 7), 0)  # 30 days later is Qingming, too


def test_the_applications_run_to_their_last_day_and_no_further() -> None:
    assert due(EFFECT) == [FIRST, CONFIRM]
    assert due(EFFECT, labour=True) == [FIRST, REVIEW, CONFIRM]
    assert REVIEW in due(date(2026, 3, 23), labour=True)
    assert REVIEW not in due(date(2026, 3, 24), labour=True)
    assert CONFIRM in due(date(2026, 4, 7))
    assert CONFIRM not in due(date(2026, 4, 8))
    assert due(EFFECT, applied=True) == [FIRST]


def test_a_term_is_due_on_its_day_and_asked_about_afterwards_until_somebody_was_there() -> None:
    assert due(date(2026, 3, 16), applied=True) == [FIRST]
    assert due(date(2026, 3, 17), applied=True) == [("follow_up", date(2026, 3, 23), 1)]
    assert due(date(2026, 4, 1), applied=True) == [("follow_up", date(2026, 3, 23), 1), WHOLE]
    assert due(date(2026, 4, 1), visit(date(2026, 3, 16)), applied=True) == []
    assert due(date(2026, 4, 1), visit(date(2026, 3, 15)), applied=True) == [("follow_up", date(2026, 3, 23), 1)]
    assert due(date(2026, 5, 18), visit(date(2026, 3, 16)), applied=True) == [LAST]
    assert due(date(2026, 6, 3), visit(date(2026, 3, 16), "all"), applied=True) == []


@pytest.mark.parametrize("stage", [SigningStage.UNSIGNED, SigningStage.PARTLY])
def test_what_is_not_in_effect_starts_no_clock_but_an_awaited_seal_is_due(stage: SigningStage) -> None:
    assert due(EFFECT, state=Signing(stage, 1, 3, None)) == []
    awaited = Signing(SigningStage.AWAITING_SEAL, 3, 3, None)
    assert due(EFFECT, state=awaited) == [("seal", PAPER.drawn_on, 0)]


def test_a_last_day_in_a_year_without_a_calendar_says_so() -> None:
    late = dataclasses.replace(STATE, effective=date(2030, 12, 20))
    (found,) = due_of(AGREEMENT, late, [visit(date(2030, 12, 21))], clocks(), calendar(), date(2030, 12, 22))
    assert (found.kind, found.on) == (DueKind.CONFIRM, date(2031, 1, 20))
    assert [one.key for one in found.assumed] == ["records.assumed_year", "records.assumed_old"]
