"""What an exchange settled and brought is told however it ends: over a line that broke, stopped, or standing back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from desktop.actions.arrivals import Arrival, Came
from desktop.actions.background import exchange_now
from desktop.actions.day_end import DayEnd, Underway, run_day_end
from desktop.actions.desk import Desk as AtWork
from desktop.config import Home
from desktop.keys import WrappedKeys
from desktop.session import Session
from sync.client import day_end, pages
from sync.client.background import StoodBack
from sync.client.day_end import DayEndCancelled
from sync.client.district import LineBroke
from sync.protocol.messages import Exchange, Exchanged, Receipt, ReceiptAsked
from sync.records.errors import Refused, Unavailable
from sync.records.kinds import new_id
from sync.records.matters import Matter
from sync.records.units import Level, Role
from sync.records.visits import Channel, Visit
from sync.server import admin
from sync.server.store.store import DistrictStore
from tests.fixtures.keep import orders, records
from tests.support.in_process import Desk, LossyDistrict, enrol_desk, new_district
from tests.system.test_receipts import write


class Line(LossyDistrict):
    """The district behind a line that breaks at the next ``breaks`` receipts."""

    carried = 0
    breaks = 0

    def hang_up(self) -> None:
        """Nothing is under way where one thread speaks."""

    def close(self) -> None:
        """Nothing is open."""

    def exchange(self, said: Exchange) -> Exchanged:
        raise Refused("protocol.no_such_address")  # all goes by pages, as where more waits than one request takes

    def receipt(self, asked: ReceiptAsked) -> Receipt:
        if self.breaks:
            self.breaks -= 1
            raise LineBroke("exchange.no_answer", address="test")
        return super().receipt(asked)


@dataclass
class Two:
    """Two desks of one station: what ``other`` wrote waits at the district, and ``mine`` speaks over ``line``."""

    district: DistrictStore
    mine: Desk
    other: Desk
    line: Line
    home: Home
    keys: WrappedKeys

    def day_end(self, **how: Any) -> DayEnd:
        """A person's exchange."""
        roles = frozenset({Role.STATION_LEAD, Role.REGISTRAR})
        session = Session(self.mine.staff, "李文静", roles, self.mine.unit, "凤凰社区")
        return run_day_end(AtWork(self.mine.store, session), self.home, keys=self.keys, **how)

    def held(self, what: str = "1 = 1") -> int:
        """How many records are at ``mine``."""
        with self.mine.store.read() as reader:
            return int(reader.sql(f"SELECT count(*) FROM record WHERE {what}").fetchone()[0])


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    district = new_district(tmp_path)
    mine, other = enrol_desk(tmp_path, district, "李文静"), enrol_desk(tmp_path, district, "赵小兰")
    secretary = admin.add_staff(district, "黄志远", "凤凰社区", [Role.ISSUING_SECRETARY])
    department = admin.add_department(district, "区住房和建设局", Level.DISTRICT, "")
    before = records(other.made())
    matter = next(r.id for r in before if isinstance(r, Matter))
    with other.store.write() as work:
        for each in before:
            work.add(each)
    for desk in (other, mine):
        day_end.run(desk.journal, desk.district, "test")
    with other.store.write() as work:
        for each in orders(replace(other.made(), by=secretary), other.made(), matter, department):
            work.add(each)
    day_end.run(other.journal, other.district, "test")
    line = Line(district, mine.device, mine.district.weather)
    for verb in ("day_end", "background"):
        monkeypatch.setattr(f"desktop.actions.{verb}.connect", lambda *_, **__: line)
    home = Home(tmp_path / "home").make()
    yield Two(district, mine, other, line, home, WrappedKeys(home.keys_path, "a long recovery passphrase"))
    mine.store.close()
    other.store.close()
    district.close()


NUMBER = "(2026)凤凰社区发令第2号"


def told(arrivals: tuple[Arrival, ...]) -> list[tuple[str, str]]:
    return [(each.number, each.reply) for each in arrivals]


BOTH = [(NUMBER, ""), (NUMBER, "reported_in")]


def test_a_day_end_whose_line_broke_tells_all_that_it_did(two: Two) -> None:
    write(two.mine, 5)
    nobody = dataclasses.replace(two.mine.made(), by="sta_0190a0a0a0a07000800000000000000f")
    with two.mine.store.write() as work:
        work.add(Visit(id=new_id("visit"), made=nobody, channel=Channel.PHONE, happened_at=nobody.at, text="谁写的?"))
    before = two.held()
    two.line.breaks = 1
    end = two.day_end()
    assert two.line.breaks == 0
    pushed = 7  # and the line of the log that says that a day end begins
    assert (end.pushed, end.acknowledged, end.refused, end.held) == (pushed, pushed - 1, 1, 1)
    assert end.pulled == two.held() - before - 1 >= 2
    assert end.proved
    assert end.changes.touches("dispatch_order")
    assert told(end.arrivals) == BOTH
    again = two.day_end()
    assert (again.pushed, again.pulled, again.arrivals) == (0, 0, ())


def test_a_day_end_that_fails_or_is_stopped_tells_what_came_before(two: Two) -> None:
    heard: list[Came] = []
    two.line.breaks = 1
    with pytest.raises(Unavailable):
        two.day_end(tries=1, failing=heard.append)
    (came,) = heard
    assert came.changes.touches("dispatch_order")
    assert told(came.arrivals) == BOTH
    write(two.other)
    day_end.run(two.other.journal, two.other.district, "test")
    before, stopped = two.held("kind = 'visit'"), list[bool]()

    def note_pause(now: Underway) -> None:
        if now.pause:
            stopped.append(True)

    two.line.breaks = 1
    with pytest.raises(DayEndCancelled):
        two.day_end(report=note_pause, cancelled=lambda: bool(stopped), failing=heard.append)
    assert two.held("kind = 'visit'") == before + 1
    assert heard[1].changes.touches("visit")
    assert heard[1].arrivals == ()


def test_a_day_end_that_moved_nothing_has_nothing_to_tell(two: Two) -> None:
    two.day_end()
    heard: list[Came] = []
    two.line.breaks = 9
    with pytest.raises(Unavailable):
        two.day_end(tries=1, failing=heard.append)
    assert heard == []


def test_an_order_that_the_background_takes_before_it_stands_back_is_told(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MAX_PAGE_RECORDS", 40)
    write(two.other, 60)
    day_end.run(two.other.journal, two.other.district, "test")
    heard: list[Came] = []

    def wanted() -> bool:
        return two.held("kind = 'dispatch_order'") > 0

    with pytest.raises(StoodBack):
        exchange_now(two.mine.store, two.home, two.keys, 10**6, wanted, failing=heard.append)
    (came,) = heard
    assert told(came.arrivals) == BOTH
    assert came.changes.touches("dispatch_order")
    with pytest.raises(StoodBack):
        exchange_now(two.mine.store, two.home, two.keys, 10**6, wanted, failing=heard.append)
    assert len(heard) == 1, "this one began nothing"
    done = exchange_now(two.mine.store, two.home, two.keys, 10**6)
    assert (done.pulled > 0, done.arrivals) == (True, ())
