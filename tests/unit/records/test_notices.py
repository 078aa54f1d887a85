"""Who is to be telephoned: whom the district could not tell, who has not read it in time, and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sync.records.kinds import new_id
from sync.records.notices import Notice, NoticeState, Told, is_to_be_called, told_by_unit
from sync.records.record import Made

BEGUN = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
MADE = Made(by="", unit="uni_1", store="sto_1", at=BEGUN)
MINUTES = 10


def said(state: NoticeState, after: int = 1, unit: str = "uni_a") -> Notice:
    at = BEGUN + timedelta(minutes=after)
    return Notice(id=new_id("notice"), made=MADE, about="ord_1", unit=unit, state=state, happened_at=at)


def called(*facts: Notice, after: int = 5) -> bool:
    told = told_by_unit(facts).get("uni_a", Told())
    return is_to_be_called(told, BEGUN, BEGUN + timedelta(minutes=after), MINUTES)


def test_who_has_read_it_or_was_reached_is_not_called() -> None:
    for known in (NoticeState.READ, NoticeState.CALLED):
        assert not called(said(NoticeState.UNREAD), said(known, 12), after=60)


def test_the_district_s_word_counts_at_once_and_the_desk_s_minutes_where_it_says_nothing() -> None:
    assert called(said(NoticeState.FAILED))
    assert called(said(NoticeState.SENT), said(NoticeState.UNREAD))
    assert not called(said(NoticeState.SENT))
    assert not called(after=MINUTES - 1)
    assert called(after=MINUTES)
    assert called(said(NoticeState.DELIVERED), after=MINUTES), "delivered is not read"


def test_an_unanswered_telephone_stays_on_the_list_and_is_counted() -> None:
    facts = [said(NoticeState.FAILED), said(NoticeState.NOT_REACHED), said(NoticeState.NOT_REACHED, 3)]
    assert called(*facts)
    assert told_by_unit(facts)["uni_a"].tries == 2


def test_one_unit_s_reading_is_not_another_s() -> None:
    facts = [said(NoticeState.READ, unit="uni_b"), said(NoticeState.UNREAD)]
    assert called(*facts)
    assert told_by_unit(facts)["uni_b"].knows


@given(st.lists(st.tuples(st.sampled_from(NoticeState), st.integers(0, 60), st.sampled_from("ab"))), st.randoms())
def test_the_same_facts_in_any_order_say_the_same(given_: list[tuple[NoticeState, int, str]], dice: object) -> None:
    facts = [said(state, after, f"uni_{unit}") for state, after, unit in given_]
    shuffled = [*facts, *facts]
    dice.shuffle(shuffled)
    assert told_by_unit(shuffled) == told_by_unit(facts)
