"""What the verbs about bundles do: import one with its answer, and show whom stations encrypt to."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from resources import Wording
from sync.protocol.bundle import DOWN_SUFFIX
from sync.protocol.bundle_writing import LARGEST_PART, MB
from sync.records.times import to_minute
from sync.server import bundle_keys, receipt_keys
from sync.server.bundles import Imported, import_bundle
from sync.server.cli import Said
from sync.server.file_keys import open_for_files
from sync.server.leasing import with_leases
from sync.server.place import Place
from sync.server.settings import Settings
from sync.server.store.directory import units
from sync.server.store.store import DistrictStore, district

_SHOWN: Final = ("bundle", "unit", "store", "sequence", "records", "refused", "files", "receipt", "agreed", "retired")


@contextlib.contextmanager
def _opened(place: Place) -> Iterator[DistrictStore]:
    place.must_exist()
    with contextlib.closing(open_for_files(place)) as store:
        with store.read() as conn:
            district(conn)
        yield store


def bundle_import(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Import a bundle; its answer lies beside the first file unless ``--out`` says where."""
    files = [Path(file) for file in args.files]
    out = Path(args.out) if args.out else files[0].with_suffix(DOWN_SUFFIX)
    with _opened(place) as store:
        bundle_keys.ready(store, place.bundle_key_file)
        signer = receipt_keys.ready(store, place.receipt_key_file)
        identity = bundle_keys.read_identity(place.bundle_key_file)
        part = args.part_mb * MB or LARGEST_PART
        with store.read() as conn:
            settings = with_leases(conn, Settings(signer=signer))
        done = import_bundle(store, settings, identity, files, out, revoked=args.revoked, part_bytes=part)
        with store.read() as conn:
            unit = units(conn).get(done.unit)
    data = {name: getattr(done, name) for name in _SHOWN}
    data["answers"] = [str(path) for path in done.answers]
    data["again"] = done.again.isoformat() if done.again else None
    return Said(data, _lines(done, unit.name if unit else done.unit, words))


def _lines(done: Imported, unit: str, words: Wording) -> list[str]:
    lines = []
    if done.again:
        lines.append(words("district.bundle_again", at=to_minute(done.again)))
    lines.append(words("district.bundle_done", unit=unit, records=done.records, refused=done.refused, files=done.files))
    if done.retired:
        return [*lines, words("district.bundle_retired")]
    lines += [words("district.bundle_answer", file=path) for path in done.answers]
    return lines


def bundle_key(_args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Show the public key to which stations encrypt; it is made where there is none yet."""
    with _opened(place) as store:
        recipient = bundle_keys.ready(store, place.bundle_key_file)
    data = {"recipient": recipient, "key_file": str(place.bundle_key_file)}
    return Said(data, [recipient, words("district.bundle_key_kept", file=place.bundle_key_file)])
