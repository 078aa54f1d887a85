"""A station gone bad: enrolled like every other one, it reaches for what is its neighbours'."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from sync.rehearsal.desk import Desk, must
from sync.rehearsal.ledger import Ledger
from sync.rehearsal.plan import DeskPlan
from sync.rehearsal.stations import StationsProcess

INTRUDER, UNIT = "intruder", "演练社区之外"
REACHED_FOR: Final = ("person", "visit", "matter")
"""Kinds of which it takes the neighbour's newest record for its target."""


class Intruder:
    """One malicious desk in a ``process`` of its own; ``wrong`` names what the district took from it.

    What it writes down for itself is in no ledger of the rehearsal: nobody was told that it is saved.
    """

    def __init__(self, process: StationsProcess, address: Callable[[], str]) -> None:
        self.process, self._address = process, address
        self._alone = threading.Lock()
        self.wrong: list[str] = []

    def enrol(self, code: str) -> None:
        """Enrol as any station does."""
        self.process.start()
        self._desk = Desk(DeskPlan(INTRUDER, UNIT, issues=False), self.process, Ledger(), self._address())
        must(self._desk.enrol(code))

    def strike(self, victim: Desk, ledger: Ledger, at: str) -> bool:
        """Try everything against ``victim``, whose records the district has; whether it answered all of it."""
        targets = _newest(ledger, victim.name)
        taken: list[str] = []
        with self._alone:
            whom = {"store": victim.store, "unit": victim.unit, "member": victim.member, "targets": targets}
            over = self._desk.ask(
                "intrude", lambda said: taken.extend([said["taken"]] if "taken" in said else []), **whom, at=at
            )
        self.wrong += [f"{name} of a malicious station was taken at {victim.name}" for name in taken]
        return bool(targets) and not over.get("error")


def _newest(ledger: Ledger, desk: str) -> list[str]:
    """The ids of the desk's newest record of each kind that is worth reaching for."""
    found: dict[str, str] = {}
    for entry in list(ledger.saved.values()):
        if entry.desk == desk and entry.kind in REACHED_FOR:
            found[entry.kind] = entry.id
    return [found[kind] for kind in REACHED_FOR if kind in found]
