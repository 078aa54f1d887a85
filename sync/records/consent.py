"""Whether each party agrees to be mediated: its own latest answer, and what one answer for all leaves standing.

人民调解法 17 and 深圳经济特区矛盾纠纷多元化解条例 21: no mediation where a party clearly refuses. Each answer is an
event of the mediation (`MediationEventKind.CONSENT`). Older mediations have one answer for all (`Mediation.consent`),
which counts for every party who gave none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sync.records.mediation_events import MediationEvent, MediationEventKind
from sync.records.mediations import Mediation
from sync.records.seen import standing

ALL, ASKED, REFUSED = "all", "asked", "refused"
"""`Mediation.consent`, the one answer for all parties that older mediations have; "" where nobody noted any."""


@dataclass(frozen=True, slots=True)
class Will:
    """What ``party`` says about being mediated: None where it said nothing yet.

    ``event`` is its own answer; None where the one answer for all speaks for it.
    """

    party: str
    agrees: bool | None
    event: MediationEvent | None = None


def wills(
    mediation: Mediation, parties: Iterable[str], events: Iterable[MediationEvent], until: datetime | None = None
) -> tuple[Will, ...]:
    """Return the will of each of ``parties`` (ids), of answers given by ``until`` the latest."""
    own: dict[str, MediationEvent] = {}
    told = (e for e in standing(events)[0].values() if e.kind is MediationEventKind.CONSENT)
    for event in sorted(told, key=lambda e: (e.happened_at, e.id)):
        if until is None or event.happened_at <= until:
            own[event.party] = event
    for_all = True if mediation.consent == ALL else None
    return tuple(
        Will(party, own[party].agrees, own[party]) if party in own else Will(party, for_all)
        for party in dict.fromkeys(parties)
    )


def refused_by_somebody(mediation: Mediation, found: Iterable[Will]) -> bool:
    """Whether the one answer for all says that a party refuses, and not every party has answered since."""
    return mediation.consent == REFUSED and any(w.event is None for w in found)
