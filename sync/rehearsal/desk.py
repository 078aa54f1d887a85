"""One desk of a rehearsal as its driver knows it: where it lives, who it is, and what it was told to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sync.rehearsal.ledger import Ledger
from sync.rehearsal.plan import DeskPlan
from sync.rehearsal.stations import Gone, Outcome, StationsProcess

UNWELL: Final = "gone"
"""What a day end came to that its process did not live to see."""


@dataclass(slots=True)
class Desk:
    """``machine`` counts the homes that this desk had, ``told`` the journal line up to which it told what it saved;
    ``member`` is its station lead's identity; ``earlier`` says that version 0.1.0 is installed there."""

    plan: DeskPlan
    process: StationsProcess
    ledger: Ledger
    address: str
    machine: int = 0
    store: str = ""
    unit: str = ""
    device: str = ""
    member: str = ""
    path: Path = field(default_factory=Path)
    key: str = ""
    told: int = 0
    backup: str = ""
    holds: bool = False
    earlier: bool = False

    @property
    def name(self) -> str:
        """Its name in the plan."""
        return self.plan.name

    @property
    def home(self) -> str:
        """The folder in which it lives now, below the rehearsal's."""
        return f"homes/{self.name}-{self.machine}"

    @property
    def staff(self) -> str:
        """Its station lead."""
        return f"站长{self.name}"

    def hear(self, outcome: Outcome) -> None:
        """Note what the desk's process told."""
        if "store" in outcome:
            self.store, self.unit, self.device = outcome["store"], outcome["unit"], outcome["device"]
            self.member = outcome["member"]
            self.path, self.key = Path(outcome["path"]), outcome["key"]
        self.told = outcome.get("told", self.told)
        self.ledger.hear(outcome, self.name, self.unit)

    def ask(self, verb: str, also: Callable[[Outcome], None] = lambda _: None, **order: Any) -> Outcome:
        """Give an order; Gone where the process ended meanwhile."""

        def hear(outcome: Outcome) -> None:
            self.hear(outcome)
            also(outcome)

        return self.process.ask(hear, verb=verb, desk=self.name, **order)

    def enrol(self, code: str) -> Outcome:
        """Enrol by a fresh code."""
        return self.ask("enrol", home=self.home, url=self.address, code=code, staff=self.staff)

    def open(self) -> Outcome:
        """Open the store, after a stop or on another machine."""
        return self.ask("open", home=self.home, staff=self.staff, told=self.told)

    def day_end(self, at: str, *, earlier: bool = False) -> Outcome:
        """Exchange once: what it came to, with ``agreed``, or the ``error`` where it stopped; UNWELL where it died.

        ``earlier``: in the words of version 0.1.0.
        """
        result: Outcome = {}

        def keep(outcome: Outcome) -> None:
            if "agreed" in outcome:
                result.update(outcome)

        try:
            over = self.ask("day_end", keep, at=at, earlier=earlier)
        except Gone:
            return {"error": UNWELL}
        self.holds = bool(result.get("held", self.holds))
        return result | over


def is_done(outcome: Outcome) -> bool:
    """Whether a day end came to its receipt with nothing left behind: unsent, or held for a person to look at."""
    left = (outcome.get("unsent"), outcome.get("held"))
    return bool(outcome.get("agreed")) and not outcome.get("error") and left == (0, 0)


def must(outcome: Outcome) -> None:
    """RuntimeError where what a rehearsal needs went wrong without a strike."""
    if outcome.get("error"):
        raise RuntimeError(f"a rehearsal could not go on: {outcome}")
