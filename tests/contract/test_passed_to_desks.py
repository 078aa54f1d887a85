"""A mobile station passes a matter to its community's own desk, on both databases: the desk sees it, takes or declines
it and the station hears that; a third unit sees nothing, and no receipt differs.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from desktop.actions.desk import Desk as AtDesk
from desktop.actions.matters import edit_matter, matter_draft, open_matter
from desktop.actions.passed_matters import answer_passed, passed_draft, passed_here, passed_matter
from desktop.actions.steps import add_step, state_of, step_draft
from desktop.commands import passed_matters as commands
from desktop.forms.matters import MATTER_FORM
from desktop.forms.questions import fresh
from desktop.session import Session
from desktop.store.links import participations_of
from resources import wording
from sync.client import day_end
from sync.protocol.codec import decode
from sync.protocol.messages import Frame, Push
from sync.records.audit import Erasure
from sync.records.canonical import seal
from sync.records.errors import Refused, RuleBroken
from sync.records.folds import MatterState
from sync.records.kinds import UNIT_PREFIX, new_id, new_identity
from sync.records.matter_state import MatterStage
from sync.records.matters import Matter, Step, StepKind
from sync.records.order_steps import OrderRequest
from sync.records.participations import Participation, PartyRole
from sync.records.passed_matters import PassedMatter
from sync.records.passed_parts import PassedStage
from sync.records.persons import Person
from sync.records.record import Record
from sync.records.times import BEIJING
from sync.records.units import Level, Role
from sync.server import admin
from sync.server.housekeeping import Housekeeper
from sync.server.receipt_keys import ready
from sync.server.secret_files import write_secret
from sync.server.store import records
from sync.server.store.check import check
from sync.server.store.projections import add_own
from sync.server.store.schema import content, matter_fact, record
from sync.server.store.store import DistrictStore, set_setting
from sync.server.tree import add_unit
from tests.support.in_process import RECEIPT_SECRET, Desk, enrol_desk

BASE = datetime(2026, 9, 21, 9, 30, tzinfo=BEIJING)
NAME, PHONE, TOLD_BY = "陈秀英", "13812345678", "丁上报"
PEOPLE = ((NAME, PHONE, PartyRole.APPLICANT), (TOLD_BY, "13966667777", PartyRole.REPORTER))
ROLES = frozenset({Role.REGISTRAR, Role.STATION_LEAD})


@dataclass
class Tree:
    """A community with two desks, its mobile station, another community, a street; each desk with its own clock."""

    district: DistrictStore
    mobile: Desk
    community: Desk
    second: Desk
    other: Desk
    street: str
    now: datetime = BASE
    wrote: list[str] = field(default_factory=list)

    def at(self, desk: Desk) -> AtDesk:
        self.now += timedelta(minutes=1)
        session = Session(desk.staff, "值班", ROLES, desk.unit, "")
        return AtDesk(desk.store, session, lambda: self.now)

    def exchange(self, *desks: Desk) -> None:
        """Day ends, of which each ends with a receipt that both ends agree to."""
        for desk in desks:
            end = day_end.run(desk.journal, desk.district, "test")
            assert (end.receipt.agreed, end.held) == (True, 0)

    def passed_on(self, **changes: Any) -> str:
        """A matter of the mobile station with who asks and who reported, given to the community."""
        matter = self.registered(**changes)
        self.give(matter, self.community.unit)
        return matter

    def registered(self, people: Sequence[tuple[str, str, PartyRole]] = PEOPLE, **changes: Any) -> str:
        """A matter of the mobile station with who asks and who reported, or with nobody."""
        desk, made = self.at(self.mobile), self.mobile.made()
        given = {"title": "三栋楼上漏水", "text": "三楼漏到二楼。", "nature": "dispute", "place": "12 栋 203"}
        draft = fresh(MATTER_FORM, "matter", {**given, "discovered_at": self.now.isoformat(), **changes})
        matter = open_matter(desk, None, draft).id
        with self.mobile.store.write() as work:
            for name, phone, role in people:
                person = Person(id=new_id("person"), made=made, name=name, phones=(phone,))
                part = Participation(id=new_id("participation"), made=made, subject=matter, party=person.id, role=role)
                work.add(person)
                work.add(part)
        return matter

    def give(self, matter: str, unit: str) -> None:
        """The mobile station's desk passes it on."""
        desk = self.at(self.mobile)
        draft = {**step_draft(desk, matter), "by_unit": None, "kind": "transferred", "to_unit": unit}
        add_step(desk, matter, {**draft, "text": "请社区办理。", "happened_at": self.now.isoformat()})
        self.exchange(self.mobile)

    def say(self, desk: Desk, matter: str, kind: StepKind, **said: Any) -> str:
        """An answer of the community at one of its desks."""
        draft = {**passed_draft(self.at(desk), matter, kind), "text": "收到，张工负责"}
        draft |= {"happened_at": self.now.isoformat(), **said}
        return answer_passed(self.at(desk), matter, draft).id

    def write(self, desk: Desk, *said: Record) -> None:
        """What no verb of a desk writes as it is wanted here."""
        with desk.store.write() as work:
            for one in said:
                work.add(one)

    def state(self, matter: str) -> MatterState:
        """Where the matter stands at the desk that has it."""
        with self.mobile.store.read() as reader:
            card = reader.find(matter, Matter)
            assert card is not None
            return state_of(reader, card)

    def shown(self, desk: Desk) -> list[tuple[str, PassedStage | None]]:
        return [(one.told.title, one.stage) for one in passed_here(self.at(desk))]

    def raw(self, desk: Desk) -> bytes:
        """Every byte that a desk's store holds of records."""
        with desk.store.read() as reader:
            return b"".join(body for (body,) in reader.sql("SELECT body FROM record").fetchall())


