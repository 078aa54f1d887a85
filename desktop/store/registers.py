"""What the district wrote down for orders: who may order whom, and who is on duty."""

from __future__ import annotations

from desktop.store.projections import SELDOM
from desktop.store.reader import Reader, current
from sync.records.duty_rosters import DutyRoster
from sync.records.order_authorities import OrderAuthority

_ALL = f"SELECT body FROM record WHERE kind = ? AND {SELDOM} AND readable = 1 ORDER BY line"  # noqa: S608 our own words


def order_authorities(reader: Reader) -> list[OrderAuthority]:
    """Return the register of authority, amended entries too."""
    found = (current("order_authority", body, None) for (body,) in reader.sql(_ALL, ("order_authority",)))
    return [entry for entry in found if isinstance(entry, OrderAuthority)]


def duty_rosters(reader: Reader, department: str) -> list[DutyRoster]:
    """Return the duty lists of a department, former ones too."""
    return [one for one in reader.linked(department, "duty_roster.department") if isinstance(one, DutyRoster)]
