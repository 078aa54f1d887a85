"""Who takes part: writes participations for a visit, a matter or a mediation, and withdraws them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date

from desktop.store.links import participations_of
from desktop.store.store import Reader, Work
from sync.records.kinds import new_id
from sync.records.participations import Participation, PartyRole
from sync.records.record import Made


@dataclass(frozen=True, slots=True)
class Taker:
    """A party with its part; see records.participations for the fields."""

    party: str
    role: PartyRole
    side: int = 0
    principal: str | None = None
    scope: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    hidden: bool = False
    special: bool = False
    original_seen: bool = False
    principal_signs: bool = False


def taking_part(reader: Reader, subject: str) -> list[Participation]:
    """Return the participations of ``subject`` that were not withdrawn, in the order of their making."""
    return sorted(participations_of(reader, subject), key=lambda p: p.id)


def take_part(work: Work, made: Made, subject: str, takers: Iterable[Taker]) -> None:
    """Write a participation for each taker; the same part twice is written once."""
    for taker in dict.fromkeys(takers):
        work.add_new(participation(taker, subject, made))


def participation(taker: Taker, subject: str, made: Made) -> Participation:
    """Return the record of a part in ``subject``."""
    return Participation(
        id=new_id("participation"),
        made=made,
        subject=subject,
        party=taker.party,
        role=taker.role,
        side=taker.side,
        principal=taker.principal,
        scope=taker.scope,
        starts_on=taker.starts_on,
        ends_on=taker.ends_on,
        hidden=taker.hidden,
        special=taker.special,
        original_seen=taker.original_seen,
        principal_signs=taker.principal_signs,
    )


def stand_instead(
    work: Work, made: Made, subject: str, takers: Iterable[Taker], seen: Collection[str] | None = None
) -> None:
    """Make ``takers`` the ones who take part: new parts are written, parts that are gone are withdrawn.

    ``seen`` are the participations that the form showed: what another desk added meanwhile stays.
    """
    wanted = list(dict.fromkeys(takers))
    standing = {taker_of(p): p for p in taking_part(work, subject)}
    take_part(work, made, subject, [t for t in wanted if t not in standing])
    for taker, part in standing.items():
        if taker not in wanted and (seen is None or part.id in seen):
            withdraw(work, made, part)


def withdraw(work: Work, made: Made, part: Participation) -> None:
    """End a participation by a fact that names it."""
    work.add(
        Participation(
            id=new_id("participation"),
            made=made,
            subject=part.subject,
            party=part.party,
            role=part.role,
            side=part.side,
            withdrawn=True,
            amends=part.id,
        )
    )


def taker_of(part: Participation) -> Taker:
    """Return a participation's part without its identity, to compare it."""
    return Taker(**{field.name: getattr(part, field.name) for field in fields(Taker)})
