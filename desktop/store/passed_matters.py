"""Matters of other units that were given to this one, as the district told them last."""

from __future__ import annotations

from typing import Final, cast

from desktop.store.links import steps_of
from desktop.store.projections import AMENDS, AT_ID, SELDOM, naming
from desktop.store.reader import Reader, current
from sync.records.matters import Step
from sync.records.passed_matters import PassedMatter

_LAST: Final = f"""
    SELECT body FROM record WHERE kind = 'passed_matter' AND {SELDOM} AND readable = 1 AND NOT EXISTS (
        SELECT 1 FROM link WHERE {naming("record.id")} AND link.via = '{AMENDS}'
    ) ORDER BY line DESC
"""  # noqa: S608 our own words
_NOT_REFUSED: Final = f"SELECT state FROM record WHERE {AT_ID}"  # noqa: S608 our own words


def told_here(reader: Reader) -> list[tuple[PassedMatter, list[Step]]]:
    """Return the matters that this unit was given, each as it was told last, with its desks' own steps; the newest
    first. What was refused, and what was erased, is left out.
    """
    bodies = [body for (body,) in reader.sql(_LAST).fetchall() if body]
    found = [cast(PassedMatter, current("passed_matter", body, None)) for body in bodies]
    return [(told, _own_steps(reader, told)) for told in found]


def told_of(reader: Reader, matter: str) -> tuple[PassedMatter, list[Step]] | None:
    """Return what was told last of one matter; None where this unit was never given it."""
    found = [r for r in reader.linked(matter, "passed_matter.matter") if isinstance(r, PassedMatter)]
    amended = {told.amends for told in found}
    last = next((told for told in reversed(found) if told.id not in amended), None)
    return None if last is None else (last, _own_steps(reader, last))


def _own_steps(reader: Reader, told: PassedMatter) -> list[Step]:
    mine = [step for step in steps_of(reader, told.matter) if step.made.unit == told.unit]
    return [step for step in mine if reader.sql(_NOT_REFUSED, (step.id,)).fetchone() != ("held",)]
