"""The exchange beside the bare way: the same visits through our laws, and through packing, Zstandard and COPY alone.

A real client and a real server process on PostgreSQL, everything durable; the bare way (bare_station, bare_district)
runs in turn with it, in the same database server.
"""

from __future__ import annotations

import statistics
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop.actions.day_end import connect, program
from desktop.actions.desk import Desk
from desktop.actions.enrolment import enrol
from desktop.actions.signing_in import sign_in
from desktop.config import Home
from desktop.keys import KeyRing
from desktop.store.journal import StoreJournal
from sync.client import day_end
from sync.client.answers import Reply
from sync.client.http import HttpDistrict
from sync.protocol.messages import Pull
from sync.records.canonical import canonical
from sync.records.kinds import new_id
from sync.records.persons import Person
from sync.records.record import Made
from sync.records.visits import Visit
from sync.rehearsal.processes import DistrictProcess
from tests.bench.bare_district import FIELDS, Row
from tests.bench.bare_station import BareStation, bare_district
from tests.bench.figures import Figure, alternating, milliseconds
from tests.bench.station import add_unsent
from tests.bench.workload import Workload
from tests.support.postgres import new_database, running

VISITS, ROUNDS, HUNDRED = 20_000, 3, 100
EDITS, OVERLAPPING = 4_000, 200
HUNDRED_TIMES = 15
_BEYOND_ALL = 2**40
"""A number that no record has yet."""
UNIT = "凤凰社区群众诉求服务站"
CLERK, PASSWORD = "陈晓梅", "Qianshao-2026"


@dataclass
class Wire:
    """A desk with one kept connection to its district; ``sent`` and ``got`` count the bytes of bodies."""

    desk: Desk
    district: HttpDistrict
    sent: int = 0
    got: int = 0

    def exchange(self) -> day_end.DayEnd:
        """A whole exchange, receipt included: both ends hold the same, and nothing stays behind."""
        done = day_end.run(StoreJournal(self.desk.store), self.district, program())
        assert done.receipt.agreed, "the receipt differs"
        assert not done.unsent + done.held, "records stayed behind"
        return done

    def wake(self) -> None:
        """Say something small: a connection on which nothing is said for some seconds is given up."""
        self.district.pull(Pull(self.desk.store.id, _BEYOND_ALL, 1))

    def count(self) -> None:
        """Count the bytes of all that is said from now on."""
        ask = self.district._ask

        def counting(method: str, verb: str, body: bytes, headers: Mapping[str, str]) -> Reply:
            reply = ask(method, verb, body, headers)
            self.sent += len(body)
            self.got += len(reply.content)
            return reply

        self.district._ask = counting  # type: ignore[method-assign]


@contextmanager
def desk(district: DistrictProcess, folder: Path, unit: str = UNIT) -> Iterator[Wire]:
    """Enrol one more desk of the unit; its first exchange is done."""
    code = district.last_line("station", "add", unit, "--level", "community")
    home, keys = Home(folder), KeyRing()
    store = enrol(home, keys, district.url, code, CLERK, PASSWORD)
    line = connect(home, store.key_id, keys)
    try:
        wire = Wire(Desk(store, sign_in(store, CLERK, PASSWORD)), line)
        wire.exchange()
        wire.count()
        yield wire
    finally:
        line.close()
        store.close()


PARTS = ("loads", "hundred", "nothing", "edits")


