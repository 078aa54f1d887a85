"""Receipts: which there are, whether they still prove what they said, and whose key is believed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from desktop.commands.access import Access
from desktop.commands.output import Said, moment

if TYPE_CHECKING:
    from resources import Wording
    from sync.protocol.messages import Receipt


def list_all(_args: argparse.Namespace, access: Access) -> Said:
    """List the receipts that this store got, the latest first."""
    from desktop.actions.receipt_check import ALL, fingerprint_of
    from desktop.store.receipts import list_receipts

    with access.store() as store:
        with store.read() as reader:
            found = list_receipts(reader, ALL)
        key = fingerprint_of(store)
    notes = [access.words("receipts.key", fingerprint=key)] if key else []
    return Said([_data(one) for one in found], [_line(access.words, one) for one in found], notes)


def _data(one: Receipt) -> dict[str, Any]:
    names = ("id", "store", "after", "upto", "counts", "digest", "agreed", "chain")
    return {**{name: getattr(one, name) for name in names}, "at": one.at.isoformat(), "signed": bool(one.signed)}


def _line(words: Wording, one: Receipt) -> str:
    state = "signed" if one.signed and one.agreed else "unsigned" if one.agreed else "not_agreed"
    count = sum(one.counts.values())
    return "\t".join((moment(one.at), one.id, words("receipts.line", count=count), words(f"receipts.state_{state}")))


def verify(args: argparse.Namespace, access: Access) -> Said:
    """Check all receipts, or one file, offline; the exit code is 1 where anything does not fit."""
    from desktop.actions.receipt_check import check, check_file
    from desktop.actions.receipt_words import lacks

    words = access.words
    with access.store() as store:
        if args.file is not None:
            told = check_file(store, args.file)
            data = {"id": told.id, "number": told.number, "store": told.store, "upto": told.upto, "valid": True}
            line = words("receipts.file_fine", number=told.number, at=moment(told.at), count=sum(told.counts.values()))
            return Said({**data, "agreed": told.agreed, "counts": told.counts}, [line], done=told.agreed)
        found = check(store)
    names = ("receipts", "signed", "written", "covered", "earlier")
    data = {name: getattr(found, name) for name in names}
    data["lacks"] = [{"kind": one.kind, "standing": one.standing, "count": one.count} for one in found.lacks]
    data["faults"] = [{"fault": fault.key.partition(".")[2], **fault.values} for fault in found.faults]
    lines = [words("receipts.checked", **{name: data[name] for name in names})]
    lines += lacks(words, found.lacks)
    lines += [words(fault.key, **fault.values) for fault in found.faults] or [words("receipts.fine")]
    return Said(data, lines, done=not found.faults)


def trust(args: argparse.Namespace, access: Access) -> Said:
    """Note the fingerprint of the district's new key; only the station lead says so."""
    from desktop.actions.receipt_check import expect_key
    from sync.records.errors import Refused
    from sync.records.units import Role

    with access.desk() as desk:
        if Role.STATION_LEAD not in desk.session.roles:
            raise Refused("receipts.lead_only")
        expect_key(desk.store, args.fingerprint)
    return Said({"expected": args.fingerprint}, [access.words("receipts.trusted")])
