"""Since when matters wait for their moments, at which unit: written behind what arrives, so that no push pays for it.

What arrived is known by its number: `catch_up` folds the matters that records behind a noted number are of. An
accusation is seen by nobody on a page: it has no rows (信访工作条例 30).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, case, func, or_, select

from sync.records.kinds import KINDS
from sync.records.matters import Nature
from sync.records.waiting_moments import moment_clocks
from sync.server.store.bulk import among
from sync.server.store.matters import load_matters
from sync.server.store.orders import storable
from sync.server.store.records import latest
from sync.server.store.schema import card_edit, matter_fact, record, waited
from sync.server.store.store import get_setting, set_setting

UPTO: Final = "moments_upto"
"""The setting with the number up to which records are counted in."""
AT_ONCE: Final = 200
"""Records of one transaction: a push waits for so many."""
_SPAN: Final = 20_000
"""So many numbers are looked through at once for records of matters."""
_KINDS: Final = ("matter", "step", "revision")
_MATTER: Final = f"{KINDS['matter'].prefix}_"


@dataclass(frozen=True, slots=True)
class Ends:
    """By which start a moment of a kind is ``late``, and up to which it is soon."""

    late: datetime
    soon: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How many moments of a ``kind`` are late at a ``unit``, and how many soon will be."""

    unit: str
    kind: str
    late: int
    soon: int


@dataclass(frozen=True, slots=True)
class Waits:
    """A matter waits for a moment of ``kind`` since then."""

    matter: str
    kind: str
    since: datetime


def catch_up(conn: Connection, most: int = AT_ONCE) -> bool:
    """Fold the matters that the next records are of, under the lock of numbers; returns whether there is more."""
    after, last = int(get_setting(conn, UPTO) or 0), latest(conn)
    if after >= last:
        return False
    until = min(after + _SPAN, last)
    query = select(record.c.id, record.c.kind, record.c.seq).where(
        record.c.seq > after, record.c.seq <= until, record.c.kind.in_(_KINDS)
    )
    found = conn.execute(query.order_by(record.c.seq).limit(most)).all()
    refold_waits(conn, _matters_of(conn, {row.id: row.kind for row in found}))
    upto = found[-1].seq if len(found) == most else until
    set_setting(conn, UPTO, str(upto))
    return bool(upto < last)


def uncounted(conn: Connection) -> int:
    """Return how many records came that are not counted in yet."""
    return max(0, latest(conn) - int(get_setting(conn, UPTO) or 0))


def start_anew(conn: Connection) -> None:
    """Forget what was counted: everything is folded again."""
    conn.execute(waited.delete())
    set_setting(conn, UPTO, "0")


def refold_waits(conn: Connection, matters: Collection[str]) -> None:
    """Write what those of ``matters`` that are here wait for."""
    if not matters:
        return
    conn.execute(waited.delete().where(among(conn, waited.c.matter, matters)))
    rows = [
        {"matter": here.matter.id, "kind": clock.kind, "unit": here.scope, "since": storable(clock.at)}
        for here in load_matters(conn, matters).values()
        if here.matter.nature is not Nature.ACCUSATION
        for clock in moment_clocks(here.matter.nature, here.state)
    ]
    if rows:
        conn.execute(waited.insert(), rows)


def _matters_of(conn: Connection, ids: Mapping[str, str]) -> set[str]:
    """The matters that some records (ids and kinds) are, or are steps or edits of."""
    named = {i for i, kind in ids.items() if kind == "matter"}
    steps, edits = ([i for i, kind in ids.items() if kind == each] for each in ("step", "revision"))
    named |= set(conn.execute(select(matter_fact.c.matter).where(among(conn, matter_fact.c.record, steps))).scalars())
    cards = conn.execute(select(card_edit.c.card).where(among(conn, card_edit.c.record, edits))).scalars()
    return named | {card for card in cards if card.startswith(_MATTER)}


def kinds_waited(conn: Connection) -> list[str]:
    """Return the kinds of moments, each of a nature, of which one is waited for: each by one step into the index."""
    found: list[str] = []
    while kind := conn.execute(select(func.min(waited.c.kind)).where(waited.c.kind > (found or [""])[-1])).scalar():
        found.append(kind)
    return found


def count_waits(conn: Connection, ends: Mapping[str, Ends], units: Collection[str] | None) -> list[Count]:
    """Return what is late or soon late by unit and kind, of some units or of all: the rest is not read."""
    if not ends:
        return []
    near = or_(*(and_(waited.c.kind == kind, waited.c.since <= at.soon) for kind, at in ends.items()))
    late = or_(*(and_(waited.c.kind == kind, waited.c.since < at.late) for kind, at in ends.items()))
    columns = (waited.c.unit, waited.c.kind, func.sum(case((late, 1), else_=0)), func.count())
    query = select(*columns).where(near).group_by(waited.c.unit, waited.c.kind)
    if units is not None:
        query = query.where(among(conn, waited.c.unit, units))
    return [Count(unit, kind, int(over), int(every) - int(over)) for unit, kind, over, every in conn.execute(query)]


def waits_at(conn: Connection, unit: str, kind: str, until: datetime, limit: int) -> list[Waits]:
    """Return the matters of a unit that wait for a kind of moment since ``until`` or longer, the longest first."""
    query = select(waited.c.matter, waited.c.kind, waited.c.since).where(
        waited.c.unit == unit, waited.c.kind == kind, waited.c.since <= until
    )
    return [Waits(*row) for row in conn.execute(query.order_by(waited.c.since, waited.c.matter).limit(limit))]
