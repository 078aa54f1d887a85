"""The district's tables, the same on SQLite and PostgreSQL; migrations/ makes them, a test proves both agree.

`record` lists what travels, in the order of ``seq``, and `content` holds it. The tables below them are projections that
are written in the same transaction, or the district's own bookkeeping (devices, codes, receipts) that never travels.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def to_number(moment: datetime) -> int:
    """Return ``moment`` (with a zone) as whole microseconds since 1970-01-01T00:00Z."""
    return (moment - _EPOCH) // _MICROSECOND


def to_moment(number: int) -> datetime:
    """Return the UTC time that `to_number` gave ``number`` for."""
    return _EPOCH + number * _MICROSECOND


class Moment(TypeDecorator[datetime]):
    """A time with its zone, kept as UTC microseconds so that both databases give back the same value."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_number(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else to_moment(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *parts: Any, **options: Any) -> Table:
    """Declare a table of this schema (the web pages declare theirs through this too)."""
    return Table(name, metadata, *parts, **options)


Id = String(64)
_OPEN, _CLEAR = text("used_upto < last"), text("length(content) > 0")
_DUE, _RECEIPT, _ALSO = text("due_at IS NOT NULL"), text("receipt <> ''"), text("also IS NOT NULL")
_RUNS = text("clock_at IS NOT NULL")

