"""What the verbs about accusations do: make a body's key, list envelopes, open one."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from resources import Wording
from sync.records.times import to_minute
from sync.server.accusations import envelopes, open_envelope, open_files, publish_key
from sync.server.cli import Said
from sync.server.place import Place
from sync.server.store.directory import units
from sync.server.store.store import DistrictStore, district


@contextlib.contextmanager
def _opened(place: Place) -> Iterator[DistrictStore]:
    place.must_exist()
    with contextlib.closing(DistrictStore.open(place.url, place.key())) as store:
        with store.read() as conn:
            district(conn)
        yield store


def accusation_key(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Make the key of a body that takes accusations; its secret lies in ``--out`` alone."""
    with _opened(place) as store:
        unit = publish_key(store, args.unit, Path(args.out), datetime.now(UTC))
    data = {"unit": unit.unit, "recipient": unit.recipient, "key_file": args.out}
    return Said(data, [unit.recipient, words("district.accusation_key_kept", unit=unit.name, file=args.out)])


def accusation_list(_args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """List envelopes: when, from which station, to whom."""
    with _opened(place) as store, store.read() as conn:
        rows, names = envelopes(conn), {u.unit: u.name for u in units(conn).values()}
    lines = [
        "\t".join((row.code, to_minute(row.happened_at), names.get(row.unit, row.unit), names.get(row.to_unit, "")))
        for row in rows
    ]
    data = [{**asdict(row), "happened_at": row.happened_at.isoformat()} for row in rows]
    return Said(data, lines or [words("district.accusations_none")])


def accusation_open(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Open an envelope with the body's secret, and write its files where a folder is named."""
    key = Path(args.key) if args.key else place.bundle_key_file
    written: list[str] = []
    with _opened(place) as store:
        if args.out:
            told, written = open_files(store, args.id, key, Path(args.out), datetime.now(UTC))
        else:
            told = open_envelope(store, args.id, key, datetime.now(UTC))
    said = {name: value for name, value in told.items() if value and name != "files"}
    lines = [f"{words(f'district.accusation_{name}')}\t{value}" for name, value in said.items()]
    lines += [f"{words('district.accusation_file')}\t{one['name']}" for one in told.get("files", ())]
    lines += [words("district.accusation_written", file=file) for file in written]
    return Said({**told, **({"written": written} if args.out else {})}, lines)
