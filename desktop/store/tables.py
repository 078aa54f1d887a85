"""The tables of a station's store: records as the one source of truth, what follows from them, and what never travels.

`record` holds every record's sealed bytes and the journal's two columns. `link` says which record names which, so
that no kind needs a table to be found by what it belongs to. The list tables hold what lists are sorted and chosen
by, and nothing else: a row's text is read from the record's own bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Computed,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    and_,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.engine import Dialect

from desktop.store.columns import from_micros, to_micros
from desktop.store.projections import OFTEN, PROJECTED, SELDOM, THE_ID, THROUGH

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A point in time with its zone, stored as microseconds since 1970 (UTC), read at +08:00."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Count the microseconds."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the moment its zone."""
        return None if value is None else from_micros(value)


def _line() -> Column[int]:
    return Column("line", Integer, ForeignKey("record.line"), primary_key=True, autoincrement=False)


meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

record = Table(
    "record",
    metadata,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("readable", Integer, nullable=False),
    Column("district_seq", Integer),
    Column("received_at", Moment),
    Column("hash", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("ordinal", Integer),
    Column("link", LargeBinary),
    CheckConstraint("state IN ('unsent', 'settled', 'held', 'none')", name="record_state"),
    CheckConstraint("origin IN ('own', 'district')", name="record_origin"),
)
_TIME: Final[ColumnElement[Any]] = literal_column("substr(record.id, 5)")
Index("record_id", text("substr(id, 5)"), text("substr(id, 1, 4)"), unique=True, _table=record)
Index("record_seldom", record.c.kind, sqlite_where=text(SELDOM.removeprefix("record.")))
Index("record_held", record.c.line, sqlite_where=text("state = 'held'"))
Index("record_district_seq", record.c.district_seq, sqlite_where=text("district_seq IS NOT NULL"))

waiting = Table(
    "waiting",
    metadata,
    _line(),
    comment="lines that are unsent, up to the note of newest.py",
)
TRIGGERS: Final = (
    f"""
    CREATE TRIGGER record_waits AFTER UPDATE OF state ON record
    WHEN new.state = 'unsent' AND old.state <> 'unsent' AND new.line <= {THROUGH}
    BEGIN INSERT OR IGNORE INTO waiting(line) VALUES (new.line); END
    """,  # noqa: S608 our own words
    """
    CREATE TRIGGER record_waits_no_more AFTER UPDATE OF state ON record
    WHEN old.state = 'unsent' AND new.state <> 'unsent'
    BEGIN DELETE FROM waiting WHERE line = old.line; END
    """,
)
"""What keeps ``waiting`` when an answer comes, whichever statement says so."""

rival = Table(
    "rival",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("district_seq", Integer, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    comment="what the district sent under the id of a record of ours that it has not answered for",
)

written = Table(
    "written",
    metadata,
    _line(),
    Column("hash", LargeBinary, nullable=False),
    comment="what the journal's line says where the district's record took the place of ours",
)

standing = Table(
    "standing",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    comment="records that were answered as merged: the hash that stands for them at the district",
)

held = Table(
    "held",
    metadata,
    Column("line", Integer, ForeignKey("record.line"), primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("refused_at", Moment, nullable=False),
)

link = Table(
    "link",
    metadata,
    Column("tail", Text, primary_key=True),
    Column("head", Text, primary_key=True),
    Column("subject", Text, Computed("head || tail", persisted=False)),
    Column("via", Text, primary_key=True),
    Column("line", Integer, ForeignKey("record.line"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
    comment="record at line names subject in the field that via stands for",
)

card = Table(
    "card",
    metadata,
    _line(),
    Column("fields", LargeBinary, nullable=False),
    Column("heads", Text, nullable=False),
    Column("conflicted", Integer, nullable=False),
    comment="the folded value of cards that were revised; the others are their first record",
)
Index("card_conflicted", card.c.line, sqlite_where=text("conflicted > 0"))

same = Table(
    "same",
    metadata,
    _line(),
    Column("leading", Text, nullable=False),
    comment="cards that another one leads, because a person said that both are the same",
)
Index("same_leading", same.c.leading)

person = Table(
    "person",
    metadata,
    _line(),
    comment="persons in the order of their coming, up to the note of newest.py",
)

visit = Table(
    "visit",
    metadata,
    _line(),
    Column("amended", Integer, nullable=False, server_default="0"),
    Column("happened_at", Moment, nullable=False),
    comment="list rows of visits, up to the note of newest.py",
)
Index("visit_happened", visit.c.happened_at, visit.c.line, sqlite_where=text("amended = 0"))

matter = Table(
    "matter",
    metadata,
    _line(),
    Column("state", Text, nullable=False),
    Column("last_step", Text, nullable=False),
    Column("discovered_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
Index("matter_discovered", matter.c.discovered_at, matter.c.line)
Index("matter_state", matter.c.state, matter.c.line)

dispatch_order = Table(
    "dispatch_order",
    metadata,
    _line(),
    Column("amended", Integer, nullable=False, server_default="0"),
    Column("issued_at", Moment, nullable=False),
    Column("report_by", Moment, nullable=False),
    Column("resolve_by", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("replies", Integer, nullable=False),
)
Index("dispatch_order_issued", dispatch_order.c.issued_at, dispatch_order.c.line, sqlite_where=text("amended = 0"))
Index("dispatch_order_state", dispatch_order.c.state, dispatch_order.c.line)

mediation = Table(
    "mediation",
    metadata,
    _line(),
    Column("started_at", Moment, nullable=False),
    Column("outcome", Text, nullable=False),
)
Index("mediation_started", mediation.c.started_at, mediation.c.line)

agreement = Table(
    "agreement",
    metadata,
    _line(),
    Column("drawn_on", Text, nullable=False),
    Column("effective_on", Text, nullable=False),
)

running = Table(
    "running",
    metadata,
    Column("line", Integer, ForeignKey("record.line"), primary_key=True),
    Column("clock", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("counted", Integer, nullable=False),
    sqlite_with_rowid=False,
    comment="clocks that nothing has met or stopped (records.open_clocks): at is the end where counted, else the start",
)
Index("running_at", running.c.clock, running.c.counted, running.c.at)

lease = Table(
    "lease",
    metadata,
    Column("id", Text, primary_key=True),
    Column("series", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("next", Integer, nullable=False),
    CheckConstraint("first >= 1 AND last >= first AND next BETWEEN first AND last + 1", name="lease_range"),
    comment="number leases of this store, with the serial that is given out next",
)
Index("lease_series", lease.c.series, lease.c.unit, lease.c.year, lease.c.first)

desk_series = Table(
    "desk_series",
    metadata,
    Column("store", Text, primary_key=True),
    Column("series", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("next", Integer, nullable=False),
    sqlite_with_rowid=False,
    comment="numbers with this desk's suffix, for when no lease is left",
)

draft = Table(
    "draft",
    metadata,
    Column("id", Text, primary_key=True),
    Column("form", Text, nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("record", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("content", Text, nullable=False),
)

credential = Table(
    "credential",
    metadata,
    Column("staff", Text, primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
)

file = Table(
    "file",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    comment="bytes of attachments, by their SHA-256 in hex",
)
Index("file_unsent", file.c.digest, sqlite_where=text("sent = 0"))

receipt = Table(
    "receipt",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("agreed", Integer, nullable=False),
    Column("message", LargeBinary, nullable=False),
    comment="the district's receipts as it said them (JSON)",
)


def of_kind(kind: str) -> ColumnElement[bool]:
    """The records of a kind, by the index of kinds where it stands there (projections.SELDOM)."""
    return record.c.kind == kind if kind in OFTEN else and_(record.c.kind == kind, text(SELDOM))


def names(subject: ColumnElement[Any] | str) -> ColumnElement[bool]:
    """The links to ``subject``, as `projections.naming` says it."""
    return and_(link.c.tail == func.substr(subject, 5), link.c.head == func.substr(subject, 1, 4))


def with_ids(ids: Iterable[str]) -> ColumnElement[bool]:
    """The records with these ids, by the index that ``projections.AT_ID`` speaks of."""
    asked = func.json_each(json.dumps(list(ids))).table_valued("value")
    return and_(_TIME.in_(select(func.substr(asked.c.value, 5))), literal_column(THE_ID).in_(select(asked.c.value)))


PROJECTIONS: Final = tuple(metadata.tables[name] for name in PROJECTED)
