"""What becomes addressed to a unit only after cursors of its desks are past it reaches each of them once, on both
databases, and no receipt differs: requests for orders that an older program kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from desktop.store.backup import backup, restore
from desktop.store.store import Store
from sync.client import day_end
from sync.protocol.messages import MoveStore
from sync.records.audit import Erasure
from sync.records.canonical import seal
from sync.records.kinds import new_id
from sync.records.order_steps import OrderRequest, OrderStep, OrderStepKind
from sync.records.units import Role
from sync.server import admin
from sync.server.receipt_check import verify
from sync.server.store.check import check
from sync.server.store.migrate import bring_up
from sync.server.store.news import has_news
from sync.server.store.order_requests import list_requests_of_before
from sync.server.store.readdressing import readdress_requests
from sync.server.store.records import New, append
from sync.server.store.schema import addressed, order_request, record, staff
from sync.server.store.store import DistrictStore
from tests.contract.test_passed_to_desks import Tree, tree  # noqa: F401 a fixture
from tests.support.in_process import Desk, enrol_desk


def ask(tree: Tree, subject: str, desk: Desk | None = None, **more: Any) -> OrderRequest:  # noqa: F811
    """A request of the mobile station's desk to its community."""
    desk = desk or tree.mobile
    asked = OrderRequest(
        id=new_id("order_request"), made=desk.made(), matter=new_id("matter"), subject=subject, text="请到场",
        **{"to_unit": tree.community.unit, "departments": (tree.street,), "requested_at": tree.now, **more},
    )  # fmt: skip
    with desk.store.write() as work:
        work.add(asked)
    return asked


def kept_unread(district: DistrictStore, asked: OrderRequest) -> None:
    """As a program keeps it that does not know the kind: for the unit that wrote it."""
    with district.write() as conn:
        conn.execute(
            record.update().where(record.c.id == asked.id).values(scope=record.c.unit, also=None, readable=False)
        )
        conn.execute(addressed.delete())
        conn.execute(order_request.delete())


def kept_for_one_store(district: DistrictStore, asked: OrderRequest) -> None:
    """As a store of before 0010 was brought up: for the asked unit, and the one store that handed it in."""
    with district.write() as conn:
        conn.execute(record.update().where(record.c.id == asked.id).values(also=record.c.origin))
        conn.execute(addressed.delete())


def bring_up_again(district: DistrictStore) -> None:
    """Open the store as one that the program before wrote."""
    with district.write() as conn:
        for later in ("waited", "mediation_fact", "mediation", "readdressed"):
            conn.execute(text(f"DROP TABLE {later}"))
        conn.execute(order_request.delete())
        conn.execute(text("UPDATE alembic_version SET version_num = '0011'"))
        list_requests_of_before(conn)
    bring_up(district._engine)


def has(desk: Desk, asked: OrderRequest) -> bool:
    with desk.store.read() as reader:
        return reader.find(asked.id, OrderRequest) == asked


def news(district: DistrictStore, desk: Desk) -> bool:
    with district.read() as conn, desk.store.read() as reader:
        cursor = int(reader.meta("cursor") or 0)
        return has_news(conn, {"*", desk.unit, desk.store.id}, desk.store.id, cursor)


@pytest.fixture
def mate(tree: Tree, tmp_path: Path) -> Desk:  # noqa: F811
    """The mobile station's second desk."""
    made = enrol_desk(tmp_path / "mate", tree.district, "赵二", "移动服务站", "凤凰社区")
    assert made.unit == tree.mobile.unit
    tree.exchange(made)
    return made


WAYS = (kept_unread, kept_for_one_store)


