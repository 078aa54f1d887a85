"""The store's file: what is in it, who may read it, and which files are refused without being touched."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from desktop.config import Home
from desktop.store import tables, version
from desktop.store.check import full_check
from desktop.store.drafts import save_draft
from desktop.store.engines import write_engine
from desktop.store.migrations import run, scripts
from desktop.store.opening import id_path
from desktop.store.raw import raw_connection
from desktop.store.store import Store, Work
from sync.records.errors import Damaged, Refused
from tests.support.desk_store import UNIT, Desk

NAMES = ["阿卜杜热合曼", "𬱖𬺱欣", "黎平桂"]
NUMBER, PHONE = "440311196005310337", "13812345678"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk.new(tmp_path)
    yield desk
    desk.store.close()


def schema_of(path: Path, key: bytes) -> dict[str, str]:
    connection = raw_connection(path, key, mode="ro")
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {name: "".join(sql.split()) for name, sql in rows}


def test_no_name_number_or_phone_lies_in_clear_in_the_file_or_its_wal(desk: Desk) -> None:
    texts = [*NAMES, NUMBER, PHONE, "楼上卫生间漏水", "草稿里的话"]
    with desk.store.write() as work:
        for name in NAMES:
            work.add(desk.person(name, NUMBER, phones=(PHONE,)))
        work.add(desk.visit("楼上卫生间漏水"))
        save_draft(
            work,
            id="d1",
            form="visit",
            form_version=1,
            record="",
            staff="s",
            title="草稿",
            values={"text": "草稿里的话"},
        )
    found = {p.name: p.read_bytes() for p in desk.store.path.parent.iterdir()}
    assert len(found[f"{desk.store.path.name}-wal"]) > 4096
    for name, content in found.items():
        for text in texts:
            for encoding in ("utf-8", "utf-16-le", "gb18030"):
                assert text.encode(encoding) not in content, name


def test_every_file_is_for_its_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        home = Home(tmp_path / "home").make()
        desk = Desk(Store.create(home.store_path, bytes(32), unit=UNIT), bytes(32))
        desk.keep(desk.visit())
        home.save(home.settings)
        assert home.logs.stat().st_mode & 0o777 == 0o700
        files = [p for p in home.path.iterdir() if p.is_file()]
        assert {p.name for p in files} >= {"store.db", "store.db-wal", "store.db-shm", "store.db.id", "settings.toml"}
        assert [p.name for p in files if p.stat().st_mode & 0o777 != 0o600] == []
        assert home.path.stat().st_mode & 0o777 == 0o700
        desk.store.close()
    finally:
        os.umask(before)


def test_a_store_of_a_newer_program_is_refused_and_not_a_byte_is_touched(desk: Desk) -> None:
    desk.keep(desk.visit())
    path = desk.store.path
    desk.store.close()
    writer = raw_connection(path, desk.key)
    writer.execute(f"PRAGMA user_version = {version.USER_VERSION + 1}")
    # A WAL that waits: opening it the usual way would write it back into the file.
    left = {p.name: p.read_bytes() for p in path.parent.iterdir() if not p.name.endswith("-shm")}
    writer_files = set(left)
    with pytest.raises(Refused) as refused:
        Store.open(path, desk.key)
    assert refused.value.key == "store.newer"
    assert {p.name: p.read_bytes() for p in path.parent.iterdir() if not p.name.endswith("-shm")} == left
    assert f"{path.name}-wal" in writer_files
    writer.close()
    settled = hashlib.sha256(path.read_bytes()).digest()
    with pytest.raises(Refused):
        Store.open(path, desk.key)
    assert hashlib.sha256(path.read_bytes()).digest() == settled


def test_a_wrong_key_a_plain_file_a_cut_file_and_no_file_are_told_apart(desk: Desk, tmp_path: Path) -> None:
    path = desk.store.path
    desk.store.close()
    for make, error, key in (
        (lambda p: p.write_bytes(path.read_bytes()), Damaged, "store.wrong_key_or_damaged"),
        (lambda p: p.write_bytes(b"SQLite format 3\0".ljust(4096, b"\0")), Damaged, "store.not_ours"),
        (lambda p: p.write_bytes(path.read_bytes()[:5000]), Damaged, "store.damaged"),
        (lambda p: p.write_bytes(b""), Damaged, "store.damaged"),
        (lambda p: None, Refused, "store.missing"),
    ):
        other = tmp_path / "other" / "store.db"
        other.parent.mkdir(exist_ok=True)
        other.unlink(missing_ok=True)
        make(other)
        before = other.read_bytes() if other.exists() else None
        with pytest.raises(error) as told:
            Store.open(other, bytes(32))
        assert told.value.key == key  # type: ignore[attr-defined]
        assert (other.read_bytes() if other.exists() else None) == before


def test_an_encrypted_file_of_another_program_is_not_ours(tmp_path: Path) -> None:
    path, key = tmp_path / "other.db", os.urandom(32)
    connection = raw_connection(path, key, mode="rwc")
    connection.execute("CREATE TABLE meta (key, value)")
    connection.close()
    with pytest.raises(Damaged, match=r"store\.not_ours"):
        Store.open(path, key)


def test_an_existing_store_is_never_made_anew(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"store\.exists"):
        Store.create(desk.store.path, desk.key, unit=UNIT)


def test_a_store_whose_making_broke_off_is_not_there_and_can_be_made_again(tmp_path: Path) -> None:
    path, key = tmp_path / "store.db", os.urandom(32)

    def broken(work: Work) -> None:
        work.set_meta("unit_name", "站点")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Store.create(path, key, unit=UNIT, fill=broken)
    assert not path.exists()
    with (
        contextlib.closing(
            Store.create(path, key, unit=UNIT, fill=lambda work: work.set_meta("unit_name", "站点"))
        ) as store,
        store.read() as reader,
    ):
        assert reader.meta("unit_name") == "站点"


FULL = """
import resource, sys
from pathlib import Path
from desktop.store.backup import backup
from desktop.store.store import Store, Work
from sync.records.errors import Unavailable
from tests.support.desk_store import Desk

