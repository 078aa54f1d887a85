"""交接班: who hands the desk over to whom, and what goes with it; what is open is read from the records themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sync.records.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Fact):
    """``made.by`` hands over to ``to_staff`` (``to_name`` as it was that day), at ``happened_at``.

    ``devices`` are machines, keys and seals with how they stand, ``note`` what the next one has to know.
    """

    unit: str
    to_staff: str
    to_name: str
    happened_at: datetime
    devices: str = ""
    note: str = ""
