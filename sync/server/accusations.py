"""Accusations at the district: the keys of bodies that take them, and the envelopes that those keys open.

Nothing here is shown on a page: an envelope opens where the body's secret is, and the log says that it was opened.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sync.protocol.age import new_identity, recipient_of
from sync.protocol.codec import decode
from sync.protocol.envelopes import open_file, open_text
from sync.records.accusations import RECEIVING, Accusation
from sync.records.errors import Damaged, Refused
from sync.records.kinds import new_id
from sync.records.media import SUFFIX
from sync.records.papers import Attachment
from sync.records.units import OrgUnit
from sync.server.bundle_keys import read_identity
from sync.server.people_log import Event
from sync.server.secret_files import write_secret
from sync.server.store.directory import find_unit
from sync.server.store.files import file_size, read_parts
from sync.server.store.log import write_log
from sync.server.store.projections import add_own
from sync.server.store.records import EVERYONE, lock_numbers, of_kind, read
from sync.server.store.store import Connection, DistrictStore
from sync.server.tree import made_here


@dataclass(frozen=True, slots=True)
class Envelope:
    """An accusation as the district holds it: sealed."""

    id: str
    code: str
    happened_at: datetime
    to_unit: str
    recipient: str
    unit: str


def publish_key(store: DistrictStore, words: str, file: Path, now: datetime) -> OrgUnit:
    """Make a body's key: the secret goes to ``file`` and nowhere else, the public half to all stations.

    Refused ("district.no_such_unit", "district.takes_no_accusations", "district.file_exists").
    """
    with store.write() as conn:
        lock_numbers(conn)
        before = cast(OrgUnit, decode(read(conn, find_unit(conn, words).record)))
        if before.level not in RECEIVING:
            raise Refused("district.takes_no_accusations", unit=before.name)
        identity = new_identity()
        try:
            write_secret(file, identity.encode() + b"\n")
        except FileExistsError as error:
            raise Refused("district.file_exists", file=str(file)) from error
        made, id = made_here(conn, now), new_id("org_unit")
        after = dataclasses.replace(before, id=id, made=made, amends=before.id, recipient=recipient_of(identity))
        add_own(conn, after, EVERYONE, now)
        write_log(conn, Event.ACCUSATION_KEY, at=now, subject=after.unit)
    return after


def envelopes(conn: Connection) -> list[Envelope]:
    """Return all accusations, the newest first."""
    found = [decode(sealed) for sealed in of_kind(conn, "accusation") if sealed.body]
    known = [a for a in found if isinstance(a, Accusation)]
    rows = [Envelope(a.id, a.code, a.happened_at, a.to_unit, a.recipient, a.made.unit) for a in known]
    return sorted(rows, key=lambda row: row.id, reverse=True)


def open_envelope(store: DistrictStore, named: str, key: Path, now: datetime) -> Mapping[str, Any]:
    """Return what an accusation (its id or code) says; that it was opened, or could not be, stands in the log.

    Refused ("district.no_such_record", "district.accusation_wrong_key"), Damaged ("district.accusation_damaged").
    """
    with store.read() as conn:
        one = next((e for e in envelopes(conn) if named.upper() == e.code or named == e.id), None)
        if one is None:
            raise Refused("district.no_such_record", id=named)
        accusation = cast(Accusation, decode(read(conn, one.id)))
    identity = read_identity(key)
    try:
        told: Mapping[str, Any] = json.loads(open_text(accusation.sealed, identity))
    except (Refused, Damaged) as error:
        _note(store, one.id, now, succeeded=False)
        damaged = isinstance(error, Damaged)
        raise (Damaged if damaged else Refused)(
            "district.accusation_damaged" if damaged else "district.accusation_wrong_key", code=one.code
        ) from error
    _note(store, one.id, now, succeeded=True)
    return told


def open_files(
    store: DistrictStore, named: str, key: Path, folder: Path, now: datetime
) -> tuple[Mapping[str, Any], list[str]]:
    """Return what `open_envelope` returns and the files that were written to ``folder``, for their owner alone.

    A file keeps its bytes and gets a name of ours: number and kind. Refused ("district.accusation_file_missing") where
    one has not come yet, before any is written; Refused ("district.file_exists"), Damaged
    ("district.accusation_damaged").
    """
    told = open_envelope(store, named, key, now)
    identity, code, opened = read_identity(key), str(told.get("code", "")), []
    for place, one in enumerate(told.get("files", ()), 1):
        content = _file(store, str(one["attachment"]), identity, code)
        if hashlib.sha256(content).hexdigest() != one["sha256"]:
            raise Damaged("district.accusation_damaged", code=code)
        opened.append((f"{code}-{place}{SUFFIX.get(one['media_type'], '')}", content))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in opened:
        try:
            write_secret(folder / name, content)
        except FileExistsError as error:
            raise Refused("district.file_exists", file=str(folder / name)) from error
    return told, [str(folder / name) for name, _ in opened]


def _file(store: DistrictStore, attachment: str, identity: str, code: str) -> bytes:
    with store.read() as conn:
        record = cast(Attachment, decode(read(conn, attachment)))
        size = file_size(conn, record.digest)
        if size is None:
            raise Refused("district.accusation_file_missing", code=code)
        sealed = b"".join(read_parts(conn, store.sealer, record.digest, 0, size))
    try:
        return open_file(sealed, identity)
    except (Refused, Damaged) as error:
        raise Damaged("district.accusation_damaged", code=code) from error


def _note(store: DistrictStore, accusation: str, now: datetime, *, succeeded: bool) -> None:
    with store.write() as conn:
        write_log(conn, Event.ACCUSATION_OPENED, at=now, subject=accusation, succeeded=succeeded)