@pytest.fixture
def tree(district_store: DistrictStore, tmp_path: Path) -> Iterator[Tree]:
    write_secret(tmp_path / "receipt.key", RECEIPT_SECRET.hex().encode())
    ready(district_store, tmp_path / "receipt.key")
    community, second = (enrol_desk(tmp_path, district_store, name, "凤凰社区") for name in ("王一", "王二"))
    mobile = enrol_desk(tmp_path, district_store, "赵站员", "移动服务站")
    other = enrol_desk(tmp_path, district_store, "钱三", "翠湖社区")
    street = new_identity(UNIT_PREFIX)
    with district_store.write() as conn:
        add_unit(conn, street, "光明街道", Level.STREET, None, datetime.now(UTC))
        add_unit(conn, mobile.unit, "移动服务站", Level.STATION, community.unit, datetime.now(UTC))
    made = Tree(district_store, mobile, community, second, other, street)
    made.exchange(mobile, community, second, other)
    yield made
    for desk in (community, second, mobile, other):
        desk.store.close()


def test_the_taker_sees_it_takes_it_and_the_sender_hears(tree: Tree) -> None:
    matter = tree.passed_on()
    tree.exchange(tree.community)
    (row,) = passed_here(tree.at(tree.community))
    told = row.told
    assert (told.title, told.text, told.place, row.stage) == (
        *("三栋楼上漏水", "三楼漏到二楼。", "12 栋 203"),
        PassedStage.WAITING,
    )
    assert [(p.name, p.phones) for p in told.people] == [(NAME, (PHONE,))]
    assert TOLD_BY.encode() not in tree.raw(tree.community)
    assert [(w.kind, w.text) for w in told.said] == [("transferred", "请社区办理。")]
    assert [clock.kind for clock in told.clocks] == ["passing-answer"]
    step = tree.say(tree.community, matter, StepKind.RECEIVED)
    assert tree.shown(tree.community) == [("三栋楼上漏水", PassedStage.HELD)]  # at once, before any exchange
    with pytest.raises(Refused, match="moved"):
        tree.say(tree.community, matter, StepKind.RECEIVED)
    tree.exchange(tree.community, tree.mobile, tree.second)
    state = tree.state(matter)
    assert (state.state, state.held_by, state.doubts) == (MatterStage.RECEIVED, tree.community.unit, ())
    (passing,) = state.passings
    assert [one.id for one in passing.own] == [step]
    assert tree.shown(tree.second) == [("三栋楼上漏水", PassedStage.HELD)]
    tree.exchange(tree.community)
    (row,) = passed_here(tree.at(tree.community))
    assert ([w.kind for w in row.told.said], row.told.clocks) == (["transferred", "received"], ())
    assert check(tree.district) == {}


