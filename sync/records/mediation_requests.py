"""Who was asked to mediate and has not said yes or no: a department has five working days to accept (行政调解受理).

Of another body that was asked (a people's committee, a trade's, a police station) no source says how long it may take:
the district does. Whoever mediates at the own desk accepts at once; a mediation's period runs from its beginning, but
for labour disputes, whose 15 days run from the receipt of the application (劳动争议调解仲裁法 14).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sync.records.deadlines import Deadline
from sync.records.errors import RuleBroken
from sync.records.matter_state import MatterStage, fold_matter
from sync.records.matters import Step, StepKind
from sync.records.mediations import Host, Mediation
from sync.records.passings import Passing
from sync.records.seen import in_line, standing

ACCEPT: Final = "mediation-administrative-accept"
"""5 working days, 10 where it is complex (深圳经济特区矛盾纠纷多元化解条例 45, 46)."""
ACCEPT_COMPLEX: Final = "mediation-administrative-complex"
"""10 working days, once the department said within the five that the case is complex, and why (the same articles)."""
TRANSFER: Final = "mediation-administrative-transfer"
"""3 working days for a department that is not competent to hand the request on (the same articles)."""
ACCEPT_BY: Final = {
    Host.ADMINISTRATIVE: ACCEPT,
    Host.PEOPLE: "mediation-people-accept",
    Host.INDUSTRY: "mediation-industry-accept",
    Host.POLICE: "mediation-police-accept",
}
"""The kind of the clock until a body of each sort answers."""
_ANSWERED: Final = frozenset({StepKind.RECEIVED, StepKind.SENT_BACK, StepKind.NOT_ACCEPTED, StepKind.CLOSED})
_BEGINS: Final = frozenset({StepKind.MEDIATION_ASKED, StepKind.RECEIVED, StepKind.ACCEPTED})
_HANDED_ON: Final = frozenset(
    {StepKind.MEDIATION_ASKED, StepKind.TRANSFERRED, StepKind.ESCALATED, StepKind.RECEIVED, StepKind.CLOSED}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to mediate that waits for its answer."""

    host: Host
    since: datetime
    unit: str
    complex: bool = False

    @property
    def accept_by(self) -> str:
        """The kind of the clock that runs until the answer."""
        return ACCEPT_COMPLEX if self.complex else ACCEPT_BY[self.host]


@dataclass(frozen=True, slots=True)
class Requests:
    """``waiting``: asked, not answered. ``returned``: by a department that is not competent, not handed on yet."""

    waiting: tuple[Asked, ...] = ()
    returned: tuple[Asked, ...] = ()


def waiting_requests(steps: Iterable[Step]) -> tuple[Asked, ...]:
    """Return the requests that nobody has answered; an answer of another unit answers none."""
    return requests_of(steps).waiting


def departments_asked(steps: Iterable[Step]) -> tuple[Asked, ...]:
    """Return the requests to departments that wait."""
    return tuple(asked for asked in requests_of(steps).waiting if asked.host is Host.ADMINISTRATIVE)


def check_complex(step: Step, steps: Iterable[Step], ends: Callable[[datetime], Deadline]) -> None:
    """Raise RuleBroken where ``step`` does not say in time, of a department that was asked, that the case is complex.

    ``ends`` counts the days of `ACCEPT` from a request on. It is said once, and while they run.
    """
    asked = [one for one in departments_asked(steps) if one.unit == step.by_unit]
    if not asked:
        raise RuleBroken("records.complex_not_asked", field="by_unit")
    if all(one.complex for one in asked):
        raise RuleBroken("records.complex_said_already", field="kind")
    last = max((one for one in asked if not one.complex), key=lambda one: one.since)
    if step.happened_at < last.since:
        raise RuleBroken("records.complex_before_asked", field="happened_at")
    due = ends(last.since)
    if step.happened_at > due.due:
        raise RuleBroken("records.extension_too_late", field="happened_at", due=due.last_day.isoformat())


