"""Matters that other units passed to this one: what waits for an answer here, and the answer.

An answer is a step of this unit on the other's matter: the district carries it there, and folds it as that unit's own
word (records/passings.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from desktop.actions.audit import note
from desktop.actions.deadlines import Periods, periods
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.drafts import handed_in
from desktop.actions.reading import Answers
from desktop.forms.form import Draft
from desktop.forms.passed_matters import PASSED_FORM, SAID, WORDS
from desktop.forms.questions import fresh
from desktop.store.passed_clocks import Told
from desktop.store.passed_matters import told_here, told_of, told_open
from desktop.store.reader import Reader
from desktop.store.units import units
from sync.records.audit import AuditAction
from sync.records.case_requirements import check_step
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.matters import Step, StepKind
from sync.records.open_clocks import LAPSING
from sync.records.passed_matters import TAKERS, PassedMatter, stage_here, unanswered
from sync.records.passed_parts import ASKS, OPEN, PassedStage, open_answers
from sync.records.roads import LADDER
from sync.records.units import OrgUnit


@dataclass(frozen=True, slots=True)
class PassedHere:
    """``told`` as the district told it last, ``stage`` with what this unit's desks wrote since (None: a word that this
    program does not know), ``due`` the first end of a clock that runs for this unit.
    """

    told: PassedMatter
    stage: PassedStage | None
    due: datetime | None = None

    @property
    def restricted(self) -> bool:
        """Whether what it is about is read only where it is opened, which is noted."""
        return self.told.must_report

    @property
    def open(self) -> bool:
        """Whether this unit has something to do."""
        return self.stage in OPEN


def passed_here(desk: Desk) -> list[PassedHere]:
    """Return the matters that were passed to this unit: what is due first on top, what is over behind."""
    with desk.store.read() as reader:
        return _in_order(reader, told_here(reader), desk.now())


def passed_open(desk: Desk) -> list[PassedHere]:
    """Return those in which this unit has something to do, what is due first on top: it costs what these are."""
    with desk.store.read() as reader:
        return [one for one in _in_order(reader, told_open(reader), desk.now()) if one.open]


def _in_order(reader: Reader, told: Iterable[Told], now: datetime) -> list[PassedHere]:
    told = list(told)
    if not told:
        return []
    counted = periods(reader, now)
    found = [_as_here(counted, one, steps, now) for one, steps in told]
    return sorted(found, key=lambda one: (not one.open, one.due is None, one.due or one.told.given_at))


def passed_matter(desk: Desk, matter: str) -> PassedHere:
    """Return one of them; that somebody opened one with a duty to report is an entry of the station's log."""
    with desk.store.read() as reader:
        here = here_of(reader, matter, desk.now())
    if here.restricted:
        with desk.store.write() as work:
            note(work, desk.made(), AuditAction.REVEALED, matter, "passed_matter")
    return here


def here_of(reader: Reader, matter: str, now: datetime) -> PassedHere:
    """Return one of them as it stands at ``now``; Refused where this unit was never given it."""
    return _as_here(periods(reader, now), *_found(reader, matter), now)


def passed_draft(desk: Desk, matter: str, kind: StepKind | None = None) -> Draft:
    """Open PASSED_FORM for a matter with the answers that are open now; ``kind`` is chosen, else the first."""
    with desk.store.read() as reader:
        told, steps = _found(reader, matter)
    stage = stage_here(told, steps)
    kinds = open_answers(stage)
    if not kinds:
        raise _not_now(stage)
    words = {one: WORDS.get(one, one.value) if stage in ASKS else one.value for one in (*kinds, kind or kinds[0])}
    return fresh(PASSED_FORM, "step", {"kind": words[kind or kinds[0]], "_steps": [words[one] for one in kinds]})


def answer_passed(desk: Desk, matter: str, draft: Draft) -> Done:
    """Keep PASSED_FORM's answer; Refused("actions.passed_moved") where this unit cannot answer so any more."""
    desk.must_may("step")
    answers = Answers.of(PASSED_FORM, draft)
    said, made = answers.line("kind"), desk.made()
    kind = SAID.get(said) or answers.choice("kind", StepKind, StepKind.RECEIVED)
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id") or "")):
            return done
        told, steps = _found(work, matter)
        if kind not in open_answers(stage := stage_here(told, steps)):
            raise _not_now(stage)
        at = answers.moment_or("happened_at", made.at) if kind is StepKind.RECEIVED else made.at
        if at > made.at:
            raise RuleBroken("actions.in_the_future", field="happened_at")
        if at < told.given_at:
            raise RuleBroken("actions.before_passing", field="happened_at")
        to_unit = _taker(work, answers.line("to_unit"), told.unit) if kind is StepKind.TRANSFERRED else None
        step = Step(
            id=str(draft.get("_id") or new_id("step")),
            made=made,
            matter=matter,
            kind=_upwards(units(work).get(told.unit), to_unit) if to_unit else kind,
            seen=(*told.heads, *(step.id for step in unanswered(told, steps))),
            happened_at=at,
            text=answers.text("text"),
            to_unit=to_unit.unit if to_unit else None,
            by_unit=told.unit,
            rule_cited=answers.line("rule_cited") if kind is StepKind.SENT_BACK else "",
        )
        check_step(step)
        work.add(step)
        handed_in(work, desk, PASSED_FORM, draft, matter)
    return Done(step.id, changes=work.changes)


def _not_now(stage: PassedStage | None) -> Refused:
    return Refused("actions.request_withdrawn" if stage is PassedStage.WITHDRAWN else "actions.passed_moved")


def _found(reader: Reader, matter: str) -> Told:
    found = told_of(reader, matter)
    if found is None:
        raise Refused("store.no_such_record", id=matter)
    return found


def _as_here(counted: Periods, told: PassedMatter, steps: list[Step], now: datetime) -> PassedHere:
    stage = stage_here(told, steps)
    if stage not in OPEN or unanswered(told, steps):
        return PassedHere(told, stage)
    known = [clock for clock in told.clocks if clock.counted or clock.kind in counted.rules]
    ends = [clock.at if clock.counted else counted.due_by(clock.kind, clock.at).due for clock in known]
    met = [end for end, clock in zip(ends, known, strict=True) if clock.kind not in LAPSING or end >= now]
    return PassedHere(told, stage, min(met, default=None))


def _taker(reader: Reader, named: str, own: str) -> OrgUnit:
    """To whom it may be given on: what belongs to a community goes back to the desk that has it."""
    unit = units(reader).get(named)
    if unit is None or unit.unit == own or unit.closed_on is not None:
        raise RuleBroken("actions.no_such_choice", field="to_unit")
    if unit.level not in TAKERS:
        raise RuleBroken("actions.passed_on_where", field="to_unit", unit=unit.name)
    return unit


def _upwards(own: OrgUnit | None, to: OrgUnit) -> StepKind:
    """Along the line of community, street and district it is escalated."""
    up = own is not None and not to.department and LADDER.index(to.level) > LADDER.index(own.level)
    return StepKind.ESCALATED if up else StepKind.TRANSFERRED