def test_it_is_declined_and_then_the_names_are_gone_from_every_desk_of_the_taker(tree: Tree) -> None:
    matter = tree.passed_on()
    tree.exchange(tree.community, tree.second)
    assert NAME.encode() in tree.raw(tree.second)
    with pytest.raises(RuleBroken):
        tree.say(tree.community, matter, StepKind.SENT_BACK, text=" ")
    tree.say(tree.community, matter, StepKind.SENT_BACK, text="不属于本社区")
    tree.exchange(tree.community, tree.mobile, tree.second, tree.community)
    state = tree.state(matter)
    assert (state.passed_to, state.held_by) == (None, None)
    for desk in (tree.community, tree.second):
        assert tree.shown(desk) == [("三栋楼上漏水", PassedStage.SENT_BACK)]
        assert NAME.encode() not in tree.raw(desk)
        assert PHONE.encode() not in tree.raw(desk)
    late = Step(
        id=new_id("step"), made=tree.community.made(), matter=matter, kind=StepKind.RECEIVED,
        happened_at=tree.now, by_unit=tree.community.unit,
    )  # fmt: skip
    assert reason(tree.community, late) == "protocol.out_of_scope"
    # What its sender does to it afterwards is told without names, too.
    draft, seen = matter_draft(tree.at(tree.mobile), matter)
    edit_matter(tree.at(tree.mobile), matter, {**draft, "title": "四栋漏水"}, seen)
    tree.exchange(tree.mobile, tree.community)
    assert tree.shown(tree.community) == [("四栋漏水", PassedStage.SENT_BACK)]
    assert check(tree.district) == {}


def test_a_third_unit_sees_nothing_and_says_nothing(tree: Tree) -> None:
    matter = tree.passed_on()
    tree.exchange(tree.community, tree.other)
    assert tree.shown(tree.other) == []
    assert "三栋楼上漏水".encode() not in tree.raw(tree.other)
    with tree.district.read() as conn:
        scopes = {tree.other.unit, records.EVERYONE, tree.other.store.id}
        pulled, _, _ = records.pull(conn, scopes, "sto_none", 0, 1000, 10**9)
    assert not [n for n in pulled if isinstance(decode(n.sealed), (PassedMatter, Matter, Step))]
    said = Step(
        id=new_id("step"), made=tree.other.made(), matter=matter, kind=StepKind.RECEIVED,
        happened_at=tree.now, by_unit=tree.other.unit,
    )  # fmt: skip
    assert reason(tree.other, said) == "protocol.out_of_scope"
    mine = tree.community.made()
    handled = replace(said, id=new_id("step"), made=mine, kind=StepKind.HANDLED, by_unit=tree.community.unit, text="x")
    in_anothers_name = replace(handled, id=new_id("step"), kind=StepKind.RECEIVED, by_unit=tree.street)
    to_a_neighbour = replace(handled, id=new_id("step"), kind=StepKind.TRANSFERRED, to_unit=tree.other.unit)
    for step, why in (
        (handled, "out_of_scope"), (in_anothers_name, "out_of_scope"), (to_a_neighbour, "foreign_unit"),
    ):  # fmt: skip
        assert reason(tree.community, step) == f"protocol.{why}"
    (told,) = passed_here(tree.at(tree.community))
    forged = replace(told.told, id=new_id("passed_matter"), made=tree.community.made())
    assert reason(tree.community, forged) == "protocol.not_yours"


def test_it_goes_on_to_the_street_and_comes_back_to_the_community(tree: Tree) -> None:
    matter = tree.passed_on()
    tree.exchange(tree.community)
    tree.say(tree.community, matter, StepKind.RECEIVED)
    tree.say(tree.community, matter, StepKind.TRANSFERRED, to_unit=tree.street, text="需街道协调")
    assert tree.shown(tree.community) == [("三栋楼上漏水", PassedStage.GIVEN_ON)]
    tree.exchange(tree.community, tree.mobile, tree.community)
    state = tree.state(matter)
    assert (state.held_by, state.passed_to) == (tree.community.unit, tree.street)
    assert state.doubts == ()
    (row,) = passed_here(tree.at(tree.community))
    assert [(w.kind, w.unit) for w in row.told.said][-1] == ("escalated", tree.street)
    assert NAME.encode() not in tree.raw(tree.community)


def test_what_the_sender_erases_is_erased_at_the_taker(tree: Tree) -> None:
    matter, kept = tree.passed_on(), tree.passed_on(title="另一件")
    tree.exchange(tree.community)
    with tree.mobile.store.read() as reader:
        person = next(p.party for p in participations_of(reader, kept) if p.role is PartyRole.APPLICANT)
    for target in (matter, person):
        with tree.mobile.store.write() as work:
            work.add(Erasure(id=new_id("erasure"), made=tree.mobile.made(), target=target, reason="本人要求"))
    tree.exchange(tree.mobile, tree.community)
    assert tree.shown(tree.community) == [("另一件", PassedStage.WAITING)]
    for word in ("三栋楼上漏水", NAME):
        assert word.encode() not in tree.raw(tree.community)
    assert check(tree.district) == {}


