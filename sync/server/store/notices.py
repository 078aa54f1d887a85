"""The outbox: what is to be said outside the platform, who sends which of it now, and how far each came."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, or_, select

from sync.records.kinds import new_id
from sync.records.order_stages import OrderStage
from sync.server.store.bulk import among
from sync.server.store.directory import clean
from sync.server.store.schema import dispatch_order, notice, order_department, order_reply


class Outgoing(StrEnum):
    """Where a message stands. A station hears of the middle four as facts."""

    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    DROPPED = "dropped"


ORDER: Final = "order"
"""What a message is about: an order that a department must answer."""
LEADER, COPY = "leader", "copy"
"""About an order, too: that its departments' leaders are to be told of it, and a copy for who is above its issuer."""
ESCALATED, RATIFY = "escalated", "ratify"
"""About a step of an order's ladder: whom it names, and who has to ratify an emergency order."""
OBJECTED: Final = "objected"
"""About an objection: whoever rules on it."""
THREAT, THREAT_OVER = "threat", "threat_over"
"""A desk that needs help now, and needs it no more: told to those who work at its station."""
LEADS: Final = "leader"
"""What stands in the place of a staff member where a message goes to who leads the shift: nobody's identity."""
PERSONAL: Final = frozenset({THREAT, THREAT_OVER})
"""Each who works there gets one and reads it for himself; the others are a unit's, and whoever reads it there has."""

_OVER: Final = (Outgoing.READ.value, Outgoing.DROPPED.value)


@dataclass(frozen=True, slots=True)
class Line:
    """One message by one channel; ``channel`` is empty where nobody has chosen its ways yet."""

    notice: str
    about: str
    unit: str
    kind: str
    scope: str
    channel: str
    staff: str
    state: Outgoing
    made_at: datetime
    due_at: datetime | None
    attempts: int
    receipt: str


_COLUMNS: Final = tuple(notice.c[name] for name in Line.__slots__)


def put_notices(conn: Connection, about: str, kind: str, units: Iterable[str], scope: str, at: datetime) -> None:
    """Have each of ``units`` told of ``about`` as soon as may be, in the transaction that keeps it."""
    rows = [_row(about, kind, clean(unit)[:64], scope, at) for unit in dict.fromkeys(units)]
    if rows:
        conn.execute(notice.insert(), rows)


def waits_for_ways(conn: Connection, line: Line) -> bool:
    """Whether nobody has chosen the ways of a message yet: it may have been told with another one meanwhile."""
    mine = (notice.c.notice == line.notice, notice.c.channel == "", notice.c.state == Outgoing.WAITING.value)
    return conn.execute(select(notice.c.notice).where(*mine)).first() is not None


def beside(conn: Connection, line: Line, now: datetime) -> list[Line]:
    """Return what else the same unit is to be told now of steps of the same order, and has no ways yet."""
    order = select(order_reply.c.dispatch_order).where(order_reply.c.record == line.about).scalar_subquery()
    steps = conn.execute(select(order_reply.c.record).where(order_reply.c.dispatch_order == order)).scalars().all()
    alike = (notice.c.unit == line.unit, notice.c.kind == line.kind, notice.c.scope == line.scope)
    fresh = (notice.c.channel == "", notice.c.state == Outgoing.WAITING.value, notice.c.due_at <= now)
    query = select(*_COLUMNS).where(among(conn, notice.c.about, steps), *alike, *fresh)
    rows = conn.execute(query.where(notice.c.notice != line.notice).order_by(notice.c.notice))
    return [_line(row) for row in rows]


def split(
    conn: Connection, line: Line, ways: Iterable[tuple[str, str]], at: datetime, others: Iterable[Line] = ()
) -> None:
    """Put a message for each of ``ways`` (channel, staff member or "") in the place of one that has none yet.

    ``others`` are told by the same messages (`joined`): each keeps a row of its own, which nobody sends.
    """
    every = (line, *others)
    conn.execute(notice.delete().where(notice.c.notice.in_([one.notice for one in every])))
    rows = []
    for channel, staff in ways:
        by = {"channel": channel, "staff": staff}
        some = [{**_row(one.about, one.kind, one.unit, one.scope, at), **by, "made_at": one.made_at} for one in every]
        rows += [some[0], *({**row, "due_at": None, "receipt": _with(str(some[0]["notice"]))} for row in some[1:])]
    conn.execute(notice.insert(), rows)


