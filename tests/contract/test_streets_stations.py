"""What an account of a street finds of stations and of passed matters, on both databases: its own, and nothing else."""

from __future__ import annotations

import pytest

from sync.records.cards import Revision
from sync.records.kinds import new_id
from sync.records.matters import StepKind
from sync.records.persons import Person
from sync.records.units import Level, Role
from sync.server.store.news import has_matters
from sync.server.store.refusals import Refusal, put_refusals
from sync.server.store.schema import device
from sync.server.tree import add_unit
from tests.support.district_pages import PagesDistrict, minute
from tests.support.held_mediations import keep_of, made_by
from tests.support.passed_matters import add_matter, add_step, pass_on
from tests.support.watched_orders import below_a_street

HERE, THERE = "凤凰社区", "薯田埔社区"


@pytest.fixture
def desks(pages: PagesDistrict) -> dict[str, str]:
    """A desk below each of two streets, with something refused and a card in conflict at each; the devices by unit."""
    below_a_street(pages)
    pages.add_unit(THERE, Level.COMMUNITY)
    with pages.store.write() as conn:
        add_unit(conn, pages.units[THERE], THERE, Level.COMMUNITY, pages.units["马田街道"], pages.now)
    found = {}
    for unit, name in ((HERE, "陈秀英"), (THERE, "林国栋")):
        found[unit] = pages.add_device(unit, last_hello=pages.now, last_day_end=pages.now, unsent=7, held=7)
        with pages.store.write() as conn:
            store = conn.execute(device.select().where(device.c.device == found[unit])).one().store
            said = Refusal(new_id("visit"), bytes(32), "visit", store, pages.units[unit], "protocol.no_role", pages.now)
            put_refusals(conn, [said])
        made = made_by(pages, unit, 1)
        card = Person(id=new_id("person"), made=made, name=name)
        edits = [
            Revision(id=new_id("revision"), made=made, card=card.id, seen=(card.id,), fields={"note": f"{n}单元"})
            for n in "甲乙"
        ]
        keep_of(pages, unit, card, *edits)
    return found


def test_a_street_finds_the_stations_below_it_alone(pages: PagesDistrict, desks: dict[str, str]) -> None:
    for who, own, other in (("林街", HERE, THERE), ("马街", THERE, HERE)):
        browser = pages.signed_in(who)
        browser.get("/stations")
        assert (browser.status, own in browser.page, other in browser.page) == (200, True, False), who
        assert "在用站点设备 1 今天已报送 1" in browser.text()
        assert f"/stations/refused/{desks[other]}" not in browser.page
        browser.get(f"/stations/refused/{desks[own]}")
        assert browser.status == 200
        browser.get(f"/stations/refused/{desks[other]}")
        assert (browser.status, other in browser.page) == (404, False)
        browser.get("/stations/conflicts")
        assert (own in browser.page, other in browser.page) == (True, False), who
        browser.get("/rules")
        assert (own in browser.page, other in browser.page) == (True, False), who


def test_the_district_and_its_system_administrator_find_all(pages: PagesDistrict, desks: dict[str, str]) -> None:
    for who in ("周敏", "吴涛", "郑洁"):
        browser = pages.signed_in(who)
        for address in ("/stations", "/stations/conflicts"):
            browser.get(address)
            assert (HERE in browser.page, THERE in browser.page) == (True, True), who
        for one in desks.values():
            browser.get(f"/stations/refused/{one}")
            assert browser.status == 200


def test_who_looks_on_in_a_department_finds_no_station(pages: PagesDistrict, desks: dict[str, str]) -> None:
    pages.add_user("何看", "区人力资源局", Role.VIEWER)
    browser = pages.signed_in("何看")
    assert 'href="/stations"' not in browser.page
    for address in ("/stations", "/stations/conflicts", f"/stations/refused/{desks[HERE]}"):
        browser.get(address)
        assert (browser.status, HERE in browser.page) == (403, False)


def test_passed_matters_are_the_street_s_to_which_they_were_given(pages: PagesDistrict) -> None:
    below_a_street(pages)
    bureau = pass_on(pages, "转到部门的事项", "区人力资源局")
    other = pass_on(pages, "转到别的街道的事项", "马田街道")
    below = add_matter(pages, "请下级社区调解的事项")
    add_step(pages, below, StepKind.MEDIATION_ASKED, to_unit=HERE)
    mine = pass_on(pages, "转到本街道的事项", "凤凰街道")
    street = pages.signed_in("林街")
    street.get(f"/matters/{mine}")
    form = {**street.hidden('name="kind" value="received"'), "happened_at": minute(pages)}
    for show in ("open", "waiting", "overdue", "ended"):
        street.get(f"/matters?show={show}")
        for title in ("转到部门的事项", "转到别的街道的事项", "请下级社区调解的事项"):
            assert title not in street.page
        assert ("转到本街道的事项" in street.page) is (show in ("open", "waiting"))
    for matter in (bureau, other, below):
        street.get(f"/matters/{matter}")
        assert street.status == 404
        street.post(f"/matters/{matter}", form)
        assert street.status in (403, 404), "the stamp of one matter is worth nothing for another"
    with pages.store.read() as conn:
        assert has_matters(conn, pages.units["凤凰街道"], 0)
        assert not has_matters(conn, pages.units["光明区"], 0)
    for who in ("周敏", "马街"):
        browser = pages.signed_in(who)
        browser.get(f"/matters/{mine}")
        assert browser.status == 404
