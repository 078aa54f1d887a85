"""A stick takes its turn as an exchange does: nothing else settles records while one is written or its answer read."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desktop.actions import bundles
from desktop.actions.arrivals import Came
from desktop.actions.bundles import ReadAnswer, WrittenBundle, read_answer, write_bundle
from desktop.actions.day_end import secret_bytes
from desktop.actions.desk import Desk as AtWork
from desktop.actions.turns import a_persons_turn, background_turn
from desktop.config import Home
from desktop.keys import WrappedKeys
from desktop.locks import FileLock
from desktop.session import Session
from desktop.store.files import put_file
from sync.client import day_end
from sync.client.background import StoodBack
from sync.records.errors import Refused, Unavailable
from sync.records.kinds import new_id
from sync.records.papers import Attachment
from sync.records.units import Role
from sync.server import bundle_keys
from sync.server.store.store import DistrictStore
from tests.support.in_process import Desk, enrol_desk, new_district
from tests.support.sticks import Carrier, carrier
from tests.system.test_receipts import write

SECONDS = 30


@dataclass
class Station:
    """A desk that knows its district's key, with a stick."""

    district: DistrictStore
    desk: Desk
    at_work: AtWork
    home: Home
    keys: WrappedKeys
    stick: Carrier

    def write(self, **how: Any) -> WrittenBundle:
        return write_bundle(self.at_work, self.home, self.keys, self.stick.folder, **how)

    def answered(self) -> tuple[Path, ...]:
        """The district's answer to a bundle of everything."""
        return self.stick.import_at(self.district, self.write().files).answers

    def read(self, files: tuple[Path, ...], **how: Any) -> ReadAnswer:
        return read_answer(self.at_work, self.home, self.keys, files, **how)

    def others_may(self) -> bool:
        """Whether another exchange could be made now."""
        lock = FileLock(self.home.path / "exchange.lock")
        mine = lock.try_acquire()
        lock.release()
        return mine


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    district = new_district(tmp_path)
    desk = enrol_desk(tmp_path, district, "李文静")
    stick = carrier(desk, tmp_path)
    recipient = bundle_keys.ready(district, stick.key_file)
    day_end.run(desk.journal, desk.district, "test")
    standing = desk.journal.standing()
    desk.journal.note_district(standing.district, recipient, sorted(standing.capabilities))
    home = Home(tmp_path / "home").make()
    home.save(replace(home.settings, device=desk.device.device))
    keys = WrappedKeys(home.keys_path, "a long recovery passphrase")
    keys.set_device_secret(desk.store.key_id, secret_bytes(desk.device.secret))
    session = Session(desk.staff, "李文静", frozenset({Role.STATION_LEAD, Role.REGISTRAR}), desk.unit, "凤凰社区")
    write(desk, 3)
    yield Station(district, desk, AtWork(desk.store, session), home, keys, stick)
    desk.store.close()
    district.close()


def attach_two(station: Station) -> None:
    """Two files that only the stick carries."""
    (visit,) = write(station.desk)
    for content in (b"%PDF-1.7 one", b"%PDF-1.7 two"):
        digest = hashlib.sha256(content).hexdigest()
        paper = Attachment(
            id=new_id("attachment"),
            made=station.desk.made(),
            subject=visit,
            name="a.pdf",
            media_type="application/pdf",
            size=len(content),
            digest=digest,
        )
        with station.desk.store.write() as work:
            work.add(paper)
            put_file(work, digest, content)


def test_nobody_exchanges_while_records_are_written_and_files_keep_nobody_waiting(station: Station) -> None:
    attach_two(station)
    free: list[bool] = []

    def looking() -> bool:
        free.append(station.others_may())
        return False

    written = station.write(cancelled=looking)
    assert (written.records > 4, written.attachments) == (True, 2)
    assert free == [False, False, False, True], "a page, its end, the first file, and from then on"
    assert station.others_may()


def test_nobody_exchanges_while_an_answer_is_read(station: Station) -> None:
    files = station.answered()
    free: list[bool] = []

    def look(_done: int, _total: int) -> None:
        free.append(station.others_may())
        with pytest.raises(StoodBack), background_turn(station.home):
            pass

    read = station.read(files, report=look)
    assert (read.accepted > 3, read.unsent, read.agreed) == (True, 0, True)
    assert free
    assert not any(free)
    assert station.others_may()


@pytest.mark.parametrize("way", ["write", "read"])
def test_a_stick_waits_for_the_exchange_that_is_made_and_may_stop_waiting(station: Station, way: str) -> None:
    files = station.answered() if way == "read" else ()

    def go(cancelled: Callable[[], bool] = bool) -> None:
        if way == "read":
            station.read(files, cancelled=cancelled)
        else:
            station.write(cancelled=cancelled)

    unsent, kept = station.desk.journal.standing().unsent, sorted(station.stick.folder.iterdir())
    with background_turn(station.home) as is_wanted:
        begun = time.monotonic()
        with pytest.raises(Refused, match=r"bundle\.cancelled"):
            go(lambda: time.monotonic() > begun + 0.1)
        assert (station.desk.journal.standing().unsent, sorted(station.stick.folder.iterdir())) == (unsent, kept)
        waits = threading.Thread(target=go)
        waits.start()
        while not is_wanted():
            time.sleep(0.01)
        assert (station.desk.journal.standing().unsent, sorted(station.stick.folder.iterdir())) == (unsent, kept)
    waits.join(SECONDS)
    assert not waits.is_alive()
    if way == "read":
        assert station.desk.journal.standing().unsent < unsent
    else:
        assert sorted(station.stick.folder.iterdir()) != kept


def test_a_stick_for_which_somebody_elses_exchange_never_ends_is_told_so(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = station.answered()
    monkeypatch.setattr(bundles, "a_persons_turn", partial(a_persons_turn, seconds=0.1))
    with a_persons_turn(station.home):
        for go in (station.write, partial(station.read, files)):
            with pytest.raises(Unavailable, match=r"channel\.other_exchange"):
                go()


def test_an_answer_that_is_stopped_tells_what_it_brought_by_then(station: Station, tmp_path: Path) -> None:
    other = enrol_desk(tmp_path, station.district, "赵小兰")
    write(other, 3)
    day_end.run(other.journal, other.district, "test")
    other.store.close()
    files = station.answered()
    heard: list[Came] = []

    def came() -> bool:
        with station.desk.store.read() as reader:
            return bool(reader.sql("SELECT count(*) > 3 FROM record WHERE kind = 'visit'").fetchone()[0])

    with pytest.raises(Refused, match=r"bundle\.cancelled"):
        station.read(files, cancelled=came, failing=heard.append)
    (told,) = heard
    assert told.changes.touches("visit")
    assert station.read(files).pulled == 0
