"""What time it is believed to be at this desk, and what is noted of its clock when the district is spoken with."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import uuid4

from desktop.actions.desk import Desk, wall_clock
from desktop.store import clock
from desktop.store.reader import Reader
from desktop.store.work import Work
from sync.records.believed import SLACK, Believed, believed


def steady() -> float:
    """Seconds by a clock that nobody sets and that goes on while the computer sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@cache
def boot() -> str:
    """Name this start of the computer; where it has no name, this program's run."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return uuid4().hex


def believed_now(reader: Reader, desk_says: datetime) -> Believed:
    """Return what time it is, where this desk's clock says ``desk_says``."""
    return believed(desk_says, clock.heard(reader, steady(), boot()))


def anchor(work: Work, signed: datetime, now: Callable[[], datetime] = wall_clock) -> None:
    """Keep, with what is being written anyway, how this desk's clock stands where the district has just ``signed`` a
    time; a receipt that is given once more tells nothing new.
    """
    known = clock.anchored(work)
    if known is None or signed > known:
        clock.note_anchor(work, signed, now(), steady(), boot())


def note_exchange(desk: Desk, signed: datetime | None, ahead: timedelta) -> None:
    """Keep how this desk's clock stood to the district's; nothing where that is known already.

    ``signed`` is the time of a receipt that was verified just now, ``ahead`` what the district heard. An older one
    than the last heard is one that is given once more.
    """
    at = desk.now()
    with desk.store.read() as reader:
        known = clock.heard(reader, steady(), boot())
    anew = signed is not None and (known.anchored is None or signed > known.anchored)
    wrong = abs(ahead - known.off) > SLACK / 2
    if anew or wrong:
        with desk.store.write() as work:
            if signed is not None and anew:
                clock.note_anchor(work, signed, at, steady(), boot())
            if wrong:
                clock.note_off(work, ahead, at)
