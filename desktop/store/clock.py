"""What this store knows of the time: the district's signed word, how the desk's clock stood then, its own records."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final

from desktop.store import proved
from desktop.store.projections import THROUGH
from desktop.store.reader import Reader
from desktop.store.work import Work
from sync.records.believed import Heard

ANCHOR: Final = "clock_anchor"
OFF: Final = "clock_off"
_LAST: Final = 20
"""So many are looked at, the newest: what the district has answered for is older than its signed word."""
_MADE: Final = f"""
    SELECT json_extract(CAST(body AS TEXT), '$.made.at') FROM (
        SELECT line, body FROM record
        WHERE line > {THROUGH} AND state = 'unsent' AND readable = 1 AND kind <> 'audit_entry'
        UNION ALL
        SELECT record.line, body FROM waiting CROSS JOIN record ON record.line = waiting.line
        WHERE readable = 1 AND kind <> 'audit_entry'
        ORDER BY line DESC LIMIT ?
    )
"""  # noqa: S608 our own words


def note_anchor(work: Work, signed: datetime, wall: datetime, steady: float, boot: str) -> None:
    """Keep how the desk's clock and the steady one stood when the district signed ``signed``."""
    told = {"signed": signed.isoformat(), "wall": wall.isoformat(), "steady": steady, "boot": boot}
    work.set_meta(ANCHOR, json.dumps(told))


def anchored(reader: Reader) -> datetime | None:
    """Return which time the district had signed when it was last heard straight; None where it never was."""
    noted = reader.meta(ANCHOR)
    return datetime.fromisoformat(json.loads(noted)["signed"]) if noted else None


def note_off(work: Work, off: timedelta, at: datetime) -> None:
    """Keep by how much the district heard the desk's clock to be ahead, when that said ``at``."""
    work.set_meta(OFF, json.dumps({"seconds": off.total_seconds(), "at": at.isoformat()}))


def heard_signed(reader: Reader) -> datetime | None:
    """Return the latest time that the district signed, which is never later than now."""
    proof = proved.last_proof(reader)
    return max((at for at in (proof.at if proof else None, anchored(reader)) if at), default=None)


def heard(reader: Reader, steady: float, boot: str) -> Heard:
    """Return what is known of the time, where the steady clock of this start says ``steady`` seconds."""
    noted = reader.metas(ANCHOR, OFF)
    anchor = json.loads(noted.get(ANCHOR, "{}"))
    off = json.loads(noted.get(OFF, "{}"))
    proof = proved.last_proof(reader)
    same = anchor.get("boot") == boot and steady >= anchor.get("steady", steady)
    straight = datetime.fromisoformat(anchor["signed"]) if anchor else None
    return Heard(
        signed=max((at for at in (proof.at if proof else None, straight) if at), default=None),
        anchored=straight,
        wall=datetime.fromisoformat(anchor["wall"]) if anchor else None,
        ago=timedelta(seconds=steady - anchor["steady"]) if anchor and same else None,
        off=timedelta(seconds=off.get("seconds", 0)),
        off_at=datetime.fromisoformat(off["at"]) if off else None,
        newest=max((datetime.fromisoformat(at) for (at,) in reader.sql(_MADE, (_LAST,)) if at), default=None),
    )
