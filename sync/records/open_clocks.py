"""What runs: the clocks of an order, a matter and a mediation that nothing has met or stopped yet.

An order's ends were counted when it was issued and are kept with it, or were given by a ruling. The others have a start
and a kind, and end where deadlines.py says: their end moves when the district publishes another calendar.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sync.records.believed import Believed
from sync.records.deadlines import end_of
from sync.records.matter_state import DONE_STAGES, MatterState
from sync.records.matters import Matter, Step
from sync.records.mediation_events import MediationEvent
from sync.records.mediation_periods import mediation_period
from sync.records.mediation_requests import TRANSFER, Requests, requests_of
from sync.records.mediations import Host, Mediation, Outcome
from sync.records.order_course import Ratification
from sync.records.order_stages import ENDED, OVER, OrderStage
from sync.records.order_state import OrderState
from sync.records.orders import DispatchOrder
from sync.records.petition_clocks import petition_clocks, running
from sync.records.referrals import RESULT, Referral, ReferralState, referrals_of

REPORT: Final = "order-report"
ARRIVE: Final = "order-arrive"
RESOLVE: Final = "order-resolve"
RATIFY: Final = "order-ratify"
"""Of an order that was issued in an emergency: who has to ratify it is the clock's unit."""
EXTERNAL: Final = "external-due"
PASSING: Final = "passing-answer"
LAPSING: Final = frozenset({"petition-objection", "review-request", "confirmation", "labour-review"})
"""Kinds by which somebody may do something until then: when they are over nothing is overdue."""
_MET: Final = ENDED | {OrderStage.RESOLVED}


@dataclass(frozen=True, slots=True)
class OpenClock:
    """A clock of ``kind``, for a department or a body (``unit``, "" for nobody's; of a referral its step).

    ``at`` is its end, or its start. ``counted`` says which: an end that was counted or given once, or a start from
    which the rule of ``kind`` counts. ``rests``: from a start, without the time that rested and with what was added, so
    that the end lies later than the start alone tells. ``agreed``: an end that the parties agreed on.
    ``supposed``: from a start that stands in for one that nobody recorded. ``waited``: since when one of the moments
    is waited for (waiting_moments.py), whose limit no rule of a period tells.
    """

    kind: str
    at: datetime
    unit: str = ""
    counted: bool = False
    rests: bool = False
    supposed: bool = False
    agreed: bool = False
    waited: bool = False


def order_clocks(order: DispatchOrder, state: OrderState) -> tuple[OpenClock, ...]:
    """Return what runs of an order: nothing while it is stopped; of one that is over its ratification."""
    course = state.course
    if course.stopped or state.state is OrderStage.CANCELLED:
        return ()
    found = []
    if course.ratification is Ratification.WAITING and order.ratify_by is not None:
        found.append(OpenClock(RATIFY, order.ratify_by, order.ratifier, counted=True))
    if state.state in OVER:
        return tuple(found)
    for unit, part in state.by_department.items():
        if part.stage in _MET:
            continue
        if part.arrived is None:  # its own word alone meets no limit
            found.append(OpenClock(REPORT, order.report_by(unit, part.rested.report_by), unit, counted=True))
        arrive_by = order.arrive_by(unit, part.rested.arrive_by)
        if arrive_by is not None and not part.witnessed.on_scene:
            found.append(OpenClock(ARRIVE, arrive_by, unit, counted=True))
        found.append(OpenClock(RESOLVE, order.resolve_by(unit, part.until), unit, counted=True))
    return tuple(found)


def is_late(order: DispatchOrder, state: OrderState, now: datetime) -> bool:
    """Whether at ``now`` a limit has passed that a department still bound has not met."""
    return any(now > clock.at for clock in order_clocks(order, state) if clock.kind != RATIFY)


def matter_clocks(matter: Matter, steps: Collection[Step], state: MatterState) -> tuple[OpenClock, ...]:
    """Return what runs of a petition since the competent body has it, and, until the work is done, the days that
    outside systems gave the matter and the answers of units that it was passed on to, or that were asked to mediate;
    and until something is heard of it, each referral.
    """
    done = state.state in DONE_STAGES
    given = [] if done else [e for e in matter.external if e.due_on is not None]
    found = [OpenClock(EXTERNAL, end_of(e.due_on), e.system, counted=True) for e in given if e.due_on]
    asked = Requests() if done else requests_of(steps)
    found += [OpenClock(a.accept_by, a.since, a.unit) for a in asked.waiting if a.unit or a.host is Host.ADMINISTRATIVE]
    found += [OpenClock(TRANSFER, a.since, a.unit) for a in asked.returned]
    if state.passed_to and state.passed_at and not done:
        found.append(OpenClock(PASSING, state.passed_at, state.passed_to))
    for clock in running(petition_clocks(matter.nature, steps)):
        if clock.extended_to is None:
            found.append(OpenClock(clock.clock.value, clock.since, clock.body or ""))
        else:
            found.append(OpenClock(clock.clock.value, end_of(clock.extended_to), clock.body or "", counted=True))
    found += [waits for each in referrals_of(steps) if (waits := referral_clock(each)) is not None]
    return tuple(found)


def referral_clock(referral: Referral) -> OpenClock | None:
    """Return by when something is to be heard of a referral: since it was made, or on the day of the next session; None
    where it is over. Its unit is the step that referred, for one matter may be referred more than once.
    """
    referred = referral.referred
    if referral.state is ReferralState.OVER:
        return None
    if referral.next_on is not None:
        return OpenClock(RESULT, end_of(referral.next_on), referred.id, counted=True)
    return OpenClock(RESULT, referred.happened_at, referred.id)


def mediation_clocks(
    mediation: Mediation, matter: Matter | None, events: Iterable[MediationEvent] = (), steps: Iterable[Step] = ()
) -> tuple[OpenClock, ...]:
    """Return the period of an open mediation (mediation_periods.py): to the end that the parties agreed on, else since
    its start, which is the mediation's own where that of a labour dispute is not known.
    """
    if mediation.outcome is not Outcome.OPEN:
        return ()
    period = mediation_period(mediation, matter, events, steps)
    if period.agreed_until is not None:
        return (OpenClock(period.kind, period.agreed_until, agreed=True),)
    rests = bool(period.rests or period.extensions)
    return (OpenClock(period.kind, period.start, rests=rests, supposed=period.supposed),)


class Standing(StrEnum):
    """How a clock stands. ``DOUBTFUL``: over by the desk's clock, which is not believed."""

    OVERDUE = "overdue"
    DOUBTFUL = "doubtful"
    SOON = "soon"
    RUNNING = "running"
    STOPPED = "stopped"


_AHEAD: Final = {REPORT: timedelta(minutes=15), ARRIVE: timedelta(minutes=30), RESOLVE: timedelta(hours=4)}
_DAYS_AHEAD: Final = timedelta(days=3)


def ahead(kind: str) -> timedelta:
    """Return how long before its end a clock of ``kind`` is near: then it is told."""
    return _AHEAD.get(kind, _DAYS_AHEAD)


def stands(kind: str, due: datetime, at: Believed, *, stopped: bool = False) -> Standing:
    """Return how a clock of ``kind`` that ends at ``due`` stands at a time."""
    if stopped:
        return Standing.STOPPED
    if due < at.earliest:
        return Standing.OVERDUE
    if due < at.latest:
        return Standing.DOUBTFUL
    return Standing.SOON if due <= at.latest + ahead(kind) else Standing.RUNNING
