"""Bytes of attachments that the district refused: held with the reason, in the store's notes, until sent again.

They are few and rare, and the records that name them are settled: so they need no table, and stand among the held
records under the id of their attachment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from desktop.store import later
from desktop.store.amending import amended
from desktop.store.files import has_file
from desktop.store.projections import AMONG_IDS
from desktop.store.reader import Reader, listed
from desktop.store.rows import HeldRow, HeldState
from desktop.store.units import staff_names
from desktop.store.work import Work
from sync.records.times import BEIJING

if TYPE_CHECKING:
    from sync.records.papers import Attachment

_NOTE: Final = "held_files"
_UNSETTLED: Final = f"SELECT 1 FROM record WHERE {AMONG_IDS} AND record.state != 'settled' LIMIT 1"  # noqa: S608
_DISTRICT: Final = "protocol."
"""How the district's own reasons begin; any other was found here, before the bytes were sent."""


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
    found = held(reader)
    names = staff_names(reader) if found else {}
    told = []
    for digest, said in found.items():
        named = cast("list[Attachment]", reader.linked(digest, "attachment.digest"))
        gone = amended(reader, [r.id for r in named])
        withdrawn = [r for r in named if r.id not in gone and r.withdrawn]
        if not named or (len(withdrawn) + len(gone) == len(named) and _heard(reader, withdrawn)):
            continue
        first, at = named[0], datetime.fromisoformat(said["at"])
        state = HeldState.REFUSED if said["reason"].startswith(_DISTRICT) else HeldState.HERE
        if len(withdrawn) + len(gone) == len(named):
            state = HeldState.GIVEN_UP
        row = HeldRow(first.id, "attachment", first.name, said["reason"], said["values"], at, "", state)
        told.append(replace(row, staff_name=names.get(first.made.by, ""), made_at=first.made.at))
    return told


def _heard(reader: Reader, withdrawn: list[Attachment]) -> bool:
    """Whether the district knows that nobody wants these bytes any more."""
    found = reader.sql(_UNSETTLED, (listed([record.id for record in withdrawn]),)).fetchone()
    return found is None


def send_again(work: Work, record_id: str) -> bool:
    """Let the bytes that the attachment ``record_id`` names be sent again; returns whether they were held."""
    found = later.attachment(work, record_id)
    left = held(work)
    if found is None or left.pop(found.digest, None) is None:
        return False
    _keep(work, left)
    work.changed("attachment", "exchange")
    return True


def _keep(work: Work, left: Mapping[str, Any]) -> None:
    work.set_meta(_NOTE, json.dumps(left, ensure_ascii=False) if left else None)
