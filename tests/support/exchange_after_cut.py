"""The next exchange after a power cut at either end: all that was acknowledged arrives, once, by the checker's word.

The day end is the product's over both ends' real stores; `by_http` has the district's own server between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from desktop.actions.day_end import run_day_end, secret_text
from desktop.actions.desk import Desk
from desktop.actions.sending import send_files
from desktop.actions.signing_in import sign_in
from desktop.config import Home
from desktop.store.journal import StoreJournal
from desktop.store.opening import read_id
from desktop.store.store import Store
from sync.client import day_end
from sync.client.enrolment import NewDevice
from sync.client.file_lane import FileLane, send_all
from sync.rehearsal.checker import check
from sync.rehearsal.evidence import read_district, read_station
from sync.rehearsal.ledger import Ledger
from sync.rehearsal.processes import DistrictProcess
from sync.server.receipt_keys import ready
from sync.server.settings import Settings
from sync.server.store.store import DistrictStore
from tests.support.after_cut import DISTRICT, HOME, Book, Keys, place_of_district
from tests.support.cut_day import LEAD, PASSWORD
from tests.support.in_process import LossyDistrict, Weather

Exchange = Callable[[Path, Store], bool]
"""Exchange between the ends below a folder; returns whether the receipt agreed and was proved."""


def after(folder: Path, book: Book, exchange: Exchange) -> Iterator[str]:
    """Have both ends exchange until they agree, and say what is lost, doubled or not the same at both."""
    home = folder / HOME
    key = Keys(home / "keys.json").store_key(read_id(home / "store.db"))
    with closing(Store.open(home / "store.db", key)) as store:
        agreed = exchange(folder, store)
    place = place_of_district(folder).key()
    assert place is not None
    station = read_station("desk", home / "store.db", key.hex())
    district = read_district(folder / DISTRICT / "district.db", place.hex())
    ledger = Ledger()
    ledger.hear({"saved": [[kind, name, hash_] for name, (kind, hash_) in book.saved.items()]}, "desk", station.unit)
    found = check(ledger, district, [station])
    yield from (f"after the exchange: {line}" for line in (*found.lost, *found.doubled, *found.diverged, *found.held))
    named = {r.fields()["digest"] for r in station.records.values() if r.kind == "attachment" and r.body}
    yield from (f"after the exchange: the bytes {digest} are not there" for digest in named - district.files)
    if not agreed:
        yield "after the exchange: the receipt does not agree, or proves nothing"


def at_once(folder: Path, store: Store) -> bool:
    """Exchange without a server between the ends: every message is packed and unpacked as on the wire."""
    keys, home, place = Keys(folder / HOME / "keys.json"), Home(folder / HOME), place_of_district(folder)
    with closing(DistrictStore.open(place.url, place.key())) as district:
        settings = Settings(signer=ready(district, place.receipt_key_file))
        device = NewDevice(home.settings.device, secret_text(keys.device_secret(store.key_id)))
        line = LossyDistrict(district, device, Weather(), settings)
        done = day_end.run(StoreJournal(store), line, "after a power cut")
        send_all(FileLane(StoreJournal(store), line, in_pieces=True))
    return done.receipt.agreed and done.proved


def by_http(folder: Path, store: Store) -> bool:
    """Exchange as a person at the desk does, with the district's server started anew at its old address."""
    home, keys = Home(folder / HOME), Keys(folder / HOME / "keys.json")
    desk = Desk(store, sign_in(store, LEAD, PASSWORD))
    with DistrictProcess(folder / DISTRICT) as district:
        district.serve(int(home.settings.district_url.rsplit(":", 1)[1]))
        done = run_day_end(desk, home, lambda *_: None, keys=keys)
        send_files(desk, home, keys=keys)
    return done.agreed and done.proved
