"""The desks of one process: enrolled, opened, worked at, ended, copied and restored as their people would."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from desktop.actions.backups import back_up, restore
from desktop.actions.bundles import read_answer, write_bundle
from desktop.actions.day_end import connect, run_day_end, tell_move
from desktop.actions.desk import Desk
from desktop.actions.enrolment import enrol
from desktop.actions.held import send_held_again
from desktop.actions.signing_in import session_again, sign_in
from desktop.config import Home
from desktop.keys import Keys, WrappedKeys
from desktop.rehearsed.acts import ACTS
from desktop.rehearsed.earlier import PROGRAM, EarlierLine
from desktop.rehearsed.intrusion import Neighbour, taken
from desktop.store.held import list_held
from desktop.store.journal import StoreJournal
from desktop.store.opening import read_id
from desktop.store.store import Store
from desktop.store.units import staff
from sync.client import day_end
from sync.client.http import HttpDistrict
from sync.records.errors import QianshaoError
from sync.records.ownership import TRAVELLING
from sync.records.units import Role

PASSWORD: Final = "Yan-lian-2026-qianshao"  # noqa: S105 - of people who do not exist
_COUNTED: Final = ("pushed", "pulled", "refused", "held", "unsent", "files_waiting")
Order = dict[str, Any]
Outcome = dict[str, Any]


@dataclass(slots=True)
class _Place:
    """One desk: its home, its open store, who sits there, and the journal line up to which was told."""

    home: Home
    keys: Keys
    store: Store
    staff: str
    told: int = 0


class Desks:
    """Each ``do_`` method obeys one order and yields what came of it; QianshaoError is what the person would read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: dict[str, _Place] = {}

    def close(self) -> None:
        """Close every store."""
        for place in self._places.values():
            place.store.close()
        self._places.clear()

    def do_enrol(self, order: Order) -> Iterator[Outcome]:
        """Make the desk ``desk`` in ``home`` by ``code``; where a restored store is there, enrol that one."""
        home, keys = self._home(order["home"])
        earlier = self._places.pop(order["desk"], None)
        if earlier is not None:
            earlier.store.close()
        store = enrol(home, keys, order["url"], order["code"], order["staff"], PASSWORD)
        yield from self._sit_down(order, home, keys, store)

    def do_open(self, order: Order) -> Iterator[Outcome]:
        """Open the store in ``home`` as ``desk``; one that was copied takes its new id now."""
        home, keys = self._home(order["home"])
        store = Store.open(home.store_path, keys.store_key(read_id(home.store_path)))
        yield from self._sit_down(order, home, keys, store)

    def _sit_down(self, order: Order, home: Home, keys: Keys, store: Store) -> Iterator[Outcome]:
        session = sign_in(store, order["staff"], PASSWORD)
        place = self._places[order["desk"]] = _Place(home, keys, store, session.staff, order.get("told", 0))
        yield {
            "store": store.id,
            "unit": store.unit,
            "member": session.staff,
            "device": home.settings.device,
            "path": str(home.store_path),
            "key": keys.store_key(store.key_id).hex(),
        }
        yield from self._tell(place)

    def do_close(self, order: Order) -> Iterator[Outcome]:
        """Close the desk's store."""
        self._places.pop(order["desk"]).store.close()
        yield from ()

    def do_work(self, order: Order) -> Iterator[Outcome]:
        """Do ``acts`` one after another at the time ``at``; one that is refused holds up none of the others."""
        place = self._places[order["desk"]]
        lead, secretary = self._people(place, order["at"])
        for act in order["acts"]:
            outcome: Outcome = {"act": act["act"], "mark": act["mark"]}
            desk = secretary if act["act"] == "order" and secretary is not None else lead
            try:
                done = ACTS[act["act"]](desk, act)
            except QianshaoError as error:
                yield {**outcome, "refused": error.key}
                continue
            yield {**outcome, "id": done}
            yield from self._tell(place)

    def do_day_end(self, order: Order) -> Iterator[Outcome]:
        """Exchange with the district; what it wrote itself is told even where it stops in the middle.

        ``earlier``: as version 0.1.0 did.
        """
        place = self._places[order["desk"]]
        desk, _ = self._people(place, order["at"])
        try:
            end = self._as_before(desk, place) if order.get("earlier") else self._as_now(desk, place)
        finally:
            told = list(self._tell(place))
        yield from told
        yield end

    @staticmethod
    def _as_now(desk: Desk, place: _Place) -> Outcome:
        end = run_day_end(desk, place.home, keys=place.keys, tries=1)  # each request of the plan is made once
        return {name: getattr(end, name) for name in _COUNTED} | {"agreed": end.agreed}

    def _as_before(self, desk: Desk, place: _Place) -> Outcome:
        with self._line(place) as line:
            tell_move(desk, line)
            end = day_end.run(StoreJournal(place.store), EarlierLine(line), PROGRAM)
        return {name: getattr(end, name) for name in _COUNTED} | {"agreed": end.receipt.agreed}

    def do_write_bundle(self, order: Order) -> Iterator[Outcome]:
        """Write everything that waits to the stick ``to``."""
        place = self._places[order["desk"]]
        desk, _ = self._people(place, order["at"])
        write_bundle(desk, place.home, place.keys, Path(order["to"]))
        yield from self._tell(place)

    def do_read_answer(self, order: Order) -> Iterator[Outcome]:
        """Read the district's answer from ``files``."""
        place = self._places[order["desk"]]
        desk, _ = self._people(place, order["at"])
        read_answer(desk, place.home, place.keys, [Path(file) for file in order["files"]])
        yield from self._tell(place)

    def do_intrude(self, order: Order) -> Iterator[Outcome]:
        """Reach for what is a neighbour's; ``taken`` is each attempt that the district did not refuse, told at once."""
        place = self._places[order["desk"]]
        desk, _ = self._people(place, order["at"])
        him = Neighbour(order["store"], order["unit"], order["member"], tuple(order["targets"]))
        with self._line(place) as line:
            yield from ({"taken": name} for name in taken(line, desk.made(), him))

    def do_send_again(self, order: Order) -> Iterator[Outcome]:
        """A person has looked at what is held, and sends it again."""
        place = self._places[order["desk"]]
        desk, _ = self._people(place, order["at"])
        with place.store.read() as reader:
            held = list_held(reader)
        for row in held:
            send_held_again(desk, row.id)
        yield {"again": [[row.id, row.reason] for row in held]}

    def do_back_up(self, order: Order) -> Iterator[Outcome]:
        """Back the store up to ``to``."""
        place = self._places[order["desk"]]
        desk, _ = self._people(place, order["at"])
        key = place.keys.store_key(place.store.key_id)
        made = back_up(desk, key, self._folder / order["to"], PASSWORD)
        yield {"records": made.records}
        yield from self._tell(place)

    def do_lose(self, order: Order) -> Iterator[Outcome]:
        """The disk of ``desk`` is gone: its store's files with it."""
        place = self._places.pop(order["desk"])
        place.store.close()
        for path in place.home.path.glob(f"{place.home.store_path.name}*"):
            path.unlink()
        yield from ()

    def do_restore(self, order: Order) -> Iterator[Outcome]:
        """Make the store of ``home`` from the backup ``source``, and sit down at it."""
        home, keys = self._home(order["home"])
        store = restore(home, keys, self._folder / order["source"], PASSWORD)
        yield from self._sit_down(order, home, keys, store)

    def do_copy(self, order: Order) -> Iterator[Outcome]:
        """Copy the home of the closed desk to ``home``, as somebody does who changes the machine."""
        shutil.copytree(self._folder / order["source"], self._folder / order["home"])
        yield from ()

    @staticmethod
    @contextlib.contextmanager
    def _line(place: _Place) -> Iterator[HttpDistrict]:
        with contextlib.closing(connect(place.home, place.store.key_id, place.keys)) as line:
            yield line

    def _home(self, name: str) -> tuple[Home, Keys]:
        home = Home(self._folder / name).make()
        return home, WrappedKeys(home.keys_path, PASSWORD)

    def _people(self, place: _Place, at: str) -> tuple[Desk, Desk | None]:
        """The station lead at this desk, and the issuing secretary where the district has named one."""
        moment = datetime.fromisoformat(at)

        def sitting(who: str) -> Desk:
            return Desk(place.store, session_again(place.store, who), lambda: moment)

        with place.store.read() as reader:
            secretaries = [
                s.staff for s in staff(reader).values() if Role.ISSUING_SECRETARY in s.roles and s.left_on is None
            ]
        return sitting(place.staff), sitting(min(secretaries)) if secretaries else None

    def _tell(self, place: _Place) -> Iterator[Outcome]:
        """Name every record of this desk's own making that was not told yet: it is on disk."""
        asked = "SELECT line, kind, id, hash FROM record WHERE line > ? AND origin = 'own'"
        with place.store.read() as reader:
            rows = reader.sql(f"{asked} ORDER BY line", (place.told,)).fetchall()
        if rows:
            place.told = rows[-1][0]
            saved = [[kind, name, bytes(hash_).hex()] for _, kind, name, hash_ in rows if kind in TRAVELLING]
            yield {"saved": saved, "told": place.told}
