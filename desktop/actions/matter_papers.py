"""The papers of a matter's steps: the competent body's notices, and the letter by which a matter is passed on.

A station is no petition organ (信访工作条例 22, 23): it registers and passes on, and a notice speaks for the body that
decided. Each paper is about one step, which never changes.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from desktop.actions.cards import card
from desktop.actions.deadlines import periods
from desktop.actions.receipts import clerk_name
from desktop.actions.sheets import said
from desktop.actions.takers import taking_part
from desktop.actions.units import own_unit
from desktop.printing.station.values import NoticeSheet, ReferralSheet
from desktop.session import Session
from desktop.store.links import attachments_of, steps_of, visits_of_matter
from desktop.store.reader import Reader
from desktop.store.units import staff, units
from sync.records.errors import Refused
from sync.records.matters import Matter, Nature, PetitionRoad, Step, StepKind
from sync.records.papers import PaperKind
from sync.records.participations import PartyRole
from sync.records.persons import Organisation, Person
from sync.records.seen import standing
from sync.records.telephones import written_phone
from sync.records.times import BEIJING
from sync.records.units import Level

STEPS: Final[dict[PaperKind, frozenset[StepKind]]] = {
    PaperKind.ACCEPTANCE_NOTICE: frozenset({StepKind.ACCEPTED}),
    PaperKind.NON_ACCEPTANCE_NOTICE: frozenset({StepKind.NOT_ACCEPTED}),
    PaperKind.REFERRAL_LETTER: frozenset({StepKind.TRANSFERRED, StepKind.ESCALATED}),
}
"""The steps that each paper is about."""


def step_of(reader: Reader, paper: PaperKind, subject: str) -> Step:
    """Return the step that ``paper`` is about: ``subject`` is it, or the matter, whose last such step counts.

    Refused("actions.no_step_to_print") where the matter has none.
    """
    named = reader.find(subject, Step)
    matter: Matter = card(reader, named.matter if named else subject, Matter)
    stands = standing(steps_of(reader, matter.id))[0]
    if named is not None:
        now = stands.get(named.id, named)
        if now.kind in STEPS[paper]:
            return now
    else:
        found = [step for step in stands.values() if step.kind in STEPS[paper]]
        if found:
            return max(found, key=lambda step: (step.happened_at, step.id))
    raise Refused("actions.no_step_to_print", paper=paper.value)


def notice_sheet(reader: Reader, session: Session, subject: str, paper: PaperKind) -> NoticeSheet:
    """受理告知书 or 不予受理告知书, in the name of the body that the step names.

    Refused: no body is named, it is a station, or a refusal cites no rule.
    """
    step = step_of(reader, paper, subject)
    matter: Matter = card(reader, step.matter, Matter)
    known = units(reader)
    body = known.get(step.by_unit or "")
    if body is None:
        raise Refused("actions.notice_needs_body")
    if body.level is Level.STATION or body.unit == session.unit:
        raise Refused("actions.station_does_not_decide", unit=body.name)
    if paper is PaperKind.NON_ACCEPTANCE_NOTICE and not step.rule_cited:
        raise Refused("actions.refusal_needs_rule")
    contact = "，".join(part for part in (body.name, written_phone(body.telephone)) if part)
    return NoticeSheet(
        template=f"{paper.value}-1",
        number="",
        body=body.name,
        station=_unit_name(reader, session),
        contact=contact,
        to="、".join(p.name for p in _petitioners(reader, matter.id)) or said("actions.petitioner_unnamed"),
        matter=matter.title.rstrip("。；;"),
        registered=_registered(reader, matter.id) or said("actions.registered_unnumbered"),
        decided_on=step.happened_at.astimezone(BEIJING).date(),
        petition=matter.nature is Nature.PETITION,
        due_on=step.due_on or _close_by(reader, matter, step),
        reason=step.text,
        rule=step.rule_cited,
    )


def _close_by(reader: Reader, matter: Matter, step: Step) -> date | None:
    """The last of the sixty days (信访工作条例 34), which run on the road of 31 (6) alone."""
    if matter.nature is not Nature.PETITION or step.kind is not StepKind.ACCEPTED:
        return None
    if step.road is not PetitionRoad.INVESTIGATION:
        return None
    return periods(reader, step.made.at).due_by("petition-close", step.happened_at).last_day


def referral_sheet(reader: Reader, session: Session, subject: str) -> ReferralSheet:
    """转送函 to the unit that the step names. Who only reported stays unnamed; the reason is the step's."""
    step = step_of(reader, PaperKind.REFERRAL_LETTER, subject)
    matter: Matter = card(reader, step.matter, Matter)
    to = units(reader).get(step.to_unit or "")
    people = _petitioners(reader, matter.id)
    visits = visits_of_matter(reader, matter.id)
    clerk = staff(reader).get(step.made.by)
    unit = own_unit(reader, session)
    phone = (clerk.telephone if clerk else "") or (unit.telephone if unit else "")
    handled = [s.text for s in standing(steps_of(reader, matter.id))[0].values() if s.kind is StepKind.HANDLED]
    return ReferralSheet(
        number=_registered(reader, matter.id),
        to=to.name if to else step.to_unit or "",
        station=_unit_name(reader, session),
        matter=matter.title.rstrip("。；;"),
        nature=said(f"records.nature_{matter.nature.value}"),
        category=said(f"records.category_{matter.category.value}"),
        registered=_registered(reader, matter.id),
        happened_at=min((v.happened_at for v in visits), default=matter.discovered_at),
        petitioners=tuple(p.name for p in people),
        contact="、".join(written_phone(p.phones[0]) for p in people if p.phones),
        address="；".join(dict.fromkeys(p.address for p in people if p.address)),
        respondents="、".join(_names(reader, matter.id, PartyRole.RESPONDENT)),
        text=matter.text,
        handled="\n".join(handled),
        reason=step.text,
        enclosures=tuple(_enclosures(reader, matter.id, [v.id for v in visits])),
        sent_on=step.happened_at.astimezone(BEIJING).date(),
        clerk=clerk_name(reader, step.made.by, session),
        clerk_phone=written_phone(phone),
        petition=matter.nature is Nature.PETITION,
        accusation=matter.nature is Nature.ACCUSATION,
    )


def _unit_name(reader: Reader, session: Session) -> str:
    unit = own_unit(reader, session)
    return unit.name if unit else session.unit_name


def _petitioners(reader: Reader, matter_id: str) -> list[Person | Organisation]:
    found = []
    for part in taking_part(reader, matter_id):
        party = reader.get(part.party)
        if part.role is PartyRole.APPLICANT and not part.hidden and isinstance(party, (Person, Organisation)):
            found.append(party)
    return [party for party in found if party.name]


def _names(reader: Reader, matter_id: str, role: PartyRole) -> list[str]:
    parts = [p for p in taking_part(reader, matter_id) if p.role is role and not p.hidden]
    return [name for p in parts if (name := str(getattr(reader.get(p.party), "name", "")))]


def _registered(reader: Reader, matter_id: str) -> str:
    return "、".join(v.number for v in visits_of_matter(reader, matter_id) if v.number)


def _enclosures(reader: Reader, matter_id: str, visits: list[str]) -> list[str]:
    """What somebody handed in; pages that were confirmed or drawn on a screen, and our own papers, are none."""
    own = "application/pdf"
    files = [f for subject in (matter_id, *visits) for f in attachments_of(reader, subject)]
    return list(dict.fromkeys(f.name for f in files if not (f.purpose or f.withdrawn or f.media_type == own)))
