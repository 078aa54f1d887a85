"""Sentences that several stories share: parties, prints, conflicts, doubts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from desktop.actions.card_words import Telling, label_of
from desktop.store.links import participations_of, prints_of
from desktop.store.names import party_names
from desktop.store.prints import outcomes_of
from desktop.store.reader import Reader
from desktop.store.units import staff_names, units
from desktop.ui.models.print_words import result_status
from desktop.ui.stories.story import Event
from desktop.ui.words import moment
from resources import Wording
from sync.records.kinds import kind_of
from sync.records.seen import Doubt


def parties(reader: Reader, words: Wording, subject: str) -> tuple[tuple[str, str], ...]:
    """Return who takes part, as role and name; a hidden one is told only as hidden."""
    parts = participations_of(reader, subject)
    names = party_names(reader, [p.party for p in parts])
    told: dict[str, list[str]] = {}
    for part in parts:
        name = words("window.hidden_name") if part.hidden else names.get(part.party, "")
        told.setdefault(words(f"records.partyrole_{part.role.value}"), []).append(name or words("window.no_name"))
    return tuple((role, words("window.list_comma").join(found)) for role, found in told.items())


def prints(reader: Reader, words: Wording, subject: str) -> list[tuple[datetime, Event]]:
    """Return the prints of a record's papers, each with its time and what became of it."""
    names = staff_names(reader)
    found = prints_of(reader, subject)
    last = outcomes_of(reader, [p.id for p in found])
    told: list[tuple[datetime, Event]] = []
    for p in found:
        title = words("window.event_print", paper=words(f"records.paperkind_{p.paper.value}"))
        text = words("window.event_print_text", copy=p.copy, copies=p.copies, name=names.get(p.made.by, ""))
        tone = "calm"
        if p.id in last:
            status = result_status(words, last[p.id].result)
            text, tone = f"{text}  {status.text}", status.tone
        told.append((p.made.at, Event(moment(p.made.at), title, text, "print", tone)))
    return told


def in_time(events: Iterable[tuple[datetime, Event]]) -> tuple[Event, ...]:
    """Return events, the last one first, in whatever zone it was told; of one moment, the one told later first."""
    told = sorted(events, key=lambda pair: pair[0])
    return tuple(event for _at, event in reversed(told))


def conflicts(reader: Reader, words: Wording, card_id: str) -> tuple[str, ...]:
    """Return one sentence for each field that two desks set differently: both values, both people, both times."""
    folded = reader.folded(card_id)
    if not folded.conflicts:
        return ()
    names, telling, kind = staff_names(reader), Telling(words, reader), kind_of(card_id)
    told = []
    for field, standing in sorted(folded.conflicts.items()):
        values = [
            words(
                "window.conflict_value",
                value=telling(field, s.value) or words("conflicts.empty"),
                name=names.get(s.made.by, "") if s.made else "",
                at=moment(s.made.at) if s.made else "",
            )
            for s in standing
        ]
        label = label_of(words, field, kind.name if kind else "")
        told.append(words("window.conflict", field=label, values=words("window.list_semicolon").join(values)))
    return tuple(told)


def doubts(words: Wording, found: Iterable[Doubt]) -> tuple[str, ...]:
    """Return the sentences of what a person should look at."""
    return tuple(words(d.reason) if words.has(d.reason) else d.reason for d in found)


def unit_names(reader: Reader) -> dict[str, str]:
    """Return the names of the units of the tree by identity."""
    return {identity: unit.name for identity, unit in units(reader).items()}