@pytest.mark.parametrize("way", WAYS)
def test_desks_whose_cursor_is_past_it_get_it_once_and_no_receipt_differs(
    tree: Tree,  # noqa: F811
    mate: Desk,
    tmp_path: Path,
    way: Callable[[DistrictStore, OrderRequest], None],
) -> None:
    asked = ask(tree, "夜间施工")
    tree.exchange(tree.mobile)
    way(tree.district, asked)
    desks = (tree.mobile, mate, tree.community, tree.second, tree.other)
    tree.exchange(*desks)
    late = [tree.community, tree.second] if way is kept_unread else [mate]
    assert [has(desk, asked) for desk in late] == [False] * len(late)
    bring_up_again(tree.district)
    assert {desk.store.id for desk in desks if news(tree.district, desk)} == {desk.store.id for desk in late}
    tree.exchange(*desks)
    assert [has(desk, asked) for desk in desks] == [True, True, True, True, False]
    assert not any(news(tree.district, desk) for desk in desks)
    for desk in desks:
        end = day_end.run(desk.journal, desk.district, "test")
        assert (end.pulled, end.receipt.agreed) == (0, True)
    for name, unit, parent in (
        *(("后来一", "凤凰社区", "凤凰街道"), ("后来二", "移动服务站", "凤凰社区")),
        ("后来三", "翠湖社区", "凤凰街道"),
    ):
        later = enrol_desk(tmp_path / name, tree.district, name, unit, parent)
        tree.exchange(later, later)
        assert has(later, asked) is (unit != "翠湖社区")
        later.store.close()
    with tree.district.write() as conn:
        assert readdress_requests(conn) == 0, "nothing is given out twice"
    assert verify(tree.district).faults == ()
    assert check(tree.district) == {}


def test_who_is_asked_answers_it_and_who_asked_hears(tree: Tree) -> None:  # noqa: F811
    asked = ask(tree, "夜间施工")
    tree.exchange(tree.mobile)
    kept_unread(tree.district, asked)
    tree.exchange(tree.community)
    bring_up_again(tree.district)
    tree.exchange(tree.community)
    admin.add_staff(tree.district, "周书记", tree.community.unit, [Role.ISSUING_SECRETARY])
    tree.exchange(tree.community)
    with tree.district.read() as conn:
        secretary = conn.execute(select(staff.c.staff).where(staff.c.name == "周书记")).scalar_one()
    made = replace(tree.community.made(), by=secretary)
    no = OrderStep(
        id=new_id("order_step"), made=made, kind=OrderStepKind.REFUSED, request=asked.id,
        happened_at=tree.now, text="请先现场调解",
    )  # fmt: skip
    with tree.community.store.write() as work:
        work.add(no)
    tree.exchange(tree.community, tree.mobile)
    with tree.mobile.store.read() as reader:
        told = [r for r in reader.linked(asked.id, "order_step.request") if isinstance(r, OrderStep)]
    assert [(step.kind, step.text) for step in told] == [(OrderStepKind.ANSWERED, "请先现场调解")]
    assert verify(tree.district).faults == ()


def test_nobody_gets_what_a_unit_may_not_ask_it_nor_what_was_erased(tree: Tree) -> None:  # noqa: F811
    erased = ask(tree, "已删除")
    tree.exchange(tree.mobile)
    with tree.mobile.store.write() as work:
        work.add(Erasure(id=new_id("erasure"), made=tree.mobile.made(), target=erased.id, reason="本人要求"))
    tree.exchange(tree.mobile)
    elsewhere = ask(tree, "夜间施工", to_unit=tree.other.unit)
    with tree.district.write() as conn:
        sealed = seal("order_request", elsewhere)
        append(conn, [New(sealed, tree.mobile.unit, tree.mobile.store.id, tree.mobile.unit, False)], datetime.now(UTC))
    for one in (erased, elsewhere):
        kept_unread(tree.district, one)
    with tree.district.write() as conn:
        assert readdress_requests(conn) == 0


@pytest.mark.parametrize("written", ["before the backup", "after the backup"])
def test_a_store_that_handed_it_in_and_was_restored_has_it_and_its_receipts_agree(
    tree: Tree,  # noqa: F811
    tmp_path: Path,
    written: str,
) -> None:
    """Under its first number it is known of the store's former id alone: the new one learns the number of now."""
    desk, words = tree.mobile, "a recovery passphrase 2026"
    asked = ask(tree, "夜间施工") if written == "before the backup" else None
    tree.exchange(desk)
    backup(desk.store, desk.key, tmp_path / "copy.qsb", words, lambda *_: None)
    asked = asked or ask(tree, "夜间施工")
    tree.exchange(desk)
    kept_for_one_store(tree.district, asked)
    bring_up_again(tree.district)
    former = desk.store.id
    desk.store.close()
    restore(tmp_path / "copy.qsb", tmp_path / "restored.db", words, desk.key)
    desk.store = Store.open(tmp_path / "restored.db", desk.key)
    desk.district.move(MoveStore(former, desk.store.id))
    tree.exchange(desk, desk)
    assert has(desk, asked)
    with desk.store.read() as reader:
        count, _ = reader.sql("SELECT count(*), 0 FROM record WHERE id = ?", (asked.id,)).fetchone()
    assert count == 1
    assert verify(tree.district).faults == ()
