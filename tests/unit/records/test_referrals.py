"""Referrals of a matter: which result is of which, how they stand, and who may open what a result keeps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

from sync.records.canonical import canonical
from sync.records.kinds import STORE_PREFIX, UNIT_PREFIX, new_id, new_identity
from sync.records.matters import Help, Step, StepKind
from sync.records.record import Made
from sync.records.referrals import Referral, ReferralState, is_for, may_open, referrals_of
from sync.records.units import Role

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
MADE = Made(by="stf_registrar", unit=new_identity(UNIT_PREFIX), store=new_identity(STORE_PREFIX), at=AT)
MATTER = new_id("matter")
COUNSELS, REGISTERS = frozenset({Role.COUNSELLOR}), frozenset({Role.REGISTRAR})


def step(kind: StepKind, hours: int, **more: object) -> Step:
    values = {"id": new_id("step"), "made": MADE, "matter": MATTER, "happened_at": AT + timedelta(hours=hours), **more}
    return Step(kind=kind, **values)  # type: ignore[arg-type]


def referred(hours: int, **more: object) -> Step:
    return step(StepKind.REFERRED, hours, help=Help.COUNSELLING, **more)


def result(hours: int, **more: object) -> Step:
    return step(StepKind.REFERRAL_RESULT, hours, text="已到访", **more)


def test_a_result_is_of_the_referral_that_it_names_whatever_came_first() -> None:
    first, second = referred(0), referred(1)
    late = result(3, refers_to=first.id)
    for steps in permutations((first, second, late)):
        assert referrals_of(steps) == (Referral(first, (late,)), Referral(second))


def test_a_result_without_a_name_is_of_the_last_that_waits_else_of_the_last() -> None:
    first, second = referred(0), referred(1)
    one, two, three = result(2), result(3), result(4)
    assert referrals_of((first, second, one, two, three)) == (Referral(first, (two,)), Referral(second, (one, three)))
    assert referrals_of([result(0), referred(1)])[0].state is ReferralState.WAITING, "a result before any is of none"
    stray = result(2, refers_to=new_id("step"))
    assert referrals_of((first, stray)) == (Referral(first, (stray,)),)


def test_a_further_session_keeps_it_under_way_until_a_result_names_none() -> None:
    first, again = referred(0), result(1, due_on=date(2026, 12, 7))
    (found,) = referrals_of((first, again))
    assert (found.state, found.next_on) == (ReferralState.UNDER_WAY, date(2026, 12, 7))
    (found,) = referrals_of((first, again, result(2)))
    assert (found.state, found.next_on) == (ReferralState.OVER, None)


def test_a_counsellor_takes_what_names_her_or_nobody() -> None:
    assert is_for(referred(0), "stf_me", COUNSELS)
    assert is_for(referred(0, to_staff="stf_me"), "stf_me", COUNSELS)
    assert not is_for(referred(0, to_staff="stf_other"), "stf_me", COUNSELS)
    assert not is_for(referred(0), "stf_me", REGISTERS)
    assert not is_for(step(StepKind.REFERRED, 0, help=Help.LEGAL_AID), "stf_me", COUNSELS)


def test_what_a_result_keeps_is_opened_by_its_writer_and_of_counselling_by_counsellors() -> None:
    told, counselling, legal = result(1), referred(0), step(StepKind.REFERRED, 0, help=Help.LEGAL_ADVICE)
    assert may_open(told, counselling, "stf_registrar", REGISTERS)
    assert may_open(told, counselling, "stf_other", COUNSELS)
    assert not may_open(told, counselling, "stf_other", REGISTERS | {Role.STATION_LEAD})
    assert not may_open(told, legal, "stf_other", COUNSELS)


def test_a_step_without_the_new_fields_is_written_as_before() -> None:
    body = canonical(referred(0))
    assert b"kept" not in body
    assert b"to_staff" not in body
