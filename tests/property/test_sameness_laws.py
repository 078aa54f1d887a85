"""Laws of what people say about two cards: order does not matter, doubt keeps apart, and taking back restores."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.records.kinds import new_id
from sync.records.record import Made
from sync.records.sameness import Sameness, Verdict, fold_sameness, pair_of
from sync.records.times import BEIJING

AT = datetime(2026, 9, 1, tzinfo=BEIJING)
STATIONS = [Made(by=f"sta_{n}", unit="uni_1", store=f"sto_{n}", at=AT) for n in range(3)]
CARDS = [new_id("person") for _ in range(5)]
FIRM = new_id("organisation")


def said(leading: str, other: str, verdict: Verdict, seen: tuple[str, ...] = (), station: int = 0) -> Sameness:
    made = STATIONS[station]
    return Sameness(id=new_id("sameness"), made=made, leading=leading, other=other, verdict=verdict, seen=seen)


@st.composite
def statements(draw: st.DrawFn) -> list[Sameness]:
    """Up to ten statements by three stations about five cards and a firm; each saw some of the earlier ones."""
    facts: list[Sameness] = []
    for _ in range(draw(st.integers(0, 10))):
        leading, other = (draw(st.sampled_from([*CARDS, FIRM])) for _ in range(2))
        seen = tuple(draw(st.lists(st.sampled_from([f.id for f in facts]), max_size=4))) if facts else ()
        facts.append(said(leading, other, draw(st.sampled_from(Verdict)), seen, draw(st.integers(0, 2))))
    return facts


@given(statements(), st.randoms(use_true_random=False))
def test_the_same_statements_in_any_order_and_number_join_the_same_cards(facts: list[Sameness], random: Any) -> None:
    shuffled = facts + facts[:3]
    random.shuffle(shuffled)
    assert fold_sameness(shuffled) == fold_sameness(facts)


@given(statements())
def test_each_card_is_in_one_group_and_nobody_joins_what_was_said_to_be_different(facts: list[Sameness]) -> None:
    found = fold_sameness(facts)
    for card, joined in found.groups.items():
        assert card in joined.cards
        assert all(found.groups[other] == joined for other in joined.cards)
        assert len({i.split("_")[0] for i in joined.cards}) == 1
        for pair, stands in found.pairs.items():
            assert not (set(pair) <= set(joined.cards) and stands.verdict is Verdict.DIFFERENT)


@given(statements())
def test_cards_are_only_joined_where_somebody_said_so(facts: list[Sameness]) -> None:
    found = fold_sameness(facts)
    told = {pair_of(f.leading, f.other) for f in facts if f.verdict is Verdict.SAME}
    for joined in found.groups.values():
        for card in joined.cards:
            assert any(pair_of(card, other) in told for other in joined.cards)


@given(statements(), st.sampled_from(CARDS), st.sampled_from(CARDS))
def test_taking_back_what_one_said_restores_exactly_what_was(facts: list[Sameness], one: str, other: str) -> None:
    before = fold_sameness(facts)
    stands = before.pairs.get(pair_of(one, other))
    if one == other or (stands is not None and stands.verdict is not Verdict.WITHDRAWN):
        return
    joining = said(one, other, Verdict.SAME, stands.heads if stands else ())
    heads = fold_sameness([*facts, joining]).pairs[pair_of(one, other)].heads
    assert heads == (joining.id,)
    after = fold_sameness([*facts, joining, said(one, other, Verdict.WITHDRAWN, heads)])
    assert after.groups == before.groups


@given(st.permutations(CARDS), st.integers(0, 2))
def test_a_chain_is_one_group_and_a_link_taken_out_makes_two(cards: list[str], cut: int) -> None:
    chain = [said(one, other, Verdict.SAME) for one, other in pairwise(cards)]
    groups = fold_sameness(chain).groups
    assert set(groups[cards[0]].cards) == set(cards)
    assert groups[cards[0]].leading == cards[0], "who is led by nobody leads"
    broken = chain[cut]
    apart = fold_sameness([*chain, said(broken.leading, broken.other, Verdict.WITHDRAWN, (broken.id,))]).groups
    assert apart.get(cards[cut]) != apart[cards[cut + 1]]


def test_three_stations_that_disagree_keep_the_cards_apart_until_one_has_seen_all() -> None:
    a, b, _, _, _ = CARDS
    same, different = said(a, b, Verdict.SAME), said(b, a, Verdict.DIFFERENT, station=1)
    again = said(a, b, Verdict.SAME, station=2)
    found = fold_sameness([same, different, again])
    assert found.groups == {}
    assert found.pairs[pair_of(a, b)].contradicted
    assert [d.reason for d in found.doubts] == ["records.doubt_same_contradicted"]
    deciding = said(a, b, Verdict.SAME, found.pairs[pair_of(a, b)].heads)
    assert fold_sameness([same, different, again, deciding]).groups[b].leading == a


def test_a_circle_has_one_leading_card_and_one_that_is_different_keeps_all_of_it_apart() -> None:
    a, b, c, _, _ = CARDS
    circle = [said(a, b, Verdict.SAME), said(b, c, Verdict.SAME), said(c, a, Verdict.SAME)]
    assert fold_sameness(circle).groups[c].cards == tuple(sorted((a, b, c)))
    found = fold_sameness([circle[0], circle[1], said(a, c, Verdict.DIFFERENT, station=1)])
    assert found.groups == {}
    assert [d.reason for d in found.doubts] == ["records.doubt_same_and_different"]


def test_statements_that_claim_to_have_seen_each_other_say_nothing() -> None:
    a, b = CARDS[:2]
    first, second = (said(a, b, Verdict.SAME) for _ in range(2))
    hostile = [
        Sameness(id=f.id, made=f.made, leading=a, other=b, verdict=Verdict.SAME, seen=(other.id,))
        for f, other in ((first, second), (second, first))
    ]
    assert fold_sameness(hostile).groups == {}
