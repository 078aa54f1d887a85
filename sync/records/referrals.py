"""Referrals of a matter (转介) to advice, legal aid, counselling or aid: what came of each, folded from its steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sync.records.matters import Help, Step, StepKind
from sync.records.units import Role

RESULT: Final = "referral-result"
"""The period until something is heard of a referral: the district's to set (resources/dictionaries/periods.toml)."""


class ReferralState(StrEnum):
    """``UNDER_WAY``: somebody was seen, and a further session is arranged."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral and what was said of it, in order of time."""

    referred: Step
    results: tuple[Step, ...] = ()

    @property
    def state(self) -> ReferralState:
        """Where it stands by the last result."""
        if not self.results:
            return ReferralState.WAITING
        return ReferralState.UNDER_WAY if self.next_on else ReferralState.OVER

    @property
    def next_on(self) -> date | None:
        """The day of the further session, where one is arranged."""
        return self.results[-1].due_on if self.results else None


def referrals_of(steps: Iterable[Step]) -> tuple[Referral, ...]:
    """Return the referrals among the steps of one matter, the earliest first, in whatever order the steps came.

    A result that names none (a form of the matter asks for none) is of the last one before it that has no result yet,
    else of the last one before it.
    """
    known = sorted({step.id: step for step in steps}.values(), key=lambda step: (step.happened_at, step.id))
    results: dict[str, list[Step]] = {step.id: [] for step in known if step.kind is StepKind.REFERRED}
    before: list[str] = []
    for step in known:
        if step.kind is StepKind.REFERRED:
            before.append(step.id)
        elif step.kind is StepKind.REFERRAL_RESULT:
            waiting = [each for each in before if not results[each]]
            of = step.refers_to if step.refers_to in results else next(reversed(waiting or before), None)
            if of is not None:
                results[of].append(step)
    return tuple(Referral(step, tuple(results[step.id])) for step in known if step.id in results)


def is_for(referred: Step, staff: str, roles: frozenset[Role]) -> bool:
    """Whether a referral is a counsellor's to take: it asks for counselling, and names her or nobody."""
    return Role.COUNSELLOR in roles and referred.help is Help.COUNSELLING and referred.to_staff in (None, "", staff)


def may_open(result: Step, referred: Step, staff: str, roles: frozenset[Role]) -> bool:
    """Whether somebody may read what a result keeps from others: who wrote it, and of counselling a counsellor.

    Whoever counsels keeps what was confided (精神卫生法 23), whoever gives legal advice likewise (律师法 38).
    """
    return result.made.by == staff or (Role.COUNSELLOR in roles and referred.help is Help.COUNSELLING)
