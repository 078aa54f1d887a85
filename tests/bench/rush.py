"""Two thousand stations hand in a day's sixty records each within a quarter of an hour, and none is turned away.

The hour before closing, run faster: the same requests within ``SECONDS``. Stations are threads that speak the protocol
by the real client's words without a store of their own; the district is a real server process on PostgreSQL.
"""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sync.client.enrolment import NewDevice, new_device, parse_code
from sync.client.http import HttpDistrict
from sync.protocol.messages import Enrol, Exchange, Frame, Hello, Pull, Push, ReceiptAsked
from sync.protocol.pages import numbered, page_of
from sync.protocol.version import CAPABILITIES, MAX_PAGE_RECORDS, OLDEST, VERSION
from sync.records.canonical import digest, seal
from sync.records.chain import first_link, next_link
from sync.records.kinds import STAFF_PREFIX, STORE_PREFIX, new_id, new_identity
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.records.units import Level, Role, StaffMember
from sync.rehearsal.processes import DistrictProcess
from sync.server import admin
from sync.server.place import place_from
from sync.server.store.store import DistrictStore
from tests.bench.figures import Figure, milliseconds, quantile
from tests.bench.workload import Workload
from tests.support.postgres import new_database, running

STATIONS, DESKS, RECORDS = 2000, 10, 60
SECONDS = 225
"""A quarter of the quarter of an hour."""
AT_ONCE = 40
"""Stations that wait for an answer at the same time, at most: more never happened."""
SLOWEST_MS, GROWTH = 2000.0, 1.2


@dataclass
class Light:
    """A station without a store: what it needs to know for its next word."""

    device: NewDevice
    store: str
    made: Made
    key: bytes = b""
    cursor: int = 0
    lines: tuple[tuple[str, str, bytes], ...] = ()

    def enrol(self, url: str, code: str) -> None:
        """Hand in a code and take what every desk takes first."""
        staff = StaffMember(
            id=new_id("staff_member"),
            made=self.made,
            staff=self.made.by,
            name="王登记",
            unit="",
            roles=(Role.REGISTRAR, Role.MEDIATOR, Role.STATION_LEAD),
        )
        line = HttpDistrict(url, self.device.device, self.device.secret, None)
        try:
            first = Frame.of(seal("staff_member", staff))
            secret = parse_code(code).secret
            answer = line.enrol(Enrol(VERSION, secret, self.store, self.device.device, self.device.digest, first))
            self.made = replace(self.made, unit=answer.unit)
            self.key = line.hello(self._hello(0)).key
            more, held = True, []
            while more:
                page = line.pull(Pull(self.store, self.cursor, MAX_PAGE_RECORDS, pages=True))
                held += [(n.record.kind, n.record.id, n.record.hash) for n in numbered(page)]
                self.cursor, more = page.cursor, page.more
            self.lines = tuple(held)
        finally:
            line.close()

    def said(self, told: Workload) -> Exchange:
        """A day's records in one request."""
        link, frames = first_link(self.store), []
        for ordinal, visit in enumerate(told.visits(RECORDS), 1):
            frame = Frame.of(seal("visit", replace(visit, made=replace(self.made, at=visit.made.at))))
            link = next_link(link, frame.id, frame.hash)
            frames.append(Frame(frame.kind, frame.id, frame.hash, frame.salt, frame.body, ordinal))
        counts: dict[str, int] = {}
        for kind, _, _ in self.lines:
            counts[kind] = counts.get(kind, 0) + 1
        asked = ReceiptAsked(self.store, 0, self.cursor, counts, digest(list(self.lines)), 0, RECORDS)
        return Exchange(self._hello(RECORDS), self.key, Push(self.store, [], page_of(frames)), asked)

    def _hello(self, unsent: int) -> Hello:
        now = datetime.now(UTC)
        return Hello(VERSION, OLDEST, "qianshao rush", self.store, now, unsent, self.cursor, CAPABILITIES)


def measure(folder: Path) -> list[Figure]:
    """Return how long the slowest in twenty wait, how many were turned away, and how the server's memory grew."""
    folder.mkdir(parents=True, exist_ok=True)
    with running(["-c", "max_connections=200"]) as postgres:
        url = f"postgresql://postgres@/{new_database(postgres, 'rush')}?host={postgres}"
        with DistrictProcess(folder / "district", url) as district:
            district.init()
            district.serve()
            stations = _enrolled(district, folder)
            told = Workload(replace(stations[0].made, at=datetime.now(BEIJING)))
            warm = len(stations) // 10  # the first ones: threads, connections and caches are there then
            _rush(district.url, stations[:warm], told, SECONDS / 10)
            before = _resident(district.pid)
            took, wrong = _rush(district.url, stations[warm:], told, SECONDS)
            after = _resident(district.pid)
    return [
        Figure("exchange.rush.p95", "ms", quantile(took, 0.95), SLOWEST_MS, most=SLOWEST_MS),
        Figure("exchange.rush.refused", "", float(wrong), float(len(took)), most=0.0),
        Figure("exchange.rush.memory", "MB", after, before, target=GROWTH),
    ]


def _enrolled(district: DistrictProcess, folder: Path) -> list[Light]:
    """Stations of many units, a few desks each, which hold what the district had for them by then."""
    place = place_from(district.db, str(folder / "district" / "district.key"), None, {})
    store = DistrictStore.open(place.url, None)
    try:
        units = [f"第{n}社区群众诉求服务站" for n in range(STATIONS // DESKS)]
        codes = [admin.add_station(store, unit, Level.COMMUNITY, "", "").code for _ in range(DESKS) for unit in units]
    finally:
        store.close()
    found = []
    for code in codes:
        at, identity = new_identity(STORE_PREFIX), new_identity(STAFF_PREFIX)
        made = Made(by=identity, unit="", store=at, at=datetime.now(BEIJING))
        station = Light(new_device(new_identity("dev")), at, made)
        station.enrol(district.url, code)
        found.append(station)
    return found


def _rush(url: str, stations: list[Light], told: Workload, seconds: float) -> tuple[list[float], int]:
    """Let each speak at its own moment, drawn by chance; returns how long each waited, and how many had no receipt."""
    dice = random.Random(20261129)
    moments = sorted(dice.uniform(0, seconds) for _ in stations)
    begun = time.monotonic()

    def speak(station: Light, moment: float) -> tuple[float, bool]:
        said = station.said(told)
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        line = HttpDistrict(url, station.device.device, station.device.secret, None)
        try:
            heard = []
            spent = milliseconds(lambda: heard.append(line.exchange(said)))
        finally:
            line.close()
        pushed, given = heard[0].pushed, heard[0].receipt
        kept = pushed is not None and not pushed.others and given is not None and given.agreed
        return spent, kept

    with ThreadPoolExecutor(AT_ONCE) as threads:
        done = list(threads.map(speak, stations, moments))
    return [spent for spent, _ in done], sum(not kept for _, kept in done)


def _resident(pid: int) -> float:
    """The resident size of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024
