"""A rehearsal from its first enrolment to its verdict: days of work under strikes, healing, and the checker."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sync.rehearsal.checker import Findings, check
from sync.rehearsal.desk import UNWELL, Desk, is_done, must
from sync.rehearsal.evidence import read_district, read_station
from sync.rehearsal.intruder import INTRUDER, UNIT, Intruder
from sync.rehearsal.ledger import Ledger
from sync.rehearsal.moves import Moves
from sync.rehearsal.nemesis import Nemesis
from sync.rehearsal.plan import Manner, Plan, Slot
from sync.rehearsal.processes import DistrictProcess
from sync.rehearsal.stations import COMMAND, Gone, StationsProcess, limit_files
from sync.rehearsal.sticks import Sticks
from sync.rehearsal.weather import Hands, Weather

PROCESSES: Final = 4
"""Processes in which the desks live, no more of them than desks; the two desks of a unit live in different ones."""
MORE_ATTEMPTS: Final = 2
HEALING_ROUNDS: Final = 4
Report = Callable[[str], None]


@dataclass(slots=True)
class Outcome:
    """What a rehearsal came to."""

    findings: Findings
    ledger: Ledger
    struck: Counter[Nemesis]
    day_ends: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


class Rehearsal:
    """Runs ``plan`` in ``folder`` (made here); ``station`` names the desks' program, ``district`` makes the other end
    in the folder that it is given."""

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        report: Report,
        station: Sequence[str] = COMMAND,
        district: Callable[[Path], DistrictProcess] = DistrictProcess,
    ) -> None:
        self._plan, self._folder, self._report = plan, folder, report
        (folder / "homes").mkdir(parents=True)
        (folder / "backups").mkdir()
        (folder / "rehearsal.json").write_text(json.dumps({"seed": plan.seed}), encoding="utf-8")
        self._ledger = Ledger()
        self._district = district(folder / "district")
        processes = min(PROCESSES, len(plan.desks))
        self._processes = [StationsProcess(folder, folder / "stations.log", station) for _ in range(processes)]
        self._weather = Weather(
            lambda: self._district.url,
            Hands(self._kill_district, self._kill_station, self._fill_district, self._fill_station),
        )
        self._sticks = Sticks(folder, self._district)
        self._moves = Moves(plan, self._district, self)
        self._intruder = Intruder(
            StationsProcess(folder, folder / "intruder.log", station), lambda: self._weather.address(INTRUDER)
        )
        self._desks: dict[str, Desk] = {}
        self._by_process: list[list[Desk]] = [[] for _ in self._processes]
        self._restarting = threading.Lock()
        self._struck: Counter[Nemesis] = Counter()
        self._day_ends: Counter[str] = Counter()
        self._noting = threading.Lock()

    def run(self) -> Outcome:
        """Play all days, heal, and check."""
        begun = time.monotonic()
        with self._district, self._weather:
            try:
                self._set_up()
                for day in range(self._plan.days):
                    self._everywhere(lambda desk, day=day: self._day(desk, day))  # type: ignore[misc]
                    self._report(f"day {day + 1} of {self._plan.days}: {len(self._ledger.saved)} records saved")
                self._heal()
            finally:
                for process in (*self._processes, self._intruder.process):
                    process.kill()
                    process.bury()
        findings = self._check()
        struck = self._struck + self._weather.struck
        return Outcome(findings, self._ledger, struck, self._day_ends, time.monotonic() - begun)

    def _everywhere(self, act: Callable[[Desk], None]) -> None:
        """Let every desk act, those of one process one after another."""

        def one(desks: list[Desk]) -> None:
            for desk in desks:
                act(desk)

        with ThreadPoolExecutor(len(self._by_process)) as pool:
            for done in [pool.submit(one, desks) for desks in self._by_process]:
                done.result()

    # -- setting up

    def _set_up(self) -> None:
        self._district.init()
        for department in ("区住房和建设局", "区人力资源局"):
            self._district.verb("department", "add", department)
        self._district.serve()
        for turn, planned in enumerate(self._plan.desks):
            place = turn % len(self._processes)
            desk = Desk(planned, self._processes[place], self._ledger, self._weather.address(planned.name))
            self._desks[desk.name] = desk
            self._by_process[place].append(desk)
        for process in self._processes:
            process.start()
        self._report(f"{len(self._desks)} desks are enrolled")
        for second in (False, True):  # a second desk is one of a unit that is there
            self._everywhere(lambda desk, second=second: self._enrol(desk, second))  # type: ignore[misc]
        if Nemesis.MALICIOUS in self._plan.nemeses:
            self._intruder.enrol(self._district.last_line("station", "add", UNIT, "--level", "community"))

    def _enrol(self, desk: Desk, second: bool) -> None:
        if desk.plan.second is not second:
            return
        must(desk.enrol(self.code(desk)))
        if desk.plan.issues:
            unit = ("--station", desk.plan.unit, "--role", "issuing_secretary")
            self._district.verb("staff", "add", f"书记{desk.name}", *unit)
        must(desk.day_end(self._plan.at(-1, Slot([]).clock_off)))

    def code(self, desk: Desk) -> str:
        return self._district.last_line("station", "add", desk.plan.unit, "--level", "community")

    # -- one day of one desk

    def _day(self, desk: Desk, day: int) -> None:
        slot = self._plan.slots[day, desk.name]
        at = self._plan.at(day, slot.clock_off)
        if slot.clock_off:
            self.strike(Nemesis.CLOCK)
        if desk.plan.second:
            self.strike(Nemesis.TWO_DESKS)
        desk.earlier = slot.earlier
        self._work(desk, slot, at)
        carried = slot.stick is not None and self._carry(desk, slot.stick, day, at)
        for fault in slot.faults:
            self._weather.arm(desk.name, fault)
        if carried and slot.stick is Manner.PLAIN and not slot.faults:
            return  # nothing goes over the line today
        done = self.end_day(desk, at, len(slot.faults) + MORE_ATTEMPTS)
        if done and desk.earlier:
            self.strike(Nemesis.EARLIER)
        if done and slot.reached_for and self._intruder.strike(desk, self._ledger, at):
            self.strike(Nemesis.MALICIOUS)
        if day == 0 or (day % 7 == 0 and done):
            self._moves.back_up(desk, day, at)
        if slot.store is not None:
            self._moves.change(desk, slot.store, day, at)

    def _work(self, desk: Desk, slot: Slot, at: str) -> None:
        if slot.full_at_work:
            desk.process.fill_disk(24 * 1024, desk.path.with_name(f"{desk.path.name}-wal"))
            self.strike(Nemesis.STATION_FULL)
        try:
            desk.ask("work", acts=slot.acts, at=at)
        except Gone:
            self._revive(desk)
        finally:
            desk.process.free_disk()

    def _carry(self, desk: Desk, manner: Manner, day: int, at: str) -> bool:
        try:
            carried = self._sticks.carry(desk, manner, day, at, lambda: self.end_day(desk, at, MORE_ATTEMPTS))
        except Gone:
            self._revive(desk)
            return False
        if carried:
            self.strike(Nemesis.STICK)
        return carried

    def end_day(self, desk: Desk, at: str, attempts: int) -> bool:
        """Try until it is done and nothing armed is left, or the desk gives up for today; whether it was done."""
        done = False
        for _ in range(attempts):
            outcome = self.exchange(desk, at)
            done = is_done(outcome)
            with self._noting:
                self._day_ends["done" if done else str(outcome.get("error") or "not_agreed")] += 1
            if done and not self._weather.waits(desk.name):
                break
        return done

    def exchange(self, desk: Desk, at: str) -> dict[str, object]:
        """One try of a day end, once the district is up; what is held from the last one is looked at and sent again."""
        with self._restarting:
            pass  # somebody who sees that the district is down waits until it is not
        if desk.holds:
            desk.ask("send_again", at=at)
        outcome = desk.day_end(at, earlier=desk.earlier)
        desk.process.free_disk()
        if outcome.get("error") == UNWELL:
            self._revive(desk)
        return outcome

    def _revive(self, desk: Desk) -> None:
        """Start a process that ended anew, and open the store of every desk in it."""
        place = self._processes.index(desk.process)
        desk.process.bury()
        desk.process.start()
        for other in self._by_process[place]:
            must(other.open())

    # -- what the weather does to machines

    def strike(self, nemesis: Nemesis) -> None:
        with self._noting:
            self._struck[nemesis] += 1

    def _kill_district(self) -> None:
        with self._restarting:
            port = int(self._district.url.rsplit(":", 1)[1])
            self._district.kill()
            self._district.serve(port=port)

    def _kill_station(self, desk: str) -> None:
        self._desks[desk].process.kill()

    def _fill_district(self, full: bool) -> None:
        with self._restarting:
            if self._district.pid:
                limit_files(self._district.pid, 0 if full else None)

    def _fill_station(self, desk: str) -> None:
        self._desks[desk].process.fill_disk(0)

    # -- the end

    def _heal(self) -> None:
        """Calm weather: held records are sent again, and every desk exchanges until nobody has anything new."""
        self._weather.calm()
        for desk in self._desks.values():
            desk.earlier = False
        at = self._plan.at(self._plan.days, Slot([]).clock_off)

        def once(desk: Desk) -> None:
            desk.ask("send_again", at=at)
            self.end_day(desk, at, 2)

        for _ in range(HEALING_ROUNDS):
            before = len(self._ledger.saved)
            self._everywhere(once)
            if len(self._ledger.saved) == before:
                break
        self._everywhere(lambda desk: must(desk.ask("close")))
        self._district.stop()

    def _check(self) -> Findings:
        self._report("checking")
        key = (self._folder / "district" / "district.key").read_text("ascii").strip()
        district = read_district(self._folder / "district" / "district.db", key)
        stations = [read_station(desk.name, desk.path, desk.key) for desk in self._desks.values()]
        findings = check(self._ledger, district, stations)
        findings.diverged += [*self._weather.wrong, *self._moves.wrong, *self._sticks.wrong, *self._intruder.wrong]
        return findings
