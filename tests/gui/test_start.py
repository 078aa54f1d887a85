"""The way in: nothing heavy before it is needed, one window per home, a passphrase where there is no keyring."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QMainWindow, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop.actions.backups import back_up
from desktop.app import build, main
from desktop.keys import WrappedKeys
from desktop.logs import keep_log, log_path
from desktop.store.credentials import failures
from desktop.store.store import Store
from desktop.ui.front import Front
from desktop.ui.passphrase import PASSPHRASE_FORM, chosen_passphrase
from desktop.ui.restoring import RESTORE_FORM
from resources import wording
from sync.records.errors import Damaged, RuleBroken
from tests.gui.test_open_close import NEVER_AT_TODAY
from tests.gui.walk import Walk
from tests.support.window_desk import LEAD, PASSPHRASE, PASSWORD, WindowDesk

HEAVY = (
    *("sqlalchemy", "sqlcipher3", "keyring", "argon2", "msgspec", "cryptography"),
    *("sync.records.record", "sync.records.persons", "sync.records.units"),
    *NEVER_AT_TODAY,
)
"""What a bare window does not need; a desk at work needs the first of them."""


def test_the_window_is_shown_before_anything_heavy_is_imported() -> None:
    code = f"import sys, json, desktop.app; print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert json.loads(told.stdout) == []


def test_a_second_window_on_the_same_home_says_so_and_ends(
    desk: WindowDesk, capsys: pytest.CaptureFixture[str], qtbot: QtBot
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    Front(window, desk.home.front_path)
    with desk.home.lock:
        assert main(["--home", str(desk.home.path)]) == 1

    assert capsys.readouterr().err.strip() == wording("zh")("window.already_open")
    qtbot.waitUntil(window.isVisible, timeout=10_000)


@pytest.mark.parametrize("how", ["its settings are no settings", "it is a file"])
def test_a_home_that_cannot_be_used_is_told_in_a_sentence_that_is_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, how: str
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(QMessageBox, "critical", lambda _parent, _title, text: seen.append(text))
    home = tmp_path / "home"
    if how == "it is a file":
        home.write_bytes(b"")
    else:
        home.mkdir()
        (home / "settings.toml").write_text("language = ")

    assert main(["--home", str(home)]) == 1

    assert len(seen) == 1
    assert capsys.readouterr().err == seen[0] + "\n"


def test_a_damaged_store_leads_to_its_backup_and_on_to_the_sign_in(
    qtbot: QtBot, desk: WindowDesk, open_window: Callable[..., Walk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, path = WrappedKeys(desk.home.keys_path, PASSPHRASE), desk.home.store_path
    with closing(desk.store()) as store:
        back_up(desk.desk(store), keys.store_key(store.key_id), tmp_path / "copy.qsb", "a recovery passphrase")
    path.write_bytes(path.read_bytes()[:20_000])
    walk = open_window()
    gate = walk.application.gate
    assert gate is not None
    walk.until(lambda: gate.findChild(QPushButton, "restore") is not None)
    assert gate.view.banner.text() == wording("zh")("store.damaged")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "copy.qsb"), ""))
    qtbot.mouseClick(gate.findChild(QPushButton, "restore"), Qt.MouseButton.LeftButton)
    restoring = walk.application.gate
    assert restoring is not None
    assert restoring.view.form is RESTORE_FORM
    restoring.view.fill({"passphrase": "not this one"})
    restoring.view.submit()
    walk.until(lambda: bool(restoring.view.banner.text()), 60_000)
    restoring.view.fill({"passphrase": "a recovery passphrase"})
    restoring.view.submit()
    walk.until(lambda: walk.application.store is not None, 60_000)
    walk.settle()
    walk.sign_in(LEAD, PASSWORD)
    assert list(desk.home.path.glob("damaged-*"))


def test_a_password_that_is_handed_in_while_the_store_is_being_opened_is_judged_by_the_store(
    desk: WindowDesk, open_window: Callable[..., Walk], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, real = threading.Event(), Store.open
    monkeypatch.setattr(Store, "open", lambda path, key: (go_on.wait(60), real(path, key))[1])
    walk = open_window()
    gate = walk.application.gate
    assert gate is not None
    walk.until(gate.view.button.isEnabled)
    gate.view.fill({"name": LEAD, "password": "not the one 1"})
    gate.view.submit()
    assert walk.application.store is None
    go_on.set()
    told = wording("zh")("actions.wrong_password")
    walk.until(lambda: told in [label.text() for label in gate.findChildren(QLabel)])
    walk.settle()
    with walk.reader() as reader:
        assert failures(reader, desk.staff[LEAD]) == 1

    walk.sign_in(LEAD, PASSWORD)

    with walk.reader() as reader:
        assert failures(reader, desk.staff[LEAD]) == 0


def test_no_store_is_loaded_before_the_gate_has_let_in(
    open_window: Callable[..., Walk], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, real = threading.Event(), Store.open
    monkeypatch.setattr("desktop.ui.opening.GATE_S", 60)
    monkeypatch.setattr(Store, "open", lambda path, key: (opened.set(), real(path, key))[1])

    walk = open_window()

    assert not opened.wait(1), "the window's own thread was busy all the time"
    walk.until(opened.is_set)
    walk.settle()


def test_a_store_that_cannot_be_opened_after_the_gate_has_let_in_is_told_once(
    open_window: Callable[..., Walk], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def damaged(_path: Path, _key: bytes) -> Store:
        go_on.wait(60)
        raise Damaged("store.wal_damaged")

    monkeypatch.setattr(Store, "open", damaged)
    walk = open_window()
    gate = walk.application.gate
    assert gate is not None
    walk.until(gate.view.button.isEnabled)
    gate.view.fill({"name": LEAD, "password": PASSWORD})
    gate.view.submit()
    go_on.set()
    walk.settle()

    assert gate.view.banner.text() == wording("zh")("store.wal_damaged")
    assert not gate.view.button.isEnabled()
    assert len(gate.findChildren(QPushButton, "restore")) == 1
    assert walk.dialogs() == []


@pytest.mark.allowed_log("bug: ")
def test_a_bug_is_kept_in_the_log_without_the_value_that_it_stumbled_over(
    desk: WindowDesk, open_window: Callable[..., Walk]
) -> None:
    handler = keep_log(desk.home)
    try:
        walk = open_window()
        walk.settle()
        walk.application.tasks.read(lambda: int("黎平桂 440311196005310337"))
        walk.until(lambda: log_path(desk.home).exists())
        walk.settle()
        walk.close_dialogs()
    finally:
        for name in ("desktop", "sync"):
            logging.getLogger(name).removeHandler(handler)
        handler.close()
    kept = log_path(desk.home).read_text(encoding="utf-8")
    assert "ValueError" in kept
    assert "黎平桂" not in kept
    assert "440311196005310337" not in kept


def test_a_home_whose_keys_are_wrapped_asks_for_the_passphrase_and_says_when_it_is_wrong(
    qtbot: QtBot, desk: WindowDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QIANSHAO_PASSPHRASE", raising=False)
    application = build(desk.home, language="zh", theme="light")
    application.start()
    walk = Walk(qtbot, application, desk)
    gate = application.gate
    assert gate is not None
    assert gate.view.form is PASSPHRASE_FORM
    gate.view.fill({"passphrase": "not this one"})
    gate.view.submit()
    walk.until(lambda: bool(gate.view.banner.text()))

    gate.view.fill({"passphrase": PASSPHRASE})
    gate.view.submit()
    walk.until(lambda: application.store is not None)
    walk.settle()
    walk.sign_in(LEAD, PASSWORD)

    assert application.shell is not None
    application.close()
    application.window.deleteLater()


def test_a_passphrase_is_long_and_typed_twice() -> None:
    for first, again, field in (
        ("short", "short", "passphrase"),
        ("long enough now", "another one here", "passphrase_again"),
    ):
        with pytest.raises(RuleBroken) as told:
            chosen_passphrase({"passphrase": first, "passphrase_again": again})
        assert told.value.field == field
    assert chosen_passphrase({"passphrase": "long enough now", "passphrase_again": "long enough now"})
