"""Referrals at this station: what was referred to whom, how it stands, what came of it and what that keeps secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.actions.audit import note
from desktop.actions.cards import card
from desktop.actions.clock import believed_now
from desktop.actions.deadlines import periods
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.drafts import handed_in
from desktop.actions.kept_words import keep_words, words_kept
from desktop.actions.reading import Answers
from desktop.actions.steps import state_of
from desktop.forms.form import Draft
from desktop.forms.questions import fresh
from desktop.forms.referrals import REFERRAL_RESULT_FORM
from desktop.store.links import participations_of, steps_of
from desktop.store.reader import Reader
from desktop.store.referrals import referring_steps
from desktop.store.units import units
from sync.records.audit import AuditAction
from sync.records.case_requirements import check_step
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.matters import Matter, Step, StepKind
from sync.records.open_clocks import referral_clock
from sync.records.ownership import OWNERSHIP, may_tell_result
from sync.records.participations import PartyRole
from sync.records.persons import Organisation, Person
from sync.records.referrals import Referral, is_for, may_open, referrals_of
from sync.records.roads import check_road
from sync.records.times import BEIJING
from sync.records.units import of_one_page


@dataclass(frozen=True, slots=True)
class ReferralHere:
    """A referral of ``matter`` as it stands; ``due`` is when something is to be heard of it, None where it is over.

    ``mine``: it is for whoever is signed in to take.
    """

    referral: Referral
    matter: Matter
    mine: bool
    due: datetime | None = None

    @property
    def id(self) -> str:
        """The step that referred."""
        return self.referral.referred.id


@dataclass(frozen=True, slots=True)
class Sought:
    """Whoever a referral is about, with the telephones by which they are reached."""

    name: str
    phones: tuple[str, ...] = ()


def referrals_here(desk: Desk) -> list[ReferralHere]:
    """Return the referrals of matters at this desk: one's own and what is due first on top, what is over behind.

    Who does nothing else than counsel is told of those alone that are hers to take.
    """
    with desk.store.read() as reader:
        found = referring_steps(reader)
        matters = {id_: one for id_, one in reader.current(found).items() if isinstance(one, Matter)}
        here = [_here(desk, reader, r, matters[id_]) for id_ in matters for r in referrals_of(found[id_])]
    alone = of_one_page(desk.session.roles)
    return sorted((one for one in here if one.mine or not alone), key=_order)


def people_of(desk: Desk, referral_id: str) -> list[Sought]:
    """Return who takes part in the matter of a referral, for whoever has to reach them: never who reported it."""
    with desk.store.read() as reader:
        parts = participations_of(reader, _found(desk, reader, referral_id).matter.id)
        hidden = {part.party for part in parts if part.hidden or part.role is PartyRole.REPORTER}
        cards = reader.current(part.party for part in parts if part.party not in hidden)
    return [Sought(c.name, c.phones) for c in cards.values() if isinstance(c, (Person, Organisation))]


def result_draft(desk: Desk, referral_id: str) -> Draft:
    """Open REFERRAL_RESULT_FORM for a referral."""
    with desk.store.read() as reader:
        _found(desk, reader, referral_id)
    return fresh(REFERRAL_RESULT_FORM, "step")


def write_result(desk: Desk, referral_id: str, draft: Draft) -> Done:
    """Keep REFERRAL_RESULT_FORM's answer: what others may know as the step says it, the rest sealed for this desk."""
    if not may_tell_result(desk.session.roles):
        raise Refused("actions.not_yours", kind="step", roles=sorted(r.value for r in OWNERSHIP["step"].roles))
    answers, made = Answers.of(REFERRAL_RESULT_FORM, draft), desk.made()
    at = answers.moment_or("happened_at", made.at)
    if at > made.at:
        raise RuleBroken("actions.in_the_future", field="happened_at")
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id") or "")):
            return done
        here = _found(desk, work, referral_id)
        matter, next_on = here.matter, answers.day("due_on")
        if at < here.referral.referred.happened_at:
            raise RuleBroken("actions.before_referral", field="happened_at")
        if next_on is not None and next_on < at.astimezone(BEIJING).date():
            raise RuleBroken("actions.session_backwards", field="due_on")
        step = Step(
            id=str(draft.get("_id") or new_id("step")),
            made=made,
            matter=matter.id,
            kind=StepKind.REFERRAL_RESULT,
            seen=state_of(work, matter).heads,
            happened_at=at,
            text=answers.text("text"),
            refers_to=referral_id,
            due_on=next_on,
            kept=keep_words(work, answers.text("kept"), matter.id),
        )
        check_step(step)
        check_road(matter.nature, step, units(work), desk.session.unit)
        work.add(step)
        handed_in(work, desk, REFERRAL_RESULT_FORM, draft, referral_id)
    return Done(step.id, changes=work.changes)


def open_kept(desk: Desk, referral_id: str, result_id: str) -> str:
    """Return what a result keeps from others; that somebody opened it is an entry of the station's log.

    Refused: ("actions.kept_not_yours") for anybody but who wrote it or counsels, ("actions.kept_elsewhere") where it
    was written at another desk.
    """
    with desk.store.write() as work:
        here, session = _found(desk, work, referral_id), desk.session
        result = next((one for one in here.referral.results if one.id == result_id), None)
        if result is None or not result.kept:
            raise Refused("store.no_such_record", id=result_id)
        if not may_open(result, here.referral.referred, session.staff, session.roles):
            raise Refused("actions.kept_not_yours")
        text = words_kept(work, result.kept, here.matter.id)
        if text is None:
            raise Refused("actions.kept_elsewhere")
        note(work, desk.made(), AuditAction.REVEALED, result_id, "step")
    return text


def _found(desk: Desk, reader: Reader, referral_id: str) -> ReferralHere:
    """One referral; for who only counsels, one that is not hers is as if it were not there."""
    referred = reader.find(referral_id, Step)
    if referred is None or referred.kind is not StepKind.REFERRED:
        raise Refused("store.no_such_record", id=referral_id)
    matter: Matter = card(reader, referred.matter, Matter)
    referral = next(r for r in referrals_of(steps_of(reader, matter.id)) if r.referred.id == referral_id)
    here = _here(desk, reader, referral, matter)
    if not here.mine and of_one_page(desk.session.roles):
        raise Refused("store.no_such_record", id=referral_id)
    return here


def _here(desk: Desk, reader: Reader, referral: Referral, matter: Matter) -> ReferralHere:
    session, referred = desk.session, referral.referred
    mine = is_for(referred, session.staff, session.roles)
    clock = referral_clock(referral)
    if clock is None or clock.counted:
        return ReferralHere(referral, matter, mine, clock.at if clock else None)
    by = periods(reader, believed_now(reader, desk.now()).latest)
    return ReferralHere(referral, matter, mine, by.due_by(clock.kind, clock.at).due)


def _order(one: ReferralHere) -> tuple[bool, bool, float]:
    at = one.due or one.referral.results[-1].happened_at
    return one.due is None, not one.mine, at.timestamp() if one.due else -at.timestamp()