setting = table(
    "setting",
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

# One row, "seq". The transaction that adds records locks it first, so numbers are given in the order of commits.
counter = table(
    "counter",
    Column("name", String(64), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

record = table(
    "record",
    Column("id", Id, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("scope", Id, nullable=False),
    Column("origin", Id, nullable=False),
    Column("unit", Id, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("readable", Boolean, nullable=False),
    Column("month", Integer, nullable=False),  # of received_at, in Beijing: 202611
    Column("size", Integer, nullable=False),  # of the content; 0 where it was erased
    Column("also", Id),  # who else pulls it: the unit that addressed it to another one
    Index(None, "scope", "seq"),
    Index("ix_record_also", "also", "seq", postgresql_where=_ALSO, sqlite_where=_ALSO),
)

# The last number that each unit addressed to another: a station that asks what is new reads one row of a small table.
addressed = table(
    "addressed",
    Column("unit", Id, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

# What became addressed to a unit after it had its number (readdressing.py): that unit pulls it under this one.
readdressed = table(
    "readdressed",
    Column("unit", Id, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("record", Id, nullable=False, index=True),
)

# What a record says, beside the list of all: on PostgreSQL a part for each month (months.py), so that what is old can
# be moved, vacuumed and kept by itself.
content = table(
    "content",
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Id, nullable=False),  # for whoever gathers several districts: it is unique over all of them
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    postgresql_partition_by="RANGE (month)",
)

erased = table(
    "erased",
    Column("target", Id, primary_key=True),
    Column("erasure", Id, nullable=False),
    Column("unit", Id, primary_key=True),  # an erasure reaches only records that its own unit made
)

refused = table(
    "refused",
    Column("id", Id, primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("store", Id, nullable=False),
    Column("unit", Id, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("replaced_by", Id),  # the record that takes its place, as the station says
    Index(None, "store", "replaced_by"),
)

unit = table(
    "unit",
    Column("unit", Id, primary_key=True),
    Column("record", Id, nullable=False),
    Column("name", Text, nullable=False),
    Column("level", String(16), nullable=False),
    Column("parent", Id),
    Column("department", Boolean, nullable=False),
    Column("closed", Boolean, nullable=False),
)

# Every staff_member record; the one with the greatest seq is what holds for its staff identity now. One that was
# amended before it came (a station's own record of its first staff member) has seq 0.
staff = table(
    "staff",
    Column("record", Id, primary_key=True),
    Column("amends", Id, index=True),
    Column("staff", Id, nullable=False, index=True),
    Column("unit", Id, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),  # values of Role with blanks between
    Column("gone", Boolean, nullable=False),
    Column("seq", BigInteger, nullable=False),
)

unit_key = table(
    "unit_key",
    Column("unit", Id, primary_key=True),
    Column("import_key", LargeBinary, nullable=False),
)

enrolment_code = table(
    "enrolment_code",
    Column("code_hash", LargeBinary, primary_key=True),
    Column("unit", Id, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("device", Id),
)

device = table(
    "device",
    Column("device", Id, primary_key=True),
    Column("unit", Id, nullable=False),
    Column("store", Id, nullable=False, unique=True),
    Column("secret_digest", LargeBinary, nullable=False),
    Column("platform", Text, nullable=False),
    Column("enrolled_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

# Every store that ever spoke; one with retired_at never speaks again.
station_store = table(
    "station_store",
    Column("store", Id, primary_key=True),
    Column("device", Id, ForeignKey("device.device"), nullable=False, index=True),
    Column("unit", Id, nullable=False),
    Column("moved_to", Id),
    Column("retired_at", Moment),
)

station_status = table(
    "station_status",
    Column("device", Id, ForeignKey("device.device"), primary_key=True),
    Column("last_hello", Moment),
    Column("last_day_end", Moment),
    Column("program", Text, nullable=False),
    Column("clock_difference_ms", BigInteger, nullable=False),
    Column("cursor", BigInteger, nullable=False),
    Column("unsent", Integer, nullable=False),
    Column("held", Integer, nullable=False),
)

receipt = table(
    "receipt",
    Column("id", Id, primary_key=True),
    Column("store", Id, nullable=False),
    Column("unit", Id, nullable=False),
    Column("after", BigInteger, nullable=False),
    Column("upto", BigInteger, nullable=False),
    Column("counts", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("agreed", Boolean, nullable=False),
    Column("chain", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("number", BigInteger),  # of all the receipts that this district signed; none where it was not signed
    Column("signed", LargeBinary),
    Index(None, "store", "upto"),
    Index(None, "store", "at", "id"),
)

# How far each store's journal came without a gap, and where its chain is there; ``most`` is the greatest ordinal.
journal = table(
    "journal",
    Column("store", Id, primary_key=True),
    Column("upto", BigInteger, nullable=False),
    Column("link", LargeBinary, nullable=False),
    Column("most", BigInteger, nullable=False),
    Column("forked", BigInteger, nullable=False),
)

# The journals' lines as they came, a page a row: who reads one packed row has the ids and hashes of all its ordinals.
journal_run = table(
    "journal_run",
    Column("store", Id, primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("lines", LargeBinary, nullable=False),
)

# Bundles that came on sticks.
bundle = table(
    "bundle",
    Column("digest", String(64), primary_key=True),
    Column("bundle", Id, nullable=False),
    Column("store", Id, nullable=False, index=True),
    Column("device", Id, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("records", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("files", BigInteger, nullable=False),
    Column("receipt", Id, nullable=False),
    Column("imported_at", Moment, nullable=False),
)

# `content` is empty since 0003: the bytes lie in file_part, sealed. What is older is sealed when a server starts.
file = table(
    "file",
    Column("digest", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("ix_file_clear", "digest", postgresql_where=_CLEAR, sqlite_where=_CLEAR),
)

file_part = table(
    "file_part",
    Column("digest", String(64), primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),  # of the bytes, before they were sealed
    Column("sealed", LargeBinary, nullable=False),
)

# Bytes on their way: `received` of `size` are here. One that is whole keeps its row until it expires, without parts.
upload = table(
    "upload",
    Column("upload", Id, primary_key=True),
    Column("device", Id, nullable=False, index=True),
    Column("record", Id, nullable=False),
    Column("digest", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("metadata", Text, nullable=False),  # as it was said
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

upload_part = table(
    "upload_part",
    Column("upload", Id, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

attachment = table(
    "attachment",
    Column("record", Id, primary_key=True),
    Column("digest", String(64), nullable=False, index=True),
    Column("scope", Id, nullable=False),
    Column("subject", Id, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
)

# Orders and replies for the web pages: written by the fold only. Texts stay in the record.
dispatch_order = table(
    "dispatch_order",
    Column("record", Id, primary_key=True),
    Column("unit", Id, nullable=False),
    Column("issuing_unit", Id, nullable=False),
    Column("number", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("report_by", Moment, nullable=False),
    Column("resolve_by", Moment, nullable=False),
    Column("state", String(32), nullable=False),
    Column("doubts", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
    Column("due_at", Moment),
    Column("request", Id, nullable=False, server_default=""),  # what it answers, "" where nobody asked for it
    Index(None, "due_at", "record"),
)

order_department = table(
    "order_department",
    Column("record", Id, primary_key=True),
    Column("department", Id, primary_key=True),
    Column("state", String(32), nullable=False),
    Column("due_at", Moment),
    Index(None, "department", "record"),
    Index(None, "department", "due_at", "record"),
)

order_reply = table(
    "order_reply",
    Column("record", Id, primary_key=True),
    Column("dispatch_order", Id, nullable=False, index=True),
    Column("department", Id, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("witnessed", Boolean, nullable=False),
    Column("happened_at", Moment, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
)

order_request = table(
    "order_request",
    Column("record", Id, primary_key=True),
    Column("unit", Id, nullable=False),  # who asked
    Column("to_unit", Id, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("stage", String(16), nullable=False),
    Column("answer", Id, nullable=False, index=True),  # the order, or the step that refuses it; "" for none
    Column("seq", BigInteger, nullable=False, index=True),
    Index(None, "stage", "at"),
)

# What belongs to a matter: its steps (by their kind) and who takes part; and the units that it was ever given to, each
# with how it stands there and which clocks run for it. Written by the fold only, for matters that were passed on.
matter_fact = table(
    "matter_fact",
    Column("record", Id, primary_key=True),
    Column("matter", Id, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("scope", Id, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
    Index(None, "matter", "kind"),
)

passed = table(
    "passed",
    Column("matter", Id, primary_key=True),
    Column("unit", Id, primary_key=True),
    Column("stage", String(32), nullable=False),
    Column("at", Moment, nullable=False),  # when it was given last
    Column("clocks", Text, nullable=False),  # JSON: kind, microseconds, whether these are the end or the start
    Index(None, "unit", "stage", "at"),
)

# Mediations for the web pages, written by the fold only: how each stands, and the clock that runs while it is open;
# and what belongs to them: events and agreements by their mediation, return visits by what they were about.
mediation = table(
    "mediation",
    Column("record", Id, primary_key=True),
    Column("unit", Id, nullable=False),  # whose it is: who oversees that unit sees it
    Column("matter", Id, nullable=False, index=True),
    Column("host", String(32), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("resting", String(32), nullable=False),  # why it rests now, "" where it does not
    Column("seq", BigInteger, nullable=False),
    Column("clock", String(64), nullable=False),  # the kind of its period
    Column("told", String(16), nullable=False),  # whether ``clock_at`` is the start, the end, or was moved since
    Column("clock_at", Moment),  # none where nothing runs
    Index(None, "unit", "outcome", "seq"),
    Index(None, "outcome", "seq"),
    Index("ix_mediation_runs", "clock", "told", "clock_at", "record", postgresql_where=_RUNS, sqlite_where=_RUNS),
)

mediation_fact = table(
    "mediation_fact",
    Column("record", Id, primary_key=True),
    Column("about", Id, nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("scope", Id, nullable=False),
)

# Since when matters wait for their moments, by the kind with the matter's nature: written behind what arrives.
waited = table(
    "waited",
    Column("matter", Id, primary_key=True),
    Column("kind", Id, primary_key=True),
    Column("unit", Id, nullable=False),
    Column("since", Moment, nullable=False),
    Index(None, "kind", "since", "unit"),
    Index(None, "unit", "kind", "since"),
)

# What is to be said outside the platform, and how far it came: each row is one message by one channel; "" is one whose
# ways nobody has chosen yet. It never travels: notice records do.
notice = table(
    "notice",
    Column("notice", Id, primary_key=True),
    Column("about", Id, nullable=False),
    Column("unit", Id, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("scope", Id, nullable=False),
    Column("channel", String(64), nullable=False),
    Column("staff", Id, nullable=False),  # whose telephone, "" for the unit's
    Column("state", String(16), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment),  # when it is to be sent, or nobody has read it in time; none where all is said
    Column("attempts", Integer, nullable=False),
    Column("claimed_until", Moment),
    Column("receipt", Text, nullable=False),  # the gateway's own name for it
    Index(None, "about", "unit"),
    Index("ix_notice_due", "due_at", postgresql_where=_DUE, sqlite_where=_DUE),
    Index("ix_notice_receipt", "receipt", postgresql_where=_RECEIPT, sqlite_where=_RECEIPT),
)

# Edits by their card, and the cards of which ends set a field differently: written by the fold only.
card_edit = table(
    "card_edit",
    Column("record", Id, primary_key=True),
    Column("card", Id, nullable=False, index=True),
    Column("unit", Id, nullable=False),
    Column("seq", BigInteger, nullable=False),
)

card_conflict = table(
    "card_conflict",
    Column("card", Id, primary_key=True),
    Column("unit", Id, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("fields", Integer, nullable=False),
    Index(None, "unit", "card"),
)

lease = table(
    "lease",
    Column("record", Id, primary_key=True),
    Column("store", Id, nullable=False),
    Column("unit", Id, nullable=False),
    Column("series", String(32), nullable=False),
    Column("year", Integer, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("used_upto", Integer, nullable=False),  # first - 1 where none was seen
    # Of what was used up nothing is asked any more.
    Index("ix_lease_open", "store", "series", "year", postgresql_where=_OPEN, sqlite_where=_OPEN),
)

number_series = table(
    "number_series",
    Column("unit", Id, primary_key=True),
    Column("series", String(32), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("next", Integer, nullable=False),
)

# One-time links for administrators and new users; the web pages consume them.
admin_link = table(
    "admin_link",
    Column("token_hash", LargeBinary, primary_key=True),  # SHA-256 over the token's characters
    Column("staff", Id, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)
