"""What two server processes may do at the same moment, on SQLCipher and on PostgreSQL: nobody fails for the other."""

from __future__ import annotations

import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from sync.client.enrolment import new_device
from sync.protocol.messages import Enrol, Frame, MoveStore
from sync.protocol.version import VERSION
from sync.records.errors import Refused
from sync.records.kinds import STORE_PREFIX, new_id, new_identity
from sync.records.papers import Attachment
from sync.records.units import Level
from sync.server import admin, attachments, bundle_keys, exchange, receipt_keys
from sync.server.enrolment import enrol
from sync.server.store.files import file_size
from sync.server.store.store import DistrictStore, get_setting, set_setting
from tests.support.district import SETTINGS, enrol_desk, first_staff, sealed, secret_of
from tests.support.many_servers import at_once


def test_two_say_a_setting_for_the_first_time(district_store: DistrictStore) -> None:
    said, go_on = threading.Event(), threading.Event()

    def say(value: str, *, slowly: bool) -> None:
        with district_store.write() as conn:
            set_setting(conn, "asked_by", value)
            said.set()
            if slowly:
                go_on.wait(0.3)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(say, "one", slowly=True)
        said.wait(30)
        second = threads.submit(say, "two", slowly=False)
        first.result(30)
        second.result(30)
    with district_store.read() as conn:
        assert get_setting(conn, "asked_by") == "two"


def test_servers_that_start_together_make_each_key_once(district_store: DistrictStore, tmp_path: Path) -> None:
    for ready in (bundle_keys.ready, receipt_keys.ready):
        path = tmp_path / ready.__module__
        at_once([partial(ready, district_store, path)] * 4)
    with district_store.read() as conn:
        assert bundle_keys.known_recipient(conn)
        assert len(receipt_keys.known_keys(conn).publics) == 1


def test_desks_of_one_unit_enrol_at_once_and_know_ledger_rows_alike(district_store: DistrictStore) -> None:
    for turn in range(4):
        codes = [
            secret_of(admin.add_station(district_store, f"第{turn}社区", Level.COMMUNITY, "", "").code)
            for _ in range(3)
        ]

        def come(code: str) -> bytes:
            device, store = new_device(new_identity("dev")), new_identity(STORE_PREFIX)
            frame = Frame.of(sealed(first_staff("王登记", store)))
            asked = Enrol(VERSION, code, store, device.device, device.digest, frame)
            return enrol(district_store, asked, SETTINGS).import_key

        keys = at_once([partial(come, code) for code in codes])
        assert len(set(keys)) == 1


def test_desks_hand_in_the_same_bytes_at_once(district_store: DistrictStore) -> None:
    desks = [enrol_desk(district_store, staff_name=name) for name in ("甲登记", "乙登记", "丙登记")]
    for _ in range(4):
        content = b"%PDF-1.7\n" + os.urandom(2000)
        named = hashlib.sha256(content).hexdigest()
        for desk in desks:
            paper = Attachment(
                id=new_id("attachment"),
                made=desk.made(),
                subject=new_id("agreement"),
                name="协议书.pdf",
                media_type="application/pdf",
                size=len(content),
                digest=named,
            )
            assert desk.reasons(paper) == [""]
        stations = [desk.who() for desk in desks]
        at_once([partial(attachments.take, district_store, who, named, content) for who in stations])
        with district_store.read() as conn:
            assert file_size(conn, named) == len(content)


def test_a_move_that_is_said_twice_at_once_is_one_move(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    old, new = desk.store, new_identity(STORE_PREFIX)
    who = desk.who()

    def move() -> str:
        try:
            exchange.move(district_store, who, MoveStore(old, new), SETTINGS)
        except Refused as error:
            return error.key
        return "moved"

    said = at_once([move] * 3)
    assert "moved" in said
    assert set(said) <= {"moved", "protocol.store_known"}, "who came second learns it, and asks again under the new id"
    assert desk.who().device.store == new
