"""Which departments an order is likely for: by the responsibility list, the rules, and what became of earlier orders.

Deterministic and explained: each department has points, and each point a reason that a person reads. Nothing is decided
by it: an order's form shows it, and a person takes or leaves it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sync.records.duties import DutyIndex
from sync.records.order_history import OrderHistory

DUTY, DUTY_CATEGORY, RULE, ACCEPTED, CONTESTED, SIMILAR = 60, 10, 25, 10, 15, 30
"""The most points of each reason: of a whole item of the list, of its category, of a rule, of each order of the same
category (three count), and of an order that says the same."""
MOST_ORDERS: Final = 3
ALIKE: Final = 0.25
"""So much of two texts' pairs together must be in both for the texts to be alike."""


class ReasonKind(StrEnum):
    """Why a department has points."""

    DUTY = "duty"
    RULE = "rule"
    ACCEPTED = "accepted"
    CONTESTED = "contested"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Reason:
    """``points`` for one department; ``said`` is the item, the category's row, the order's number; ``count`` orders."""

    kind: ReasonKind
    points: int
    said: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A department with its reasons, the weightiest first."""

    department: str
    points: int
    reasons: tuple[Reason, ...]


def ranked(
    category: str,
    text: str,
    duties: DutyIndex | None,
    past: OrderHistory,
    usual: Collection[str],
    departments: Mapping[str, str],
    limit: int = 5,
) -> list[Suggestion]:
    """Return the departments that have points, the likeliest first; ties by name, then by identity.

    ``departments`` has the identity of each name and identity that may be ordered today; ``usual`` are those that the
    dispatch rules name for the category.
    """
    reasons: dict[str, list[Reason]] = defaultdict(list)
    for unit, reason in (
        *_by_duties(category, text, duties),
        *((unit, Reason(ReasonKind.RULE, RULE)) for unit in usual),
        *_by_past(category, text, past),
    ):
        if unit in departments:
            reasons[departments[unit]].append(reason)
    names = {identity: name for name, identity in departments.items() if name != identity}
    found = [Suggestion(unit, sum(r.points for r in told), _weighed(told)) for unit, told in reasons.items()]
    found.sort(key=lambda one: (-one.points, names.get(one.department, ""), one.department))
    return [one for one in found if one.points > 0][:limit]


def _weighed(reasons: list[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda reason: (-abs(reason.points), reason.kind, reason.said)))


def _by_duties(category: str, text: str, duties: DutyIndex | None) -> list[tuple[str, Reason]]:
    """The best item of each department; its category adds to it."""
    best: dict[str, Reason] = {}
    for match in duties.matches(text) if duties else ():
        points = round(DUTY * match.share) + (DUTY_CATEGORY if match.duty.category == category else 0)
        if points > 0 and points > getattr(best.get(match.duty.department), "points", 0):
            best[match.duty.department] = Reason(ReasonKind.DUTY, points, match.duty.item)
    return list(best.items())


def _by_past(category: str, text: str, past: OrderHistory) -> list[tuple[str, Reason]]:
    """What each department's orders of the category speak for, and the one that says most of the same: the newest."""
    counted = []
    for unit, taken, contested in past.counted(category):
        counted += [(unit, ReasonKind.ACCEPTED, ACCEPTED, taken), (unit, ReasonKind.CONTESTED, -CONTESTED, contested)]
    told = [(unit, Reason(kind, each * min(n, MOST_ORDERS), count=n)) for unit, kind, each, n in counted if n]
    closest: dict[str, tuple[int, str, str, bool, Reason]] = {}
    for one in past.alike(text, ALIKE):
        points = round(SIMILAR * one.share)
        reason = Reason(ReasonKind.SIMILAR, -points if one.past.contested else points, one.past.number)
        # More points first, then the newer order, then its number, then what was contested: whatever came first, the
        # answer is one.
        weight = (points, one.past.order, one.past.number, one.past.contested, reason)
        held = closest.get(one.past.department)
        if points and (held is None or weight[:4] > held[:4]):
            closest[one.past.department] = weight
    return [*told, *((unit, reason) for unit, (_, _, _, _, reason) in closest.items())]
