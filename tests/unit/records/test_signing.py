"""How far an agreement is signed: every stage on the way, refusals, and what was taken back."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from sync.records.kinds import new_id
from sync.records.mediation_events import MediationEvent, MediationEventKind
from sync.records.mediations import AgreementForm, Signature
from sync.records.signing import SigningStage, signing
from tests.unit.records.test_folds import AGREEMENT, MADE, NOW, SIGNED

STAGES = (SigningStage.UNSIGNED, SigningStage.PARTLY, SigningStage.PARTLY, SigningStage.AWAITING_SEAL)


def unsigned(party: str, agreement: str = AGREEMENT.id) -> MediationEvent:
    return MediationEvent(
        id=new_id("mediation_event"), made=MADE, mediation="med_1", kind=MediationEventKind.UNSIGNED,
        happened_at=NOW, text="中途离开", agreement=agreement, party=party,
    )  # fmt: skip


def taken_back(signature: Signature) -> Signature:
    return dataclasses.replace(
        signature, id=new_id("signature"), amends=signature.id, amend_reason="误记", withdrawn=True
    )


def test_the_stages_from_nobody_to_effect() -> None:
    for count, stage in enumerate(STAGES):
        state = signing(AGREEMENT, SIGNED[:count])
        assert (state.stage, state.signed, state.needed, state.effective) == (stage, count, 3, None)
    state = signing(AGREEMENT, SIGNED)
    assert (state.stage, state.signed) == (SigningStage.IN_EFFECT, 3)
    assert state.effective is not None


def test_a_seal_before_the_last_signature_is_no_effect() -> None:
    for missing in SIGNED[:3]:
        state = signing(AGREEMENT, [s for s in SIGNED if s is not missing])
        assert (state.stage, state.signed, state.effective) == (SigningStage.PARTLY, 2, None)
    assert signing(AGREEMENT, SIGNED[3:]).stage is SigningStage.PARTLY


@pytest.mark.parametrize("at", range(4))
def test_a_signature_that_was_taken_back_counts_no_more_in_any_order(at: int) -> None:
    facts = [*SIGNED, taken_back(SIGNED[at])]
    for order in (facts, facts[::-1]):
        state = signing(AGREEMENT, order)
        assert state.effective is None
        assert state.stage is not SigningStage.IN_EFFECT
    again = dataclasses.replace(SIGNED[at], id=new_id("signature"), signed_at=SIGNED[at].signed_at + timedelta(days=3))
    assert signing(AGREEMENT, [*facts, again]).stage is SigningStage.IN_EFFECT


def test_a_party_who_left_is_named_until_it_signs_after_all() -> None:
    events = [unsigned("fir_2"), unsigned("per_1", "agr_other")]
    rest = [s for s in SIGNED if s.signer != "fir_2"]
    state = signing(AGREEMENT, rest, events)
    assert (state.refused, state.effective) == (("fir_2",), None)
    assert signing(AGREEMENT, SIGNED, events).refused == ()
    gone = [*SIGNED, taken_back(next(s for s in SIGNED if s.signer == "fir_2"))]
    assert signing(AGREEMENT, gone, events).refused == ("fir_2",)


def test_an_oral_agreement_is_in_effect_without_signatures() -> None:
    state = signing(dataclasses.replace(AGREEMENT, form=AgreementForm.ORAL), ())
    assert (state.stage, state.effective) == (SigningStage.IN_EFFECT, AGREEMENT.drawn_on)
