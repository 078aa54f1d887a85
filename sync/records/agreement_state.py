"""When an agreement takes effect (人民调解法 29, 30)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sync.records.mediations import Agreement, AgreementForm, Signature, SignatureManner, SignerRole
from sync.records.seen import standing
from sync.records.times import BEIJING


def effective_on(agreement: Agreement, signatures: Iterable[Signature]) -> date | None:
    """Return the day (at +08:00) on which the agreement took effect; None while something is missing.

    Written (法 29): the day on which all of these are there: every party signed, sealed or put a fingerprint, a
    mediator signed, the committee sealed. It follows from the signatures, never from the printing. Oral (法 30):
    the day on which the parties agreed. The same signatures in any order give the same day.
    """
    if agreement.form is AgreementForm.ORAL:
        return agreement.drawn_on
    stands, _ = standing(s for s in signatures if s.paper == agreement.id)
    days: dict[tuple[SignerRole, str], date] = {}
    for signature in stands.values():
        if key := _counts_as(signature):
            day = signature.signed_at.astimezone(BEIJING).date()
            days[key] = min(day, days.get(key, day))
    needed = {(SignerRole.PARTY, party.party) for party in agreement.parties}
    needed |= {(SignerRole.MEDIATOR, ""), (SignerRole.COMMITTEE, "")}
    if not agreement.parties or not needed <= days.keys():
        return None
    return max(days[key] for key in needed)


def missing_signatures(agreement: Agreement, signatures: Iterable[Signature]) -> tuple[tuple[SignerRole, str], ...]:
    """Return what a written agreement still lacks: role and, for a party, its id; empty for an oral one."""
    if agreement.form is AgreementForm.ORAL:
        return ()
    stands, _ = standing(s for s in signatures if s.paper == agreement.id)
    there = {_counts_as(signature) for signature in stands.values()}
    needed = [(SignerRole.PARTY, party.party) for party in agreement.parties]
    needed += [(SignerRole.MEDIATOR, ""), (SignerRole.COMMITTEE, "")]
    return tuple(need for need in needed if need not in there)


def _counts_as(signature: Signature) -> tuple[SignerRole, str] | None:
    if signature.withdrawn:
        return None
    match signature.signer_role, signature.manner:
        case SignerRole.PARTY, _:
            return SignerRole.PARTY, signature.signer
        case SignerRole.MEDIATOR, SignatureManner.SIGNED:
            return SignerRole.MEDIATOR, ""
        case SignerRole.COMMITTEE, SignatureManner.SEALED:
            return SignerRole.COMMITTEE, ""
        case _:
            return None
