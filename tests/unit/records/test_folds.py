"""States computed from facts: a matter's, an order's, an agreement's."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sync.records.agreement_state import effective_on, missing_signatures
from sync.records.folds import MatterStage, OrderStage, fold_matter, fold_order, is_late
from sync.records.kinds import new_id
from sync.records.matters import Step, StepKind
from sync.records.mediations import (
    Agreement,
    AgreementForm,
    PartyBlock,
    Signature,
    SignatureManner,
    SignerRole,
    Term,
)
from sync.records.orders import OrderReply, ReplyKind
from sync.records.record import Made
from tests.support.orders import an_order

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
MADE = Made(by="sta_1", unit="uni_1", store="sto_1", at=NOW)


def step(kind: StepKind, *seen: Step, hours: int = 0, by: str = "sta_1", **values: Any) -> Step:
    return Step(
        id=new_id("step"),
        made=dataclasses.replace(MADE, by=by),
        matter="mat_1",
        kind=kind,
        seen=tuple(s.id for s in seen),
        happened_at=NOW + timedelta(hours=hours),
        **values,
    )


def reasons(state: Any) -> list[str]:
    return [doubt.reason.removeprefix("records.doubt_") for doubt in state.doubts]


def test_a_matter_without_steps_is_registered() -> None:
    assert fold_matter([]).state is MatterStage.REGISTERED


def test_a_matter_passes_through_its_five_moments() -> None:
    accepted = step(StepKind.ACCEPTED, hours=1)
    resolved = step(StepKind.RESOLVED, accepted, hours=2)
    acknowledged = step(StepKind.ACKNOWLEDGED, resolved, hours=3, by="sta_2", satisfied=True)
    fed_back = step(StepKind.FED_BACK, acknowledged, hours=4)
    closed = step(StepKind.CLOSED, fed_back, hours=5)
    state = fold_matter([closed, fed_back, accepted, acknowledged, resolved], NOW)
    assert (state.state, state.last, state.heads, state.doubts) == (
        MatterStage.CLOSED,
        StepKind.CLOSED,
        (closed.id,),
        (),
    )
    assert dataclasses.astuple(state.moments) == tuple(NOW + timedelta(hours=h) for h in range(5))


def test_reopening_takes_back_what_was_resolved_but_not_the_acceptance() -> None:
    accepted = step(StepKind.ACCEPTED)
    resolved = step(StepKind.RESOLVED, accepted)
    reopened = step(StepKind.REOPENED, step_closed := step(StepKind.CLOSED, resolved))
    state = fold_matter([accepted, resolved, step_closed, reopened])
    assert (state.state, state.moments.accepted, state.moments.resolved) == (MatterStage.ACCEPTED, NOW, None)


def test_feeding_back_early_does_not_take_a_matter_back() -> None:
    accepted = step(StepKind.ACCEPTED)
    closed = step(StepKind.CLOSED, accepted)
    state = fold_matter([accepted, closed, step(StepKind.FED_BACK, closed)])
    assert (state.state, state.doubts) == (MatterStage.CLOSED, ())


def test_a_step_on_a_closed_matter_is_doubted_and_leaves_it_closed() -> None:
    closed = step(StepKind.CLOSED)
    state = fold_matter([closed, step(StepKind.HANDLED, closed)])
    assert (state.state, reasons(state)) == (MatterStage.CLOSED, ["step_after_close"])


def test_of_closing_and_reopening_side_by_side_the_matter_stays_open_and_a_person_is_asked() -> None:
    resolved = step(StepKind.RESOLVED)
    closed, reopened = step(StepKind.CLOSED, resolved), step(StepKind.REOPENED, resolved)
    state = fold_matter([reopened, closed, resolved])
    assert (state.state, reasons(state)) == (MatterStage.ACCEPTED, ["closed_and_reopened"])
    assert set(state.heads) == {closed.id, reopened.id}


def test_a_step_that_saw_both_branches_settles_them() -> None:
    closed, handled = step(StepKind.CLOSED), step(StepKind.HANDLED)
    settled = step(StepKind.CLOSED, closed, handled)
    state = fold_matter([settled, handled, closed])
    assert (state.state, state.heads) == (MatterStage.CLOSED, (settled.id,))


def test_an_amended_step_is_corrected_in_its_place() -> None:
    accepted = step(StepKind.ACCEPTED, hours=9)
    resolved = step(StepKind.RESOLVED, accepted, hours=2)
    mended = step(StepKind.ACCEPTED, resolved, hours=1, amends=accepted.id, amend_reason="写错时间")
    assert reasons(fold_matter([accepted, resolved], NOW)) == ["moments_backwards"]
    state = fold_matter([mended, resolved, accepted], NOW)
    assert (state.state, state.moments.accepted, state.doubts) == (MatterStage.RESOLVED, NOW + timedelta(hours=1), ())


def test_two_amendments_of_one_step_are_doubted() -> None:
    accepted = step(StepKind.ACCEPTED)
    mended = [step(StepKind.ACCEPTED, accepted, amends=accepted.id, hours=h) for h in (1, 2)]
    state = fold_matter([accepted, *mended])
    assert reasons(state) == ["amended_twice"]
    assert state.moments.accepted == mended[1].happened_at


def test_circles_from_a_hostile_writer_end() -> None:
    one, other = step(StepKind.ACCEPTED), step(StepKind.CLOSED)
    one = dataclasses.replace(one, seen=(other.id, one.id), amends=other.id)
    other = dataclasses.replace(other, seen=(one.id,), amends=one.id)
    assert fold_matter([one, other]) == fold_matter([other, one])


ORDER = an_order(MADE)


def reply(kind: ReplyKind, department: str = "uni_a", *seen: OrderReply, minutes: int = 0, **values: Any) -> OrderReply:
    return OrderReply(
        id=new_id("order_reply"),
        made=MADE,
        order=ORDER.id,
        department=department,
        kind=kind,
        seen=tuple(s.id for s in seen),
        happened_at=NOW + timedelta(minutes=minutes),
        **values,
    )


def test_an_order_stands_where_its_slowest_department_stands() -> None:
    assert fold_order(ORDER, []).state is OrderStage.ISSUED
    replies = [reply(ReplyKind.RESOLVED), reply(ReplyKind.SIGNED, "uni_b")]
    state = fold_order(ORDER, replies)
    assert state.state is OrderStage.SIGNED
    assert {d: s.stage for d, s in state.by_department.items()} == {
        "uni_a": OrderStage.RESOLVED,
        "uni_b": OrderStage.SIGNED,
    }


def test_what_was_witnessed_stands_apart_from_what_the_department_says() -> None:
    said = reply(ReplyKind.REPORTED_IN, minutes=30)
    department = fold_order(ORDER, [said]).by_department["uni_a"]
    assert (department.stage, department.arrived, department.arrival_claimed) == (OrderStage.REPORTED_IN, None, True)
    seen = reply(ReplyKind.REPORTED_IN, minutes=90, witnessed=True)
    state = fold_order(ORDER, [seen, said])
    assert state.by_department["uni_a"].arrived == NOW + timedelta(minutes=90)
    assert reasons(state) == ["arrival_times"]


def test_an_objection_stays_open_until_a_ruling_that_saw_it() -> None:
    objection = reply(ReplyKind.OBJECTION)
    blind = reply(ReplyKind.RULED, text="维持")
    assert fold_order(ORDER, [objection, blind]).state is OrderStage.OBJECTED
    ruled = reply(ReplyKind.RULED, "uni_a", objection, text="维持")
    assert fold_order(ORDER, [objection, ruled]).state is OrderStage.ISSUED
    released = dataclasses.replace(ruled, releases=True)
    assert fold_order(ORDER, [released, objection]).by_department["uni_a"].stage is OrderStage.RELEASED


def test_an_order_is_late_until_the_ruling_gives_more_time() -> None:
    said = [reply(ReplyKind.REPORTED_IN, d, minutes=30) for d in ORDER.departments]
    came = [dataclasses.replace(each, witnessed=True) for each in said]
    assert is_late(ORDER, fold_order(ORDER, said), NOW + timedelta(minutes=61)), "its own word meets no limit"
    assert is_late(ORDER, fold_order(ORDER, []), NOW + timedelta(minutes=61))
    assert not is_late(ORDER, fold_order(ORDER, came), NOW + timedelta(minutes=61))
    later = NOW + timedelta(hours=73)
    assert is_late(ORDER, fold_order(ORDER, came), later)
    ruled = [reply(ReplyKind.RULED, d, until=NOW + timedelta(hours=96)) for d in ORDER.departments]
    assert not is_late(ORDER, fold_order(ORDER, [*came, *ruled]), later)


def test_a_cancelled_order_binds_nobody_and_a_reply_to_it_is_doubted() -> None:
    cancelled = reply(ReplyKind.CANCELLED, "")
    state = fold_order(ORDER, [cancelled, reply(ReplyKind.RESOLVED)])
    assert (state.state, reasons(state)) == (OrderStage.CANCELLED, ["resolved_and_ended"])
    assert not is_late(ORDER, state, NOW + timedelta(days=9))


def test_a_department_that_was_not_ordered_is_doubted() -> None:
    assert reasons(fold_order(ORDER, [reply(ReplyKind.SIGNED, "uni_z")])) == ["department_not_ordered"]


PARTIES = (
    PartyBlock(party="per_1", side=1, role="applicant", name="甲"),
    PartyBlock(party="fir_2", side=2, role="respondent", name="乙"),
)
AGREEMENT = Agreement(
    id=new_id("agreement"),
    made=MADE,
    number="1",
    mediation="med_1",
    matter="mat_1",
    committee="光明",
    unit="uni_1",
    parties=PARTIES,
    mediators=("sta_1",),
    facts="f",
    terms=(Term(text="t"),),
    copies=3,
    drawn_on=date(2026, 8, 30),
)


def signature(role: SignerRole, signer: str, manner: SignatureManner, at: datetime, **values: Any) -> Signature:
    return Signature(
        id=new_id("signature"),
        made=MADE,
        paper=AGREEMENT.id,
        signer_role=role,
        signer=signer,
        name="n",
        manner=manner,
        signed_at=at,
        **values,
    )


SIGNED = [
    signature(SignerRole.PARTY, "per_1", SignatureManner.FINGERPRINT, NOW),
    signature(SignerRole.PARTY, "fir_2", SignatureManner.SEALED, NOW),
    signature(SignerRole.MEDIATOR, "sta_1", SignatureManner.SIGNED, NOW),
    signature(SignerRole.COMMITTEE, "", SignatureManner.SEALED, NOW + timedelta(hours=17)),
]


def test_a_written_agreement_takes_effect_with_the_last_signature_or_seal() -> None:
    # 17 hours after 08:00 UTC it is 01:00 UTC, 09:00 in Beijing: the next day there.
    assert effective_on(AGREEMENT, SIGNED) == date(2026, 9, 2)
    assert effective_on(AGREEMENT, SIGNED[::-1] + SIGNED) == date(2026, 9, 2)


def test_the_day_is_beijings() -> None:
    evening = [dataclasses.replace(s, signed_at=datetime(2026, 9, 1, 16, 30, tzinfo=UTC)) for s in SIGNED]
    assert effective_on(AGREEMENT, evening) == date(2026, 9, 2)


def test_without_one_party_the_mediator_or_the_seal_nothing_is_in_effect() -> None:
    for missing in SIGNED:
        rest = [s for s in SIGNED if s is not missing]
        assert effective_on(AGREEMENT, rest) is None
        assert missing_signatures(AGREEMENT, rest) == (
            (missing.signer_role, missing.signer if missing.signer_role is SignerRole.PARTY else ""),
        )
    assert missing_signatures(AGREEMENT, SIGNED) == ()


def test_a_mediator_signs_and_a_committee_seals() -> None:
    stamped = [dataclasses.replace(s, manner=SignatureManner.SEALED) for s in SIGNED]
    assert effective_on(AGREEMENT, stamped) is None
    other_paper = [dataclasses.replace(s, paper="agr_x") for s in SIGNED]
    assert effective_on(AGREEMENT, other_paper) is None


def test_an_oral_agreement_is_in_effect_on_its_day() -> None:
    assert effective_on(dataclasses.replace(AGREEMENT, form=AgreementForm.ORAL), []) == date(2026, 8, 30)
