"""Laws of cards that several desks and the district edit: nothing that does not overlap conflicts, nothing is lost."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.records.canonical import canonical
from sync.records.cards import Folded, Revision, fold_card, overridden
from sync.records.record import Made

CARD = "per_1"
FIRST: dict[str, Any] = {"name": "甲", "address": "旧址", "note": "", "phones": ["1", "2", "3"]}
ENDS = ("desk_a", "desk_b", "desk_c", "district")
TEXTS = ("name", "address", "note")
ELEMENTS = st.lists(st.sampled_from("123456"), max_size=5, unique=True)


def revision(number: int, end: str, seen: tuple[str, ...], fields: dict[str, Any], ahead: int = 0) -> Revision:
    """An edit made at ``end``; ids of one whose clock is ``ahead`` sort after those of others."""
    made = Made(by=f"sta_{end}", unit="uni_1", store=f"sto_{end}", at=datetime(2026, 9, 1 + ahead, tzinfo=UTC))
    tail = random.Random(f"{number}{end}").getrandbits(60)
    return Revision(id=f"rev_{ahead}{number:03d}7{tail:015x}", made=made, card=CARD, seen=seen, fields=fields)


class Ends:
    """Three desks and a district: who has which revisions; each edits what it sees."""

    def __init__(self) -> None:
        self.has: dict[str, dict[str, Revision]] = {end: {} for end in ENDS}
        self.made: list[Revision] = []

    def card(self, end: str) -> Folded:
        return fold_card(CARD, FIRST, self.has[end].values())

    def edit(self, end: str, fields: dict[str, Any]) -> Revision:
        made = revision(len(self.made), end, self.card(end).heads, fields, ahead=ENDS.index(end))
        self.made.append(made)
        self.has[end][made.id] = made
        return made

    def exchange(self, desk: str) -> None:
        both = self.has[desk] | self.has["district"]
        self.has[desk], self.has["district"] = dict(both), dict(both)

    def end_of_day(self) -> None:
        for _ in range(2):
            for desk in ENDS[:-1]:
                self.exchange(desk)


@st.composite
def days(draw: st.DrawFn) -> Ends:
    """Some edits at four ends with exchanges between, in any order."""
    ends = Ends()
    for _ in range(draw(st.integers(1, 10))):
        end = draw(st.sampled_from(ENDS))
        what = draw(st.integers(0, 3))
        if what == 0 and end != "district":
            ends.exchange(end)
        elif what == 1:
            ends.edit(end, {"phones": draw(ELEMENTS)})
        else:
            ends.edit(end, {draw(st.sampled_from(TEXTS)): draw(st.sampled_from("甲乙丙"))})
    return ends


@given(days(), st.randoms(use_true_random=False))
def test_the_same_edits_in_any_order_of_arrival_give_the_same_card_and_the_same_conflicts(
    ends: Ends, order: random.Random
) -> None:
    ends.end_of_day()
    shuffled = ends.made + ends.made[:3]
    order.shuffle(shuffled)
    once = fold_card(CARD, FIRST, shuffled)
    assert [ends.card(end) for end in ENDS] == [once] * len(ENDS)
    assert fold_card(CARD, FIRST, ends.made) == once


@given(st.permutations((*TEXTS, "phones")), st.lists(st.text(max_size=4), min_size=4, max_size=4), ELEMENTS)
def test_edits_of_four_ends_that_do_not_overlap_never_conflict(
    fields: list[str], texts: list[str], phones: list[str]
) -> None:
    ends = Ends()
    said: dict[str, Any] = dict(zip(fields, texts, strict=True)) | {"phones": phones}
    for end, field in zip(ENDS, fields, strict=True):
        ends.edit(end, {field: said[field]})
    ends.end_of_day()
    for end in ENDS:
        assert (ends.card(end).conflicts, ends.card(end).fields) == ({}, said)


@given(st.text(), st.text(), st.integers(0, 2))
def test_the_same_value_twice_is_no_conflict_and_two_values_are_both_held(one: str, other: str, early: int) -> None:
    ends = Ends()
    first, second = ends.edit("desk_a", {"address": one}), ends.edit("desk_b", {"address": other})
    for desk in ENDS[early:3]:
        ends.exchange(desk)
    ends.end_of_day()
    folded = ends.card("desk_c")
    if one == other:
        assert (folded.conflicts, folded.fields["address"]) == ({}, one)
        return
    held = {(s.value, s.said_by, s.made) for s in folded.conflicts["address"]}
    assert held == {(one, first.id, first.made), (other, second.id, second.made)}
    assert folded.fields["address"] == folded.conflicts["address"][0].value
    assert folded.bases == {"address": "旧址"}


@given(ELEMENTS, ELEMENTS)
def test_lists_merge_by_element_against_the_base(one: list[str], other: list[str]) -> None:
    ends = Ends()
    base = set(FIRST["phones"])
    ends.edit("desk_a", {"phones": one})
    ends.edit("desk_b", {"phones": other})
    ends.end_of_day()
    folded = ends.card("district")
    gone = (base - set(one)) | (base - set(other))
    assert set(folded.fields["phones"]) == (base | set(one) | set(other)) - gone
    assert len(folded.fields["phones"]) == len(set(folded.fields["phones"]))
    assert folded.conflicts == {}


@given(days())
def test_no_value_and_no_element_is_lost_that_nobody_has_seen_and_changed(ends: Ends) -> None:
    ends.end_of_day()
    folded = ends.card("district")
    for edit in (r for r in ends.made if r.id in folded.heads):
        for name, value in edit.fields.items():
            if name == "phones":
                added = set(value) - {e for r in ends.made for e in r.fields.get("phones", ())} - set(FIRST["phones"])
                assert added <= set(folded.fields["phones"])
            else:
                standing = [s.value for s in folded.conflicts.get(name, ())] or [folded.fields[name]]
                assert value in standing


@given(st.lists(st.tuples(st.sampled_from(["address", "note"]), st.booleans(), st.booleans()), min_size=2, max_size=9))
def test_edits_of_one_writer_never_conflict_whichever_of_them_the_district_refuses(
    written: list[tuple[str, bool, bool]],
) -> None:
    """``refused`` says what becomes of an edit, ``answered`` whether the writer knew when the next one was written."""
    edits: list[Revision] = []
    there: list[Revision] = []
    sure: set[str] = set()
    last: dict[str, str] = {}
    for n, (name, refused, answered) in enumerate(written):
        heads = fold_card(CARD, FIRST, edits).heads
        seen = (*heads, *overridden(edits, heads, [name], sure))
        edit = revision(n, "desk_a", seen, {name: f"{n}"})
        edits.append(edit)
        if not refused:
            there.append(edit)
            last[name] = f"{n}"
        if answered:
            sure = {one.id for one in there}
    folded = fold_card(CARD, FIRST, there)
    assert not folded.conflicts
    assert {name: folded.fields[name] for name in last} == last


@given(days(), st.sampled_from(ENDS), st.sampled_from(ENDS), st.text(max_size=2), st.text(max_size=2))
def test_a_decision_settles_what_it_saw_and_two_at_once_are_merged_or_held(
    ends: Ends, one: str, other: str, left: str, right: str
) -> None:
    ends.end_of_day()
    open_fields = sorted(ends.card("district").conflicts)
    if not open_fields:
        return
    decided = ends.edit(one, dict.fromkeys(open_fields, left))
    assert ends.card(one).conflicts == {}
    if other == one:
        return
    again = ends.edit(other, {open_fields[0]: right})
    assert set(ends.card(other).conflicts) == set(open_fields[1:])
    ends.end_of_day()
    folded = ends.card("desk_c")
    if left == right:
        assert folded.conflicts == {}
    else:
        assert set(folded.conflicts) == {open_fields[0]}
        assert {s.said_by for s in folded.conflicts[open_fields[0]]} == {decided.id, again.id}


@given(st.integers(0, 10**9))
def test_no_clock_decides_which_value_is_used_meanwhile(seed: int) -> None:
    """The same two edits with the clocks of the two desks exchanged: the same one is used."""
    lots = random.Random(seed)
    tails = [f"7{lots.getrandbits(60):015x}" for _ in range(2)]
    used = []
    for times in (("000", "999"), ("999", "000")):
        edits = [
            Revision(
                id=f"rev_{time}{tail}",
                made=Made(by="sta_1", unit="uni_1", store="sto_1", at=datetime(2026, 9, 1, tzinfo=UTC)),
                card=CARD,
                seen=(CARD,),
                fields={"address": word},
            )
            for time, tail, word in zip(times, tails, "甲乙", strict=True)
        ]
        used.append(fold_card(CARD, FIRST, edits).fields["address"])
    assert used[0] == used[1]


def test_a_number_of_another_system_that_two_desks_wrote_differently_is_held_and_others_merge() -> None:
    ends = Ends()
    mine, theirs = {"system": "信访", "number": "1"}, {"system": "信访", "number": "2"}
    more = {"system": "民意速办", "number": "9"}
    ends.edit("desk_a", {"external": [mine]})
    ends.edit("desk_b", {"external": [theirs, more]})
    ends.end_of_day()
    folded = ends.card("district")
    assert sorted(map(canonical, folded.fields["external"])) == sorted(map(canonical, [mine, theirs, more]))
    values = [sorted(map(canonical, s.value)) for s in folded.conflicts["external"]]
    assert sorted(values) == sorted([sorted(map(canonical, [mine, more])), sorted(map(canonical, [theirs, more]))])
    ends.edit("desk_c", {"external": [mine, more]})
    ends.end_of_day()
    assert (ends.card("desk_a").conflicts, ends.card("desk_a").fields["external"]) == ({}, [mine, more])


@given(st.integers(1, 300))
def test_a_long_line_of_edits_is_the_last_word_of_each_field(length: int) -> None:
    ends = Ends()
    for n in range(length):
        ends.edit("desk_a", {TEXTS[n % 3]: str(n)})
    folded = ends.card("desk_a")
    assert (folded.conflicts, folded.heads) == ({}, (ends.made[-1].id,))
    assert folded.fields[TEXTS[(length - 1) % 3]] == str(length - 1)
