"""The events of a mediation as they are told, what is one side's confidence marked as such wherever it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.ui.stories.story import Event
from desktop.ui.words import clock_span, day, moment
from resources import Wording
from sync.records.mediation_events import OF_A_PARTY, ONE_SIDED, MediationEvent, MediationEventKind, confidential_to

_PICTURES = {
    MediationEventKind.CONTACT: "chat",
    MediationEventKind.JOINT: "people",
    MediationEventKind.SEPARATE: "person",
    MediationEventKind.INSPECTION: "search",
    MediationEventKind.SUSPENDED: "clock",
    MediationEventKind.RESUMED: "check",
    MediationEventKind.UNSIGNED: "cross",
    MediationEventKind.CONSENT: "chat",
    MediationEventKind.PERIOD_AGREED: "clock",
    MediationEventKind.COURT_FILED: "agreement",
    MediationEventKind.COURT_ACCEPTED: "check",
    MediationEventKind.COURT_EXTENDED: "clock",
    MediationEventKind.COURT_RULED: "check",
}

_WARNS = frozenset({MediationEventKind.SUSPENDED, MediationEventKind.UNSIGNED})
_PRESENT = {MediationEventKind.PERIOD_AGREED: "window.event_agreed_by"}
_UNTIL = {MediationEventKind.PERIOD_AGREED: "window.event_agreed_until"}
_RECORDED = frozenset({MediationEventKind.JOINT, MediationEventKind.INSPECTION})


def told_event(
    words: Wording,
    event: MediationEvent,
    sides: Mapping[int, str],
    before: Sequence[MediationEvent] = (),
    staff: Mapping[str, str] | None = None,
    *,
    covered: bool = False,
) -> Event:
    """Tell one event; ``sides`` are the names of each side, ``before`` what it replaced, the first one first.

    ``covered`` tells that one side's confidence is there, and not a word of it. What was corrected is struck, with who
    corrected it when and why, and stays marked as the confidence that it was.
    """
    held = any(e.kind in ONE_SIDED for e in (*before, event))
    if covered and held:
        text = words("window.confidence_covered")
        return Event(moment(event.happened_at), _title(words, event, sides), text, _PICTURES[event.kind], "warn")
    struck = []
    for old in before:
        new = next((e for e in (*before, event) if e.amends == old.id), event)
        who, at = (staff or {}).get(new.made.by, new.made.by), moment(new.made.at)
        title = _title(words, old, sides)
        struck.append(
            (
                words("window.event_corrected", who=who, at=at, why=new.amend_reason),
                f"{title}\n{_said(words, old, sides)}",
            )
        )
    when = clock_span(event.happened_at, event.ended_at) if event.ended_at else moment(event.happened_at)
    warns = confidential_to(event) or event.kind in _WARNS or event.agrees is False
    tone = "warn" if warns else "info"
    said, picture = _said(words, event, sides), _PICTURES[event.kind]
    offers: tuple[str, ...] = ("correct", "record") if event.kind in _RECORDED else ("correct",)
    if event.kind in OF_A_PARTY:
        offers = ()
    title = _title(words, event, sides)
    return Event(when, title, said, picture, tone, struck=tuple(struck), record=event.id, offers=offers)


def _title(words: Wording, event: MediationEvent, sides: Mapping[int, str]) -> str:
    kind = words(f"records.mediationeventkind_{event.kind.value}")
    side = confidential_to(event)
    return words("window.event_with", what=kind, side=side_name(words, side, sides)) if side else kind


def _said(words: Wording, event: MediationEvent, sides: Mapping[int, str]) -> str:
    side = confidential_to(event)
    lines = [
        words("window.confidential", side=side_name(words, side, sides)) if side else "",
        _manner(words, event),
        event.place,
        words(_PRESENT.get(event.kind, "window.event_present"), names=words("window.list_comma").join(event.present))
        if event.present and event.kind is not MediationEventKind.CONSENT
        else "",
        words(f"records.suspensionreason_{event.reason.value}") if event.reason else "",
        words(_UNTIL.get(event.kind, "window.event_until"), day=day(event.until)) if event.until else "",
        event.text,
        words("window.event_undisputed", text=event.undisputed) if event.undisputed else "",
    ]
    return "\n".join(line for line in lines if line)


def side_name(words: Wording, side: int, sides: Mapping[int, str]) -> str:
    """Return who stands on ``side``; the side's own word where nobody there has a name."""
    key = f"forms.side_{side}"
    return sides.get(side) or (words(key) if words.has(key) else str(side))


def _manner(words: Wording, event: MediationEvent) -> str:
    if event.kind not in (MediationEventKind.CONTACT, MediationEventKind.CONSENT):
        return ""
    manner = words(f"records.contactmanner_{event.manner.value}") if event.manner else ""
    if event.kind is MediationEventKind.CONSENT:
        will = words("forms.answer_agrees" if event.agrees else "forms.answer_refuses")
        return words("window.list_comma").join(part for part in (*event.present, will, manner) if part)
    reached = words("window.event_reached" if event.reached else "window.event_not_reached")
    return words("window.list_comma").join(part for part in (manner, reached) if part)
