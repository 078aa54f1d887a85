"""A snapshot of the store: records by id, cards folded, and what one record's links lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec

from desktop.store import later
from desktop.store.handles import Handle
from desktop.store.projections import AMONG_IDS, AT_ID, NAMING_ANY, REVISES, THE_ID
from desktop.store.unindexed import Unindexed
from sync.protocol.codec import convert, decode_body, not_blank, zoned
from sync.records.canonical import Sealed
from sync.records.errors import Damaged, Refused
from sync.records.kinds import KINDS
from sync.records.record import Record

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.engine import Connection

    from sync.records.cards import Folded, Revision
    from sync.records.units import OrgUnit

R = TypeVar("R", bound=Record)
CHUNK = 500
"""How many ids one statement asks for."""

SEALED = f"SELECT kind, id, hash, salt, body FROM record WHERE {AT_ID}"  # noqa: S608 our own words
_META = "SELECT value FROM meta WHERE key = ?"
_METAS = "SELECT key, value FROM meta WHERE key IN (SELECT value FROM json_each(?))"
_KNOWN = f"SELECT {THE_ID} FROM record WHERE {AMONG_IDS}"  # noqa: S608 our own words
_BY_ID = f"""
    SELECT record.kind, record.body, record.readable, card.fields
    FROM record LEFT JOIN card ON card.line = record.line WHERE {AT_ID}
"""  # noqa: S608 our own words
_BY_IDS = f"""
    SELECT record.kind, record.body, card.fields FROM record LEFT JOIN card ON card.line = record.line
    WHERE {AMONG_IDS} AND record.readable = 1
"""  # noqa: S608 our own words
_BY_LINES = """
    SELECT record.line, record.kind, record.body, card.fields FROM record LEFT JOIN card ON card.line = record.line
    WHERE record.line IN (SELECT value FROM json_each(?)) AND record.readable = 1 ORDER BY record.line
"""
_LINKED = f"""
    SELECT link.subject, record.kind, record.body, card.fields
    FROM link JOIN record ON record.line = link.line LEFT JOIN card ON card.line = record.line
    WHERE {NAMING_ANY} AND link.via = ? AND record.readable = 1
    ORDER BY link.tail, link.head, record.line
"""  # noqa: S608 our own words


def chunks(items: Iterable[str]) -> Iterator[list[str]]:
    """Cut ``items`` into lists that one statement may ask for."""
    rest = list(items)
    for start in range(0, len(rest), CHUNK):
        yield rest[start : start + CHUNK]


def listed(items: Iterable[Any]) -> str:
    """Return ``items`` as the JSON text that ``json_each(?)`` reads: one statement for any number of them."""
    return msgspec.json.encode(list(items)).decode()


def current(kind: str, body: bytes, fields: bytes | None) -> Record:
    """Return a record's value: a fact's own, a card's after its revisions."""
    if fields is None:
        return decode_body(kind, body)
    return convert(kind, not_blank(msgspec.json.decode(fields)))


def decoded(sealed: Sealed) -> Record | None:
    """Return what the bytes say, or None where they are erased, hostile or of a newer program: they are kept all
    the same.
    """
    if sealed.erased:
        return None
    try:
        value = decode_body(sealed.kind, sealed.body)
    except (Damaged, RecursionError):
        return None
    return value if value.id == sealed.id and zoned(value) else None


