"""Laws of the records: order does not matter, nothing is lost, checks find slips, bytes come back as they were."""

from __future__ import annotations

import dataclasses
import json
import pkgutil
import types
import typing
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sync.records
from sync.protocol.card_folding import fold_readable
from sync.protocol.codec import decode, fields_of
from sync.records.agreement_state import effective_on
from sync.records.arrival_codes import SIGNED_HEAD, ArrivalCode, written
from sync.records.canonical import canonical, plain, seal
from sync.records.cards import Revision, fold_card
from sync.records.documents import check_character, check_credit_code, credit_check_character, fault_of
from sync.records.errors import RuleBroken
from sync.records.folds import OrderState, fold_matter, fold_order
from sync.records.kinds import BY_PREFIX, KINDS, kind_of, kind_of_value, new_id
from sync.records.matters import Step, StepKind
from sync.records.mediations import Agreement, PartyBlock, Signature, SignatureManner, SignerRole, Term
from sync.records.names import normal_name
from sync.records.order_steps import OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, OrderLimits, OrderReply, ReplyKind, Witness
from sync.records.ownership import OWNERSHIP
from sync.records.persons import DocumentType, Person
from sync.records.record import Card, Fact, Made, Record, with_values
from sync.records.times import BEIJING, parse_moment

NOW = datetime(2026, 9, 1, tzinfo=UTC)
MADE = Made(by="sta_1", unit="uni_1", store="sto_1", at=NOW)
ORDER_ID = "ord_0198a00000007000800000000000000a"
DEPARTMENTS = ("uni_0198a00000007000800000000000000b", "uni_0198a00000007000800000000000000c")
hours = st.integers(0, 200).map(lambda h: NOW + timedelta(hours=h))


@st.composite
def graphs(draw: st.DrawFn, make: Any) -> list[Any]:
    """Up to eight facts, each of which saw some of the earlier ones and may amend one of them."""
    facts: list[Any] = []
    for n in range(draw(st.integers(0, 8))):
        seen = tuple(draw(st.lists(st.sampled_from([f.id for f in facts]), max_size=3))) if facts else ()
        amends = draw(st.sampled_from([None, None, None, *[f.id for f in facts]]))
        facts.append(draw(make(f"{n}{draw(st.integers(0, 9))}", seen, amends)))
    return facts


def steps(name: str, seen: tuple[str, ...], amends: str | None) -> st.SearchStrategy[Step]:
    return st.builds(
        Step,
        id=st.just(f"stp_{name[::-1]}"),
        made=st.just(MADE),
        amends=st.just(amends),
        matter=st.just("mat_1"),
        kind=st.sampled_from(StepKind),
        seen=st.just(seen),
        happened_at=hours,
        satisfied=st.booleans(),
    )


def replies(name: str, seen: tuple[str, ...], amends: str | None) -> st.SearchStrategy[OrderReply]:
    return st.builds(
        OrderReply,
        id=st.just(f"rep_{name[::-1]}"),
        made=st.just(MADE),
        amends=st.just(amends),
        order=st.just(ORDER_ID),
        department=st.sampled_from([*DEPARTMENTS, "", "uni_z"]),
        kind=st.sampled_from(ReplyKind),
        seen=st.just(seen),
        happened_at=hours,
        witnessed=st.booleans(),
        until=st.none() | hours,
        releases=st.booleans(),
        rank=st.sampled_from(["科级", "处级"]),
        how=st.sampled_from([None, *Witness]),
        arrival_code=st.sampled_from(["", "", "QSA1.junk", *CODES]),
    )


CODES = [
    written(bytes(SIGNED_HEAD) + ArrivalCode(ORDER_ID, DEPARTMENTS[0], nonce, NOW).statement())
    for nonce in ("n1", "n2")
]


def order_steps(name: str, seen: tuple[str, ...], amends: str | None) -> st.SearchStrategy[OrderStep]:
    return st.builds(
        OrderStep,
        id=st.just(f"ost_{name[::-1]}"),
        made=st.just(MADE),
        amends=st.just(amends),
        kind=st.sampled_from(OrderStepKind),
        order=st.just(ORDER_ID),
        seen=st.just(seen),
        happened_at=hours,
        into=st.sampled_from(["", "ord_2", "ord_3"]),
        due_at=st.none() | hours,
    )


