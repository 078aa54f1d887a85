"""Signatures and seals on an agreement, recorded when they were seen being put there."""

from __future__ import annotations

from datetime import date

from desktop.actions.desk import Desk, Done
from desktop.actions.drafts import handed_in
from desktop.actions.reading import Answers
from desktop.actions.takers import taking_part
from desktop.forms.form import Draft
from desktop.forms.mediations import SIGNATURE_FORM
from desktop.forms.questions import fresh
from desktop.store.links import signatures_of
from desktop.store.store import Reader
from sync.records.agents import power_faults, signing_agents
from sync.records.case_requirements import check_signature
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.mediations import Agreement, Signature, SignatureManner, SignerRole
from sync.records.record import Made
from sync.records.times import BEIJING


def signature_draft(desk: Desk, agreement_id: str) -> Draft:
    """Open SIGNATURE_FORM with one row for everybody who has to sign and has not yet."""
    now = desk.now().replace(second=0, microsecond=0).isoformat()
    with desk.store.read() as reader:
        paper = agreement(reader, agreement_id)
        signed = _signed(reader, paper)
        place = getattr(reader.get(paper.mediation), "place", "")
    rows = [_row(SignerRole.PARTY, b.name, b.party, seals=b.organisation) for b in paper.parties]
    rows += [_row(SignerRole.MEDIATOR, name) for name in paper.mediators]
    rows += [_row(SignerRole.RECORDER, paper.recorder)] if paper.recorder else []
    rows.append(_row(SignerRole.COMMITTEE, paper.committee, seals=True))
    left = [{**r, "signed_at": now, "place": place} for r in rows if _key(r) not in signed]
    return fresh(SIGNATURE_FORM, "signature", {"signatures": left})


def agreement(reader: Reader, agreement_id: str) -> Agreement:
    """Return an agreement; Refused where there is none."""
    found = reader.find(agreement_id, Agreement)
    if found is None:
        raise Refused("store.no_such_record", id=agreement_id)
    return found


def _row(role: SignerRole, name: str, signer: str = "", *, seals: bool = False) -> Draft:
    manner = SignatureManner.SEALED if seals else SignatureManner.SIGNED
    return {"signed": False, "signer_role": role.value, "signer": signer, "name": name, "manner": manner.value}


def _key(row: Draft) -> tuple[str, str]:
    return str(row["signer_role"]), str(row["signer"] or row["name"])


def _signed(reader: Reader, paper: Agreement) -> set[tuple[str, str]]:
    return {(s.signer_role.value, s.signer or s.name) for s in signatures_of(reader, paper.id)}


def sign(desk: Desk, agreement_id: str, draft: Draft) -> Done:
    """Record the ticked rows of SIGNATURE_FORM; ``Done.id`` is the agreement's.

    A signature that is recorded already is not recorded twice. An earlier moment than the agreement's day is refused.
    """
    desk.must_may("signature")
    answers = Answers.of(SIGNATURE_FORM, draft)
    rows = [r for r in answers.rows("signatures") if r.yes("signed")]
    if not rows:
        raise RuleBroken("actions.nobody_signed", field="signatures")
    made = desk.made()
    with desk.store.write() as work:
        paper = agreement(work, agreement_id)
        signed = _signed(work, paper)
        for row in rows:
            signature = _read(work, row, paper, made)
            key = (signature.signer_role.value, signature.signer or signature.name)
            if key not in signed:
                work.add(signature)
                signed.add(key)
        handed_in(work, desk, SIGNATURE_FORM, draft)
    return Done(agreement_id, paper.number, work.changes)


def _read(reader: Reader, row: Answers, paper: Agreement, made: Made) -> Signature:
    signature = Signature(
        id=new_id("signature"),
        made=made,
        paper=paper.id,
        signer_role=row.choice("signer_role", SignerRole, SignerRole.PARTY),
        signer=row.record("signer", "person", "organisation") or "",
        name=row.line("name"),
        manner=row.choice("manner", SignatureManner, SignatureManner.SIGNED),
        signed_at=row.moment_or("signed_at", made.at),
        place=row.line("place"),
    )
    try:
        must_be_right(reader, paper, signature)
    except RuleBroken as broken:
        raise RuleBroken(broken.key, field=row.path(broken.field), **broken.values) from broken
    return signature


def must_be_right(reader: Reader, paper: Agreement, signature: Signature) -> None:
    """Raise RuleBroken where a signature cannot be: before the agreement's day, ahead of now, in a manner that does not
    count (人民调解法 29: a mediator signs, a committee seals), by no party, or by an agent without the power."""
    check_signature(signature)
    if signature.signed_at > signature.made.at:
        raise RuleBroken("actions.in_the_future", field="signed_at")
    day = signature.signed_at.astimezone(BEIJING).date()
    if day < paper.drawn_on:
        raise RuleBroken("actions.signed_before_drawn", field="signed_at", day=paper.drawn_on.isoformat())
    wanted = SignatureManner.SEALED if signature.signer_role is SignerRole.COMMITTEE else SignatureManner.SIGNED
    if signature.signer_role in (SignerRole.MEDIATOR, SignerRole.COMMITTEE) and signature.manner is not wanted:
        raise RuleBroken("actions.signature_manner_wrong", field="manner")
    if signature.signer_role is not SignerRole.PARTY:
        return
    if signature.signer not in {b.party for b in paper.parties}:
        raise RuleBroken("actions.not_a_party", field="name")
    if signature.by_agent and not _may_sign(reader, paper, signature, day):
        raise RuleBroken("actions.agent_may_not_sign", field="by_agent")


def _may_sign(reader: Reader, paper: Agreement, signature: Signature, day: date) -> bool:
    acting = signing_agents(taking_part(reader, paper.mediation), [signature.signer])
    return any(
        p.party == signature.by_agent and not power_faults(p, paper.drawn_on) and not power_faults(p, day)
        for p in acting
    )
