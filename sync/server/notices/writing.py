"""From what a message is about to what it says."""

from __future__ import annotations

from datetime import datetime

from resources import Wording
from sync.protocol.codec import decode
from sync.records.errors import Damaged
from sync.records.order_stages import OVER
from sync.records.orders import DispatchOrder
from sync.records.times import BEIJING, to_minute
from sync.server.notices.message import Message, worded
from sync.server.notices.whom import officer_of, telephone_of
from sync.server.store.directory import units
from sync.server.store.notices import ORDER, Line, order_is_over
from sync.server.store.records import read_many
from sync.server.store.store import Connection


def written(conn: Connection, line: Line, public_url: str, words: Wording, now: datetime) -> Message | None:
    """Return what is to be sent now; None where nobody need be told any more."""
    if line.kind != ORDER:
        return _of_unit(conn, line, words)
    if order_is_over(conn, line.about, OVER):
        return None
    order = None
    for sealed in read_many(conn, [line.about]):
        try:
            order = decode(sealed)
        except Damaged:
            return None
    if not isinstance(order, DispatchOrder):
        return None
    message = Message(
        notice=line.notice,
        kind=line.kind,
        number=order.number,
        due=to_minute(order.report_by(line.unit).astimezone(BEIJING)),
        link=f"{public_url.rstrip('/')}/orders/{order.id}",
        telephone=officer_of(conn, line.unit, now),
    )
    return _with_text(message, words)


def _of_unit(conn: Connection, line: Line, words: Wording) -> Message:
    unit = units(conn).get(line.unit)
    message = Message(
        notice=line.notice,
        kind=line.kind,
        due=to_minute(line.made_at.astimezone(BEIJING)),
        unit=unit.name if unit else "",
        telephone=telephone_of(conn, line.unit, line.staff),
    )
    return _with_text(message, words)


def _with_text(message: Message, words: Wording) -> Message:
    return Message(**{**message.places(), "text": worded(message, words)})