def joined(conn: Connection, line: Line) -> list[Line]:
    """Return what is told by the message ``line`` besides what it is about itself."""
    mine = (notice.c.receipt == _with(line.notice), notice.c.receipt != "", notice.c.channel == line.channel)
    return [_line(row) for row in conn.execute(select(*_COLUMNS).where(*mine).order_by(notice.c.notice))]


def _with(notice_id: str) -> str:
    """What stands as the receipt of a row that is told by another one's message: no gateway's own name begins so."""
    return f"with {notice_id}"


def _row(about: str, kind: str, unit: str, scope: str, at: datetime) -> dict[str, object]:
    said = {"notice": new_id("notice"), "about": about, "unit": unit, "kind": kind, "scope": scope}
    stands = {"state": Outgoing.WAITING.value, "made_at": at, "due_at": at, "attempts": 0, "claimed_until": None}
    return {**said, "channel": "", "staff": "", **stands, "receipt": ""}


def something_due(conn: Connection, now: datetime) -> bool:
    """Whether `claim` would find anything: it is asked once a second, and reads one place of an index."""
    return conn.execute(_due(now).limit(1)).first() is not None


def claim(conn: Connection, now: datetime, until: datetime, limit: int) -> list[Line]:
    """Take up to ``limit`` messages that are due and that nobody has taken, for as long as ``until``.

    Another process passes over the rows that are being taken (SKIP LOCKED); who dies with a message gives it back by
    the passing of time, and it is sent once more under the same key.
    """
    rows = conn.execute(_due(now).limit(limit).with_for_update(skip_locked=True)).all()
    if rows:
        mine = notice.c.notice.in_([row.notice for row in rows])
        conn.execute(notice.update().where(mine).values(claimed_until=until))
    return [_line(row) for row in rows]


def _due(now: datetime) -> Select[Any]:
    free = or_(notice.c.claimed_until.is_(None), notice.c.claimed_until <= now)
    return select(*_COLUMNS).where(notice.c.due_at <= now, free).order_by(notice.c.due_at, notice.c.notice)


def objects_still(conn: Connection, order: str, department: str) -> bool:
    """Whether nobody has ruled on what ``department`` objected to."""
    asked = (order_department.c.record == order, order_department.c.department == department)
    return conn.execute(select(order_department.c.state).where(*asked)).scalar() == OrderStage.OBJECTED.value


def order_is_over(conn: Connection, order: str, over: Collection[str]) -> bool:
    """Whether nobody need be told of ``order`` any more: it is in one of the states ``over``, or was erased."""
    state = conn.execute(select(dispatch_order.c.state).where(dispatch_order.c.record == order)).scalar()
    return state is None or state in over


def settle(
    conn: Connection,
    line: Line,
    state: Outgoing,
    due_at: datetime | None,
    *,
    attempts: int = 0,
    receipt: str = "",
) -> bool:
    """Write how a claimed message stands now; False where it came further meanwhile (read before it was sent)."""
    mine = (notice.c.notice == line.notice, notice.c.state == line.state.value)
    values = {"state": state.value, "due_at": due_at, "attempts": attempts, "claimed_until": None, "receipt": receipt}
    return bool(conn.execute(notice.update().where(*mine).values(values)).rowcount)


def note_delivered(conn: Connection, line: Line, read_by: datetime) -> bool:
    """Let a message be delivered; False where it was before. A quick gateway says so before its answer was noted."""
    mine = (notice.c.notice == line.notice, notice.c.state.in_((Outgoing.WAITING.value, Outgoing.SENT.value)))
    return bool(conn.execute(notice.update().where(*mine).values(state="delivered", due_at=read_by)).rowcount)


def mark_read(conn: Connection, about: str, unit: str, only: str = "") -> list[Line]:
    """Say that ``unit`` has read of ``about`` (or ``only`` one message of it); returns those that this is news of."""
    mine = (notice.c.about == about, notice.c.unit == unit, *((notice.c.notice == only,) if only else ()))
    unread = (*mine, notice.c.state.not_in(_OVER))
    rows = conn.execute(select(*_COLUMNS).where(*unread).order_by(notice.c.notice).with_for_update()).all()
    if rows:
        conn.execute(notice.update().where(*unread).values(state=Outgoing.READ.value, due_at=None))
    return [_line(row) for row in rows]