key = bytes.fromhex(sys.stdin.read())
desk = Desk(Store.open(Path(sys.argv[1]), key), key)
desk.keep(*(desk.visit("一" * 400) for _ in range(500)))
desk.store.close()
desk = Desk(Store.open(Path(sys.argv[1]), key), key)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (desk.store.path.stat().st_size - 100_000, hard))
try:
    while True:
        visit = desk.visit("二" * 400)
        desk.keep(visit)
        print(visit.id)
except Unavailable as error:
    print("capture", error.key)
try:
    backup(desk.store, key, Path(sys.argv[2]), "a recovery passphrase")
except Unavailable as error:
    print("backup", error.key)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
visit = desk.visit("有了空间")
desk.keep(visit)
print(visit.id)
desk.store.close()
"""


def test_a_disk_that_takes_no_more_loses_nothing_and_the_work_goes_on_when_it_does(desk: Desk, tmp_path: Path) -> None:
    desk.store.close()
    copy = tmp_path / "copy.qsb"
    command = [sys.executable, "-c", FULL, str(desk.store.path), str(copy)]
    ran = subprocess.run(command, input=desk.key.hex(), capture_output=True, text=True, check=True)
    said = ran.stdout.splitlines()
    acknowledged = [line for line in said if line.startswith("vis_")]
    told = dict(line.split() for line in said if not line.startswith("vis_"))
    assert told.keys() == {"capture", "backup"}
    assert set(told.values()) <= {"store.disk", "store.disk_full"}
    assert not list(tmp_path.glob("copy*"))
    desk.store = Store.open(desk.store.path, desk.key)
    with desk.store.read() as reader:
        assert reader.known(acknowledged) == set(acknowledged)
        assert reader.conn.exec_driver_sql("SELECT count(*) FROM record").scalar() == 500 + len(acknowledged)
    assert full_check(desk.store).finished


def test_the_id_beside_the_file_names_the_keys(desk: Desk) -> None:
    assert desk.store.key_id == desk.store.id
    id_path(desk.store.path).write_text("nonsense")
    with pytest.raises(Damaged, match=r"store\.no_id"):
        _ = desk.store.key_id


def test_every_commit_waits_for_the_disk(desk: Desk) -> None:
    with desk.store.write() as work:
        settings = {
            name: work.conn.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys", "secure_delete", "temp_store")
        }
    assert settings == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "temp_store": 2}


def test_the_migrations_make_what_the_tables_say(desk: Desk, tmp_path: Path) -> None:
    path, key = tmp_path / "migrated.db", os.urandom(32)
    raw_connection(path, key, mode="rwc").close()
    engine = write_engine(path, key)
    with engine.begin() as connection:
        run(connection, None)
    engine.dispose()
    assert schema_of(path, key) == schema_of(desk.store.path, desk.key)
    assert scripts().get_current_head() == version.HEAD_REVISION


def test_a_store_that_is_up_to_date_opens_without_alembic(desk: Desk) -> None:
    desk.store.close()
    code = (
        "import sys; from pathlib import Path; from desktop.store.store import Store\n"
        "store = Store.open(Path(sys.argv[1]), bytes.fromhex(sys.stdin.read())); store.close()\n"
        "print([m for m in sys.modules if m in ('alembic', 'mako', 'keyring', 'cryptography', 'PySide6')])"
    )
    command = [sys.executable, "-c", code, str(desk.store.path)]
    ran = subprocess.run(command, input=desk.key.hex(), capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_rolled_back_transaction_leaves_nothing(desk: Desk) -> None:
    visit = desk.visit()

    def broken() -> None:
        with desk.store.write() as work:
            work.add(visit)
            work.conn.execute(insert(tables.meta), {"key": "unit", "value": "twice"})

    with pytest.raises(Exception, match="UNIQUE"):
        broken()
    with desk.store.read() as reader:
        assert reader.sealed(visit.id) is None
    desk.keep(visit)


def test_a_copied_store_takes_a_new_id_and_never_uses_the_old_leases(desk: Desk, tmp_path: Path) -> None:
    desk.keep(desk.lease(1, 100), desk.visit())
    desk.store.close()
    copy = tmp_path / "elsewhere" / "store.db"
    copy.parent.mkdir()
    for name in (desk.store.path, id_path(desk.store.path)):
        (copy.parent / name.name).write_bytes(name.read_bytes())
    store = Store.open(copy, desk.key)
    assert store.id != desk.store.id
    assert store.key_id == desk.store.id
    with store.write() as work:
        assert work.meta("restored_from") == desk.store.id
        number = work.allocate(desk.lease(1, 1).series, UNIT, "光明", 2026)
        assert number.startswith("光明登2026-000001-")
        work.add(desk.visit(number=number))
    store.close()
    again = Store.open(copy, desk.key)
    assert again.id == store.id
    again.close()
