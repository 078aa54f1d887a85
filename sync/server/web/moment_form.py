"""The form of the five moments: how long each may take after the one before it, by nature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from resources import Wording
from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import Length
from sync.records.errors import RuleBroken
from sync.records.matters import Nature
from sync.records.moment_limits import ALL, LONGEST, MOMENTS
from sync.server.web.limits import term_text
from sync.server.web.publishing import Difference

UNITS: Final = (PeriodUnit.MINUTES, PeriodUnit.HOURS, PeriodUnit.DAYS)
"""Round the clock: a day has 24 hours."""
ROWS: Final = (ALL, *(nature.value for nature in Nature))
_MINUTES: Final = {PeriodUnit.MINUTES: 1, PeriodUnit.HOURS: 60, PeriodUnit.DAYS: 1440}
Table = Mapping[str, Any]
Fields = Mapping[str, str]


def moment_fields(table: Table) -> dict[str, str]:
    """Return the limits as fields: ``m_<nature>_<moment>_amount`` and ``_unit``; a nature's own alone."""
    found: dict[str, str] = {}
    for row, given in table.items():
        if isinstance(given, dict):
            for moment in (moment for moment in MOMENTS if moment in given):
                length = _length(given[moment])
                found[f"m_{row}_{moment}_amount"] = str(length.amount)
                found[f"m_{row}_{moment}_unit"] = length.unit.value
    return found


def _length(minutes: int) -> Length:
    unit = next(unit for unit in reversed(UNITS) if minutes % _MINUTES[unit] == 0)
    return Length(minutes // _MINUTES[unit], unit)


def moment_rows(form: Fields, words: Wording) -> list[tuple[str, str, list[tuple[str, str, Fields]]]]:
    """Return for each nature its name, and for each moment what it is called and its fields."""
    return [(row, row_words(row, words), [_cell(form, row, one, words) for one in MOMENTS]) for row in ROWS]


def _cell(form: Fields, row: str, moment: str, words: Wording) -> tuple[str, str, Fields]:
    cells = {name: form.get(f"m_{row}_{moment}_{name}", "") for name in ("amount", "unit")}
    return moment, words(f"records.moment_{moment}"), cells


def row_words(row: str, words: Wording) -> str:
    """Return what people call a row."""
    return words("web.every_nature") if row == ALL else words(f"records.nature_{row}")


def spelled_moments(form: Fields, words: Wording) -> str:
    """Return the table that a form spells; a nature's empty cell goes by the row for all, whose cells are all filled.

    RuleBroken("tables.no_moment") names nature and moment.
    """
    parts = []
    for row in ROWS:
        lines = []
        for moment in MOMENTS:
            said, unit = form.get(f"m_{row}_{moment}_amount", "").strip(), form.get(f"m_{row}_{moment}_unit", "")
            if not said and row != ALL:
                continue
            counted = said.isdecimal() and len(said) < 8 and unit in set(UNITS)
            minutes = int(said) * _MINUTES[PeriodUnit(unit)] if counted else 0
            if not 0 < minutes <= LONGEST:
                what, most = words(f"records.moment_{moment}"), LONGEST // _MINUTES[PeriodUnit.DAYS]
                raise RuleBroken("tables.no_moment", field="text", row=row_words(row, words), what=what, most=most)
            lines.append(f"{moment} = {minutes}\n")
        if lines:
            parts.append(f"[{row}]\n{''.join(lines)}")
    return "\n".join(parts)


def moment_differences(before: Table, after: Table, words: Wording) -> list[Difference]:
    """Say which limits become what; "" where a nature goes by the row for all."""
    found = []
    for row in ROWS:
        for moment in MOMENTS:
            was, now = (table.get(row, {}).get(moment) for table in (before, after))
            if was != now:
                told = [term_text(words, _length(minutes)) if minutes else "" for minutes in (was, now)]
                found.append(Difference(row_words(row, words), words(f"records.moment_{moment}"), *told))
    return found
