"""Signing an agreement step by step: who has to sign, each signature as its own fact, taken back, refused, ended."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from desktop.actions.cards import card
from desktop.actions.desk import Desk
from desktop.actions.print_rules import table
from desktop.actions.signatures import agreement, must_be_right
from desktop.actions.signed_originals import signed_original
from desktop.actions.takers import taking_part
from desktop.actions.voids import must_not_be_void
from desktop.changes import Changes
from desktop.store.links import agreements_of, mediation_events_of, signatures_ever, signatures_of
from desktop.store.store import Reader, Work
from sync.records.agents import power_faults, signing_agents
from sync.records.case_requirements import check_mediation_event
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.matters import Matter
from sync.records.mediation_events import MediationEvent, MediationEventKind
from sync.records.mediations import (
    Agreement,
    AgreementForm,
    Mediation,
    Outcome,
    Signature,
    SignatureManner,
    SignerRole,
)
from sync.records.papers import Attachment
from sync.records.print_checks import touches_family
from sync.records.signing import Signing, SigningStage, refusals, signing
from sync.records.text import check_text
from sync.records.times import BEIJING

LINE = 200


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who has to sign: ``signer`` is the party's id, ``usual`` the manner that is offered.

    ``agents`` (id, name) may sign in the party's place; ``refused`` is why the party has not signed, "" where it may
    yet; ``signature`` is what was recorded.
    """

    role: SignerRole
    name: str
    signer: str
    usual: SignatureManner
    signature: Signature | None = None
    agents: tuple[tuple[str, str], ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of an agreement's signing shows; ``original`` is the scan of the signed paper, which counts."""

    agreement: Agreement
    state: Signing
    signers: tuple[Signer, ...]
    place: str
    original: Attachment | None
    ink: bool


def signing_page(desk: Desk, agreement_id: str) -> Page:
    """Return how the signing of an agreement stands, with everybody who has to sign."""
    with desk.store.read() as reader:
        paper = agreement(reader, agreement_id)
        mediation: Mediation = card(reader, paper.mediation, Mediation)
        matter: Matter = card(reader, paper.matter, Matter)
        state = signing_of(reader, paper)
        signers = tuple(_signers(reader, desk, paper))
        original = signed_original(reader, agreement_id)
    return Page(
        paper, state, signers, mediation.place, original, touches_family(paper, matter, table().words["status"])
    )


def needs_ink(desk: Desk, agreement_id: str) -> bool:
    """Whether an agreement touches marriage, adoption or succession: no electronic signature (电子签名法 3)."""
    with desk.store.read() as reader:
        paper = agreement(reader, agreement_id)
        return touches_family(paper, card(reader, paper.matter, Matter), table().words["status"])


def signing_of(reader: Reader, paper: Agreement) -> Signing:
    """Return how far an agreement is signed."""
    return signing(paper, signatures_ever(reader, paper.id), mediation_events_of(reader, paper.mediation))


def _signers(reader: Reader, desk: Desk, paper: Agreement) -> list[Signer]:
    kept = {(s.signer_role, s.signer or s.name): s for s in signatures_of(reader, paper.id)}
    why = refusals(paper, mediation_events_of(reader, paper.mediation))
    signed, sealed = SignatureManner.SIGNED, SignatureManner.SEALED
    rows = []
    for block in paper.parties if paper.form is AgreementForm.WRITTEN else ():
        usual = sealed if block.organisation else signed
        signature = kept.get((SignerRole.PARTY, block.party))
        refused = why[block.party].text if block.party in why and signature is None else ""
        agents = _agents(reader, desk, paper, block.party)
        rows.append(Signer(SignerRole.PARTY, block.name, block.party, usual, signature, agents, refused))
    others = [(SignerRole.MEDIATOR, name, signed) for name in paper.mediators]
    others += [(SignerRole.RECORDER, paper.recorder, signed)] if paper.recorder else []
    others.append((SignerRole.COMMITTEE, paper.committee, sealed))
    rows += [Signer(role, name, "", usual, kept.get((role, name))) for role, name, usual in others]
    return rows


def _agents(reader: Reader, desk: Desk, paper: Agreement, party: str) -> tuple[tuple[str, str], ...]:
    today = desk.now().astimezone(BEIJING).date()
    acting = signing_agents(taking_part(reader, paper.mediation), [party])
    able = [p for p in acting if not power_faults(p, paper.drawn_on) and not power_faults(p, today)]
    return tuple((p.party, str(getattr(reader.get(p.party), "name", ""))) for p in able)


def record_signature(
    desk: Desk,
    agreement_id: str,
    signer: Signer,
    manner: SignatureManner,
    signed_at: datetime,
    place: str = "",
    by_agent: str = "",
) -> Changes:
    """Record one signature, seal or fingerprint that was seen; what is recorded already is not recorded twice."""
    desk.must_may("signature")
    signature = Signature(
        id=new_id("signature"),
        made=desk.made(),
        paper=agreement_id,
        signer_role=signer.role,
        signer=signer.signer,
        name=signer.name,
        manner=manner,
        signed_at=signed_at,
        place=_line(place, "place"),
        by_agent=by_agent,
    )
    with desk.store.write() as work:
        must_not_be_void(work, agreement_id)
        paper = agreement(work, agreement_id)
        must_be_right(work, paper, signature)
        kept = {(s.signer_role, s.signer or s.name) for s in signatures_of(work, agreement_id)}
        if (signature.signer_role, signature.signer or signature.name) not in kept:
            work.add(signature)
    return work.changes


def correct_signature(
    desk: Desk, signature_id: str, manner: SignatureManner, signed_at: datetime, place: str, reason: str
) -> Changes:
    """Put a corrected signature in the place of one that was recorded wrongly, with a reason."""
    return _amend(desk, signature_id, reason, manner=manner, signed_at=signed_at, place=_line(place, "place"))


def take_back_signature(desk: Desk, signature_id: str, reason: str) -> Changes:
    """Take a signature back that was recorded and never given, with a reason: it stays, struck, and counts no more."""
    return _amend(desk, signature_id, reason, withdrawn=True)


def _amend(desk: Desk, signature_id: str, reason: str, **changed: object) -> Changes:
    desk.must_may("signature")
    said = _said(reason, "reason")
    with desk.store.write() as work:
        found = work.find(signature_id, Signature)
        if found is None or all(s.id != signature_id for s in signatures_of(work, found.paper)):
            raise Refused("actions.signature_gone")
        renewed = dataclasses.replace(
            found,
            id=new_id("signature"),
            made=desk.made(),
            amends=found.id,
            amend_reason=said,
            **changed,  # type: ignore[arg-type]
        )
        if not renewed.withdrawn:
            must_be_right(work, agreement(work, found.paper), renewed)
        work.add(renewed)
    return work.changes


def not_signed(desk: Desk, agreement_id: str, party: str, why: str) -> Changes:
    """Record that a party left before signing, or would not sign: an event of the mediation, with what was said."""
    desk.must_may("mediation_event")
    said, made = _said(why, "text"), desk.made()
    with desk.store.write() as work:
        paper = agreement(work, agreement_id)
        if party not in {b.party for b in paper.parties}:
            raise RuleBroken("actions.not_a_party", field="name")
        if any(s.signer == party for s in signatures_of(work, agreement_id)):
            raise Refused("actions.has_signed")
        event = MediationEvent(
            id=new_id("mediation_event"),
            made=made,
            mediation=paper.mediation,
            kind=MediationEventKind.UNSIGNED,
            happened_at=made.at,
            present=tuple(b.name for b in paper.parties if b.party == party),
            text=said,
            agreement=agreement_id,
            party=party,
        )
        check_mediation_event(event)
        work.add(event)
    return work.changes


def end_unsigned(desk: Desk, agreement_id: str, reason: str) -> Changes:
    """End the mediation of an agreement that is not in effect (人民调解法 26); the notice is printed then.

    Where another part was agreed and is in effect, it stays agreed in part.
    """
    desk.must_may("mediation")
    said = _said(reason, "reason")
    with desk.store.write() as work:
        paper = agreement(work, agreement_id)
        if _in_effect(work, paper):
            raise Refused("actions.agreement_in_force", number=paper.number)
        part = any(_in_effect(work, other) for other in agreements_of(work, paper.mediation))
        outcome = Outcome.AGREED_IN_PART if part else Outcome.ENDED
        work.revise(paper.mediation, {"outcome": outcome, "ended_reason": said}, desk.made())
    return work.changes


def _in_effect(work: Work, paper: Agreement) -> bool:
    return signing_of(work, paper).stage is SigningStage.IN_EFFECT


def _line(text: str, field: str) -> str:
    return check_text(" ".join(text.split()), field=field, lines=False, limit=LINE)


def _said(text: str, field: str) -> str:
    said = _line(text, field)
    if not said:
        raise RuleBroken("actions.required", field=field)
    return said
