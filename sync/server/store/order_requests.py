"""Requests for orders (提请发令) as the district's page lists them: who asked whom, when, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, or_, select

from sync.protocol.codec import decode
from sync.records.errors import Damaged
from sync.records.order_course import RequestStage
from sync.records.order_steps import OrderRequest, OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder
from sync.server.store.bulk import among
from sync.server.store.directory import clean
from sync.server.store.orders import storable
from sync.server.store.records import numbered_of_kind, read_many
from sync.server.store.schema import dispatch_order, order_request

Answer = DispatchOrder | OrderStep


@dataclass(frozen=True, slots=True)
class RequestOnPage:
    """A request with what became of it: the order with its number and stage, or the reason of the refusal."""

    request: OrderRequest
    unit: str
    stage: RequestStage
    order: str = ""
    number: str = ""
    order_stage: str = ""
    reason: str = ""


def put_requests(conn: Connection, requests: Iterable[tuple[OrderRequest, int]], answers: Iterable[Answer]) -> None:
    """List requests that arrived (with their numbers), and what was answered: an order counts more than a refusal."""
    rows = [
        {
            "record": one.id,
            "unit": one.made.unit,
            "to_unit": clean(one.to_unit)[:64],
            "at": storable(one.requested_at),
            "stage": RequestStage.WAITING.value,
            "answer": "",
            "seq": seq,
        }
        for one, seq in requests
    ]
    if rows:
        conn.execute(order_request.insert(), rows)
    for answer in answers:
        if isinstance(answer, DispatchOrder):
            _answer(conn, answer.request or "", RequestStage.ISSUED, answer.id)
        elif answer.kind is OrderStepKind.REFUSED:
            _answer(conn, answer.request, RequestStage.REFUSED, answer.id)


def _answer(conn: Connection, request: str, stage: RequestStage, answer: str) -> None:
    if not request:
        return
    of = [order_request.c.record == clean(request)[:64]]
    if stage is RequestStage.REFUSED:
        of.append(order_request.c.stage != RequestStage.ISSUED.value)
    conn.execute(order_request.update().where(*of).values(stage=stage.value, answer=answer))


def forget_request(conn: Connection, target: str) -> None:
    """Take an erased request out of the list; one of which the answer was erased waits again."""
    conn.execute(order_request.delete().where(order_request.c.record == target))
    again = {"stage": RequestStage.WAITING.value, "answer": ""}
    conn.execute(order_request.update().where(order_request.c.answer == target).values(again))


def count_requests(conn: Connection, below: frozenset[str] | None = None) -> dict[str, int]:
    """Return how many requests stand at each stage; of or to the units ``below``, None: of any."""
    counted = select(order_request.c.stage, func.count()).where(*_of_these(conn, below))
    query = counted.group_by(order_request.c.stage)
    return {row.stage: row[1] for row in conn.execute(query)}


def count_waiting(conn: Connection, below: frozenset[str] | None = None) -> int:
    """Return how many requests wait for an answer."""
    waits = (order_request.c.stage == RequestStage.WAITING.value, *_of_these(conn, below))
    query = select(func.count()).select_from(order_request).where(*waits)
    return conn.execute(query).scalar_one()


def _of_these(conn: Connection, below: frozenset[str] | None) -> tuple[ColumnElement[bool], ...]:
    if below is None:
        return ()
    return (or_(*(among(conn, column, below) for column in (order_request.c.unit, order_request.c.to_unit))),)


def requests_listed(
    conn: Connection, stage: str, start: int, limit: int, below: frozenset[str] | None = None
) -> list[RequestOnPage]:
    """Return requests of a stage ("" is any) from place ``start`` on: what waits the longest waiting first, else the
    newest first.
    """
    query = select(order_request).where(*_of_these(conn, below)).offset(start).limit(limit)
    if stage:
        query = query.where(order_request.c.stage == stage)
    by = order_request.c.at if stage == RequestStage.WAITING.value else order_request.c.at.desc()
    rows = conn.execute(query.order_by(by, order_request.c.record)).all()
    said: dict[str, object] = {}
    for sealed in read_many(conn, [name for row in rows for name in (row.record, row.answer) if name]):
        try:
            said[sealed.id] = decode(sealed)
        except Damaged:
            continue  # erased, or of a newer program
    stages = _stages(conn, [row.answer for row in rows if row.answer])
    found = []
    for row in rows:
        request, answer = said.get(row.record), said.get(row.answer)
        if isinstance(request, OrderRequest):
            order = answer if isinstance(answer, DispatchOrder) else None
            reason = answer.text if isinstance(answer, OrderStep) else ""
            told = (order.id, order.number, stages.get(order.id, "")) if order else ("", "", "")
            found.append(RequestOnPage(request, row.unit, RequestStage(row.stage), *told, reason))
    return found


def _stages(conn: Connection, orders: list[str]) -> dict[str, str]:
    query = select(dispatch_order.c.record, dispatch_order.c.state)
    return {row.record: row.state for row in conn.execute(query.where(among(conn, dispatch_order.c.record, orders)))}


def list_requests_of_before(conn: Connection) -> None:
    """List the requests of a store that an older program wrote, and what was answered to them."""
    for kind in ("order_request", "order_step", "dispatch_order"):
        requests, answers = [], []
        for seq, sealed in numbered_of_kind(conn, kind):
            try:
                record = decode(sealed)
            except Damaged:
                continue
            if isinstance(record, OrderRequest):
                requests.append((record, seq))
            elif isinstance(record, (OrderStep, DispatchOrder)):
                answers.append(record)
        put_requests(conn, requests, answers)
