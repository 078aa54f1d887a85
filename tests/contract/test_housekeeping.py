"""What the migration left approximate in the order lists is put right while the server runs, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import select, text

from sync.records.kinds import new_id
from sync.records.orders import OrderReply, ReplyKind
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.server import housekeeping
from sync.server.housekeeping import DONE, UPTO, Housekeeper
from sync.server.store.check import check
from sync.server.store.orders import correct_some
from sync.server.store.projections import add_own
from sync.server.store.schema import dispatch_order, order_department
from sync.server.store.store import district, get_setting
from tests.support.district_pages import PagesDistrict

BUREAU = "区人力资源局"


def granted(pages: PagesDistrict, order: str) -> None:
    """More time was asked for by the department and granted: the columns of the lists do not know of it."""
    at, unit = pages.now.astimezone(BEIJING), pages.units[BUREAU]
    with pages.store.write() as conn:
        store = district(conn).store
        said = {
            ReplyKind.REPORTED_IN: {"officer": "刘洋"},
            ReplyKind.EXTENSION_ASKED: {"until": at + timedelta(days=9), "text": "核账"},
            ReplyKind.RULED: {"until": at + timedelta(days=8), "releases": False},
        }
        for place, (kind, more) in enumerate(said.items()):
            by = pages.staff["周敏" if kind is ReplyKind.RULED else "王丽"]
            made = Made(by=by, unit=pages.units["光明区"] if kind is ReplyKind.RULED else unit, store=store, at=at)
            happened = {"department": unit, "happened_at": at + timedelta(seconds=place)}
            reply = OrderReply(id=new_id("order_reply"), made=made, order=order, kind=kind, **happened, **more)
            add_own(conn, reply, pages.units["凤凰社区"], pages.now)


def lists(pages: PagesDistrict) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    with pages.store.read() as conn:
        orders = conn.execute(select(dispatch_order).order_by(dispatch_order.c.record)).all()
        parts = conn.execute(
            select(order_department).order_by(order_department.c.record, order_department.c.department)
        )
        return [tuple(row) for row in orders], [tuple(row) for row in parts.all()]


def migrated(pages: PagesDistrict) -> None:
    """Leave the lists as the migration to 0008 filled them."""
    with pages.store.write() as conn:
        for statement in import_module("sync.server.store.migrations.versions.0008_inbox").FILL:
            conn.execute(text(statement))


def filled(pages: PagesDistrict) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """A district with 45 orders, some with more time, as the migration left its lists; returns what is right."""
    orders = [pages.add_order(f"第{n}件", [BUREAU], minutes_ago=n) for n in range(45)]
    for order in orders[::9]:
        granted(pages, order)
    right = lists(pages)
    migrated(pages)
    return right


def test_lists_become_right_in_small_steps_without_anybody_asking(
    pages: PagesDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = filled(pages)
    assert lists(pages) != right
    browser = pages.signed_in("王丽")
    keeper = Housekeeper(pages.store)
    assert keeper.look(0), "one transaction of twenty orders"
    with pages.store.read() as conn:
        upto = get_setting(conn, UPTO)
    assert upto == sorted(row[0] for row in right[0])[19]
    assert Housekeeper(pages.store).look(0), "a restart goes on there"
    assert not Housekeeper(pages.store).look(60)
    assert lists(pages) == right
    assert check(pages.store) == {}
    with pages.store.write() as conn:
        assert correct_some(conn, "", 100)[1] == 0, "what is right is not written again"
    browser.get("/orders")
    assert browser.status == 200
    asked: list[str] = []
    monkeypatch.setattr(housekeeping, "correct_some", lambda *_: asked.append("") or ("", 0))
    assert not Housekeeper(pages.store).look()
    assert asked == [], "what is right is not looked at again"


def test_what_is_said_meanwhile_stands_and_two_servers_may_do_it_at_once(pages: PagesDistrict) -> None:
    filled(pages)
    Housekeeper(pages.store).look(0)
    order = pages.add_order("新来的", [BUREAU])
    granted(pages, order)
    threads = [threading.Thread(target=lambda: Housekeeper(pages.store).look(60)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with pages.store.read() as conn:
        assert get_setting(conn, UPTO) == DONE
    assert check(pages.store) == {}


def test_its_thread_ends_by_itself_when_all_is_right(pages: PagesDistrict, monkeypatch: pytest.MonkeyPatch) -> None:
    right = filled(pages)
    monkeypatch.setattr(housekeeping, "EVERY_SECONDS", 0.01)
    keeper = Housekeeper(pages.store)
    keeper.looking.start()
    keeper.looking.thread.join(30)
    assert not keeper.looking.thread.is_alive()
    keeper.looking.end()
    assert lists(pages) == right


def test_an_empty_store_has_nothing_to_put_right(pages: PagesDistrict) -> None:
    assert not Housekeeper(pages.store).look()
    with pages.store.read() as conn:
        assert get_setting(conn, UPTO) == DONE
