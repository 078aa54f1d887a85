"""Who is let in, as the file says before the store is loaded; and that signing in trusts the store, not the door."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop.actions.passwords import DUMMY, try_hashes
from desktop.actions.signing_in import colleagues, sign_in
from desktop.store.credentials import credential_of, set_password_hash
from desktop.store.door import look
from desktop.store.opening import read_id
from desktop.store.units import staff as staff_members
from sync.records.errors import Damaged, RuleBroken
from sync.records.kinds import STAFF_PREFIX, new_id, new_identity
from sync.records.units import StaffMember
from tests.support.window_desk import LEAD, NOW, PASSWORD, REGISTRAR, SECRETARY, WindowDesk, enrolled_home


@pytest.fixture
def at(tmp_path: Path) -> WindowDesk:
    return enrolled_home(tmp_path / "qianshao")


def key_of(at: WindowDesk) -> bytes:
    assert at.keys is not None
    return at.keys.store_key(read_id(at.home.store_path))


def test_the_door_knows_whom_the_store_lets_in(at: WindowDesk) -> None:
    with closing(at.store()) as store:
        desk = at.desk(store)
        with store.write() as work:
            known, made = staff_members(work), desk.made()
            gone, renamed = known[at.staff[REGISTRAR]], known[at.staff[SECRETARY]]
            work.add(replace(gone, id=new_id("staff_member"), made=made, amends=gone.id, left_on=date(2026, 11, 1)))
            work.add(replace(renamed, id=new_id("staff_member"), made=made, amends=renamed.id, name="王建国"))
            namesake = new_identity(STAFF_PREFIX)
            for identity, name in ((new_identity(STAFF_PREFIX), "没有口令"), (namesake, LEAD)):
                member = StaffMember(
                    id=new_id("staff_member"), made=made, staff=identity, name=name, unit=at.unit, roles=()
                )
                work.add(member)
            set_password_hash(work, namesake, "another hash")
        door = look(at.home.store_path, key_of(at))

        assert door.names == colleagues(store) == sorted([LEAD, "王建国"])
        with store.read() as reader:
            kept = credential_of(reader, at.staff[LEAD])
        assert kept is not None
        assert set(door.hashes[LEAD]) == {kept.password_hash, "another hash"}


def test_looking_at_the_door_loads_neither_sqlalchemy_nor_what_decodes_records(at: WindowDesk) -> None:
    code = (
        "import sys; from pathlib import Path; from desktop.store.door import look\n"
        f"print(look(Path({str(at.home.store_path)!r}), bytes.fromhex({key_of(at).hex()!r})).names)\n"
        "print({'sqlalchemy', 'msgspec', 'sync.records.record', 'desktop.store.tables'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.splitlines()[-1] == "set()"
    assert LEAD in told.stdout


def test_a_damaged_file_is_told_at_the_door(at: WindowDesk) -> None:
    at.home.store_path.write_bytes(at.home.store_path.read_bytes()[:20_000])

    with pytest.raises(Damaged):
        look(at.home.store_path, key_of(at))


def test_what_was_tried_is_not_tried_again_and_what_was_not_is(at: WindowDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = look(at.home.store_path, key_of(at)).hashes[LEAD]
    right, wrong = try_hashes(hashes, PASSWORD), try_hashes(hashes, "another password 1")
    assert (list(right.values()), list(wrong.values())) == ([True], [False])
    assert try_hashes((), PASSWORD) == {DUMMY: False}
    with closing(at.store()) as store:
        with pytest.raises(RuleBroken):
            sign_in(store, LEAD, "another password 1", lambda: NOW, wrong)
        with store.read() as reader:
            counted = credential_of(reader, at.staff[LEAD])
        assert counted is not None
        assert counted.failures == 1
        # A hash that was changed after the door was read is tried by the store itself.
        assert sign_in(store, LEAD, PASSWORD, lambda: NOW, {"a hash of yesterday": False}).name == LEAD
        monkeypatch.setattr("desktop.actions.signing_in.verify", lambda *_: pytest.fail("tried again"))
        assert sign_in(store, LEAD, PASSWORD, lambda: NOW, right).name == LEAD