def said_on_orders(name: str, seen: tuple[str, ...], amends: str | None) -> st.SearchStrategy[OrderReply | OrderStep]:
    return st.one_of(replies(name, seen, amends), order_steps(name, seen, amends))


ORDER = DispatchOrder(
    id=ORDER_ID,
    made=MADE,
    number="1",
    matter="mat_1",
    issuing_unit="uni_1",
    issuer="sta_1",
    issuer_name="n",
    authority="a",
    departments=DEPARTMENTS,
    subject="s",
    text="t",
    issued_at=NOW,
    limits=OrderLimits(report_minutes=1, leader_rank="", resolve_hours=1, report_by=NOW, resolve_by=NOW),
)


@given(graphs(steps), st.randoms(use_true_random=False))
def test_the_same_steps_in_any_order_and_number_give_the_same_matter(facts: list[Step], random: Any) -> None:
    shuffled = facts + facts[:3]
    random.shuffle(shuffled)
    assert fold_matter(shuffled, NOW) == fold_matter(facts, NOW)


@given(graphs(said_on_orders), st.booleans(), st.randoms(use_true_random=False))
def test_the_same_replies_and_steps_in_any_order_and_number_give_the_same_order(
    facts: list[OrderReply | OrderStep], emergency: bool, random: Any
) -> None:
    order = dataclasses.replace(ORDER, emergency=emergency)
    shuffled = facts + facts[:3]
    random.shuffle(shuffled)
    assert _folded(order, shuffled) == _folded(order, facts)


def _folded(order: DispatchOrder, facts: list[OrderReply | OrderStep]) -> OrderState:
    replied = [fact for fact in facts if isinstance(fact, OrderReply)]
    return fold_order(order, replied, [fact for fact in facts if isinstance(fact, OrderStep)])


@given(graphs(steps))
def test_a_step_that_saw_the_heads_becomes_the_only_head(facts: list[Step]) -> None:
    closing = Step(
        id=new_id("step"),
        made=MADE,
        matter="mat_1",
        kind=StepKind.CLOSED,
        seen=fold_matter(facts).heads,
        happened_at=NOW,
    )
    assert fold_matter([*facts, closing]).heads == (closing.id,)


@given(st.permutations(range(4)), st.lists(hours, min_size=4, max_size=4))
def test_an_agreement_takes_effect_with_its_last_signature_whatever_the_order(
    order: list[int], at: list[datetime]
) -> None:
    parties = tuple(PartyBlock(party=p, side=n, role="", name=p) for n, p in enumerate(("per_1", "fir_2"), 1))
    agreement = Agreement(
        id="agr_1",
        made=MADE,
        number="1",
        mediation="m",
        matter="m",
        committee="c",
        unit="u",
        parties=parties,
        mediators=("s",),
        facts="f",
        terms=(Term(text="t"),),
        copies=3,
        drawn_on=date(2026, 9, 1),
    )
    who = [
        (SignerRole.PARTY, "per_1"),
        (SignerRole.PARTY, "fir_2"),
        (SignerRole.MEDIATOR, "s"),
        (SignerRole.COMMITTEE, ""),
    ]
    manners = [SignatureManner.FINGERPRINT, SignatureManner.SEALED, SignatureManner.SIGNED, SignatureManner.SEALED]
    signed = [
        Signature(
            id=f"sig_{n}",
            made=MADE,
            paper="agr_1",
            signer_role=who[n][0],
            signer=who[n][1],
            name="n",
            manner=manners[n],
            signed_at=at[n],
        )
        for n in range(4)
    ]
    assert effective_on(agreement, [signed[n] for n in order]) == max(at).astimezone(BEIJING).date()
    assert effective_on(agreement, [signed[n] for n in order][1:]) is None


FIRST = {"name": "甲", "address": "旧址", "note": ""}


