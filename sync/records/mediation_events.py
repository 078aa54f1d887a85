"""What happens in a mediation between its opening and its end: contacts, sessions, inspections, suspensions.

One kind with an enumeration, as `Step` and `OrderReply` are, and not a kind for each: all of them are facts of one
mediation at one moment, are told in one line of time, and stand under one rule of secrecy, which must not be spelt
in six places. A later sort of event is one more value, and a program that does not know it still keeps the fact.
What each sort has to say is checked in case_requirements.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sync.records.deadlines import Suspension
from sync.records.record import Fact
from sync.records.seen import standing, versions


class MediationEventKind(StrEnum):
    """What happened. ``SEPARATE`` is 背对背: with one side while the other is not there.

    ``PERIOD_AGREED``: the parties agreed until when the mediation lasts, or goes on (mediation_periods.py).
    ``UNSIGNED``: a party left before signing an agreement, or would not sign it. ``CONSENT``: a party said whether it
    agrees to be mediated (consent.py). ``COURT_…``: what became of an agreement at the court that the parties asked to
    confirm it (court_confirmation.py); a ruling is any end of it, also that it is not accepted.
    """

    CONTACT = "contact"
    JOINT = "joint"
    SEPARATE = "separate"
    INSPECTION = "inspection"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    UNSIGNED = "unsigned"
    CONSENT = "consent"
    PERIOD_AGREED = "period_agreed"
    COURT_FILED = "court_filed"
    COURT_ACCEPTED = "court_accepted"
    COURT_EXTENDED = "court_extended"
    COURT_RULED = "court_ruled"


class ContactManner(StrEnum):
    """How one side was tried to be reached, or how a party said what it wants."""

    PHONE = "phone"
    VISIT = "visit"
    MESSAGE = "message"
    LETTER = "letter"
    THROUGH_OTHERS = "through_others"
    AT_DESK = "at_desk"
    IN_WRITING = "in_writing"


class SuspensionReason(StrEnum):
    """Why a mediation rests: put off to another day, an appraisal (鉴定) under way, evidence awaited, or else."""

    ADJOURNED = "adjourned"
    APPRAISAL = "appraisal"
    EVIDENCE = "evidence"
    OTHER = "other"


ONE_SIDED: Final = frozenset({MediationEventKind.CONTACT, MediationEventKind.SEPARATE})
OF_A_PARTY: Final = frozenset({MediationEventKind.UNSIGNED, MediationEventKind.CONSENT})
"""Noted where the parties stand in a list, and never corrected as an event: a later answer replaces an earlier one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediationEvent(Fact):
    """One event. ``side`` is the side that was spoken with, 0 where it was no single one.

    ``present`` are names as they were told. ``ended_at`` is a session's or an inspection's. A suspension has its
    ``reason`` and, where one was set, the day ``until`` which; a resumption names in ``resumes`` all suspensions that
    its writer saw standing. A period that was agreed on lasts ``until`` a day; ``present`` are then those who agreed,
    and ``text`` is why. ``party`` did not sign ``agreement``; it may sign later all the same. A consent is of
    ``party``, which ``agrees`` to the mediation or refuses it. What a court does is of ``agreement``, and ``place`` is
    the court.

    ``undisputed`` are facts that nobody disputes, written down at a joint session where all
    parties agreed to that (``undisputed_agreed``; 深圳经济特区矛盾纠纷多元化解条例 73).
    """

    mediation: str
    kind: MediationEventKind
    happened_at: datetime
    ended_at: datetime | None = None
    side: int = 0
    manner: ContactManner | None = None
    reached: bool | None = None
    place: str = ""
    present: tuple[str, ...] = ()
    text: str = ""
    reason: SuspensionReason | None = None
    until: date | None = None
    resumes: tuple[str, ...] = ()
    agreement: str = ""
    party: str = ""
    undisputed: str = ""
    undisputed_agreed: bool = False
    agrees: bool | None = None


def confidential_to(event: MediationEvent) -> int:
    """Return the side whose confidence ``event`` holds, 0 where nobody's.

    What one side says behind the other's back is its own (人民调解法 15: a mediator keeps the parties' secrets).
    """
    return event.side if event.kind in ONE_SIDED else 0


def shareable(events: Iterable[MediationEvent], side: int = 0) -> tuple[MediationEvent, ...]:
    """Return what a copy or a paper for ``side`` may say; for side 0, which is everybody's, no confidence at all.

    Only what stands is given, never what a correction replaced: the old words may have been a confidence, and so may
    the reason for the correction, which is left out then. An event whose side is not known is held back from all; so is
    one that two desks corrected without seeing each other, where either says that it is a confidence of another side.
    """
    known = {event.id: event for event in events}
    stands, lines = standing(known.values())[0], versions(known.values())
    replaced = {event.amends for event in known.values()}
    return tuple(
        replace(event, amend_reason="") if any(not _open_to(e, side) for e in lines[place]) else event
        for place, event in stands.items()
        if (heads := [e for e in lines[place] if e.id not in replaced]) and all(_open_to(e, side) for e in heads)
    )


def _open_to(event: MediationEvent, side: int) -> bool:
    return event.kind not in ONE_SIDED or (side > 0 and confidential_to(event) == side)


def open_suspensions(events: Iterable[MediationEvent]) -> tuple[MediationEvent, ...]:
    """Return the suspensions that no standing resumption names, the earliest first."""
    found = (begun for begun, ends in _suspensions(events) if ends is None)
    return tuple(sorted(found, key=lambda e: (e.happened_at, e.id)))


def suspended_for(events: Iterable[MediationEvent], now: datetime) -> timedelta:
    """Return how long the mediation rested until ``now``; spans that overlap count once.

    How long it was, for people; a period leaves out what `rests_of` gives (医疗纠纷预防和处理条例 38: an appraisal).
    """
    total, reached = timedelta(), None
    for begins, ends_at in sorted((e.happened_at, ends or now) for e, ends in _suspensions(events)):
        begins = begins if reached is None else max(begins, reached)
        if ends_at > begins:
            total += ends_at - begins
            reached = ends_at
    return total


def rests_of(events: Iterable[MediationEvent], reason: SuspensionReason) -> tuple[Suspension, ...]:
    """Return when the mediation rested for ``reason``, as deadlines.py takes it: a rule may leave that time out."""
    return tuple(Suspension(e.happened_at, ends) for e, ends in _suspensions(events) if e.reason is reason)


def _suspensions(events: Iterable[MediationEvent]) -> list[tuple[MediationEvent, datetime | None]]:
    """Return the standing suspensions and when each ended. A resumption names a suspension by whichever version of it
    its writer saw."""
    known = list(events)
    stands = standing(known)[0]
    place_of = {named: place for place, line in versions(known).items() for e in line for named in (e.amends, e.id)}
    ends: dict[str, datetime] = {}
    for event in stands.values():
        for named in event.resumes if event.kind is MediationEventKind.RESUMED else ():
            place = place_of.get(named, named)
            ends[place] = min(event.happened_at, ends.get(place, event.happened_at))
    kept = MediationEventKind.SUSPENDED
    return [(event, ends.get(place)) for place, event in stands.items() if event.kind is kept]
