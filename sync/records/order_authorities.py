"""The register of authority (授权登记): which committee may order which departments, by which paper, until when.

The power to call departments to the scene is the street office's (深圳经济特区矛盾纠纷多元化解条例 12); a community's
committee uses it by authorisation, which the district writes down here. A district that keeps no register leaves the
authority of an order to what its issuer writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sync.records.record import Fact

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAuthority(Fact):
    """``unit``'s committee may order ``departments`` (none named: every one), both days counted.

    ``paper`` is the document by which it may, ``granted_by`` the body that gave it. A change is a new fact that amends
    the former; ``withdrawn`` takes it back from ``starts_on`` of that fact on.
    """

    unit: str
    departments: tuple[str, ...] = ()
    paper: str
    granted_by: str
    starts_on: date
    ends_on: date | None = None
    withdrawn: bool = False

    def holds(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return not self.withdrawn and self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    def covers(self, department: str) -> bool:
        """Whether ``department`` may be ordered by it."""
        return not self.departments or department in self.departments


@dataclass(frozen=True, slots=True)
class Authorised:
    """What a register says of one order: by which entries, and for which departments by none.

    ``kept`` is False where the district keeps no register: then nothing is lacking. ``ask`` is whoever gave what is
    over, or what was given to others: whom to ask.
    """

    kept: bool
    by: tuple[OrderAuthority, ...] = ()
    lacking: tuple[str, ...] = ()
    ask: str = ""

    @property
    def words(self) -> str:
        """The authority as an order says it: body and paper of each entry, each once."""
        return "；".join(dict.fromkeys(f"{entry.granted_by}{entry.paper}" for entry in self.by))


def authority_for(
    register: Iterable[OrderAuthority], units: Sequence[str], departments: Sequence[str], on: date
) -> Authorised:
    """Return by what one of ``units`` (the issuing one first, then those above it) may order ``departments``."""
    entries = standing(register)
    if not entries:
        return Authorised(kept=False)
    own = [entry for unit in units for entry in entries if entry.unit == unit]
    held = [entry for entry in own if entry.holds(on)]
    found = {d: next((entry for entry in held if entry.covers(d)), None) for d in departments}
    by = {entry.id: entry for entry in found.values() if entry} or {e.id: e for e in held if not departments}
    lacking = tuple(d for d, entry in found.items() if entry is None) if departments else () if held else ("",)
    ask = next((entry.granted_by for entry in reversed([*entries, *own])), "")
    return Authorised(True, tuple(by.values()), lacking, ask)


def standing(facts: Iterable[F]) -> list[F]:
    """Return those that no other amends, by id; of two that amend one both stand, and a person has to look."""
    found = sorted(facts, key=lambda fact: fact.id)
    amended = {fact.amends for fact in found}
    return [fact for fact in found if fact.id not in amended]
