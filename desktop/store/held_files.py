"""Bytes of attachments that the district refused: held with the reason, in the store's notes, until sent again.

They are few and rare, and the records that name them are settled: so they need no table, and stand among the held
records under the id of their attachment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from desktop.store.files import has_file
from desktop.store.reader import Reader
from desktop.store.rows import HeldRow
from desktop.store.units import staff_names
from desktop.store.work import Work
from sync.records.papers import Attachment
from sync.records.times import BEIJING

_NOTE: Final = "held_files"


def hold(work: Work, digest: str, reason: str, values: Mapping[str, object]) -> None:
    """Keep why the district refused the bytes ``digest``."""
    said = {"reason": reason, "values": {k: str(v) for k, v in values.items()}, "at": datetime.now(BEIJING).isoformat()}
    _keep(work, {**held(work), digest: said})
    work.changed("attachment", "exchange")


def held(reader: Reader) -> dict[str, dict[str, Any]]:
    """Return what is held by digest: "reason" (a wording key), "values" and "at" (ISO 8601)."""
    found: dict[str, dict[str, Any]] = json.loads(reader.meta(_NOTE) or "{}")
    return {digest: said for digest, said in found.items() if has_file(reader, digest)}  # an erased one is no trouble


def rows(reader: Reader) -> list[HeldRow]:
    """Return what is held as rows, each under the id of an attachment that names it; erased ones are left out."""
    names = staff_names(reader)
    told = []
    for digest, said in held(reader).items():
        named = [r for r in reader.linked(digest, "attachment.digest") if isinstance(r, Attachment)]
        if named:
            first, at = named[0], datetime.fromisoformat(said["at"])
            clerk = names.get(first.made.by, "")
            told.append(HeldRow(first.id, "attachment", first.name, said["reason"], said["values"], at, clerk))
    return told


def send_again(work: Work, record_id: str) -> bool:
    """Let the bytes that the attachment ``record_id`` names be sent again; returns whether they were held."""
    found = work.find(record_id, Attachment)
    left = held(work)
    if found is None or left.pop(found.digest, None) is None:
        return False
    _keep(work, left)
    work.changed("attachment", "exchange")
    return True


def _keep(work: Work, left: Mapping[str, Any]) -> None:
    work.set_meta(_NOTE, json.dumps(left, ensure_ascii=False) if left else None)
