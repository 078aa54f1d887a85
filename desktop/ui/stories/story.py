"""A record as it is told: statuses, facts, and what happened in order of time; plain values."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.ui.models.status import Status


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: when, what, in which words; ``link`` is the record that it leads to."""

    when: str
    title: str
    text: str = ""
    picture: str = "info"
    tone: str = "calm"
    link: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """All that a pane shows of a record. ``facts`` are label and value; empty values are left out.

    ``alike``: there are cards that may be of the same person, for somebody to judge.
    """

    id: str
    title: str
    subtitle: str = ""
    statuses: tuple[Status, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    warnings: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    alike: bool = False
