"""The course of a mediation as its page tells it, what came last first, and nothing of what was confided.

What was said in a session stands in its minutes at the station. Of a talk with one side (背对背会谈、单方联系) the page
says that it was held, not with whom and nothing of it (人民调解法 15).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Final

from resources import Wording
from sync.records.court_confirmation import OF_COURT
from sync.records.mediation_events import MediationEvent, MediationEventKind, shareable
from sync.records.mediations import Agreement, FollowUp
from sync.records.seen import standing
from sync.records.times import BEIJING
from sync.server.store.mediations import MediationHere
from sync.server.web.order_history import Happened
from sync.server.web.render import moment_text

_LOOKS: Final = {
    MediationEventKind.CONTACT: ("quiet", "lock"),
    MediationEventKind.SEPARATE: ("quiet", "lock"),
    MediationEventKind.JOINT: ("info", "people"),
    MediationEventKind.INSPECTION: ("info", "pin"),
    MediationEventKind.SUSPENDED: ("warn", "pause"),
    MediationEventKind.RESUMED: ("info", "clock"),
    MediationEventKind.UNSIGNED: ("bad", "pen"),
    MediationEventKind.CONSENT: ("info", "user"),
    MediationEventKind.PERIOD_AGREED: ("info", "clock"),
    MediationEventKind.COURT_FILED: ("info", "order"),
    MediationEventKind.COURT_ACCEPTED: ("info", "check"),
    MediationEventKind.COURT_EXTENDED: ("warn", "clock"),
    MediationEventKind.COURT_RULED: ("good", "check"),
}
_TOLD: Final = frozenset(
    {MediationEventKind.SUSPENDED, MediationEventKind.RESUMED, MediationEventKind.PERIOD_AGREED, *OF_COURT}
)
"""Of these the reason is told, and what a court did; what was said and found in the others stands at the station."""


def course(
    words: Wording, here: MediationHere, agreements: Iterable[Agreement], visits: Iterable[FollowUp]
) -> tuple[Happened, ...]:
    """Return what happened in a mediation and what came of it."""
    told = [*_opened(words, here), *_events(words, here.events), *_agreements(words, agreements)]
    told += [_visit(words, visit) for visit in standing(visits)[0].values()]
    return tuple(sorted(told, key=lambda one: one.at, reverse=True))


def adjourned(events: Iterable[MediationEvent]) -> int:
    """Return how often a mediation was put off or rested, what was withdrawn by a correction left out."""
    return sum(event.kind is MediationEventKind.SUSPENDED for event in standing(events)[0].values())


def _opened(words: Wording, here: MediationHere) -> list[Happened]:
    value = here.mediation
    found = [Happened(value.started_at, words("web.mediation_opened"), ("info", "order"))]
    if value.rights_told_at:
        found.append(Happened(value.rights_told_at, words("web.mediation_rights_told"), ("info", "check")))
    return found


def _events(words: Wording, events: tuple[MediationEvent, ...]) -> list[Happened]:
    """Each event that stands; of one that may be somebody's confidence in any version only that it was."""
    open_ = {event.id: event for event in shareable(events)}
    found = []
    for event in standing(events)[0].values():
        shown = open_.get(event.id)
        title = words(f"records.mediationeventkind_{event.kind.value}")
        lines = _lines(words, shown) if shown else [words("web.mediation_confided")]
        look = _LOOKS.get(event.kind, ("info", "order")) if shown else ("quiet", "lock")
        found.append(Happened(event.happened_at, title, look, lines=tuple(line for line in lines if line)))
    return found


def _lines(words: Wording, event: MediationEvent) -> list[str]:
    lines = []
    if event.reason:
        lines.append(words(f"records.suspensionreason_{event.reason.value}"))
    if event.until:
        lines.append(words("web.mediation_until", day=event.until.isoformat()))
    if event.ended_at:
        lines.append(words("web.mediation_ended_at", at=moment_text(event.ended_at)))
    if event.kind is MediationEventKind.CONSENT and event.agrees is not None:
        lines.append(words("web.mediation_agrees" if event.agrees else "web.mediation_declines"))
    return [*lines, event.place, event.text if event.kind in _TOLD else ""]


def _agreements(words: Wording, agreements: Iterable[Agreement]) -> list[Happened]:
    found = []
    for paper in agreements:
        title = words("web.mediation_agreement", number=paper.number)
        lines = [words(f"records.agreementform_{paper.form.value}")]
        if paper.version > 1:
            lines.append(words("web.mediation_version", version=paper.version))
        found.append(Happened(_day(paper), title, ("good", "check"), lines=tuple(lines)))
    return found


def _day(paper: Agreement) -> datetime:
    """When it was drawn up; of the day alone on which it was entered the hour is known."""
    made = paper.made.at.astimezone(BEIJING)
    return made if made.date() == paper.drawn_on else datetime.combine(paper.drawn_on, time(), BEIJING)


def _visit(words: Wording, visit: FollowUp) -> Happened:
    lines = (words(f"web.mediation_{'' if visit.satisfied else 'un'}satisfied"),) if visit.satisfied is not None else ()
    return Happened(visit.happened_at, words("web.mediation_follow_up"), ("info", "phone"), lines=lines)
