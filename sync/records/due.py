"""What falls due after an agreement: the seal that is awaited, the applications, performance, return visits.

Periods are counted by deadlines.py. A performance date is what the parties said: it is not moved.
Something that was done is due no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sync.records.calendars import Calendar
from sync.records.court_confirmation import ACCEPT, CourtCourse
from sync.records.deadlines import Assumed, Rule, deadline_of_day
from sync.records.mediations import Agreement, FollowUp
from sync.records.signing import Signing, SigningStage
from sync.records.times import BEIJING

NOT_FILED: Final = CourtCourse()


class DueKind(StrEnum):
    """The committee's seal; the court's confirmation (人民调解法 33); the arbitration body's review, for labour
    (劳动人事争议仲裁办案规则 74); performance of a term; a return visit (人民调解法 31); that the court accepts an
    application for confirmation, and decides on it (法释〔2011〕5号 4、5)."""

    SEAL = "seal"
    CONFIRM = "confirm"
    ARBITRATION_REVIEW = "arbitration_review"
    PERFORMANCE = "performance"
    FOLLOW_UP = "follow_up"
    COURT_ACCEPT = "court_accept"
    COURT_DECIDE = "court_decide"


@dataclass(frozen=True, slots=True)
class Clocks:
    """The two periods of the law, those of return visits and of the court (by kind) as the district sets them (its
    table of periods), and how many days before its day something is shown.
    """

    confirm: Rule
    arbitration_review: Rule
    follow_up_term: Rule
    follow_up_effect: Rule
    court: Mapping[str, Rule]
    ahead: int


@dataclass(frozen=True, slots=True)
class Due:
    """One thing and its last day; ``term`` counts from 1, 0 for none. ``assumed``: what was taken for granted."""

    kind: DueKind
    on: date
    term: int = 0
    assumed: tuple[Assumed, ...] = ()


def due_of(
    agreement: Agreement,
    state: Signing,
    visits: Iterable[FollowUp],
    clocks: Clocks,
    calendar: Calendar,
    today: date,
    *,
    labour: bool = False,
    applied: bool = False,
    court: CourtCourse = NOT_FILED,
) -> tuple[Due, ...]:
    """Return what is due by now or soon, the earliest first; ``applied``: the application to the court was printed.

    ``labour``: a review by arbitration may yet be asked for. ``court``: how far an application that was filed came.
    """
    if state.stage is SigningStage.AWAITING_SEAL:
        return (Due(DueKind.SEAL, agreement.drawn_on),)
    if state.effective is None:
        return ()
    seen = sorted(v.happened_at.astimezone(BEIJING).date() for v in visits)
    done = any(v.performed == "all" for v in visits)
    asked = applied or court.filed is not None
    found = [*_applications(state.effective, clocks, calendar, today, labour=labour, applied=asked)]
    found += _of_court(court, clocks, calendar)
    if not done:
        found += [*_terms(agreement, seen, clocks, calendar, today)]
        found += _visit(state.effective, seen, clocks, calendar)
    soon = today + timedelta(days=clocks.ahead)
    running = (DueKind.CONFIRM, DueKind.ARBITRATION_REVIEW, DueKind.COURT_ACCEPT, DueKind.COURT_DECIDE)
    return tuple(sorted((d for d in found if d.kind in running or d.on <= soon), key=lambda d: (d.on, d.kind, d.term)))


def _applications(
    effective: date, clocks: Clocks, calendar: Calendar, today: date, *, labour: bool, applied: bool
) -> Iterator[Due]:
    """What can still be applied for: after its last day it is due no more."""
    asked = [] if applied else [(DueKind.CONFIRM, clocks.confirm)]
    asked += [(DueKind.ARBITRATION_REVIEW, clocks.arbitration_review)] if labour else []
    for kind, rule in asked:
        ends = deadline_of_day(rule, effective, calendar)
        if today <= ends.last_day:
            yield Due(kind, ends.last_day, assumed=ends.assumed)


def _of_court(court: CourtCourse, clocks: Clocks, calendar: Calendar) -> Iterator[Due]:
    """What the court is to do next; when its day is over somebody asks there."""
    if court.waits is not None:
        kind, since = court.waits
        ends = deadline_of_day(clocks.court[kind], since, calendar)
        yield Due(DueKind.COURT_ACCEPT if kind == ACCEPT else DueKind.COURT_DECIDE, ends.last_day, assumed=ends.assumed)


def _terms(agreement: Agreement, seen: list[date], clocks: Clocks, calendar: Calendar, today: date) -> Iterator[Due]:
    """The day of each term; once it is over, a return visit that asks about it, until one was made."""
    for number, term in enumerate(agreement.terms, 1):
        if term.due_on is None or any(day >= term.due_on for day in seen):
            continue
        if today <= term.due_on:
            yield Due(DueKind.PERFORMANCE, term.due_on, number)
        else:
            ends = deadline_of_day(clocks.follow_up_term, term.due_on, calendar)
            yield Due(DueKind.FOLLOW_UP, ends.last_day, number, assumed=ends.assumed)


def _visit(effective: date, seen: list[date], clocks: Clocks, calendar: Calendar) -> Iterator[Due]:
    """The return visit on the whole, until there was any."""
    if not seen:
        ends = deadline_of_day(clocks.follow_up_effect, effective, calendar)
        yield Due(DueKind.FOLLOW_UP, ends.last_day, assumed=ends.assumed)
