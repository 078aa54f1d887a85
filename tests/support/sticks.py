"""A stick that travels between a desk (tests/support/in_process.py) and a district, with real files on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from desktop.actions.bundles import StickJournal
from desktop.store.bundles import next_sequence
from sync.client import bundles
from sync.client.bundles import TakenBack
from sync.protocol import age, bundle, bundle_reading, bundle_writing
from sync.protocol.bundle import Direction, Head, Item
from sync.protocol.bundle_writing import LARGEST_PART, Written
from sync.protocol.signed import public_of
from sync.records.kinds import new_identity
from sync.records.times import BEIJING
from sync.server import bundle_keys, receipt_keys
from sync.server.bundles import Imported, import_bundle
from sync.server.secret_files import write_secret
from sync.server.store.store import DistrictStore, district
from tests.support.in_process import RECEIPT_SECRET, SETTINGS, Desk


@dataclass
class Carrier:
    """One desk's keys and the folder that stands for its stick."""

    desk: Desk
    folder: Path
    key_file: Path
    signing: bytes = field(default_factory=lambda: hashlib.sha256(b"desk").digest())
    identity: str = field(default_factory=age.new_identity)

    @property
    def journal(self) -> StickJournal:
        """The journal of the desk's store."""
        return StickJournal(self.desk.store)

    def head(self, unit: str, **changes: Any) -> Head:
        """What a bundle of this desk says of itself."""
        store, device = self.desk.store.id, self.desk.device
        with self.desk.store.write() as work:
            sequence = next_sequence(work)
        said: dict[str, Any] = {
            "direction": Direction.UP,
            "bundle": new_identity(bundle.PREFIX),
            "sequence": sequence,
            "part": 1,
            "parts": 1,
            "district": unit,
            "store": store,
            "device": device.device,
            "at": datetime.now(BEIJING),
            "program": "test",
            "proof": bundle.prove(device.digest, public_of(self.signing), store, device.device),
        }
        return Head(**said | changes)

    def write(
        self,
        store: DistrictStore,
        /,
        part_bytes: int = LARGEST_PART,
        former: str = "",
        while_writing: AbstractContextManager[None] | None = None,
        more: Iterable[Item] = (),
        **changes: Any,
    ) -> Written:
        """Write a bundle of everything that waits at the desk, with ``more`` behind it."""
        recipient = bundle_keys.ready(store, self.key_file)
        with store.read() as conn:
            unit = district(conn).unit
        head = self.head(unit, **changes)
        said = bundles.outgoing(self.journal, "test", age.recipient_of(self.identity), former, bundles.Carried())
        with while_writing or nullcontext():
            return bundle_writing.write(
                bundle.closed(chain(said, more)),
                head,
                self.folder,
                lambda part, parts: f"{head.bundle}-{part}of{parts}.qsb",
                recipient,
                self.signing,
                part_bytes,
            )

    def import_at(self, store: DistrictStore, files: tuple[Path, ...], **options: Any) -> Imported:
        """Import a bundle at the district; the answer lies beside it."""
        receipt_key = self.key_file.with_name("receipt.key")
        if not receipt_key.exists():
            write_secret(receipt_key, RECEIPT_SECRET.hex().encode())
        receipt_keys.ready(store, receipt_key)
        identity = bundle_keys.read_identity(self.key_file)
        return import_bundle(store, SETTINGS, identity, files, files[0].with_suffix(".qsr"), **options)

    def read(self, files: tuple[Path, ...]) -> TakenBack:
        """Read an answer at the desk."""
        opened = bundle_reading.open_bundle(files, Direction.DOWN)
        bundle_reading.check(opened)
        said = bundles.signed_by_district(self.journal, opened.key, bundle_reading.items(opened, self.identity))
        return bundles.take_back(self.journal, said)


def carrier(desk: Desk, folder: Path) -> Carrier:
    """Return what a desk brings on a stick; the district's key lies in ``folder``."""
    stick = folder / f"stick-{desk.store.id[-6:]}"
    stick.mkdir(exist_ok=True)
    return Carrier(desk, stick, folder / "bundle.key")
