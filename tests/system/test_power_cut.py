"""The power goes, at any moment of a desk's and a district's days: what was told as saved is there, at both ends.

What the programs ask of the disk is recorded by strace, and played back up to each cut on a disk that keeps no promise
but POSIX's (support/cut_disk.py): content that nobody brought to the disk is gone, there in part, or torn.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support.cut_disk import Left
from tests.support.cut_faults import FAULTS
from tests.support.cut_moments import Cut, images
from tests.support.disk_trace import What, record
from tests.support.exchange_after_cut import at_once, by_http
from tests.support.recorded_day import RecordedDay

pytestmark = pytest.mark.timeout(600)
MOMENTS, EXCHANGES = 200, 20
LONG = int(os.environ.get("POWER_CUTS", "6000"))
"""Moments that `make long` looks at, in parts."""
PARTS = range(24)
FIRST_FAULT = "station_normal"
EMPTY = {"district": None, "out": None}


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> RecordedDay:
    """Everything from nothing: a district, a desk, its work, three exchanges, whatever leaves the store."""
    return RecordedDay.of(tmp_path_factory.mktemp("cut") / "house", EMPTY, "begin", 1)


@pytest.fixture(scope="module")
def long_day(tmp_path_factory: pytest.TempPathFactory) -> RecordedDay:
    """The same with four times the work."""
    return RecordedDay.of(tmp_path_factory.mktemp("cut") / "house", EMPTY, "begin", 4)


def test_what_was_told_as_saved_is_there_after_a_power_cut(day: RecordedDay) -> None:
    assert list(day.losses(day.some(MOMENTS))) == []


def test_the_exchange_after_a_power_cut_delivers_what_was_saved_once(day: RecordedDay) -> None:
    assert list(day.after_exchange(day.some(EXCHANGES, since=day.enrolled), at_once)) == []
    assert list(day.after_exchange(day.some(3, since=day.enrolled), by_http)) == []


@pytest.mark.parametrize(
    "name", [FIRST_FAULT, *(pytest.param(name, marks=pytest.mark.long) for name in FAULTS if name != FIRST_FAULT)]
)
def test_a_planted_fault_is_found(day: RecordedDay, name: str) -> None:
    fault = FAULTS[name]
    worse = RecordedDay.of(day.folder, day.end, fault.part, 1, name, told=day.all_told())
    assert next((line for line in worse.losses(worse.some(100)) if line.startswith(fault.said)), "") != ""


def test_a_key_and_a_certificate_are_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from sync.server.secret_files import *\n"
        "place = Path(sys.argv[1]); keys = place / 'etc' / 'keys'\n"
        "told = os.open(place / 'told', os.O_CREAT | os.O_WRONLY)\n"
        "secret_folder(keys); write_secret(keys / 'a.key', b'k' * 3000); os.write(told, b'etc/keys/a.key')\n"
        "write_certificate(place / 'a.pem', b'old' * 1000); os.write(told, b'a.pem')\n"
        "write_certificate(place / 'a.pem', b'new' * 1000); os.write(told, b'a.pem')"
    )
    house = tmp_path / "house"
    house.mkdir()
    asked = record([sys.executable, "-c", code, str(house)], house, tmp_path / "trace", os.environ, 60)
    right = {"etc/keys/a.key": (b"k" * 3000,), "a.pem": (b"old" * 1000, b"new" * 1000)}
    for cut, image in images({}, asked, 1):
        files = image.files()
        told = [one.data.decode() for one in asked[: cut.after] if one.what is What.TELL]
        for name, contents in right.items():
            allowed = contents[max(0, told.count(name) - 1) :]
            assert files.get(name, b"") in (allowed if name in told else (b"", *allowed)), cut
            assert name in files or name not in told, cut
    assert told == [*right, "a.pem"]


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("part", PARTS)
def test_what_was_told_as_saved_is_there_at_thousands_of_moments(long_day: RecordedDay, part: int) -> None:
    day = long_day
    day.seed = part + 2
    assert list(day.losses(day.some(LONG // len(PARTS)))) == []
    assert list(day.after_exchange(day.some(LONG // len(PARTS) // 10, since=day.enrolled), at_once)) == []
    assert list(day.after_exchange(day.some(3, since=day.enrolled), by_http)) == []


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("turn", range(6))
def test_a_power_cut_while_the_last_one_is_recovered_from_loses_nothing(day: RecordedDay, turn: int) -> None:
    again = day.cut_at(second_cut(day, turn), "exchange")
    assert list(again.losses(again.some(LONG // 60))) == []


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_restore_that_a_power_cut_breaks_off_is_finished_by_the_next_one(day: RecordedDay) -> None:
    restoring = RecordedDay.of(day.folder, day.end, "restore", 1, told=day.all_told())
    assert list(restoring.after_restore(LONG // 150)) == []


def second_cut(day: RecordedDay, turn: int) -> Cut:
    """A moment at which a day that went on would have to recover first."""
    cuts = sorted(day.some(60, since=day.enrolled), key=str)
    return [cut for cut in cuts if cut.left in (Left.SOME, Left.TORN)][turn]