@st.composite
def revisions(draw: st.DrawFn, fields: tuple[str, ...] = ("name", "address", "note")) -> list[Revision]:
    made: list[Revision] = []
    for n in range(draw(st.integers(1, 6))):
        seen = tuple(draw(st.lists(st.sampled_from(["per_1", *[r.id for r in made]]), min_size=1, max_size=3)))
        said = draw(st.dictionaries(st.sampled_from(fields), st.text(max_size=3), min_size=1))
        made.append(Revision(id=f"rev_{n}", made=MADE, card="per_1", seen=seen, fields=said))
    return made


@given(revisions(), st.randoms(use_true_random=False))
def test_the_same_revisions_in_any_order_give_the_same_card(made: list[Revision], random: Any) -> None:
    shuffled = made + made[:2]
    random.shuffle(shuffled)
    assert fold_card("per_1", FIRST, shuffled) == fold_card("per_1", FIRST, made)


@given(st.text(), st.text())
def test_edits_that_do_not_overlap_never_conflict_and_both_stand(name: str, address: str) -> None:
    one = Revision(id="rev_1", made=MADE, card="per_1", seen=("per_1",), fields={"name": name})
    other = Revision(id="rev_2", made=MADE, card="per_1", seen=("per_1",), fields={"address": address})
    folded = fold_card("per_1", FIRST, [other, one])
    assert (folded.fields, folded.conflicts) == ({**FIRST, "name": name, "address": address}, {})


@given(revisions())
def test_no_value_is_lost_that_no_later_edit_has_seen(made: list[Revision]) -> None:
    folded = fold_card("per_1", FIRST, made)
    for head in (r for r in made if r.id in folded.heads):
        for name, value in head.fields.items():
            standing = [s.value for s in folded.conflicts.get(name, ())] or [folded.fields[name]]
            assert value in standing


@given(revisions())
def test_an_edit_that_saw_all_heads_settles_every_conflict(made: list[Revision]) -> None:
    before = fold_card("per_1", FIRST, made)
    last = Revision(id="rev_9", made=MADE, card="per_1", seen=before.heads, fields=dict.fromkeys(FIRST, "定"))
    after = fold_card("per_1", FIRST, [*made, last])
    assert (after.conflicts, after.heads, set(after.fields.values())) == ({}, ("rev_9",), {"定"})


@given(st.lists(st.tuples(st.sampled_from(tuple(FIRST)), st.text("甲乙", min_size=1), st.booleans()), min_size=1))
def test_an_edit_in_between_that_says_what_a_card_cannot_be_is_no_side(said: list[tuple[str, str, bool]]) -> None:
    person = Person(id="per_1", made=MADE, name="甲", address="旧址")
    made: list[Revision] = []
    for n, (field, value, readable) in enumerate(said):
        fields = {field: value} if readable else {field: value, "sex": "of a newer program"}
        seen = made[-1].id if made else "per_1"
        made.append(Revision(id=f"rev_{n}", made=MADE, card="per_1", seen=(seen,), fields=fields))
    folded, now = fold_readable("person", "per_1", seal("person", person).body, made[::-1])
    assert (folded.conflicts, folded.heads) == ({}, (made[-1].id,))
    expected = {field: value for field, value, readable in said if readable}
    assert {field: getattr(now, field) for field in expected} == expected


citizen_bodies = st.tuples(
    st.integers(100000, 999999), st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 999)
).map(lambda t: f"{t[0]}{t[1]:%Y%m%d}{t[2]:03d}")


@given(citizen_bodies, st.integers(0, 16), st.integers(1, 9))
def test_mod_11_2_finds_every_wrong_digit(body: str, place: int, by: int) -> None:
    number = body + check_character(body)
    assert fault_of(DocumentType.CITIZEN, number) == ""
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert fault_of(DocumentType.CITIZEN, wrong) != ""


@given(citizen_bodies, st.integers(0, 15))
def test_mod_11_2_finds_every_swap_of_neighbours(body: str, place: int) -> None:
    number = body + check_character(body)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (fault_of(DocumentType.CITIZEN, swapped) == "") == (swapped == number)


CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.text(CREDIT, min_size=17, max_size=17), st.integers(0, 17), st.sampled_from(CREDIT))
def test_mod_31_3_finds_every_wrong_character(body: str, place: int, character: str) -> None:
    code = body + credit_check_character(body)
    assert check_credit_code(code.lower()) == code
    wrong = code[:place] + character + code[place + 1 :]
    try:
        assert check_credit_code(wrong) == code
    except RuleBroken:
        assert wrong != code


