"""An order stands on the district's tables and registers: its version, its authority, and what became of it later."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.actions.departments import suggested
from desktop.actions.matters import edit_matter, matter_draft, matter_draft_from, open_matter
from desktop.actions.order_help import order_help
from desktop.actions.order_replies import witness_reply
from desktop.actions.orders import issue_order, order_draft
from desktop.actions.visits import log_visit
from desktop.forms.form import Draft
from desktop.forms.orders import EMERGENCY
from desktop.store import past_orders as kept_orders
from desktop.store.past_orders import past_orders
from desktop.store.store import Store
from resources import read_text
from sync.records.audit import Erasure
from sync.records.department_ranking import ReasonKind
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.order_authorities import OrderAuthority
from sync.records.order_history import OrderHistory, PastOrder
from sync.records.orders import DispatchOrder
from sync.records.record import Made
from sync.records.rule_tables import FIRST, RuleTable
from sync.records.times import BEIJING
from tests.system.actions.conftest import Station
from tests.system.actions.test_cases import matter as matter

Enter = Callable[..., Draft]
HOUSING, LABOUR = "区住房和建设局", "区人力资源局"


def made(station: Station) -> Made:
    return Made(by="", unit="org_district", store="sto_district", at=station.clock.at)


def order_of(store: Store, order_id: str) -> DispatchOrder:
    with store.read() as reader:
        order = reader.get(order_id)
    assert isinstance(order, DispatchOrder)
    return order


def test_an_order_keeps_the_version_and_the_lengths_under_which_it_was_issued(station: Station, matter: str) -> None:
    text = read_text("dictionaries", "dispatch_rules.toml").replace('"168 hours"', '"7 working_days"')
    day = station.clock.at.astimezone(BEIJING).date()
    draft = order_draft(station.secretary, matter) | {"departments": [station.units[HOUSING]], "grade": "blue"}
    before = order_of(station.store, issue_order(station.secretary, matter, dict(draft)).id)
    with station.store.write() as work:
        for number, starts in ((FIRST, day), (FIRST + 1, day + timedelta(days=30))):
            id_, name = new_id("rule_table"), "dispatch_rules"
            work.add(RuleTable(id=id_, made=made(station), name=name, number=number, text=text, starts_on=starts))
    after = order_of(
        station.store, issue_order(station.secretary, matter, draft | {"_id": new_id("dispatch_order")}).id
    )
    assert (before.limits.rule_version, before.limits.to_confirm) == ("default-2", True)
    assert (after.limits.rule_version, after.limits.to_confirm) == ("dispatch_rules-1001", False)
    assert str(after.limits.resolve) == "7 working_days"
    ends = after.limits.resolve_by.astimezone(BEIJING)
    assert (ends.hour, ends.minute, ends.second) == (23, 59, 59)
    assert order_of(station.store, before.id) == before
    with pytest.raises(RuleBroken, match=r"tables\.no_grade"):
        issue_order(station.secretary, matter, draft | {"_id": new_id("dispatch_order"), "grade": "green"})


def test_the_number_of_people_proposes_a_grade_where_the_matter_has_none(station: Station, visitor: Enter) -> None:
    for headcount, grade in ((1, "blue"), (7, "yellow"), (40, "red")):
        draft = station.draft("visit", **visitor(headcount=headcount))
        visit = log_visit(station.desk, draft).id
        opened = open_matter(station.desk, visit, matter_draft_from(station.desk, visit)).id
        assert order_draft(station.secretary, opened)["grade"] == grade


def test_without_an_authority_in_force_only_an_emergency_is_issued(station: Station, matter: str) -> None:
    draft = order_draft(station.secretary, matter) | {"departments": [station.units[HOUSING]], "grade": "red"}
    day = station.clock.at.astimezone(BEIJING).date()
    entry = OrderAuthority(
        id=new_id("order_authority"),
        made=made(station),
        unit=station.desk.session.unit,
        departments=(station.units[LABOUR],),
        paper="〔2026〕3号",
        granted_by="区信访联席办",
        starts_on=day,
    )
    with station.store.write() as work:
        work.add(entry)
    with pytest.raises(Refused) as refused:
        issue_order(station.secretary, matter, draft)
    assert refused.value.key == "authority.none_in_force"
    assert (refused.value.values["departments"], refused.value.values["ask"]) == (HOUSING, "区信访联席办")
    with station.store.read() as reader:
        told = order_help(reader, station.desk.session, "other", "", "red", [station.units[HOUSING]], station.clock.at)
    assert told.lacking == (HOUSING,)
    emergency = draft | {"way": EMERGENCY, "_id": new_id("dispatch_order")}
    assert order_of(station.store, issue_order(station.secretary, matter, emergency).id).emergency
    assert order_draft(station.secretary, matter)["authority"] == "区信访联席办〔2026〕3号"
    wider = replace(entry, id=new_id("order_authority"), amends=entry.id, departments=())
    with station.store.write() as work:
        work.add(wider)
    assert issue_order(station.secretary, matter, draft | {"_id": new_id("dispatch_order")}).number


def test_who_took_an_order_is_suggested_for_the_next_and_who_objected_is_not(station: Station, matter: str) -> None:
    taken, objects = station.units[HOUSING], station.units[LABOUR]
    draft = order_draft(station.secretary, matter) | {"departments": [taken, objects], "grade": "blue"}
    order = issue_order(station.secretary, matter, draft).id
    with station.store.read() as reader:
        assert len(past_orders(reader)) == 0
    came = {"department": taken, "kind": "reported_in", "officer": "王科长"}
    no = {"department": objects, "kind": "objection", "rule_cited": "职责清单 3.2", "text": "不属我局"}
    for said in (came, no):
        witness_reply(station.desk, order, station.draft("reply", how="seen", **said))
    with station.store.read() as reader:
        assert {(one.department, one.contested) for one in past_orders(reader)} == {(taken, False), (objects, True)}
        found = suggested(reader, next(iter(past_orders(reader))).category, "无关", station.clock.at.date())
    assert [one.department for one in found] == [taken]
    assert found[0].reasons[0].kind is ReasonKind.ACCEPTED


def test_only_orders_that_something_new_speaks_of_are_counted_again(
    station: Station, matter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = station.units[HOUSING]

    def issue() -> str:
        draft = order_draft(station.secretary, matter) | {"departments": [taken], "grade": "blue"}
        return issue_order(station.secretary, matter, draft | {"_id": new_id("dispatch_order")}).id

    def answer(order: str) -> None:
        came = {"department": taken, "kind": "reported_in", "officer": "王科长"}
        witness_reply(station.desk, order, station.draft("reply", how="seen", **came))

    def asked() -> list[PastOrder]:
        with station.store.read() as reader:
            return sorted(past_orders(reader), key=lambda one: one.order)

    first, second = issue(), issue()
    answer(first)
    assert [one.order for one in asked()] == [first]
    counted: list[str] = []
    put = OrderHistory.put

    def noted(kept: OrderHistory, order: str, rows: Iterable[PastOrder]) -> None:
        counted.append(order)
        put(kept, order, rows)

    monkeypatch.setattr(OrderHistory, "put", noted)
    assert [one.order for one in asked()] == [first]
    log_visit(station.desk, station.draft("visit", name="张伟", text="漏水"))
    asked()
    assert counted == [], "a visit speaks of no order"
    answer(second)
    assert [one.order for one in asked()] == [first, second]
    assert counted == [second]
    draft, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, {**draft, "category": "labour"}, seen)
    assert {one.category for one in asked()} == {"labour"}, "an edit of the matter counts for its orders"
    erase = Erasure(id=new_id("erasure"), made=station.desk.made(), target=first, reason="测试")
    with station.store.write() as work:
        work.add(erase)
    assert [one.order for one in asked()] == [second]
    kept = asked()
    kept_orders._known.clear()
    assert asked() == kept, "read anew it is the same"
