"""Matters of which the police have to be told and were not (反家庭暴力法 14), for Today: what waits longest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from desktop.actions.desk import Desk
from desktop.store.running import DUTY, open_here
from sync.records.matters import Matter

MOST: Final = 99


@dataclass(frozen=True, slots=True)
class ReportOwed:
    """A matter that has to be reported, found ``since`` then."""

    matter: str
    title: str
    since: datetime


def reports_owed(desk: Desk) -> tuple[ReportOwed, ...]:
    """Return what has to be reported still, `MOST` at the most."""
    with desk.store.read() as reader:
        ids = open_here(reader, DUTY, MOST)
        found = reader.current(ids) if ids else {}
    return tuple(
        ReportOwed(matter.id, matter.title, matter.discovered_at)
        for record in ids
        if isinstance(matter := found.get(record), Matter)
    )
