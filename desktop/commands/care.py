"""Taking care of the store: backup, restore, doctor."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from desktop.commands.access import Access
from desktop.commands.output import Meter, Said, sentence
from sync.records.errors import Unavailable


def backup(args: argparse.Namespace, access: Access) -> Said:
    """Write a backup that opens on another machine by its own recovery passphrase."""
    from desktop.actions.backups import back_up

    if not args.file.parent.is_dir():
        raise Unavailable("cli.no_folder", folder=args.file.parent)
    passphrase = access.recovery_passphrase(new=True)
    with access.desk() as desk:
        key = access.keys().store_key(desk.store.key_id)
        made = back_up(desk, key, args.file, passphrase, Meter(access.words("cli.backing_up")))
    data = {"file": str(made.path), "bytes": made.size, "records": made.records}
    return Said(data, [access.words("cli.backed_up", file=made.path, records=made.records)])


def restore(args: argparse.Namespace, access: Access) -> Said:
    """Make this home's store from a backup, under a new store id."""
    from desktop.actions.backups import restore as restore_store
    from desktop.store.tally import counts

    passphrase = access.recovery_passphrase(new=False)
    with access.home.lock:  # no window may have the store open, or open it, while another takes its place
        store = restore_store(access.home, access.keys(new=True), args.file, passphrase)
        try:
            with store.read() as reader:
                data = {"store": store.id, "unit": store.unit, "records": sum(counts(reader).values())}
        finally:
            store.close()
    return Said(data, [access.words("cli.restored", records=data["records"])])


def doctor(args: argparse.Namespace, access: Access) -> Said:
    """Check every page and every record's hash, rebuild what follows from the records, and read the papers' fonts.

    It says what differed, and which font is missing or another edition.
    """
    from datetime import datetime

    from desktop.actions.rule_tables import tables_used
    from desktop.printing.fonts import installed
    from desktop.store.check import full_check, rebuild_projections
    from desktop.store.held import count_held
    from desktop.store.journal import StoreJournal
    from sync.records.times import BEIJING

    say = access.words
    with access.store(take_up=True) as store:
        checked = full_check(store, progress=Meter(say("cli.checking")))
        differences = rebuild_projections(store, progress=Meter(say("cli.rebuilding")))
        standing = StoreJournal(store).standing()
        with store.read() as reader:
            held, tables = count_held(reader), tables_used(reader, datetime.now(BEIJING).date())
        data: dict[str, Any] = {
            "store": store.id,
            "checked": checked.finished,
            "records": checked.records,
            "differences": differences,
            "held": held,
            "unsent": standing.unsent,
            "tables": {used.name.value: used.version for used in tables},
        }
    faults = installed().problems()
    data["fonts"] = [sentence(say, fault) for fault in faults]
    if store.took_up:
        sys.stderr.write(say("cli.took_up") + "\n")
    lines = [say("cli.whole", records=checked.records)]
    lines += [say("cli.differed", table=table, count=count) for table, count in differences.items()]
    lines.append(say("cli.standing", unsent=standing.unsent, held=held))
    for used in tables:
        told = say("tables.to_confirm") if used.to_confirm else say("tables.in_force")
        lines.append(say("tables.used", name=say(f"tables.name_{used.name}"), version=used.version, state=told))
        lines += [sentence(say, one.fault) for one in used.unusable if one.fault is not None]
    lines += data["fonts"]
    return Said(data, lines)
