"""What time it is believed to be: a wrong computer clock neither hides nor invents what is overdue.

The district's word is signed, so it is never later than now. A clock that runs steadily tells how long ago that was,
as long as the computer was not started anew. Where the desk's clock contradicts them they decide, and the doubt is
told; where nothing can decide, both ends of the doubt are kept, and what lies between them is said to be doubtful.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

SLACK: Final = timedelta(minutes=10)
"""So far the desk's clock may be off without anybody being asked (as records.requirements lets a form be)."""
SILENCE: Final = timedelta(days=60)
"""A desk that says so much later than all it ever saw is doubted: it was closed, or its clock is wrong."""


class ClockDoubt(StrEnum):
    """Why the desk's clock is not believed. ``MOVED``: it was set while the computer ran; ``OFF``: the district heard
    that it was wrong; ``BEHIND``: earlier than what the district signed; ``EARLIER``: earlier than a record that was
    written here; ``SILENT``: much later than everything that is known."""

    MOVED = "moved"
    OFF = "off"
    BEHIND = "behind"
    EARLIER = "earlier"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of the time. ``signed`` is the latest time that the district signed.

    When ``anchored`` came straight from the district, the desk's clock said ``wall``; by a clock that nobody sets it is
    ``ago`` that this was (None where that clock has begun anew). ``off`` is by how much the district heard the desk's
    clock to be ahead, at the desk's ``off_at``. ``newest`` is the latest time of a record that the district has not
    answered for.
    """

    signed: datetime | None = None
    anchored: datetime | None = None
    wall: datetime | None = None
    ago: timedelta | None = None
    off: timedelta = timedelta()
    off_at: datetime | None = None
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Believed:
    """It is between ``earliest`` and ``latest``, which are one moment wherever something decides."""

    earliest: datetime
    latest: datetime
    doubt: ClockDoubt | None = None

    @property
    def now(self) -> datetime:
        """The moment by which nothing is called overdue that may not be."""
        return self.earliest


def believed(desk: datetime, heard: Heard) -> Believed:
    """Return what time it is where the desk's clock says ``desk``."""
    if (moved := _moved(desk, heard)) is not None:
        return Believed(moved, moved, ClockDoubt.MOVED)
    if (corrected := _corrected(desk, heard)) is not None:
        return Believed(corrected, corrected, ClockDoubt.OFF)
    if heard.signed is not None and desk < heard.signed - SLACK:
        known = max(heard.signed, (heard.anchored or heard.signed) + (heard.ago or timedelta()))
        return Believed(known, known, ClockDoubt.BEHIND)
    if heard.newest is not None and desk < heard.newest - SLACK:
        return Believed(desk, heard.newest, ClockDoubt.EARLIER)
    known = max((at for at in (heard.signed, heard.newest) if at), default=desk)
    if desk > known + SILENCE:
        return Believed(known, desk, ClockDoubt.SILENT)
    return Believed(desk, desk)


def _moved(desk: datetime, heard: Heard) -> datetime | None:
    """The time by the steady clock, where the desk's was set since the district signed; None where it was not.

    A clock that was known to be wrong and was set right is believed.
    """
    if heard.wall is None or heard.ago is None:
        return None
    jumped = desk - (heard.wall + heard.ago)
    if abs(jumped) <= SLACK or (heard.off and abs(jumped + heard.off) <= SLACK):
        return None
    return heard.wall + heard.ago - heard.off


def _corrected(desk: datetime, heard: Heard) -> datetime | None:
    """The time without what the district heard the clock to be off, unless it was set right since then."""
    if abs(heard.off) <= SLACK or heard.off_at is None:
        return None
    if heard.wall is not None and heard.ago is not None and abs(desk - (heard.wall + heard.ago) + heard.off) <= SLACK:
        return None
    corrected = desk - heard.off
    known = heard.off_at - heard.off
    return corrected if known - SLACK <= corrected <= known + SILENCE else None
