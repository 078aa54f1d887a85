"""Who reported a matter stands on no page of a department, nor on one of anybody else who signs in at the district."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest

from sync.protocol.codec import decode
from sync.records.kinds import new_id
from sync.records.matters import Matter, Nature
from sync.records.orders import DispatchOrder
from sync.records.participations import Participation, PartyRole
from sync.records.persons import Person
from sync.records.times import BEIJING
from sync.records.visits import Channel, Visit
from sync.server.store.projections import add_own
from sync.server.store.records import read
from tests.support.district_pages import PagesDistrict, WebBrowser, embedded_district

NAME, PHONE = "丁上报", "13966667777"
_LINK = re.compile(r'href="(/[^"#]*)"')
_LEAVES = ("/logout", "/door", "/sign-out", "/static")


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[PagesDistrict]:
    built = embedded_district(tmp_path)
    yield built
    built.close()


def reported(pages: PagesDistrict, at: datetime) -> str:
    """An order about a matter that a grid worker reported, with everything that the station keeps of it."""
    made = pages.made_at_station(at)
    person = Person(id=new_id("person"), made=made, name=NAME, phones=(PHONE,))
    matter = Matter(
        id=new_id("matter"),
        made=made,
        title="拖欠工资",
        nature=Nature.DISPUTE,
        unit=made.unit,
        discovered_at=at,
        discovered_by=NAME,
        source="grid_worker",
    )
    visit = Visit(
        id=new_id("visit"), made=made, channel=Channel.GRID_REPORT, happened_at=at, text="工地欠薪", matter=matter.id
    )
    parts = [
        Participation(
            id=new_id("participation"), made=made, subject=s, party=person.id, role=PartyRole.REPORTER, hidden=True
        )
        for s in (visit.id, matter.id)
    ]
    with pages.store.write() as conn:
        for record in (person, matter, visit, *parts):
            add_own(conn, record, made.unit, pages.now)
    order = pages.add_order("拖欠工资", ["区人力资源局"])
    with pages.store.write() as conn:
        first = cast(DispatchOrder, decode(read(conn, order)))
        about = replace(first, id=new_id("dispatch_order"), matter=matter.id)
        add_own(conn, about, made.unit, pages.now)
    return about.id


def everything(browser: WebBrowser, start: list[str]) -> dict[str, str]:
    """Every page that links lead to, by its address."""
    found: dict[str, str] = {}
    waiting = list(start)
    while waiting:
        address = waiting.pop()
        if address in found or address.startswith(_LEAVES) or len(found) > 60:
            continue
        browser.get(address)
        if browser.status == 200:
            found[address] = browser.page
            waiting += [link.replace("&amp;", "&") for link in _LINK.findall(browser.page)]
    return found


@pytest.mark.parametrize("who", ["王丽", "周敏"])
def test_who_reported_stands_on_no_page(pages: PagesDistrict, who: str) -> None:
    order = reported(pages, pages.now.astimezone(BEIJING))
    seen = everything(pages.signed_in(who), ["/orders", f"/orders/{order}"])
    assert f"/orders/{order}" in seen
    assert any("拖欠工资" in page for page in seen.values())
    assert [address for address, page in seen.items() if NAME in page or PHONE in page] == []