def measure(folder: Path, parts: Collection[str] = PARTS) -> list[Figure]:
    """Return the figures of an exchange up and down with its bytes, of a hundred visits, of nothing and of edits.

    Without ``loads`` the others stand on one load instead of four.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with running([]) as postgres:
        dsn = f"host={postgres} user=postgres dbname={new_database(postgres, 'bare')}"
        url = f"postgresql://postgres@/{new_database(postgres, 'district')}?host={postgres}"
        with bare_district(dsn) as port, DistrictProcess(folder / "district", url) as district:
            district.init()
            district.serve()
            with desk(district, folder / "one") as one, desk(district, folder / "two") as two:
                bare = BareStation(folder / "bare.db", port), BareStation(folder / "other.db", port)
                try:
                    loads = _loads(one, two, *bare, ROUNDS if "loads" in parts else 0)
                    figures = loads if "loads" in parts else []
                    figures += _few(one, two, *bare) if "hundred" in parts else []
                    figures += [_nothing(one, bare[0])] if "nothing" in parts else []
                    return figures + ([_edits(one, two, *bare)] if "edits" in parts else [])
                finally:
                    for station in bare:
                        station.close()


def _loads(one: Wire, two: Wire, up: BareStation, down: BareStation, rounds: int) -> list[Figure]:
    """20,000 visits up from one desk and down to another, in turn with the bare way; the first turn is not counted."""
    took: dict[str, list[float]] = {"up": [], "bare up": [], "down": [], "bare down": []}
    sizes: dict[str, float] = {}
    for turn in range(rounds + 1):
        visits = list(Workload(one.desk.made(), turn).visits(VISITS))
        add_unsent(one.desk.store, visits)
        up.write([row(visit) for visit in visits])
        for name, side, work in (
            ("up", one, one.exchange),
            ("bare up", up, up.push),
            ("down", two, two.exchange),
            ("bare down", down, down.pull),
        ):
            took[name].append(milliseconds(work))
            sizes[name], side.sent, side.got = (side.sent + side.got) / 1e6, 0, 0
    middle = {name: statistics.median(values[1:] or values) for name, values in took.items()}
    return [
        Figure("exchange.up", "ms", middle["up"], middle["bare up"], target=1.5),
        Figure("exchange.up.bytes", "MB", sizes["up"], sizes["bare up"], target=1.1),
        Figure("exchange.down", "ms", middle["down"], middle["bare down"], target=2),
        Figure("exchange.down.bytes", "MB", sizes["down"], sizes["bare down"], target=1.1),
    ]


def _few(one: Wire, two: Wire, up: BareStation, down: BareStation) -> list[Figure]:
    """A hundred new visits among those 80,000, up and down."""
    told = Workload(one.desk.made(), HUNDRED)

    def ours() -> float:
        add_unsent(one.desk.store, told.visits(HUNDRED))
        return milliseconds(one.exchange) + milliseconds(two.exchange)

    def bare() -> float:
        up.write([row(visit) for visit in told.visits(HUNDRED)])
        return milliseconds(up.exchange) + milliseconds(down.exchange)

    pairs = [(ours(), bare()) for _ in range(HUNDRED_TIMES)]
    value, limit = (statistics.median(side) for side in zip(*pairs, strict=True))
    return [Figure("exchange.hundred", "ms", value, limit, target=1.4)]


def _nothing(one: Wire, bare: BareStation) -> Figure:
    one.exchange()
    bare.exchange()
    return Figure("exchange.nothing", "ms", *alternating(60, one.exchange, bare.exchange), target=1.6)


def _edits(one: Wire, two: Wire, up: BareStation, down: BareStation) -> Figure:
    """20,000 changes, 4,000 of them edits of cards that both desks hold, 200 edited at the other one too."""
    made, other = one.desk.made(), two.desk.made()
    people = [Person(id=new_id("person"), made=made, name="黎平桂", note="初次") for _ in range(EDITS)]
    add_unsent(one.desk.store, people)
    up.write([_card(person.id, 1) for person in people])
    for side in (one, two, up, down):
        side.exchange()
    _edit(one, people, made)
    _edit(two, people[:OVERLAPPING], other)
    visits = list(Workload(made, EDITS).visits(VISITS - EDITS))
    add_unsent(one.desk.store, visits)
    up.write([*(_card(person.id, 2) for person in people), *(row(visit) for visit in visits)])
    down.write([_card(person.id, 3) for person in people[:OVERLAPPING]])
    ours = sum(milliseconds(side.exchange) for side in (one, two, one))
    bare = sum(milliseconds(side.exchange) for side in (up, down, up))
    with one.desk.store.read() as here, two.desk.store.read() as there:
        assert all(here.folded(p.id).fields == there.folded(p.id).fields for p in people[:OVERLAPPING]), "cards differ"
    return Figure("exchange.edits", "ms", ours, bare, target=2)


def _edit(wire: Wire, people: list[Person], made: Made) -> None:
    with wire.desk.store.write() as work:
        for person in people:
            work.revise(person.id, {"note": f"改于{made.by}"}, made)


def _card(card: str, rev: int) -> Row:
    return card, rev, ["黎平桂", *["初次"] * rev, *[""] * FIELDS][:FIELDS]


def row(visit: Visit) -> Row:
    """The same content as a bare row."""
    fields = msgspec.json.decode(canonical(visit))
    made = fields.pop("made")
    return visit.id, 1, [*(str(value) for value in (*fields.values(), *made.values())), *[""] * FIELDS][:FIELDS]