def test_who_was_named_late_and_is_hidden_again_leaves_one_line_of_the_matter(tree: Tree) -> None:
    matter = tree.registered(people=())
    tree.give(matter, tree.community.unit)
    tree.exchange(tree.community)
    made = tree.mobile.made()
    person = Person(id=new_id("person"), made=made, name=NAME, phones=(PHONE,))
    part = Participation(
        id=new_id("participation"), made=made, subject=matter, party=person.id, role=PartyRole.APPLICANT
    )
    tree.write(tree.mobile, person, part)
    tree.exchange(tree.mobile, tree.community, tree.second)
    assert NAME.encode() in tree.raw(tree.community)
    closed = Step(
        id=new_id("step"), made=tree.mobile.made(), matter=matter, kind=StepKind.CLOSED, seen=tree.state(matter).heads,
        happened_at=tree.now, text="已了结",
    )  # fmt: skip
    tree.write(tree.mobile, closed)
    tree.exchange(tree.mobile, tree.community, tree.second)
    for desk in (tree.community, tree.second):
        assert tree.shown(desk) == [("三栋楼上漏水", PassedStage.CLOSED)]
        assert NAME.encode() not in tree.raw(desk)
        with desk.store.read() as reader:
            stand = [r.stage for r in reader.linked(matter, "passed_matter.matter") if isinstance(r, PassedMatter)]
        assert stand == ["closed"], "a word that was amended by an erased one stands again"
    assert check(tree.district) == {}


def test_a_word_that_stands_again_in_a_store_of_before_is_not_shown_beside_the_last(tree: Tree) -> None:
    tree.passed_on()
    tree.exchange(tree.community)
    (row,) = passed_here(tree.at(tree.community))
    last = replace(row.told, id=new_id("passed_matter"), stage=PassedStage.CLOSED.value, amends=None)
    with tree.district.write() as conn:  # what it amended was erased, and what that amended was left
        add_own(conn, last, tree.community.unit, datetime.now(UTC))
    tree.exchange(tree.community)
    assert tree.shown(tree.community) == [("三栋楼上漏水", PassedStage.CLOSED)]


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("edited", [False, True])
def test_a_step_or_an_edit_that_the_sender_erases_is_gone_at_the_taker(tree: Tree, edited: bool, over: bool) -> None:
    matter = tree.passed_on()
    tree.exchange(tree.community)
    with tree.mobile.store.write() as work:
        if edited:
            target = work.revise(matter, {"text": "误写的隐私"}, tree.mobile.made()).id
        else:
            (given,) = tree.state(matter).passings
            again = replace(given.given, id=new_id("step"), made=tree.mobile.made(), seen=(given.given.id,))
            target = work.add(replace(again, text="误写的隐私")).id
    tree.exchange(tree.mobile, tree.community)
    assert "误写的隐私".encode() in tree.raw(tree.community)
    if over:
        tree.say(tree.community, matter, StepKind.SENT_BACK, text="不属于本社区")
        tree.exchange(tree.community, tree.mobile, tree.community)
    stage = PassedStage.SENT_BACK if over else PassedStage.WAITING
    assert tree.shown(tree.community) == [("三栋楼上漏水", stage)]
    tree.write(tree.mobile, Erasure(id=new_id("erasure"), made=tree.mobile.made(), target=target, reason="误写"))
    tree.exchange(tree.mobile, tree.community, tree.second)
    for desk in (tree.community, tree.second):
        assert "误写的隐私".encode() not in tree.raw(desk)
        assert tree.shown(desk) == [("三栋楼上漏水", stage)]
    with tree.district.read() as conn:
        bodies = conn.execute(select(content.c.body)).scalars()
        assert not [body for body in bodies if "误写的隐私".encode() in body]
    assert check(tree.district) == {}


def test_what_was_put_right_before_it_was_erased_is_gone_at_the_taker_too(tree: Tree) -> None:
    matter = tree.passed_on()
    with tree.mobile.store.write() as work:
        wrong = work.revise(matter, {"text": "误写的隐私"}, tree.mobile.made()).id
    tree.exchange(tree.mobile, tree.community)
    with tree.mobile.store.write() as work:
        work.revise(matter, {"text": "三楼漏到二楼。"}, tree.mobile.made())
    tree.exchange(tree.mobile, tree.community)
    (before,) = passed_here(tree.at(tree.community))
    assert "误写的隐私".encode() in tree.raw(tree.community)
    tree.write(tree.mobile, Erasure(id=new_id("erasure"), made=tree.mobile.made(), target=wrong, reason="误写"))
    tree.exchange(tree.mobile, tree.community)
    (row,) = passed_here(tree.at(tree.community))
    assert row.told == before.told, "nothing new was to be told"
    assert "误写的隐私".encode() not in tree.raw(tree.community)


