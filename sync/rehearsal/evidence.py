"""What lies in the stores, read by plain SQL beside every end's own code; nothing here is shared with the exchange."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2 as sqlcipher

EVERYONE: Final = "*"
_RECORDS: Final = "SELECT line, kind, id, hash, salt, body, coalesce(district_seq, 0), state FROM record"
_DISTRICT: Final = "SELECT kind, id, hash, salt, body, seq, '', scope FROM record JOIN content USING (month, seq, id)"
_HELD: Final = "SELECT line, reason FROM held JOIN record USING (line) WHERE state = 'held'"


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it lies in a store; ``seq`` is the district's number (0: none), ``state`` the station's word."""

    kind: str
    id: str
    hash: bytes
    salt: bytes
    body: bytes
    seq: int
    state: str = ""
    scope: str = ""

    def fields(self) -> dict[str, Any]:
        """The body as JSON values; empty where it was erased."""
        found: dict[str, Any] = json.loads(self.body) if self.body else {}
        return found

    def intact(self) -> bool:
        """Whether the hash is that of the content (docs/protocol.md; computed here anew)."""
        said = b"".join((b"qianshao/1\0", self.kind.encode(), b"\0", self.id.encode(), b"\0", self.salt, self.body))
        return not self.body or hashlib.sha256(said).digest() == self.hash


@dataclass(frozen=True, slots=True)
class StationStore:
    """One desk's store. ``states`` and ``heads`` are what its lists show of matters, orders and edited cards."""

    desk: str
    store: str
    unit: str
    cursor: int
    records: dict[str, Row]
    held: dict[str, str]
    receipts: list[dict[str, Any]]
    states: dict[str, str]
    cards: dict[str, tuple[str, tuple[str, ...], bool]]
    files: frozenset[str]
    broken: list[str]


@dataclass(frozen=True, slots=True)
class DistrictStore:
    """The district's store; ``states`` are those of orders, ``receipts`` by id."""

    records: dict[str, Row]
    copies: int
    erased: frozenset[str]
    receipts: dict[str, tuple[str, str, bool]]
    states: dict[str, str]
    files: frozenset[str]
    publics: frozenset[bytes]
    latest: int
    broken: list[str]


@contextmanager
def _opened(path: Path, key: str) -> Iterator[Any]:
    with closing(sqlcipher.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30.0)) as connection:
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        yield connection


def _broken(connection: Any) -> list[str]:
    return [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]


def read_station(desk: str, path: Path, key: str) -> StationStore:
    """Read a desk's store."""
    with _opened(path, key) as c:
        notes = dict(c.execute("SELECT key, value FROM meta"))
        rows = c.execute(_RECORDS).fetchall()
        ids = {row[0]: row[2] for row in rows}
        return StationStore(
            desk=desk,
            store=notes["store_id"],
            unit=notes["unit"],
            cursor=int(notes.get("cursor", 0)),
            records={row[2]: Row(*row[1:]) for row in rows},
            held={ids[line]: reason for line, reason in c.execute(_HELD)},
            receipts=[json.loads(row[0]) for row in c.execute("SELECT message FROM receipt ORDER BY at")],
            states={
                ids[line]: state
                for table in ("matter", "dispatch_order")
                for line, state in c.execute(f"SELECT line, state FROM {table}")  # noqa: S608 - named here
            },
            cards={
                ids[line]: (hashlib.sha256(fields).hexdigest(), tuple(sorted(_heads(heads))), bool(conflicted))
                for line, fields, heads, conflicted in c.execute("SELECT line, fields, heads, conflicted FROM card")
            },
            files=frozenset(row[0] for row in c.execute("SELECT digest FROM file")),
            broken=_broken(c),
        )


def _heads(text: str) -> list[str]:
    found: list[str] = json.loads(text) if text.startswith("[") else text.split()
    return found


def _publics(connection: Any) -> frozenset[bytes]:
    """The keys by which the district signs receipts."""
    row = connection.execute("SELECT value FROM setting WHERE name = 'receipt_keys'").fetchone()
    return frozenset(bytes.fromhex(text) for text in json.loads(row[0])["publics"]) if row else frozenset()


def read_district(path: Path, key: str) -> DistrictStore:
    """Read the district's embedded store."""
    with _opened(path, key) as c:
        rows = c.execute(_DISTRICT).fetchall()
        receipts = c.execute("SELECT id, digest, chain, agreed FROM receipt").fetchall()
        return DistrictStore(
            records={row[1]: Row(*row) for row in rows},
            copies=len(rows) - len({row[5] for row in rows}),
            erased=frozenset(row[0] for row in c.execute("SELECT target FROM erased")),
            receipts={row[0]: (row[1], row[2], bool(row[3])) for row in receipts},
            states=dict(c.execute("SELECT record, state FROM dispatch_order")),
            files=frozenset(row[0] for row in c.execute("SELECT digest FROM file")),
            publics=_publics(c),
            latest=c.execute("SELECT value FROM counter WHERE name = 'seq'").fetchone()[0],
            broken=_broken(c),
        )
