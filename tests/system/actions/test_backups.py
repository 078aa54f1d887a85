"""A backup takes the place of a store that cannot be used any more, and of no other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop.actions.backups import back_up, restore
from desktop.keys import WrappedKeys
from desktop.store.opening import read_id
from desktop.store.store import Store
from desktop.store.tally import records
from sync.records.audit import AuditAction, AuditEntry
from sync.records.errors import Damaged, Refused
from tests.support.window_desk import PASSPHRASE, WindowDesk, enrolled_home

RECOVERY = "恢复口令 recovery 2026"


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WindowDesk]:
    monkeypatch.setenv("QIANSHAO_PASSPHRASE", PASSPHRASE)
    made = enrolled_home(tmp_path / "home")
    keys = made.keys
    assert keys is not None
    with closing(made.store()) as store:
        back_up(made.desk(store), keys.store_key(store.id), tmp_path / "copy.qsb", RECOVERY)
    return made


def ids(store: Store) -> set[str]:
    with store.read() as reader:
        return {record_id for _, record_id, _ in records(reader)}


@pytest.mark.parametrize("what", ["a page is damaged", "the key is gone", "the id is gone", "the file is cut"])
def test_a_store_that_cannot_be_used_is_put_aside_for_its_backup(
    station: WindowDesk, tmp_path: Path, what: str
) -> None:
    home, path = station.home, station.home.store_path
    keys = WrappedKeys(home.keys_path, PASSPHRASE)
    with closing(station.store()) as store:
        before = ids(store)
    content = path.read_bytes()
    if what == "a page is damaged":
        at = len(content) // 2
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    elif what == "the file is cut":
        path.write_bytes(content[: len(content) // 2])
    elif what == "the key is gone":
        keys.delete(read_id(path))
    else:
        path.with_name("store.db.id").unlink()
    spoiled = path.read_bytes()

    with pytest.raises(Refused, match=r"store\.backup_unreadable"):
        restore(home, keys, tmp_path / "copy.qsb", "another passphrase")
    assert path.read_bytes() == spoiled
    with closing(restore(home, keys, tmp_path / "copy.qsb", RECOVERY)) as store:
        assert len(before - ids(store)) == 1  # the note that the backup was made is younger than the backup
    (aside,) = home.path.glob("damaged-*")
    assert (aside / "store.db").read_bytes() == spoiled
    assert aside.stat().st_mode & 0o077 == 0
    with closing(Store.open(path, keys.store_key(read_id(path)))) as store:
        assert not store.unclean


def test_a_restore_that_ends_as_soon_as_the_store_is_there_leaves_it_complete(
    station: WindowDesk, tmp_path: Path
) -> None:
    home, keys = station.home, WrappedKeys(station.home.keys_path, PASSPHRASE)
    secret = bytes(range(32))
    keys.set_device_secret(read_id(home.store_path), secret)
    home.store_path.unlink()
    code = (
        "import os, sys; from pathlib import Path\n"
        "from desktop.config import Home; from desktop.keys import WrappedKeys\n"
        "from desktop.actions.backups import restore; from desktop.store.store import Store\n"
        "Store.open = lambda *_: os._exit(9); home = Home(Path(sys.argv[1]))\n"
        "restore(home, WrappedKeys(home.keys_path, sys.argv[3]), Path(sys.argv[2]), sys.argv[4])"
    )
    command = [sys.executable, "-c", code, str(home.path), str(tmp_path / "copy.qsb"), PASSPHRASE, RECOVERY]
    assert subprocess.run(command, check=False).returncode == 9
    keys = WrappedKeys(home.keys_path, PASSPHRASE)
    with closing(Store.open(home.store_path, keys.store_key(read_id(home.store_path)))) as store:
        assert keys.device_secret(store.id) == secret
        with store.read() as reader:
            entries = [record for name in ids(store) if isinstance(record := reader.get(name), AuditEntry)]
    assert [entry.subject for entry in entries if entry.action is AuditAction.RESTORED] == [store.id]


def test_a_store_that_is_whole_gives_way_to_no_backup(station: WindowDesk, tmp_path: Path) -> None:
    keys = WrappedKeys(station.home.keys_path, PASSPHRASE)
    with pytest.raises(Refused, match=r"store\.exists"):
        restore(station.home, keys, tmp_path / "copy.qsb", RECOVERY)


def test_a_damaged_backup_leaves_even_a_damaged_store_where_it_is(station: WindowDesk, tmp_path: Path) -> None:
    path = station.home.store_path
    path.write_bytes(path.read_bytes()[:8192])
    copy = tmp_path / "copy.qsb"
    content = bytearray(copy.read_bytes())
    content[-2000] ^= 1  # in its last page, which nobody reads who only looks whose it is
    copy.write_bytes(content)
    with pytest.raises(Damaged, match=r"store\.backup_damaged"):
        restore(station.home, WrappedKeys(station.home.keys_path, PASSPHRASE), copy, RECOVERY)
    assert path.stat().st_size == 8192
    assert not list(station.home.path.glob("damaged-*"))
