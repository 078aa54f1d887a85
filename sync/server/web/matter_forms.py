"""The forms with which a unit answers for a matter that was passed to it, as data; and to whom it may give it on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sync.records.matters import StepKind
from sync.records.units import Level
from sync.server.store.directory import Unit
from sync.server.web.answer_forms import Field

FIELDS: Final[dict[StepKind, tuple[Field, ...]]] = {
    StepKind.RECEIVED: (
        Field("happened_at", "past", must=True, label="received_at", hint="hint_received_at"),
        Field("text", "long", label="handled_by", hint="hint_handled_by"),
    ),
    StepKind.SENT_BACK: (Field("text", "long", must=True, label="reason"), Field("rule_cited", hint="hint_rule")),
    StepKind.MEDIATION_COMPLEX: (Field("text", "long", must=True, label="reason"),),
    StepKind.TRANSFERRED: (
        Field("to_unit", "unit", must=True),
        Field("text", "long", must=True, label="why_passed_on"),
    ),
}
LETTERS: Final = {
    StepKind.RECEIVED: "s",
    StepKind.SENT_BACK: "u",
    StepKind.TRANSFERRED: "t",
    StepKind.MEDIATION_COMPLEX: "x",
}
"""The key that opens each form: as beside orders where the meaning is the same."""

_LEVELS: Final = (Level.STREET, Level.DISTRICT, Level.CITY)
"""Units that work in a browser: what belongs to a community or a station goes back to the station that has it."""


def targets(known: Iterable[Unit], own: str) -> list[tuple[str, str]]:
    """Return the units, with their names, that a unit may give a matter on to."""
    found = [unit for unit in known if unit.level in _LEVELS and not unit.closed and unit.unit != own]
    return [(unit.unit, unit.name) for unit in sorted(found, key=lambda u: (_LEVELS.index(u.level), u.name, u.unit))]


def kind_of_giving(own: Level, to: Unit) -> StepKind:
    """Return what giving a matter on is: upwards, along the line of street and district, it is escalated."""
    upwards = to.level in _LEVELS and own in _LEVELS and _LEVELS.index(to.level) > _LEVELS.index(own)
    return StepKind.ESCALATED if upwards and not to.department else StepKind.TRANSFERRED
