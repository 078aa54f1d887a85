"""A record as it is told: statuses, facts, and what happened in order of time; plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
class FileLine:
    """A file of the record: the attachment's id, its name, what it is, and a note under it (who, when, of what).

    ``purpose`` is an AttachmentPurpose's value, empty for an ordinary file; ``at`` when it was handed in.
    ``document`` is its place in a mediation's file, "" where nobody said.
    """

    id: str
    name: str
    media_type: str
    digest: str
    note: str = ""
    withdrawn: bool = False
    purpose: str = ""
    at: datetime | None = None
    document: str = ""


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
    files: tuple[FileLine, ...] = ()
