"""How long a mediation lasts: the period of its kind, from when it runs, what rested, and what the parties agreed on.

In general the period is what the parties agree on, 30 days where they did not, and it ends unless they agree to go on
(深圳经济特区矛盾纠纷多元化解条例 25): theirs takes the place of the 30 days, longer or shorter, and one that they
agreed on after the end holds too and is told as such. In a labour dispute likewise, but its fifteen days open
arbitration all the same (劳动争议调解仲裁法 14). In a medical one they and the committee may prolong the 30 working
days while these run (医疗纠纷预防和处理条例 38); once they are over the mediation has failed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync.records.deadlines import Extension, Suspension, end_of
from sync.records.matters import Matter, Step
from sync.records.mediation_events import MediationEvent, MediationEventKind, SuspensionReason, rests_of
from sync.records.mediation_requests import application_received
from sync.records.mediations import Mediation
from sync.records.seen import standing
from sync.records.visits import Category

GENERAL: Final = "mediation-general"
LABOUR: Final = "mediation-labour"
MEDICAL: Final = "mediation-medical"
"""Of this kind an appraisal leaves time out, and what is agreed on is added."""
_OF_CATEGORY: Final = {Category.LABOUR: LABOUR, Category.MEDICAL: MEDICAL}
AGREED: Final = "records.period_agreed"
"""The wording key of why an end moved; of a labour dispute, with what stays open to the parties."""
_AGREED_OF: Final = {LABOUR: "records.period_agreed_labour"}


@dataclass(frozen=True, slots=True)
class MediationPeriod:
    """The period of ``kind`` since ``start`` (``supposed``: of which nobody recorded a start), as deadlines.py takes
    it.
    """

    kind: str
    start: datetime
    supposed: bool = False
    rests: tuple[Suspension, ...] = ()
    extensions: tuple[Extension, ...] = ()

    @property
    def agreed_until(self) -> datetime | None:
        """The end that the parties set in the place of the rule's, None where they set none."""
        return next((one.until for one in reversed(self.extensions) if one.instead), None)


def period_kind(matter: Matter | None) -> str:
    """Return the kind of period of a mediation by its matter, the general one where that is not here."""
    return _OF_CATEGORY.get(matter.category, GENERAL) if matter and matter.category else GENERAL


def note_of(kind: str) -> str:
    """Return the wording key that says that the parties moved the end of a period of ``kind``."""
    return _AGREED_OF.get(kind, AGREED)


def mediation_period(
    mediation: Mediation, matter: Matter | None, events: Iterable[MediationEvent] = (), steps: Iterable[Step] = ()
) -> MediationPeriod:
    """Return the period of a mediation by its matter, by what happened in it, and of a labour dispute by its steps.

    The same events in any order give the same: of what was agreed more than once the later agreement is the last.
    """
    known, kind = list(events), period_kind(matter)
    more = extensions_of(kind, known)
    if kind == LABOUR:
        received = application_received(steps, mediation)
        return MediationPeriod(kind, received or mediation.started_at, received is None, (), more)
    rests = rests_of(known, SuspensionReason.APPRAISAL) if kind == MEDICAL else ()
    return MediationPeriod(kind, mediation.started_at, rests=rests, extensions=more)


def extensions_of(kind: str, events: Iterable[MediationEvent]) -> tuple[Extension, ...]:
    """Return what the parties agreed on, as it stands, the first agreement first."""
    return tuple(
        Extension(e.happened_at, until=end_of(e.until), instead=kind != MEDICAL, note=note_of(kind))
        for e in agreed_periods(events)
        if e.until is not None
    )


def agreed_periods(events: Iterable[MediationEvent]) -> list[MediationEvent]:
    """Return the agreements on a period as they stand, the first one first."""
    found = (e for e in standing(list(events))[0].values() if e.kind is MediationEventKind.PERIOD_AGREED)
    return sorted(found, key=lambda e: (e.happened_at, e.id))
