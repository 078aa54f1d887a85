"""Notices at real servers: an order that a station hands in is told in seconds, and what follows comes down."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import requests

from sync.protocol.codec import decode
from sync.protocol.messages import Frame, Pull, Push
from sync.records.notices import Notice, NoticeState
from sync.server.notices.senders import SIGNATURE, TIME, signature
from tests.support.district import order, sealed
from tests.support.district_process import serving, verb
from tests.support.gateway import gateway
from tests.system.test_district_server import Enrolled, code_for, enrol

pytestmark = pytest.mark.timeout(180)
SECRET = "hidden-words-of-the-channel"
SECONDS = 30


def channels(folder: Path, url: str, minutes: int = 10) -> None:
    """Write the owner-only file beside the store."""
    text = f'unread_minutes = {minutes}\n[[channel]]\nname = "hook"\nkind = "webhook"\nurl = "{url}"\n'
    file = folder / "district-notices.toml"
    file.write_text(text + f'secret = "{SECRET}"\n')
    file.chmod(0o600)


def pulled(station: Enrolled, *wanted: NoticeState) -> list[Notice]:
    """The notices that came down, as soon as those that are wanted did."""
    until = time.monotonic() + SECONDS
    while True:
        page = station.http.pull(Pull(station.store, 0, 2000))
        found = [decode(each.record.sealed()) for each in page.records if each.record.kind == "notice"]
        told = [each for each in found if isinstance(each, Notice)]
        if [each.state for each in told] == list(wanted):
            return told
        assert time.monotonic() < until, told
        time.sleep(0.05)


def test_an_order_is_told_in_seconds_and_what_the_receiver_says_comes_down(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path}/district.db"
    assert verb(db, "init").returncode == 0
    with gateway() as receiver:
        channels(tmp_path, receiver.url)
        with serving(db, tmp_path) as server:
            station = enrol(server.url, code_for(db), tmp_path)
            department = verb(db, "department", "add", "区住房和建设局").stdout.splitlines()[-1]
            staff = verb(db, "staff", "add", "黄书记", "--station", station.unit, "--role", "issuing_secretary")
            made = type(station.made)(
                by=staff.stdout.splitlines()[-1], unit=station.unit, store=station.store, at=station.made.at
            )
            said = order(made, department)
            began = time.monotonic()
            station.http.push(Push(station.store, [Frame.of(sealed(said))]))
            (told,) = receiver.wait()
            assert time.monotonic() - began < 10
            assert told.json["number"] == said.number
            pulled(station, NoticeState.SENT)

            body = json.dumps({"notice": told.json["notice"], "state": "read"}).encode()
            at = str(int(time.time()))
            signed = {TIME: at, SIGNATURE: signature(SECRET, at, body)}
            to = f"{server.url}/v1/notices/hook"
            assert requests.post(to, body, headers={**signed, SIGNATURE: "sha256=0"}, timeout=10).status_code == 401
            assert requests.post(f"{to}s", body, headers=signed, timeout=10).status_code == 401
            assert requests.post(to, body, headers=signed, timeout=10).status_code == 204
            _, read = pulled(station, NoticeState.SENT, NoticeState.READ)
            assert (read.about, read.unit) == (said.id, department)

            listed = verb(db, "notices", "list", "--json")
            (line,) = [json.loads(row) for row in listed.stdout.splitlines()]
            assert (line["about"], line["channel"], line["state"]) == (said.id, "hook", "read")
            assert "已读" in verb(db, "notices", "list").stdout
            assert server.stop() == 0
        log = (tmp_path / "server.log").read_text(encoding="utf-8")
        assert SECRET not in log
        assert said.number not in log
        assert receiver.url not in log


def test_the_verbs_say_what_is_wrong_and_send_a_test(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path}/district.db"
    assert verb(db, "init").returncode == 0
    assert "没有" in verb(db, "notices", "list").stdout
    assert verb(db, "notices", "test", "hook").returncode == 1
    with gateway() as receiver:
        channels(tmp_path, receiver.url)
        done = verb(db, "notices", "test", "hook", "--json")
        assert json.loads(done.stdout)["taken"] is True
        assert "测试" in receiver.told[0].json["text"]
        receiver.status = 503
        failed = verb(db, "notices", "test", "hook")
        assert (failed.returncode, "status 503" in failed.stdout) == (1, True)
    (tmp_path / "district-notices.toml").chmod(0o644)
    assert "chmod 600" in verb(db, "notices", "list").stderr