class Reader:
    """Reads within one transaction. ``conn`` is for this package's modules only: nobody else writes SQL."""

    def __init__(self, handle: Handle, store: str, unit: str, unindexed: Unindexed | None = None) -> None:
        self._handle = handle
        self._execute = handle.driver.execute
        self.unindexed = unindexed or Unindexed()
        self.store = store
        self.unit = unit

    @property
    def conn(self) -> Connection:
        """SQLAlchemy's connection, with everything visible that was added so far; loaded when it is first asked for."""
        return self._handle.over

    def sql(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Run a short statement as it is, and return the driver's cursor; lists go as one JSON text (`listed`).

        A save is twenty such statements: through SQLAlchemy each costs more than SQLite needs for it.
        """
        return self._execute(statement, values)

    @property
    def known_units(self) -> dict[str, OrgUnit | None]:
        """What is known of units already, by identity, and may be added to (units.py)."""
        return {}

    def sealed(self, record_id: str) -> Sealed | None:
        """Return the record as it is kept, or None where there is none with this id."""
        row = self.sql(SEALED, (record_id,)).fetchone()
        return None if row is None else Sealed(*row)

    def known(self, ids: Iterable[str]) -> set[str]:
        """Return those of ``ids`` that the store holds, erased ones too."""
        found: set[str] = set()
        for some in chunks(ids):
            found.update(row[0] for row in self.sql(_KNOWN, (listed(some),)))
        return found

    def get(self, record_id: str) -> Record:
        """Return the record's value (a card's after all its revisions).

        Refused: "store.no_such_record", "store.erased"; Damaged: of a kind or with values of a newer program.
        """
        row = self.sql(_BY_ID, (record_id,)).fetchone()
        if row is None:
            raise Refused("store.no_such_record", id=record_id)
        kind, body, readable, fields = row
        if not body:
            raise Refused("store.erased", id=record_id)
        if not readable:
            raise Damaged("protocol.unreadable_record", kind=kind)
        return current(kind, body, fields)

    def find(self, record_id: str | None, type_: type[R]) -> R | None:
        """Return the record where it is there, readable and of ``type_``; None otherwise."""
        if not record_id:
            return None
        try:
            value = self.get(record_id)
        except (Refused, Damaged):
            return None
        return value if isinstance(value, type_) else None

    def current(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return the values of those of ``ids`` that are there and readable, by id."""
        found: dict[str, Record] = {}
        for some in chunks(set(ids)):
            for kind, body, fields in self.sql(_BY_IDS, (listed(some),)).fetchall():
                value = current(kind, body, fields)
                found[value.id] = value
        return found

    def at_lines(self, lines: Iterable[int]) -> Iterator[tuple[int, Record]]:
        """Yield the readable records at ``lines`` with their lines, in the order of the journal."""
        rest = sorted(lines)
        for start in range(0, len(rest), CHUNK):
            some = listed(rest[start : start + CHUNK])
            for line, kind, body, fields in self.sql(_BY_LINES, (some,)).fetchall():
                yield line, current(kind, body, fields)

    def folded(self, card_id: str) -> Folded:
        """Return a card's fields, heads and conflicts; Refused as for `get`."""
        row = self.sql(_BY_ID, (card_id,)).fetchone()
        if row is None or row[0] not in KINDS or not KINDS[row[0]].card:
            raise Refused("store.no_such_record", id=card_id)
        kind, body = row[:2]
        if not body:
            raise Refused("store.erased", id=card_id)
        return later.fold_readable(kind, card_id, body, self.revisions_of(card_id))[0]

    def revisions_of(self, card_id: str) -> list[Revision]:
        """Return the readable edits of a card in the order in which they came here."""
        return cast("list[Revision]", self.linked(card_id, REVISES))

    def linked(self, subject: str, via: str) -> list[Record]:
        """Return the readable records that name ``subject`` by the link ``via``, in the order of their coming."""
        return self.linked_to([subject], via).get(subject, [])

    def linked_to(self, subjects: Sequence[str] | set[str], via: str) -> dict[str, list[Record]]:
        """Return as `linked` for many subjects at once; subjects that nothing names are missing."""
        found: dict[str, list[Record]] = {}
        for some in chunks(subjects):
            for subject, kind, body, fields in self.sql(_LINKED, (listed(some), via)).fetchall():
                found.setdefault(subject, []).append(current(kind, body, fields))
        return found

    def meta(self, key: str) -> str | None:
        """Return one of the store's own notes, or None."""
        row = self.sql(_META, (key,)).fetchone()
        return None if row is None else str(row[0])

    def metas(self, *keys: str) -> dict[str, str]:
        """Return those of the store's own notes ``keys`` that there are."""
        return dict(self.sql(_METAS, (listed(keys),)).fetchall())

    def rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """Run one of this package's queries."""
        return self.conn.execute(statement).all()
