"""Requests for orders of a mobile station at a district of the pages: one waits, one was issued, one was refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sync.protocol.codec import decode
from sync.records.canonical import seal
from sync.records.kinds import kind_of_value, new_id
from sync.records.order_steps import OrderRequest, OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder
from sync.records.record import Record
from sync.records.times import BEIJING
from sync.records.units import Level
from sync.server.store import records
from sync.server.store.projections import add_own, apply
from tests.support.district_pages import PagesDistrict

STATION, COMMUNITY = "光明大道移动服务站", "凤凰社区"


def ask(pages: PagesDistrict, subject: str, *departments: str, hours_ago: float = 1, **more: Any) -> OrderRequest:
    """Let the mobile station's desk ask its community for an order, as a push keeps it."""
    unit = pages.units.get(STATION) or pages.add_unit(STATION, Level.STATION)
    at = pages.now.astimezone(BEIJING) - timedelta(hours=hours_ago)
    asked = OrderRequest(
        id=new_id("order_request"), made=replace(pages.made_at_station(at), unit=unit), matter=new_id("matter"),
        to_unit=pages.units[COMMUNITY], departments=tuple(pages.units[name] for name in departments),
        subject=subject, requested_by_name="赵站员", requested_at=at, **{"text": "请派员到场核实。", **more},
    )  # fmt: skip
    _keep(pages, asked, asked.to_unit, unit)
    return asked


def issue(pages: PagesDistrict, asked: OrderRequest, *departments: str, number: str) -> str:
    """Let the community issue what was asked for; returns the order."""
    model = pages.add_order(asked.subject, [*departments], number=number)
    with pages.store.write() as conn:
        order = decode(records.read(conn, model))
        assert isinstance(order, DispatchOrder)
        answer = replace(order, id=new_id("dispatch_order"), request=asked.id)
        add_own(conn, answer, asked.to_unit, pages.now)
    return answer.id


def refuse(pages: PagesDistrict, asked: OrderRequest, reason: str) -> None:
    """Let the community's secretary refuse it."""
    step = OrderStep(
        id=new_id("order_step"), made=pages.made_at_station(pages.now.astimezone(BEIJING)),
        kind=OrderStepKind.REFUSED, request=asked.id, happened_at=pages.now, text=reason,
    )  # fmt: skip
    _keep(pages, step, asked.to_unit, asked.to_unit)


def _keep(pages: PagesDistrict, record: Record, scope: str, unit: str) -> None:
    also = unit if unit != scope else None
    with pages.store.write() as conn:
        sealed = seal(kind_of_value(record).name, record)
        new = records.New(sealed, scope, "sto_mobile", unit, also=also)
        (seq,) = records.append(conn, [new], pages.now)
        apply(conn, [(record, seq, scope)])