@given(st.text(max_size=60))
def test_a_stored_name_is_stored_again_as_it_is(text: str) -> None:
    try:
        name = normal_name(text)
    except RuleBroken:
        return
    assert normal_name(name) == name


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(lambda d: d.replace(microsecond=0, tzinfo=BEIJING)),
    st.sampled_from(
        [
            "%Y-%m-%d %H:%M:%S",
            "%Y.%m.%d %H:%M:%S",
            "%Y/%m/%d %H:%M:%S",
            "%Y年%m月%d日 %H时%M分%S秒",
            "%Y年%m月%d日%H时%M分%S秒",
        ]
    ),
)
def test_a_moment_is_read_as_it_was_written(moment: datetime, spelling: str) -> None:
    written = moment.strftime(spelling)
    assert parse_moment(written) == moment
    assert parse_moment(written.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789:/"})) == moment
    assert parse_moment(moment.isoformat()) == moment


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type, written out because Hypothesis resolves dict[str, Any] to what JSON has not."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*(values_of(part) for part in parts))
    if origin is tuple:
        return st.lists(values_of(parts[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(
            st.text(max_size=5), st.none() | st.booleans() | st.integers(-9, 9) | st.text(), max_size=3
        )
    if dataclasses.is_dataclass(kind):
        return records_of(typing.cast(type, kind))
    if issubclass(kind, StrEnum):
        return st.sampled_from(list(kind))
    return SIMPLE[kind]


SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(exclude_categories=["Cs"])),
    int: st.integers(-(2**53), 2**53),
    bool: st.booleans(),
    type(None): st.none(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.sampled_from([UTC, BEIJING])),
}


def records_of(kind: type) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{f.name: values_of(hints[f.name]) for f in dataclasses.fields(kind)})


@settings(max_examples=300)
@given(st.sampled_from(sorted(KINDS)).flatmap(lambda name: st.tuples(st.just(name), records_of(KINDS[name].type))))
def test_every_record_comes_back_from_its_canonical_bytes(named: tuple[str, Any]) -> None:
    kind, record = named
    sealed = seal(kind, record)
    back = decode(sealed)
    assert canonical(back) == sealed.body
    assert json.dumps(plain(record), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == sealed.body
    assert back == record
    assert sealed.intact()
    assert not dataclasses.replace(sealed, body=sealed.body + b" ").intact()
    assert set(fields_of(sealed.body)) <= {f.name for f in dataclasses.fields(record)}


@given(st.sampled_from(sorted(KINDS)).flatmap(lambda name: st.tuples(st.just(name), records_of(KINDS[name].type))))
def test_a_record_with_other_values_is_what_replacing_them_makes(named: tuple[str, Any]) -> None:
    kind, record = named
    fresh = new_id(kind)
    before = record.id
    assert with_values(record, id=fresh) == dataclasses.replace(record, id=fresh)
    assert record.id == before
    with pytest.raises(AttributeError):
        with_values(record, no_such_field=1)


def test_all_spellings_of_a_kind_agree() -> None:
    assert set(KINDS) == set(OWNERSHIP)
    assert len(BY_PREFIX) == len(KINDS)
    for name, kind in KINDS.items():
        assert kind_of(new_id(name)) is kind
        assert kind.type.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert [f.name for f in dataclasses.fields(kind.type)][:2] == ["id", "made"]


def test_the_list_of_kinds_has_every_record_that_a_module_spells() -> None:
    modules = [import_module(f"{sync.records.__name__}.{m.name}") for m in pkgutil.iter_modules(sync.records.__path__)]
    classes = {each for module in modules for each in vars(module).values() if isinstance(each, type)}
    spelled = {each for each in classes if issubclass(each, Record)} - {Record, Fact, Card}

    assert spelled == {kind.type for kind in KINDS.values()}
    for kind in KINDS.values():
        assert kind.card is issubclass(kind.type, Card)
        assert kind_of_value(object.__new__(kind.type)) is kind
