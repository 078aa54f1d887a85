"""The matters that are open here, with their steps: by the index of states, so that what is closed costs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from desktop.store.reader import CHUNK, Reader, listed
from sync.records.matter_state import OPEN_STAGES
from sync.records.matters import Matter, Step

_OPEN: Final = "SELECT line FROM matter WHERE state IN (SELECT value FROM json_each(?)) ORDER BY line"


def open_matters(reader: Reader) -> Iterator[tuple[Matter, list[Step]]]:
    """Yield the open matters with all of their steps, some hundreds read at a time."""
    lines = [line for (line,) in reader.sql(_OPEN, (listed(sorted(OPEN_STAGES)),)).fetchall()]
    for start in range(0, len(lines), CHUNK):
        found = [cast(Matter, value) for _, value in reader.at_lines(lines[start : start + CHUNK])]
        steps = reader.linked_to([matter.id for matter in found], "step.matter")
        for matter in found:
            yield matter, cast("list[Step]", steps.get(matter.id, []))
