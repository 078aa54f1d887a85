"""Laws of signing: however many parties, in whatever order, effect comes with the last of all and with nothing less."""

from __future__ import annotations

import dataclasses
import random
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from sync.records.agreement_state import effective_on
from sync.records.mediations import Agreement, PartyBlock, Signature, SignatureManner, SignerRole, Term
from sync.records.record import Made
from sync.records.signing import SigningStage, signing
from sync.records.times import BEIJING

MADE = Made(by="sta_1", unit="uni_1", store="sto_1", at=datetime(2026, 1, 1, tzinfo=UTC))
Put = tuple[bool, bool, datetime]
"""Whether it was put, whether that was taken back, and when it was put."""
puts = st.tuples(st.booleans(), st.booleans(), st.datetimes(timezones=st.just(UTC), min_value=datetime(2026, 1, 2)))
most = st.tuples(st.sampled_from((True, True, True, False)), st.just(False), puts.map(lambda put: put[2]))


def agreement(parties: int) -> Agreement:
    blocks = (PartyBlock(party=f"per_{n}", side=n + 1, role="applicant", name="n") for n in range(parties))
    return Agreement(
        id="agr_1", made=MADE, number="1", mediation="m", matter="m", committee="c", unit="u", parties=tuple(blocks),
        mediators=("s",), facts="f", terms=(Term(text="t"),), copies=parties + 1, drawn_on=date(2026, 1, 1),
    )  # fmt: skip


def facts_of(paper: Agreement, all_puts: list[Put]) -> list[Signature]:
    who = [(SignerRole.PARTY, b.party) for b in paper.parties]
    who += [(SignerRole.MEDIATOR, ""), (SignerRole.COMMITTEE, "")]
    facts = []
    for n, ((role, signer), (there, taken_back, at)) in enumerate(zip(who, all_puts, strict=True)):
        manner = SignatureManner.SEALED if role is SignerRole.COMMITTEE else SignatureManner.SIGNED
        fact = Signature(
            id=f"sig_{n}", made=MADE, paper=paper.id, signer_role=role, signer=signer, name="n", manner=manner,
            signed_at=at,
        )  # fmt: skip
        if there:
            facts.append(fact)
        if there and taken_back:
            facts.append(dataclasses.replace(fact, id=f"sig_{n}b", amends=fact.id, amend_reason="误记", withdrawn=True))
    return facts


@given(st.lists(st.one_of(puts, most), min_size=4, max_size=9), st.randoms(use_true_random=False))
def test_there_is_a_day_of_effect_only_when_all_parties_mediator_and_seal_are_there(
    all_puts: list[Put], shuffle: random.Random
) -> None:
    paper = agreement(len(all_puts) - 2)
    facts = facts_of(paper, all_puts)
    shuffle.shuffle(facts)
    counts = [there and not taken_back for there, taken_back, _ in all_puts]
    state = signing(paper, facts)
    assert state.effective == effective_on(paper, facts)
    assert (state.effective is not None) == all(counts)
    assert (state.stage is SigningStage.IN_EFFECT) == all(counts)
    assert (state.stage is SigningStage.AWAITING_SEAL) == (all(counts[:-1]) and not counts[-1])
    assert (state.stage is SigningStage.UNSIGNED) == (not any(counts))
    assert (state.signed, state.needed) == (sum(counts[:-1]), len(counts) - 1)
    if state.effective is not None:
        assert state.effective == max(at for _, _, at in all_puts).astimezone(BEIJING).date()