def test_one_with_a_duty_to_report_is_covered_until_it_is_opened_which_is_noted(tree: Tree) -> None:
    tree.passed_on(must_report=True)
    tree.exchange(tree.community)
    (row,) = passed_here(tree.at(tree.community))
    assert row.restricted
    passed_matter(tree.at(tree.community), row.told.matter)
    with tree.community.store.read() as reader:
        noted = [r for r in reader.linked(row.told.matter, "passed_matter.matter") if isinstance(r, PassedMatter)]
        entries = reader.sql("SELECT body FROM record WHERE kind = 'audit_entry'").fetchall()
    assert len(noted) == 1
    assert [b"revealed" in body and row.told.matter.encode() in body for (body,) in entries] == [True]


def test_a_store_of_before_tells_what_was_passed_already_once(tree: Tree) -> None:
    tree.passed_on()
    with tree.district.write() as conn:  # as the program before left it
        ids = list(conn.execute(matter_fact.select().where(matter_fact.c.kind == "passed_matter")))
        conn.execute(matter_fact.delete().where(matter_fact.c.kind == "passed_matter"))
        conn.execute(record.delete().where(record.c.id.in_([row.record for row in ids])))
        set_setting(conn, "takers_told_upto", "")
    tree.exchange(tree.community)
    assert tree.shown(tree.community) == []
    for _ in range(2):
        Housekeeper(tree.district).look()
    tree.exchange(tree.community)
    assert len(tree.shown(tree.community)) == 1


def test_a_request_for_an_order_is_pulled_by_every_desk_of_who_asked_and_no_receipt_differs(tree: Tree) -> None:
    asked = OrderRequest(
        id=new_id("order_request"), made=tree.mobile.made(), matter=new_id("matter"), to_unit=tree.community.unit,
        departments=(tree.street,), subject="欠薪", text="请到场", requested_at=tree.now,
    )  # fmt: skip
    with tree.mobile.store.write() as work:
        work.add(asked)
    admin.add_staff(tree.district, "李新", tree.mobile.unit, [Role.REGISTRAR])  # news for the station in between
    tree.exchange(tree.mobile, tree.mobile, tree.community)
    with tree.district.read() as conn:
        for desk in (tree.mobile, tree.community):
            pulled, _, _ = records.pull(conn, {desk.unit}, "sto_restored", 0, 1000, 10**9)
            assert asked in [decode(n.sealed) for n in pulled]
        pulled, _, _ = records.pull(conn, {tree.other.unit}, "sto_x", 0, 1000, 10**9)
        assert asked not in [decode(n.sealed) for n in pulled]


class Line:
    """What a verb of the command line is given."""

    words = wording("zh")

    def __init__(self, desk: AtDesk) -> None:
        self._desk = desk

    @contextmanager
    def desk(self) -> Iterator[AtDesk]:
        yield self._desk


def test_the_command_line_lists_shows_and_answers_as_the_window_does(tree: Tree) -> None:
    matter = tree.passed_on()
    tree.exchange(tree.community)

    def line() -> Any:
        return Line(tree.at(tree.community))

    (row,) = commands.list_all(Namespace(), line()).data
    assert (row["matter"], row["stage"], row["given_by"]) == (matter, "waiting", "移动服务站")
    said = commands.show(Namespace(id=matter), line())
    assert "三栋楼上漏水" in "\n".join(said.lines)
    assert NAME in "\n".join(said.lines)
    with pytest.raises(RuleBroken, match="no_such_step"):
        commands.answer(Namespace(id=matter, kind="handled", given=[]), line())
    given = ["text=需街道协调", "to_unit=翠湖社区"]
    with pytest.raises(RuleBroken, match="passed_on_where"):
        commands.answer(Namespace(id=matter, kind="transferred", given=given), line())
    commands.answer(Namespace(id=matter, kind="received", given=["text=张工"]), line())
    commands.answer(Namespace(id=matter, kind="transferred", given=[given[0], "to_unit=光明街道"]), line())
    assert [one["stage"] for one in commands.list_all(Namespace(), line()).data] == ["given_on"]


def reason(desk: Desk, said: Step | PassedMatter) -> str:
    """What the district answers to a record that no desk of ours would write."""
    name = "step" if isinstance(said, Step) else "passed_matter"
    (answer,) = desk.district.push(Push(desk.store.id, [Frame.of(seal(name, said))])).answers
    return answer.reason
