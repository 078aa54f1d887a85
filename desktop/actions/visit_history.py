"""A visit and its amendments: everything names the first one, the last one is what stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.store.projections import AMENDS
from desktop.store.store import Reader
from sync.records.errors import Refused
from sync.records.seen import standing
from sync.records.visits import Visit


@dataclass(frozen=True, slots=True)
class StandingVisit:
    """``root`` is the first record's id, which participations name; ``stands`` what is true now.

    ``corrected`` is the id of the last version with a reason for its change, or the first: what a print names.
    """

    root: str
    stands: Visit
    corrected: str


def standing_visit(reader: Reader, visit_id: str) -> StandingVisit:
    """Return the visit that ``visit_id`` (its first record's id or an amendment's) belongs to."""
    first = reader.find(visit_id, Visit)
    passed = {visit_id}
    while first is not None and first.amends and first.amends not in passed:
        passed.add(first.amends)
        earlier = reader.find(first.amends, Visit)
        if earlier is None:
            break
        first = earlier
    if first is None:
        raise Refused("store.no_such_record", id=visit_id)
    versions, waiting = [first], [first.id]
    while waiting:
        later = [r for r in reader.linked(waiting.pop(), AMENDS) if isinstance(r, Visit)]
        new = [v for v in later if v.id not in {known.id for known in versions}]
        versions += new
        waiting += [v.id for v in new]
    corrected = max((v.id for v in versions if v.amend_reason), default=first.id)
    return StandingVisit(first.id, standing(versions)[0][first.id], corrected)


def current_visits(reader: Reader, visit_ids: Iterable[str]) -> dict[str, Visit]:
    """Return what stands for each of ``visit_ids``; ids of other things are passed over."""
    found = {}
    for visit_id in visit_ids:
        if reader.find(visit_id, Visit) is not None:
            stands = standing_visit(reader, visit_id)
            found[stands.root] = stands.stands
    return found
