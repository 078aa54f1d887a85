"""Matters of other units that were given to this one, as the district told them last."""

from __future__ import annotations

from typing import Final, cast

from desktop.store.passed_clocks import Told, last_of, with_own_steps
from desktop.store.projections import AMENDS, SELDOM, naming
from desktop.store.reader import Reader, current
from desktop.store.running import PASSED
from desktop.store.running import Told as Says
from sync.records.passed_matters import PassedMatter

_LAST: Final = f"""
    SELECT body FROM record WHERE kind = 'passed_matter' AND {SELDOM} AND readable = 1 AND NOT EXISTS (
        SELECT 1 FROM link WHERE {naming("record.id")} AND link.via = '{AMENDS}'
    ) ORDER BY line DESC
"""  # noqa: S608 our own words
_OPEN: Final = """
    SELECT record.body FROM running CROSS JOIN record ON record.line = running.line
    WHERE running.clock = ? AND running.counted = ? ORDER BY running.at DESC, running.line DESC
"""
"""By the index of what runs, from which the cross join begins: nothing that is over is read."""


def told_here(reader: Reader) -> list[Told]:
    """Return the matters that this unit was given, each as it was told last, with its desks' own steps; the newest
    first. What was refused, and what was erased, is left out.
    """
    last: dict[str, PassedMatter] = {}
    for word in (_word(body) for (body,) in reader.sql(_LAST).fetchall() if body):
        last.setdefault(word.matter, word)  # an older one stands again where what amended it was erased
    return with_own_steps(reader, last.values())


def told_open(reader: Reader) -> list[Told]:
    """Return those of `told_here` in which the district says that this unit has something to do: three statements,
    whatever else it was ever given.
    """
    return with_own_steps(reader, [_word(body) for (body,) in reader.sql(_OPEN, (PASSED, int(Says.OPEN))).fetchall()])


def told_of(reader: Reader, matter: str) -> Told | None:
    """Return what was told last of one matter; None where this unit was never given it."""
    found = reader.linked(matter, "passed_matter.matter")
    last = last_of(r for r in found if isinstance(r, PassedMatter))
    return None if last is None else with_own_steps(reader, [last])[0]


def _word(body: bytes) -> PassedMatter:
    return cast(PassedMatter, current("passed_matter", body, None))
