"""Stores that move: backed up, lost and restored, copied to another machine, cut off with their device."""

from __future__ import annotations

import time
from typing import Any, Final, Protocol

from sync.rehearsal.desk import UNWELL, Desk, must
from sync.rehearsal.nemesis import Nemesis
from sync.rehearsal.plan import Plan
from sync.rehearsal.processes import DistrictProcess

NO_ANSWER: Final = "exchange.no_answer"


class Days(Protocol):
    """What a move needs of the rehearsal around it."""

    def end_day(self, desk: Desk, at: str, attempts: int) -> bool:
        """Exchange until it is done; whether it was."""
        ...

    def exchange(self, desk: Desk, at: str) -> dict[str, Any]:
        """Exchange once; what it came to."""
        ...

    def code(self, desk: Desk) -> str:
        """A fresh enrolment code of the desk's station."""
        ...

    def strike(self, nemesis: Nemesis) -> None:
        """Count what happened."""
        ...


class Moves:
    """``wrong`` names the machines that were heard though they should not have been."""

    def __init__(self, plan: Plan, district: DistrictProcess, days: Days) -> None:
        self._plan, self._district, self._days = plan, district, days
        self.wrong: list[str] = []

    def back_up(self, desk: Desk, day: int, at: str) -> None:
        to = f"backups/{desk.name}-{day:03d}-{desk.machine}.qsb"
        if not desk.ask("back_up", to=to, at=at).get("error"):
            desk.backup = to

    def change(self, desk: Desk, nemesis: Nemesis, day: int, at: str) -> None:
        """A disk that is lost takes with it what was never sent: so it is lost after a day end that was done."""
        if not self._days.end_day(desk, at, 4):
            return
        {Nemesis.RESTORED: self._restore, Nemesis.COPIED: self._copy, Nemesis.REVOKED: self._revoke}[nemesis](
            desk, day, at
        )
        self._days.end_day(desk, at, 4)

    def _restore(self, desk: Desk, _day: int, at: str) -> None:
        """A backup from before a device was replaced knows no secret of the new one: it is enrolled by a fresh code."""
        if not desk.backup:
            return
        desk.ask("lose")
        desk.told = 0
        must(desk.ask("restore", home=desk.home, source=desk.backup, staff=desk.staff))
        if self._days.exchange(desk, at).get("error") == "store.secret_missing":
            must(desk.enrol(self._days.code(desk)))
        self._days.strike(Nemesis.RESTORED)

    def _copy(self, desk: Desk, _day: int, at: str) -> None:
        """The files go to another machine; the first one, started once more, must not be heard any more."""
        desk.ask("close")
        former = desk.home
        desk.machine += 1
        must(desk.ask("copy", source=former, home=desk.home))
        must(desk.open())
        if not self._days.end_day(desk, at, 4):
            return
        aside = f"{desk.name}-former"
        process = desk.process
        process.ask(verb="open", desk=aside, home=former, staff=desk.staff)
        outcome = process.ask(verb="day_end", desk=aside, at=at)
        while outcome.get("error") == NO_ANSWER:
            time.sleep(0.5)
            outcome = process.ask(verb="day_end", desk=aside, at=at)
        process.ask(verb="close", desk=aside)
        if outcome.get("error") != "protocol.store_retired":
            self.wrong.append(f"the copied store of {desk.name} was heard under both ids: {outcome}")
        self._days.strike(Nemesis.COPIED)

    def _revoke(self, desk: Desk, day: int, at: str) -> None:
        """A stolen device is cut off at once; what it had not sent yet comes up from its backup under a fresh code."""
        self._district.verb("revoke", desk.device)
        desk.ask(
            "work", acts=[{**self._plan.slots[day, desk.name].acts[0], "mark": f"{desk.name}-{day:03d}-rv"}], at=at
        )
        outcome = self._days.exchange(desk, at)
        while outcome.get("error") in (NO_ANSWER, UNWELL):  # the district was struck in this very moment
            outcome = self._days.exchange(desk, at)
        if outcome.get("error") != "protocol.device_revoked":
            self.wrong.append(f"the revoked device of {desk.name} was heard: {outcome}")
        to = f"backups/{desk.name}-{day:03d}-revoked.qsb"
        # That this backup was made is noted after it, at the machine that nobody hears any more: not in the ledger.
        must(desk.process.ask(verb="back_up", desk=desk.name, to=to, at=at))
        desk.ask("close")
        desk.machine += 1
        desk.told = 0
        must(desk.ask("restore", home=desk.home, source=to, staff=desk.staff))
        must(desk.enrol(self._days.code(desk)))
        self._days.strike(Nemesis.REVOKED)