def withdrawable(steps: Iterable[Step], own: str) -> tuple[str, ...]:
    """Return the units that ``own`` asked to mediate and may take that back from, the last asked last: those that have
    not declined. A body that is no unit of the tree is "".
    """
    known = list(steps)
    state = fold_matter(known)
    last: dict[str, Passing] = {}
    for passing in state.asked if state.state is not MatterStage.CLOSED else ():
        last.pop(passing.unit, None)
        last[passing.unit] = passing
    open_ = [unit for unit, passing in last.items() if passing.given.made.unit == own and not _is_over(passing)]
    here = {asked.unit for asked in waiting_requests(known)} & {"", own}
    return (*sorted(here), *open_)


def _is_over(request: Passing) -> bool:
    said = request.own or request.heard
    return request.withdrawn is not None or bool(said and said[-1].kind is StepKind.SENT_BACK)


def check_withdrawn(step: Step, steps: Iterable[Step], own: str) -> None:
    """Raise RuleBroken where ``step`` takes nothing back that ``own`` asked for."""
    if (step.to_unit or "") not in withdrawable(steps, own):
        raise RuleBroken("records.withdrawn_not_asked", field="to_unit")


def application_received(steps: Iterable[Step], mediation: Mediation) -> datetime | None:
    """Return when the unit that mediates received the application; None where no step of the matter says so.

    That it was asked to mediate, or took the matter, says it; else that the matter was accepted there. Before the
    mediation began, and since the matter was opened last: what an earlier application began is over.
    """
    asked: list[datetime] = []
    accepted: list[datetime] = []
    stands = standing(list({step.id: step for step in steps}.values()))[0]
    begun = (step for step in stands.values() if step.happened_at <= mediation.started_at)
    for step in sorted(begun, key=lambda step: (step.happened_at, step.id)):
        whose = step.to_unit if step.kind is StepKind.MEDIATION_ASKED else step.by_unit
        if step.kind in (StepKind.CLOSED, StepKind.REOPENED):
            asked, accepted = [], []
        elif step.kind is StepKind.MEDIATION_WITHDRAWN and step.to_unit == mediation.unit:
            asked = []
        elif step.kind in _BEGINS and whose in (None, "", mediation.unit):
            (accepted if step.kind is StepKind.ACCEPTED else asked).append(step.happened_at)
    return next(iter(asked or accepted), None)


def requests_of(steps: Iterable[Step]) -> Requests:
    """Return what is asked of whom; what one department returned is handed on when another is asked, or takes it."""
    by_id = {step.id: step for step in steps}
    stands = standing(by_id.values())[0]
    line = in_line(by_id.values(), lambda step: list(StepKind).index(step.kind))
    waiting: list[Asked] = []
    returned: list[Asked] = []
    for place in line.facts:
        step = stands.get(place.id)
        if step is None:
            continue
        if step.kind in _HANDED_ON:
            returned = []
        if step.kind in _ANSWERED:
            sent_back = step.kind is StepKind.SENT_BACK
            asked = [a for a in waiting if sent_back and a.unit == step.by_unit and a.host is Host.ADMINISTRATIVE]
            returned += [Asked(a.host, step.happened_at, a.unit) for a in asked]
            waiting = [a for a in waiting if step.kind is not StepKind.CLOSED and a.unit != step.by_unit]
        elif step.kind is StepKind.MEDIATION_WITHDRAWN:
            waiting = [a for a in waiting if a.unit != (step.to_unit or "")]
        elif step.kind is StepKind.MEDIATION_COMPLEX:
            waiting = [replace(a, complex=a.complex or _says_so(a, step)) for a in waiting]
        elif step.kind is StepKind.MEDIATION_ASKED and step.host is not None:
            waiting.append(Asked(step.host, step.happened_at, step.to_unit or ""))
    return Requests(tuple(waiting), tuple(returned))


def _says_so(asked: Asked, step: Step) -> bool:
    """Whether it is the department asked that finds the case complex."""
    return asked.host is Host.ADMINISTRATIVE and asked.unit == step.by_unit
