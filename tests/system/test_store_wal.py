"""Acknowledged entries that are lost with the write-ahead log are told, and told again; a crash alone loses none."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.store.check import full_check
from desktop.store.store import Store
from desktop.store.version import USER_VERSION
from desktop.store.wal import lost_path
from sync.records.errors import Damaged, Refused
from tests.support.desk_store import Desk

VISITS = 12
PAGE = 4096
HEAD, FRAME = 32, 24 + PAGE


@dataclass
class Killed:
    """What a program left that was killed after twelve visits were acknowledged, none of them checkpointed."""

    folder: Path
    key: bytes

    @property
    def store(self) -> Path:
        return self.folder / "store.db"

    @property
    def wal(self) -> Path:
        return self.folder / "store.db-wal"

    @property
    def index(self) -> Path:
        return self.folder / "store.db-shm"

    def visits(self, *, take_up: bool = False) -> int:
        """Open the store, check it in full, and count what is there."""
        store = Store.open(self.store, self.key, take_up=take_up)
        try:
            full_check(store)
            with store.read() as reader:
                return int(reader.conn.exec_driver_sql("SELECT count(*) FROM record").scalar_one())
        finally:
            store.close()


@pytest.fixture
def killed(tmp_path: Path) -> Killed:
    desk = Desk.new(tmp_path)
    desk.store.close()
    code = (
        "import os, sys; from pathlib import Path; from desktop.store.store import Store\n"
        "from tests.support.desk_store import Desk\n"
        "key = bytes.fromhex(sys.stdin.read()); desk = Desk(Store.open(Path(sys.argv[1]), key), key)\n"
        f"for turn in range({VISITS}): desk.keep(desk.visit(f'来访 {{turn}}'))\n"
        "os.kill(os.getpid(), 9)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "store.db")]
    assert subprocess.run(command, input=desk.key.hex(), text=True, check=False).returncode == -9
    made = Killed(tmp_path, desk.key)
    assert made.wal.stat().st_size > HEAD + VISITS * FRAME
    return made


def flipped(at: int) -> Callable[[bytes], bytes]:
    """Change one bit; ``at`` from the end where it is negative."""
    return lambda content: content[:at] + bytes([content[at] ^ 1]) + content[at:][1:]


def cut(to: int) -> Callable[[bytes], bytes]:
    """Keep the first ``to`` bytes; all but so many where it is negative."""
    return lambda content: content[:to]


SPOILED = {
    "a bit of the head": flipped(0),
    "a bit of the salts": flipped(18),
    "a bit of the head's checksum": flipped(26),
    "a bit of the first frame's head": flipped(HEAD + 2),
    "a bit of an early page": flipped(HEAD + FRAME + 900),
    "a bit of the last page": flipped(-700),
    "no head": cut(0),
    "half a head": cut(16),
    "a head alone": cut(HEAD),
    "the last page cut off": cut(-10),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_log_that_lost_acknowledged_entries_is_damaged_each_time_until_somebody_goes_on(
    killed: Killed, how: str
) -> None:
    killed.wal.write_bytes(SPOILED[how](killed.wal.read_bytes()))
    for _ in range(2):
        with pytest.raises(Damaged, match=r"store\.wal_damaged"):
            killed.visits()
    assert lost_path(killed.store).stat().st_mode & 0o077 == 0
    assert killed.visits(take_up=True) < VISITS
    assert killed.visits() < VISITS


@pytest.mark.parametrize("index", ["there", "gone", "of another round"])
def test_a_killed_program_has_lost_nothing(killed: Killed, index: str) -> None:
    if index == "gone":  # as after a power cut: it is never written to the disk for good
        killed.index.unlink()
    if index == "of another round":
        content = killed.index.read_bytes()
        stale = bytearray(content[:48])
        stale[32:40] = b"\1" * 8
        killed.index.write_bytes(bytes(stale) * 2 + content[96:])
    assert killed.visits() == VISITS


def test_without_its_index_a_log_is_damaged_where_commits_follow_the_bad_frame(killed: Killed) -> None:
    killed.index.unlink()
    killed.wal.write_bytes(flipped(HEAD + FRAME + 900)(killed.wal.read_bytes()))
    with pytest.raises(Damaged, match=r"store\.wal_damaged"):
        killed.visits()


@pytest.mark.parametrize("left", [0, 512, 3584])
def test_a_page_that_a_power_cut_left_half_written_is_whole_in_the_log(killed: Killed, left: int) -> None:
    killed.index.unlink()
    with killed.wal.open("rb") as log:
        log.seek(HEAD)
        number = int.from_bytes(log.read(4))  # a frame begins with the number of its page
    at = (number - 1) * PAGE + left
    content = killed.store.read_bytes()
    killed.store.write_bytes(content[:at] + bytes(PAGE - left) + content[at + PAGE - left :])
    assert killed.visits() == VISITS


def test_a_broken_page_that_the_log_does_not_hold_is_damaged(killed: Killed) -> None:
    with killed.wal.open("rb") as log:
        content = log.read()[HEAD:]
    logged = {int.from_bytes(content[at : at + 4]) for at in range(0, len(content), FRAME)}
    pages = range(2, killed.store.stat().st_size // PAGE + 1)
    at = (next(number for number in pages if number not in logged) - 1) * PAGE
    whole = killed.store.read_bytes()
    killed.store.write_bytes(whole[:at] + bytes(512) + whole[at + 512 :])
    with pytest.raises(Damaged, match=r"store\.damaged"):
        killed.visits()


def test_a_transaction_that_the_power_cut_broke_off_is_no_loss(killed: Killed) -> None:
    killed.index.unlink()
    killed.wal.write_bytes(flipped(-700)(killed.wal.read_bytes()))
    assert killed.visits() == VISITS - 1


def test_a_log_that_others_restart_and_close_meanwhile_is_no_loss(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    path = desk.store.path
    for turn in range(6):
        desk.keep(*(desk.visit(f"{turn}" * 300) for _ in range(60)))
        other = Store.open(path, desk.key)
        desk.store.close()
        with other.write() as work:
            work.add(desk.visit())
        desk.store, _ = Store.open(path, desk.key), other.close()
    with desk.store.read() as reader:
        assert reader.conn.exec_driver_sql("SELECT count(*) FROM record").scalar() == 6 * 61
    desk.store.close()


def test_a_newer_program_s_store_is_left_as_its_killed_writer_left_it(killed: Killed, tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from desktop.store.store import Store\n"
        "store = Store.open(Path(sys.argv[1]), bytes.fromhex(sys.stdin.read()))\n"
        f"with store.write() as work: work.conn.exec_driver_sql('PRAGMA user_version = {USER_VERSION + 1}')\n"
        "os.kill(os.getpid(), 9)"
    )
    command = [sys.executable, "-c", code, str(killed.store)]
    assert subprocess.run(command, input=killed.key.hex(), text=True, check=False).returncode == -9
    copy = tmp_path / "copy"
    shutil.copytree(killed.folder, copy, ignore=shutil.ignore_patterns("copy"))
    for _ in range(2):
        with pytest.raises(Refused, match=r"store\.newer"):
            killed.visits()
    there = {path.name for path in killed.folder.iterdir()} - {"copy"}
    assert there == {path.name for path in copy.iterdir()}
    for name in there - {"store.db-shm"}:  # the index is no content: whoever reads makes it anew
        assert (killed.folder / name).read_bytes() == (copy / name).read_bytes(), name
    assert killed.wal.stat().st_size > HEAD
