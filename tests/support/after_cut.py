"""After a power cut: what people had been told, and what of it is not on the disk any more, in sentences.

Each sentence begins with its sort: "lost" a record, a draft or a file's bytes in a store; "broken" a file whose content
is not what it was; "missing" a file; "damaged" a store that does not open or is not whole; "unseen" an end without
warning that nobody would notice; "district" whatever is wrong at the other end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from desktop.actions.backups import restore
from desktop.config import Home
from desktop.keys import WrappedKeys
from desktop.store.check import full_check
from desktop.store.drafts import load_draft
from desktop.store.files import has_file
from desktop.store.opening import read_id
from desktop.store.raw import raw_connection
from desktop.store.store import Store
from desktop.wrapping import unwrap
from sync.records.audit import AuditAction
from sync.records.errors import QianshaoError, Refused
from sync.rehearsal.evidence import Row, StationStore, read_district, read_station
from sync.server.bundle_keys import ready as bundle_key_ready
from sync.server.file_keys import open_for_files
from sync.server.place import Place, place_from
from sync.server.receipt_check import verify
from sync.server.receipt_keys import ready as receipt_key_ready
from tests.support.cut_day import PASSWORD
from tests.support.disk_trace import MAPPED, Asked, What

INDEX_BYTES: Final = 32768
"""The least that shared memory has."""
HOME: Final = Path("home")
DISTRICT: Final = Path("district")


@dataclass
class Book:
    """What had been told by some moment, and which files and drafts are told of next: those may be there already."""

    enrolled: str = ""
    in_use: bool = False
    spoiled: bool = False
    restored: bool = False
    index: bytes = b""
    saved: dict[str, tuple[str, str]] = field(default_factory=dict)
    drafts: dict[str, Any] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    district: set[str] = field(default_factory=set)
    units: list[str] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)
    next_files: dict[str, str] = field(default_factory=dict)
    next_drafts: dict[str, Any] = field(default_factory=dict)

    def hear(self, said: Mapping[str, Any]) -> None:
        """Somebody was told."""
        self.enrolled = said.get("enrolled", self.enrolled)
        self.in_use = "closed" not in said and (self.in_use or "saved" in said)
        self.spoiled |= "spoiled" in said
        self.restored |= "restored" in said
        self.index = bytes.fromhex(said.get("index", ""))
        self.saved |= {name: (kind, hash_) for kind, name, hash_ in said.get("saved", ())}
        if "draft" in said:
            self.drafts[said["draft"]] = said["values"]
        if "file" in said:
            self.files[said["file"]] = said["sha256"]
        self.kept += [said["kept"]] if "kept" in said else []
        self.district |= {said["district"]} if "district" in said else set()
        self.units += [said["unit"]] if "unit" in said else []
        self.staff += [said["staff"]] if "staff" in said else []

    def expect(self, said: Mapping[str, Any]) -> None:
        """Somebody will be told."""
        if "draft" in said:
            self.next_drafts.setdefault(said["draft"], said["values"])
        if "file" in said:
            self.next_files.setdefault(said["file"], said["sha256"])


class Books:
    """The books of a recording; ``before`` is what was told before it."""

    def __init__(self, asked: Sequence[Asked], before: bytes = b"") -> None:
        self._before = [json.loads(line) for line in before.splitlines()]
        told = ((place, one) for place, one in enumerate(asked, 1) if one.what is What.TELL)
        self._told = [(place, json.loads(one.data)) for place, one in told]

    def at(self, after: int) -> Book:
        """What had been told after so many calls."""
        book = Book()
        for said in self._before:
            book.hear(said)
        for place, said in self._told:
            (book.hear if place <= after else book.expect)(said)
        return book


@cache
def _secrets(wrapped: bytes) -> dict[str, str]:
    return unwrap(wrapped, PASSWORD)


class Keys(WrappedKeys):
    """The home's own secrets, stretched once for each content of their file."""

    def __init__(self, path: Path) -> None:
        self._path, self._passphrase = path, PASSWORD
        self._secrets = dict(_secrets(path.read_bytes()))


def at_the_station(folder: Path, book: Book, *, shared: bool) -> Iterator[str]:
    """Open the desk's store as the next start does, look at it in full, and compare it with what was told.

    ``shared``: the machine had brought its shared memory to the disk by itself, as it was when something was told last.
    """
    yield from _files(folder, book)
    home = folder / HOME
    path = home / "store.db"
    if not book.enrolled and not path.exists():
        return  # an enrolment that nobody was told of may be repeated
    try:
        key = Keys(home / "keys.json").store_key(read_id(path))
        memory = home / f"store.db{MAPPED}"
        if shared and memory.exists():
            memory.write_bytes(book.index.ljust(INDEX_BYTES, b"\0"))
        with closing(Store.open(path, key)) as store:
            if book.in_use and not store.unclean:
                yield "unseen: the store was in use when the power went, and its next start does not know"
            full_check(store)
            yield from _by_the_product(store, book)
        found = read_station("desk", path, key.hex())
    except (QianshaoError, OSError) as error:
        yield f"damaged: the desk's store does not open: {error!r}"
        return
    yield from (f"damaged: {line}" for line in found.broken)
    yield from _records(found.records, book)
    yield from _numbers(found)


