"""How far the signing of an agreement is: who has signed, who has not, who would not, and whether it is in effect.

A written agreement takes effect on the day on which the last of these is there: each party's signature, seal or
fingerprint, a mediator's signature, the committee's seal (人民调解法 29). Until then it is not in effect, however much
of it is signed; a party who has not signed never yields a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sync.records.agreement_state import effective_on, missing_signatures
from sync.records.mediation_events import MediationEvent, MediationEventKind
from sync.records.mediations import Agreement, AgreementForm, Signature, SignerRole
from sync.records.seen import standing


class SigningStage(StrEnum):
    """From nobody's signature to effect; ``AWAITING_SEAL``: all have signed, and it is not in effect."""

    UNSIGNED = "unsigned"
    PARTLY = "partly"
    AWAITING_SEAL = "awaiting_seal"
    IN_EFFECT = "in_effect"


@dataclass(frozen=True, slots=True)
class Signing:
    """``signed`` of ``needed`` signatures are there: one of each party and one of a mediator; the seal is apart.

    ``refused`` are the ids of parties who left or would not sign, and have not signed since.
    """

    stage: SigningStage
    signed: int
    needed: int
    effective: date | None
    refused: tuple[str, ...] = ()


def signing(agreement: Agreement, signatures: Iterable[Signature], events: Iterable[MediationEvent] = ()) -> Signing:
    """Return how far ``agreement`` is signed; ``signatures`` and ``events`` in any order, with what they replaced."""
    own = [s for s in signatures if s.paper == agreement.id]
    effective = effective_on(agreement, own)
    if agreement.form is AgreementForm.ORAL:
        return Signing(SigningStage.IN_EFFECT, 0, 0, effective)
    needed = len(agreement.parties) + 1
    missing = missing_signatures(agreement, own)
    unsigned = [need for need in missing if need[0] is not SignerRole.COMMITTEE]
    unwilling = refusals(agreement, events)
    left = {party for role, party in unsigned if role is SignerRole.PARTY}
    refused = tuple(b.party for b in agreement.parties if b.party in left and b.party in unwilling)
    if effective is not None:
        stage = SigningStage.IN_EFFECT
    elif not unsigned:
        stage = SigningStage.AWAITING_SEAL
    else:
        stage = SigningStage.UNSIGNED if len(missing) == needed + 1 else SigningStage.PARTLY
    return Signing(stage, needed - len(unsigned), needed, effective, refused)


def refusals(agreement: Agreement, events: Iterable[MediationEvent]) -> dict[str, MediationEvent]:
    """Return for each party who left or would not sign ``agreement`` the last such event."""
    kept = [e for e in standing(events)[0].values() if e.kind is MediationEventKind.UNSIGNED]
    own = sorted((e for e in kept if e.agreement == agreement.id), key=lambda e: (e.happened_at, e.id))
    return {e.party: e for e in own}
