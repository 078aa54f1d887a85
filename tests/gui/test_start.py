"""The way in: nothing heavy before it is needed, one window per home, a passphrase where there is no keyring."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import build, main
from desktop.ui.passphrase import PASSPHRASE_FORM, chosen_passphrase
from desktop.ui.theme import tokens
from sync.records.errors import RuleBroken
from tests.gui.walk import Walk
from tests.support.window_desk import LEAD, PASSPHRASE, PASSWORD, WindowDesk

HEAVY = ("sqlalchemy", "alembic", "requests", "reportlab", "openpyxl", "PySide6.QtPdf", "PySide6.QtNetwork")


def test_the_window_is_shown_before_anything_heavy_is_imported() -> None:
    code = f"import sys, json, desktop.app; print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert json.loads(told.stdout) == []


def test_a_desk_at_work_has_imported_no_printing_and_no_network() -> None:
    code = f"import sys, json, desktop.ui.shell; print(json.dumps([m for m in {HEAVY[1:]!r} if m in sys.modules]))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert json.loads(told.stdout) == []


def test_a_second_window_on_the_same_home_says_so_and_ends(
    desk: WindowDesk, capsys: pytest.CaptureFixture[str], qtbot: QtBot
) -> None:
    with desk.home.lock:
        assert main(["--home", str(desk.home.path)]) == 1

    assert capsys.readouterr().err.strip()


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


def test_the_window_starts_and_closes_again_and_again(open_window: Callable[..., Walk]) -> None:
    for _ in range(5):
        walk = open_window()
        walk.until(lambda walk=walk: walk.application.store is not None)
        walk.application.close()
        QApplication.processEvents()
    assert "QIANSHAO_PASSPHRASE" not in os.environ


def test_both_themes_name_the_same_colours_and_text_can_be_read_on_its_ground() -> None:
    assert tokens("light").keys() == tokens("dark").keys()
    pairs = [
        ("text", "bg"),
        ("text", "surface"),
        ("text_muted", "surface"),
        ("text_muted", "bg"),
        ("on_accent", "accent"),
    ]
    pairs += [(tone, f"{tone}_soft") for tone in ("good", "warn", "bad", "info", "calm")]
    pairs += [("accent_text", "accent_soft"), ("text_muted", "nav"), ("text_faint", "surface"), ("bad", "surface")]
    faint = {
        (shade, ink, ground)
        for shade in ("light", "dark")
        for ink, ground in pairs
        if contrast(tokens(shade)[ink], tokens(shade)[ground]) < (4.0 if ink == "text_faint" else 4.5)
    }

    assert faint == set()


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG 2, 1.4.3."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
