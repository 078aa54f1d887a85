"""What runs of mediations, by their matters and by what happened in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from desktop.store.projections import AMONG_IDS
from desktop.store.reader import Reader, listed
from desktop.store.running import Clocks
from sync.records.matters import Matter, Step
from sync.records.mediation_events import MediationEvent
from sync.records.mediation_periods import MediationPeriod, mediation_period
from sync.records.mediations import Mediation
from sync.records.open_clocks import mediation_clocks
from sync.records.record import Record
from sync.records.visits import Category

_LINES: Final = f"SELECT id, line FROM record WHERE {AMONG_IDS}"  # noqa: S608 our own words


def clocks_of(reader: Reader, values: dict[int, Record]) -> Clocks:
    """Return what runs of mediations: the category of its matter decides."""
    found = {line: cast(Mediation, value) for line, value in values.items()}
    matters = reader.current({m.matter for m in found.values()})
    steps = _steps(reader, matters)
    happened = _events(reader, {m.id for m in found.values()})
    return {
        line: mediation_clocks(m, _matter(matters.get(m.matter)), happened.get(m.id, ()), steps.get(m.matter, ()))
        for line, m in found.items()
    }


def clocks_in_matters(reader: Reader, values: dict[int, Record]) -> Clocks:
    """Return what runs of the mediations of matters: their category may have changed, or come later than they."""
    held = reader.linked_to({value.id for value in values.values()}, "mediation.matter")
    if not held:
        return {}
    matters = {value.id: value for value in values.values()}
    mediations = {m.id: cast(Mediation, m) for some in held.values() for m in some}
    happened, steps = _events(reader, set(mediations)), _steps(reader, matters)
    lines = reader.sql(_LINES, (listed(list(mediations)),)).fetchall()
    return {
        line: mediation_clocks(m, _matter(matters.get(m.matter)), happened.get(i, ()), steps.get(m.matter, ()))
        for i, line in lines
        for m in (mediations[i],)
    }


def periods_of(reader: Reader, ids: set[str]) -> dict[str, MediationPeriod]:
    """Return the periods of mediations with all that moves their ends."""
    found = {i: value for i, value in reader.current(ids).items() if isinstance(value, Mediation)}
    matters = reader.current({m.matter for m in found.values()})
    steps, happened = _steps(reader, matters), _events(reader, set(found))
    return {
        i: mediation_period(m, _matter(matters.get(m.matter)), happened.get(i, ()), steps.get(m.matter, ()))
        for i, m in found.items()
    }


def _events(reader: Reader, mediations: set[str]) -> dict[str, list[MediationEvent]]:
    return cast("dict[str, list[MediationEvent]]", reader.linked_to(mediations, "mediation_event.mediation"))


def _steps(reader: Reader, matters: Mapping[str, Record]) -> dict[str, list[Step]]:
    """The steps of those matters whose mediations begin by them."""
    labour = {m.id for m in matters.values() if isinstance(m, Matter) and m.category is Category.LABOUR}
    return cast("dict[str, list[Step]]", reader.linked_to(labour, "step.matter")) if labour else {}


def _matter(value: Record | None) -> Matter | None:
    return value if isinstance(value, Matter) else None
