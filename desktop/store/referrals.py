"""The steps by which matters were referred, and those that say what came of it."""

from __future__ import annotations

from typing import Final, cast

from desktop.store.projections import SELDOM
from desktop.store.reader import Reader, current
from sync.records.matters import Step, StepKind

_STEPS: Final = f"""
    SELECT body FROM record WHERE kind = 'step' AND {SELDOM} AND readable = 1
    AND (instr(body, CAST(?1 AS BLOB)) OR instr(body, CAST(?2 AS BLOB)))
"""  # noqa: S608 our own words
_WANTED: Final = tuple(f'"kind":"{kind.value}"' for kind in (StepKind.REFERRED, StepKind.REFERRAL_RESULT))
"""As canonical bytes say it: nothing that somebody typed can look so, for its quotation marks are escaped."""


def referring_steps(reader: Reader) -> dict[str, list[Step]]:
    """Return the steps that refer a matter or say what came of that, by the matter.

    SQLite passes over all others by their bytes, so that no index has to know of what few matters have.
    """
    found: dict[str, list[Step]] = {}
    for (body,) in reader.sql(_STEPS, _WANTED):
        step = cast(Step, current("step", body, None))
        found.setdefault(step.matter, []).append(step)
    return found
