"""All that an exchange begins with, by one statement: who speaks, how the station stands, what is new for it.

Where nothing changed it is the only statement of an exchange (docs/adr/0027), and is asked of the driver: SQLAlchemy,
which spells it once for each database, and its rows took as long as the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import accumulate, chain
from typing import Any, Final, cast

from sqlalchemy import Boolean, Dialect, String, bindparam, case, func, literal, literal_column, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from sync.protocol.messages import Receipt
from sync.server.store.devices import Device
from sync.server.store.journals import Came, came_of
from sync.server.store.leases import OPEN, OpenLease
from sync.server.store.receipts import receipt_of
from sync.server.store.records import EVERYONE
from sync.server.store.schema import (
    Moment,
    addressed,
    counter,
    device,
    journal,
    lease,
    receipt,
    record,
    setting,
    station_status,
    station_store,
    to_moment,
)
from sync.server.store.store import Connection
from sync.server.store.together import Question

SETTINGS: Final = ("unit", "receipt_keys", "bundle_recipient")


@dataclass(frozen=True, slots=True)
class Glance:
    """``latest`` is the last number given, ``newest`` the last one in each scope of the station; ``leases`` those which
    it has not used up; ``last`` its last receipt. ``settings`` are those of ``SETTINGS``.
    """

    device: Device
    stores: frozenset[str]
    settings: dict[str, str]
    latest: int
    newest: dict[str, int]
    leases: tuple[OpenLease, ...]
    last_hello: datetime | None
    program: str
    unsent: int
    held: int
    came: Came
    last: Receipt | None

    def news_after(self, cursor: int) -> frozenset[str]:
        """Return the scopes in which there is a number after ``cursor``, up to ``latest``."""
        return news_after(self.newest, cursor)


def news_after(newest: Mapping[str, int], cursor: int) -> frozenset[str]:
    """Return the scopes whose last number is after ``cursor``."""
    return frozenset(scope for scope, last in newest.items() if last > cursor)


@dataclass(frozen=True, slots=True)
class Second:
    """What of a glance may have moved since it was taken, seen again under the lock of numbers. ``store`` speaks for
    the device now.
    """

    revoked_at: datetime | None
    store: str
    newest: dict[str, int]
    leases: tuple[OpenLease, ...]
    came: Came


def second(speaker: Device) -> Question[Second]:
    """Ask for what may have moved since the first glance.

    Of the store that it says: a bundle may be of one that has another in its place by now.
    """
    named = {"of_device": speaker.device, "of_store": speaker.store}
    return Question(_SECOND, named, lambda rows: _read_second(speaker, *rows[0]))


def _by_scope(speaker: Device, of_everyone: int, of_unit: int, to_others: int, of_store: int) -> dict[str, int]:
    return {EVERYONE: of_everyone, speaker.unit: max(of_unit, to_others), speaker.store: of_store}


def glance(conn: Connection, device_id: str) -> Glance | None:
    """Return what is there about an enrolled device, revoked or not; None where there is no such device."""
    spelled, driver = _spelled(conn.dialect), cast(Any, conn.connection.driver_connection)
    try:
        row = driver.execute(spelled, (device_id,)).fetchone()
    except conn.dialect.loaded_dbapi.Error:
        # Asked once more by SQLAlchemy: it gives up a connection that is gone, and says what the fault is.
        row = conn.exec_driver_sql(spelled, (device_id,)).one_or_none()
    return None if row is None else _read(row)


@lru_cache(4)
def _spelled(dialect: Dialect) -> str:
    """Return the statement as this database's driver takes it, with one place, the device's."""
    place = "?" if dialect.name == "sqlite" else "%s"
    return str(_LOOK.compile(dialect=dialect, compile_kwargs={"literal_binds": True})).replace(_PLACE, place)


def _setting(name: str) -> ColumnElement[Any]:
    return select(setting.c.value).where(setting.c.name == name).scalar_subquery().label(f"setting_{name}")


def _newest(scope: ColumnElement[str]) -> ColumnElement[Any]:
    """The last number of one scope: the last entry of its index that is not behind it, if that is its own.

    Asked for the greatest number of a scope, PostgreSQL goes back through all numbers where it thinks that the scope is
    frequent, to the first one where it has none.
    """
    not_behind = tuple_(record.c.scope, record.c.seq) <= tuple_(scope, literal_column(str(2**63 - 1)))
    last = select(case((record.c.scope == scope, record.c.seq), else_=0)).where(not_behind)
    return func.coalesce(last.order_by(record.c.scope.desc(), record.c.seq.desc()).limit(1).scalar_subquery(), 0)


def _addressed() -> ColumnElement[Any]:
    """The last number that the unit addressed to another one."""
    own = select(func.coalesce(func.max(addressed.c.seq), 0)).where(addressed.c.unit == device.c.unit)
    return own.scalar_subquery()


def _stores() -> ColumnElement[Any]:
    joined = func.aggregate_strings(station_store.c.store, " ")
    return select(joined).where(station_store.c.device == device.c.device).scalar_subquery()


def _leases(store: ColumnElement[str]) -> ColumnElement[Any]:
    """Each lease of a store of which something is left as one word, its columns with commas between; they are few."""
    with_commas = chain.from_iterable((literal_column("','"), column) for column in OPEN)
    word = func.concat(*list(with_commas)[1:])
    mine = (lease.c.store == store, lease.c.used_upto < lease.c.last)
    return select(func.aggregate_strings(word, " ")).where(*mine).scalar_subquery()


_LAST: Final = (
    select(receipt.c.id)
    .where(receipt.c.store == device.c.store)
    .order_by(receipt.c.at.desc(), receipt.c.id.desc())
    .limit(1)
    .correlate(device)
    .scalar_subquery()
)
_PLACE: Final = "the_device_that_speaks"


def _scopes(store: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    return (
        _newest(literal(EVERYONE)).label("of_everyone"),
        _newest(device.c.unit).label("of_unit"),
        _addressed().label("addressed"),
        _newest(store).label("of_store"),
    )


_STORE: Final = bindparam("of_store", "", String)  # spelled before it is said of which: `together`
_SECOND: Final = (
    select(device.c.revoked_at, device.c.store, *_scopes(_STORE), _leases(_STORE).label("leases"), *journal.c)
    .select_from(device.join(journal, journal.c.store == _STORE, isouter=True))
    .where(device.c.device == bindparam("of_device", ""))
)
_STATUS: Final = ("last_hello", "program", "unsent", "held")
_OTHERS: Final = (
    _stores().label("stores"),
    select(counter.c.value).where(counter.c.name == "seq").scalar_subquery().label("latest"),
    *_scopes(device.c.store),
    _leases(device.c.store).label("leases"),
)
_PARTS: Final[tuple[tuple[ColumnElement[Any], ...], ...]] = (
    tuple(device.c),
    tuple(_setting(name) for name in SETTINGS),
    _OTHERS,
    tuple(station_status.c[name] for name in _STATUS),
    tuple(column.label(f"journal_{column.name}") for column in journal.c),
    tuple(column.label(f"receipt_{column.name}") for column in receipt.c),
)
_LOOK: Final = (
    select(*(column for part in _PARTS for column in part))
    .select_from(
        device.join(station_status, station_status.c.device == device.c.device)
        .join(journal, journal.c.store == device.c.store, isouter=True)
        .join(receipt, receipt.c.id == _LAST, isouter=True)
    )
    .where(device.c.device == literal_column(_PLACE))
)
_ENDS: Final = tuple(accumulate(len(part) for part in _PARTS))
_TURNED: Final[dict[type, Callable[[Any], object]]] = {Moment: to_moment, Boolean: bool}
_TURNS: Final = tuple(
    (place, _TURNED[type(column.type)])
    for place, column in enumerate(column for part in _PARTS for column in part)
    if type(column.type) in _TURNED
)
"""What stands otherwise in the databases than in our values, by its place in a row."""


def _read(row: Sequence[Any]) -> Glance:
    told = list(row)
    for place, turn in _TURNS:
        if told[place] is not None:
            told[place] = turn(told[place])
    known, settings, others, status, came, last = (
        told[begin:end] for begin, end in zip((0, *_ENDS), _ENDS, strict=False)
    )
    stores, latest, of_everyone, of_unit, to_others, of_store, leases = others
    last_hello, program, unsent, held = status
    speaker = Device(*known)
    return Glance(
        device=speaker,
        stores=frozenset(stores.split()),
        settings={name: value for name, value in zip(SETTINGS, settings, strict=True) if value is not None},
        latest=latest,
        newest=_by_scope(speaker, of_everyone, of_unit, to_others, of_store),
        leases=_open(leases),
        last_hello=last_hello,
        program=program,
        unsent=unsent,
        held=held,
        came=came_of(speaker.store, came),
        last=receipt_of(dict(zip(receipt.c.keys(), last, strict=True))) if last[0] is not None else None,
    )


def _read_second(speaker: Device, revoked_at: datetime | None, speaks: str, *more: Any) -> Second:
    everyone, own, to_others, store, leases, *came = more
    newest = _by_scope(speaker, everyone, own, to_others, store)
    return Second(revoked_at, speaks, newest, _open(leases), came_of(speaker.store, came))


def _open(said: str | None) -> tuple[OpenLease, ...]:
    """What `_leases` spells."""
    found = (word.split(",") for word in (said or "").split())
    return tuple(OpenLease(store, series, *map(int, numbers)) for store, series, *numbers in found)
