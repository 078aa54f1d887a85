"""A record as it is told: statuses, facts, and what happened in order of time; plain values."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.ui.models.status import Status


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: when, what, in which words; ``link`` is the record that it leads to.

    ``struck`` is what stood here before and was corrected, each with who, when and why; ``offers`` are what may be done
    from here with ``record``, the fact that is told.
    """

    when: str
    title: str
    text: str = ""
    picture: str = "info"
    tone: str = "calm"
    link: str = ""
    struck: tuple[tuple[str, str], ...] = ()
    record: str = ""
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """All that a pane shows of a record. ``facts`` are label and value; empty values are left out."""

    id: str
    title: str
    subtitle: str = ""
    statuses: tuple[Status, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    warnings: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
