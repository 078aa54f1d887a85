"""Terms of an agreement: who pays whom, dates in order and not before the agreement, sums that somebody pays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.forms.mediations import AGREEMENT_FORM
from desktop.forms.terms import SIDES, holding_together
from resources import wording
from sync.records.mediations import Term
from sync.records.terms import term_faults, total_of

DAY = date(2026, 11, 25)


def pay(days: int | None = 1, payer: int = 2, payee: int = 1, **more: Any) -> Term:
    due = None if days is None else DAY + timedelta(days=days)
    return Term(text="付款", amount_fen=100, due_on=due, payer=payer, payee=payee, **more)


@pytest.mark.parametrize(
    ("term", "field", "key"),
    [
        (pay(payer=4), "payer", "term_side_unknown"),
        (pay(payee=3), "payee", "term_side_unknown"),
        (pay(payer=1), "payee", "term_pays_itself"),
        (pay(payee=0), "payee", "term_pays_half"),
        (pay(payer=0), "payer", "term_pays_half"),
        (pay(-1), "early_reason", "term_due_early"),
        (pay(4), "due_on", "term_due_order"),
    ],
)
def test_a_term_that_cannot_be_is_named_with_its_question(term: Term, field: str, key: str) -> None:
    terms = (pay(None), pay(5), Term(text="道歉", due_on=DAY), term)
    (fault,) = term_faults(terms, {1, 2}, DAY)
    assert (fault.place, fault.field, fault.key) == (3, field, f"records.{key}")
    assert fault.values["number"] == 4


def test_what_was_done_before_the_agreement_s_day_needs_a_reason_only() -> None:
    assert not list(term_faults((pay(-3, early_reason="已付清"), pay(0), pay(3)), {1, 2}, DAY))


def test_instalments_of_different_pairs_have_orders_of_their_own() -> None:
    assert not list(term_faults((pay(9), pay(1, payer=1, payee=2), pay(None), pay(9)), {1, 2}, DAY))


@given(st.lists(st.integers(0, 60), max_size=8))
def test_instalments_hold_where_their_dates_are_in_order_and_only_there(days: list[int]) -> None:
    faults = list(term_faults([pay(d) for d in days], {1, 2}, DAY))
    assert (not faults) == (days == sorted(days))
    assert not list(term_faults([pay(d) for d in sorted(days)], {1, 2}, DAY))


def test_what_two_sides_owe_each_other_is_no_sum() -> None:
    assert total_of((pay(), pay(), Term(text="道歉"))) == 200
    assert total_of((pay(), pay(payer=1, payee=2))) is None
    assert total_of((pay(), Term(text="道歉"))) is None


def row(amount: str = "100", due_on: str = "2026-12-01", **more: str) -> dict[str, str]:
    return {"text": "付款", "amount": amount, "due_on": due_on, "payer": "2", "payee": "1", **more}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (row(amount="x"), "actions.no_amount"),
        (row(due_on="2026-02-30"), "records.date_impossible"),
        (row(due_on="2026-11"), "records.date_unreadable"),
        (row(due_on="2026-11-24"), "records.term_due_early"),
        (row(due_on="2026-11-30"), "records.term_due_order"),
        (row(payee="2"), "records.term_pays_itself"),
        (row(payee="3"), "records.term_side_unknown"),
        (row(), ""),
    ],
)
def test_a_row_says_while_it_is_typed_what_does_not_hold(typed: dict[str, str], said: str) -> None:
    draft = {"terms": [row(), typed], "drawn_on": "2026-11-25", SIDES: {"1": "甲", "2": "乙"}}
    told = holding_together(draft)
    assert {at: key for at, (key, _values) in told.items()} == ({1: said} if said else {})
    for language in ("zh", "en"):
        assert all(wording(language)(key, **values) for key, values in told.values())


def test_a_draft_kept_before_sides_were_known_is_not_refused_for_them() -> None:
    assert holding_together({"terms": [row()], "drawn_on": "2026-11-25"}) == {}


def test_sides_are_no_side_where_no_amount_is_typed() -> None:
    assert holding_together({"terms": [row(amount="", payee="2")], "drawn_on": "2026-11-25"}) == {}


def test_the_reason_is_asked_for_where_the_day_is_past() -> None:
    terms = next(f for f in AGREEMENT_FORM.fields() if f.name == "terms")
    reason = next(f for f in terms.rows if f.name == "early_reason")
    assert reason.shown({"due_on": "2020-01-01"})
    assert not reason.shown({"due_on": "2199-01-01"})
    assert not reason.shown({"due_on": "2020-02-30"})