def is_read(conn: Connection, about: str, unit: str) -> bool:
    """Whether ``unit`` read of ``about`` by any way."""
    asked = (notice.c.about == about, notice.c.unit == unit, notice.c.state == Outgoing.READ.value)
    return conn.execute(select(notice.c.notice).where(*asked).limit(1)).first() is not None


def to_read(conn: Connection, about: Collection[str], unit: str) -> list[str]:
    """Return of which of ``about`` (an order, its steps, the objections to it) ``unit`` was told and has not read."""
    unread = (among(conn, notice.c.about, about), notice.c.unit == unit, notice.c.state.not_in(_OVER))
    return list(conn.execute(select(notice.c.about).where(*unread).distinct().order_by(notice.c.about)).scalars())


def was_told(conn: Connection, order: str, unit: str) -> bool:
    """Whether ``unit`` was told of ``order`` at issue, or of a step of it or an objection to it."""
    said = select(order_reply.c.record).where(order_reply.c.dispatch_order == order)
    about = [order, *conn.execute(said).scalars()]
    query = select(notice.c.notice).where(among(conn, notice.c.about, about), notice.c.unit == unit)
    return conn.execute(query.limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class ToldOf:
    """The orders that a unit was told of in any way, and those of which a step of the ladder was told it."""

    orders: frozenset[str] = frozenset()
    escalated: frozenset[str] = frozenset()


NOTHING_TOLD: Final = ToldOf()


def told_of(conn: Connection, unit: str) -> ToldOf:
    """Return what ``unit`` was told of: looked up once for a page, not for each of its orders."""
    kinds: dict[str, set[str]] = {}
    told = select(notice.c.about, notice.c.kind).where(notice.c.unit == unit, notice.c.kind.not_in(sorted(PERSONAL)))
    for row in conn.execute(told.distinct()):
        kinds.setdefault(row.kind, set()).add(row.about)
    later = {about for kind in (ESCALATED, RATIFY, OBJECTED) for about in kinds.get(kind, ())}
    said = select(order_reply.c.record, order_reply.c.dispatch_order).where(among(conn, order_reply.c.record, later))
    of = {row.record: row.dispatch_order for row in conn.execute(said)} if later else {}
    at_issue = {about for kind in (ORDER, LEADER, COPY) for about in kinds.get(kind, ())}
    escalated = frozenset(of[about] for about in kinds.get(ESCALATED, ()) if about in of)
    return ToldOf(frozenset(at_issue | set(of.values())), escalated)


def about_these(conn: Connection, about: Collection[str]) -> list[Line]:
    """Return all messages about any of ``about``, the oldest first."""
    query = select(*_COLUMNS).where(among(conn, notice.c.about, about))
    return [_line(row) for row in conn.execute(query.order_by(notice.c.made_at, notice.c.notice))]


def find_line(conn: Connection, channel: str, name: str, receipt: str) -> Line | None:
    """Return the message of ``channel`` with our own ``name`` or the gateway's ``receipt``."""
    asked = notice.c.notice == name if name else notice.c.receipt == receipt
    if not (name or receipt):
        return None
    found = select(*_COLUMNS).where(asked, notice.c.channel == channel)
    row = conn.execute(found.order_by(notice.c.made_at.desc()).limit(1)).first()
    return _line(row) if row else None


def newest(conn: Connection, limit: int) -> list[Line]:
    """Return the messages made last."""
    query = select(*_COLUMNS).order_by(notice.c.made_at.desc(), notice.c.notice.desc()).limit(limit)
    return [_line(row) for row in conn.execute(query)]


def count_by_state(conn: Connection) -> dict[str, int]:
    """Return how many messages stand where."""
    query = select(notice.c.state, func.count()).group_by(notice.c.state)
    return {row[0]: row[1] for row in conn.execute(query)}


def drop_stale(conn: Connection, before: datetime) -> int:
    """Send nothing of what waited since ``before``: no channel was there for it in its time."""
    old = (notice.c.state == Outgoing.WAITING.value, notice.c.made_at < before)
    return conn.execute(notice.update().where(*old).values(state=Outgoing.DROPPED.value, due_at=None)).rowcount


def _line(row: Row[Any]) -> Line:
    return Line(**{**row._asdict(), "state": Outgoing(row.state)})