def of_a_restore(folder: Path, book: Book) -> Iterator[str]:
    """Do as a person does who was restoring: again, unless a whole store is there, which then lacks nothing."""
    home = Home(folder / HOME)
    path, keys = home.store_path, Keys(home.keys_path)
    try:
        with closing(restore(home, keys, max(home.backups.iterdir()), PASSWORD)):
            if book.restored:
                yield "lost: the restored store"
    except Refused as error:
        if error.key != "store.exists":
            yield f"damaged: no backup can be restored any more: {error!r}"
    with closing(Store.open(path, keys.store_key(read_id(path)))) as store:
        full_check(store)
        keys.device_secret(store.key_id)
        with store.read() as reader:
            said = reader.sql("SELECT body FROM record WHERE kind = 'audit_entry'").fetchall()
    if not any(AuditAction.RESTORED in str(row[0], "utf-8") and store.id in str(row[0], "utf-8") for row in said):
        yield "lost: the log says nothing of the restoring"


def _files(folder: Path, book: Book) -> Iterator[str]:
    for name, digest in book.files.items():
        path = folder / name
        if not path.exists():
            yield f"missing: {name}"
        elif hashlib.sha256(path.read_bytes()).hexdigest() not in (digest, book.next_files.get(name)):
            yield f"broken: {name} is not what it was when it was told"
    for name, digest in book.next_files.items():
        path = folder / name
        if name not in book.files and path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"broken: {name} has its name and not its content"


def _by_the_product(store: Store, book: Book) -> Iterator[str]:
    with store.read() as reader:
        erased = {name for name in book.saved if (s := reader.sealed(name)) is not None and not s.body}
        for name, (kind, _) in book.saved.items():
            if name not in erased and reader.sealed(name) is not None:
                reader.get(name)
            elif name not in erased:
                yield f"lost: {kind} {name}, the program does not know it"
        for own, values in book.drafts.items():
            told = [values, book.next_drafts[own]] if own in book.next_drafts else [values]
            try:
                there = load_draft(reader, own)[1]
            except QianshaoError:
                there = None
            if there not in told:
                yield f"lost: what was typed into {own}"
        yield from (f"lost: the bytes {digest}" for digest in book.kept if not has_file(reader, digest))


def _records(rows: Mapping[str, Row], book: Book) -> Iterator[str]:
    for name, (kind, hash_) in book.saved.items():
        row = rows.get(name)
        if row is None:
            yield f"lost: {kind} {name}"
        elif row.hash.hex() != hash_ or not row.intact():
            yield f"damaged: {kind} {name} is another than was told"


def _numbers(found: StationStore) -> Iterator[str]:
    """No number was given twice."""
    given: dict[tuple[str, str], str] = {}
    for row in found.records.values():
        said = row.fields()
        number = said.get("number")
        if row.kind in ("visit", "dispatch_order", "agreement") and number and not said.get("amends"):
            other = given.setdefault((row.kind, number), row.id)
            if other != row.id:
                yield f"damaged: the {row.kind} number {number} stands for {other} and {row.id}"


def place_of_district(folder: Path) -> Place:
    """Where the district's store and its keys lie."""
    return place_from(f"sqlite:///{folder / DISTRICT / 'district.db'}", None, None, {})


@dataclass(frozen=True, slots=True)
class Answered:
    """What a desk has the district's word for: records with their hash, files by digest, receipts by id."""

    records: Mapping[str, str] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    receipts: frozenset[str] = frozenset()


def at_the_district(folder: Path, book: Book, answered: Answered) -> Iterator[str]:
    """Open the district's store as its next start does: what the desk had its word for is there."""
    if "init" not in book.district:
        return  # nobody has its administrator's link yet: it is made again
    place = place_of_district(folder)
    try:
        with closing(open_for_files(place)) as store:
            if "serves" in book.district:
                bundle_key_ready(store, place.bundle_key_file)
                receipt_key_ready(store, place.receipt_key_file)
                faults = verify(store).faults
                yield from (f"district: {fault}" for fault in faults)
        key = place.key()
        assert key is not None
        found = read_district(folder / DISTRICT / "district.db", key.hex())
    except (QianshaoError, OSError) as error:
        yield f"district: its store does not open: {error!r}"
        return
    yield from (f"district: damaged: {line}" for line in found.broken)
    for name, hash_ in answered.records.items():
        row = found.records.get(name)
        if row is None:
            yield f"district: it answered for {name} and has lost it"
        elif row.hash.hex() != hash_ or not row.intact():
            yield f"district: {name} is another than it answered for"
    yield from (
        f"district: it signed the receipt {name} and has lost it" for name in answered.receipts - set(found.receipts)
    )
    yield from (f"district: it took the bytes {name} and has lost them" for name in answered.files - found.files)
    said = {str(row.fields().get(name)) for row in found.records.values() for name in ("unit", "staff")}
    yield from (f"district: {name} was told and is lost" for name in {*book.units, *book.staff} - said)


def answered_at(folder: Path) -> Answered:
    """What the desk's store below ``folder`` holds for settled."""
    path = folder / HOME / "store.db"
    key = Keys(folder / HOME / "keys.json").store_key(read_id(path))
    found = read_station("desk", path, key.hex())
    with closing(raw_connection(path, key, mode="ro")) as connection:
        sent = frozenset(row[0] for row in connection.execute("SELECT digest FROM file WHERE sent = 1"))
    return Answered(
        {row.id: row.hash.hex() for row in found.records.values() if row.seq},
        sent,
        frozenset(receipt["id"] for receipt in found.receipts),
    )
