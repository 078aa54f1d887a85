"""Steps of a matter: which are open to it now, and one more of them under the rules of its road."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from desktop.actions.cards import card
from desktop.actions.closing import wanting
from desktop.actions.deadlines import periods
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.drafts import handed_in
from desktop.actions.reading import Answers
from desktop.forms.form import Draft
from desktop.forms.matters import STEP_FORM
from desktop.forms.questions import fresh
from desktop.store.links import mediations_of_matter, steps_of
from desktop.store.reader import Reader
from desktop.store.units import staff, units
from sync.records.case_requirements import check_step
from sync.records.deadlines import Extension
from sync.records.errors import RuleBroken
from sync.records.folds import MatterState, fold_matter
from sync.records.kinds import new_id
from sync.records.matters import Conclusion, Help, Matter, PetitionRoad, Step, StepKind
from sync.records.mediation_requests import ACCEPT, check_complex, check_withdrawn, departments_asked, withdrawable
from sync.records.mediations import Host
from sync.records.petition_clocks import PetitionClock, petition_clocks, running
from sync.records.roads import check_judgement, check_road, check_score, open_steps
from sync.records.times import BEIJING
from sync.records.units import Role


def step_draft(desk: Desk, matter_id: str) -> Draft:
    """Open STEP_FORM for a matter: the steps that are open to it, and the unit that owes an answer or has it."""
    with desk.store.read() as reader:
        matter: Matter = card(reader, matter_id, Matter)
        state = state_of(reader, matter)
        known = steps_of(reader, matter_id)
        departments = [a.unit for a in departments_asked(known) if not a.complex]
        asked = withdrawable(known, desk.session.unit)
    shut = set() if departments else {StepKind.MEDIATION_COMPLEX}
    shut |= set() if asked else {StepKind.MEDIATION_WITHDRAWN}
    steps = [kind for kind in open_steps(matter.nature, state) if kind not in shut]
    given = {
        "by_unit": state.passed_to or state.held_by or next(iter(departments), None),
        "_nature": matter.nature.value,
        "_steps": [kind.value for kind in steps],
        "_handler": desk.session.staff in state.handlers,
        "_asked": asked[-1] if asked else None,
    }
    return fresh(STEP_FORM, "step", given)


def add_step(desk: Desk, matter_id: str, draft: Draft) -> Done:
    """Add STEP_FORM's step; it names the heads of the matter's steps that stand at this desk."""
    desk.must_may("step")
    with desk.store.read() as reader:
        nature = card(reader, matter_id, Matter).nature
    step = _read(desk, matter_id, {**draft, "_nature": nature.value})
    check_step(step)
    check_judgement(step)
    if step.happened_at > step.made.at:
        raise RuleBroken("actions.in_the_future", field="happened_at")
    with desk.store.write() as work:
        if done := already_there(work, step.id):
            return done
        matter: Matter = card(work, matter_id, Matter)
        steps = steps_of(work, matter_id)
        state = state_of(work, matter)
        check_road(matter.nature, step, units(work), desk.session.unit)
        check_score(step, state)
        _check_second(work, step)
        _check_counsellor(work, step)
        _check_extension(work, matter, steps, step)
        _check_complex(work, steps, step)
        if step.kind is StepKind.MEDIATION_WITHDRAWN:
            check_withdrawn(step, steps, desk.session.unit)
        _check_closing(work, matter, step)
        work.add(dataclasses.replace(step, seen=state.heads))
        handed_in(work, desk, STEP_FORM, draft)
    return Done(step.id, changes=work.changes)


def state_of(reader: Reader, matter: Matter) -> MatterState:
    """Return where a matter stands; whoever mediates it handles it too."""
    state = fold_matter(steps_of(reader, matter.id), matter.discovered_at)
    mediators = {m for mediation in mediations_of_matter(reader, matter.id) for m in mediation.mediators}
    return dataclasses.replace(state, handlers=tuple(sorted({*state.handlers, *mediators})))


def _read(desk: Desk, matter_id: str, draft: Draft) -> Step:
    answers = Answers.of(STEP_FORM, draft)
    made = desk.made()
    return Step(
        id=str(draft.get("_id") or new_id("step")),
        made=made,
        matter=matter_id,
        kind=answers.choice("kind", StepKind, StepKind.HANDLED),
        happened_at=answers.moment_or("happened_at", made.at),
        text=answers.text("text"),
        to_unit=answers.line("to_unit") or None,
        satisfied=answers.perhaps("satisfied"),
        by_unit=answers.line("by_unit") or None,
        rule_cited=answers.line("rule_cited"),
        due_on=answers.day("due_on"),
        road=answers.choice_or_none("road", PetitionRoad),
        approver=answers.name("approver"),
        conclusions=_conclusions(answers),
        second=answers.line("second") or None,
        help=answers.choice_or_none("help", Help),
        to_staff=answers.line("to_staff") or None,
        manner=answers.word("reached_by"),
        host=answers.choice_or_none("host", Host),
    )


def _conclusions(answers: Answers) -> tuple[Conclusion, ...]:
    try:
        return tuple(Conclusion(word) for word in answers.listed("conclusions"))
    except ValueError as error:
        raise RuleBroken("actions.no_such_choice", field="conclusions") from error


def _check_counsellor(reader: Reader, step: Step) -> None:
    member = staff(reader).get(step.to_staff or "")
    if step.to_staff and (member is None or Role.COUNSELLOR not in member.held or member.left_on is not None):
        raise RuleBroken("actions.no_such_choice", field="to_staff")


def _check_second(reader: Reader, step: Step) -> None:
    if step.second is not None and step.second not in staff(reader):
        raise RuleBroken("actions.no_such_choice", field="second")


def _check_closing(reader: Reader, matter: Matter, step: Step) -> None:
    """Whoever closes a matter that lacks what a closing needs says why."""
    if step.kind is not StepKind.CLOSED or step.text.strip():
        return
    if needs := wanting(reader, matter, step.happened_at.astimezone(BEIJING).date()):
        raise RuleBroken("actions.closing_wants", field="text", needs=needs)


def _check_extension(reader: Reader, matter: Matter, steps: Sequence[Step], step: Step) -> None:
    """Thirty days more at most, and only while the sixty run (信访工作条例 34)."""
    if step.kind is not StepKind.EXTENDED or step.due_on is None:
        return
    closing = [c for c in running(petition_clocks(matter.nature, steps)) if c.clock is PetitionClock.CLOSE]
    if not closing:
        raise RuleBroken("records.extension_without_clock", field="kind")
    since, kind = closing[-1].since, PetitionClock.CLOSE.value
    due_by = periods(reader, step.made.at).due_by
    due = due_by(kind, since)
    last = due_by(kind, since, extensions=[Extension(since, due.rule.extend)]).last_day
    if step.happened_at > due.due:
        raise RuleBroken("records.extension_too_late", field="happened_at", due=due.last_day.isoformat())
    if step.due_on > last:
        raise RuleBroken("records.extension_too_long", field="due_on", last=last.isoformat())


def _check_complex(reader: Reader, steps: Sequence[Step], step: Step) -> None:
    if step.kind is StepKind.MEDIATION_COMPLEX:
        counted = periods(reader, step.made.at)
        check_complex(step, steps, lambda since: counted.due_by(ACCEPT, since))
