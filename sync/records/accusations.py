"""检举控告: what somebody accuses a body or a person of, sealed at capture to the body that may read it.

Its material is never shown to the accused, nor passed on to them (信访工作条例 30): whoever wrote it down cannot read
it again, and it goes past the accused unit and all that stands below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync.records.record import Fact
from sync.records.units import Level, OrgUnit

RECEIVING: Final = (Level.DISTRICT, Level.CITY)
"""Where bodies stand that take accusations, the nearest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accusation(Fact):
    """``sealed`` (base64, age) opens with the secret behind ``recipient`` alone; ``to_unit`` is who has that.

    ``code`` is what the accuser takes home: it names nobody. ``matter`` is the accusation's matter, which says nothing
    either.
    """

    matter: str
    code: str
    to_unit: str
    recipient: str
    sealed: str
    happened_at: datetime


def receiving_body(units: Mapping[str, OrgUnit], accused: str | None) -> OrgUnit | None:
    """Return the body that gets an accusation of the unit ``accused``; None where every one stands at or below it.

    Bodies are those that publish whom to seal to (`OrgUnit.recipient`); the district's come before the city's.
    """
    fit = [u for u in units.values() if u.recipient and u.level in RECEIVING and u.closed_on is None]
    fit = [u for u in fit if not accused or accused not in _line_up(units, u.unit)]
    return min(fit, key=lambda u: (RECEIVING.index(u.level), u.unit), default=None)


def _line_up(units: Mapping[str, OrgUnit], unit: str) -> list[str]:
    """A unit and all that stand above it."""
    found: list[str] = []
    here: str | None = unit
    while here and here not in found:
        found.append(here)
        here = units[here].parent if here in units else None
    return found
