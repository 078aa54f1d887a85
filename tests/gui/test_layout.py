"""Every page, form and dialog at the sizes of real desks: words have room, parts lie apart, controls are in reach."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.config import Home
from desktop.ui.pieces.line_table import as_lines
from tests.gui.layout import faults
from tests.gui.screenshots import ONLY_LOOK, SIZES, take
from tests.support.window_conflicts import in_conflict
from tests.support.window_desk import WindowDesk, enrolled_home


@pytest.fixture(scope="module")
def homes(day_of_records: WindowDesk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty desk and one with a day's work."""
    folder = tmp_path_factory.mktemp("homes")
    enrolled_home(folder / "empty")
    shutil.copytree(day_of_records.home.path, folder / "full")
    in_conflict(WindowDesk(Home(folder / "full"), day_of_records.unit, day_of_records.staff))
    return folder


TIGHTEST = ("en-light-1366", "zh-light-1366-150")
"""Where words have the least room: the longer language, the largest type; the others are looked at by `make long`."""
LOOKS = [f"{language}-light-{size}" for size in (*SIZES, "1366-125", "1366-150") for language in ("zh", "en")]
ROOMY = [look for look in LOOKS if look not in TIGHTEST]


@pytest.mark.timeout(900)  # a hundred stops: some thirty seconds where nothing else runs
@pytest.mark.parametrize("look", [*TIGHTEST, *(pytest.param(look, marks=pytest.mark.long) for look in ROOMY)])
def test_nothing_is_clipped_covered_or_out_of_reach(homes: Path, tmp_path: Path, look: str) -> None:
    seen = take(homes, tmp_path, look, ONLY_LOOK)

    assert "\n".join(seen) == ""


def shown(qtbot: QtBot, *parts: QWidget) -> QWidget:
    """A window of 300×60 with ``parts`` beside each other."""
    window = QWidget()
    qtbot.addWidget(window)
    window.setFixedSize(300, 60)
    inside = QHBoxLayout(window)
    for part in parts:
        inside.addWidget(part)
    window.show()
    return window


def test_a_window_with_room_for_everything_has_no_fault(qtbot: QtBot) -> None:
    assert faults(shown(qtbot, QLabel("姓名"), QLineEdit())) == []


def test_words_without_room_are_seen(qtbot: QtBot) -> None:
    label, box = QLabel("调解协议书"), QLineEdit()
    label.setFixedWidth(20)
    box.setPlaceholderText("姓名、证件号、电话、诉求内容和一切别的" * 2)

    window = shown(qtbot, label, box)

    assert [fault.split()[0] for fault in faults(window)] == ["QLineEdit", "label"]
    box.setToolTip(box.placeholderText())
    assert [fault.split()[0] for fault in faults(window)] == ["label"]


def test_headings_and_cells_without_room_are_seen_unless_a_tip_tells_them(qtbot: QtBot) -> None:
    table = QTableWidget(1, 1)
    table.setObjectName("table")
    table.setHorizontalHeaderLabels(["证件号码（同名时必填）"])
    table.setItem(0, 0, QTableWidgetItem("440311196005310338"))
    window = shown(qtbot, table)
    table.setColumnWidth(0, 40)
    seen = faults(window)

    assert [fault.split("“")[1] for fault in seen] == ["证件号码（同名时必填）”", "440311196005310338”"]
    as_lines(table, "table", "名单", ["证件号码（同名时必填）"], None)
    table.setColumnWidth(0, 40)
    assert faults(window) == []


def test_parts_that_lie_on_each_other_are_seen(qtbot: QtBot) -> None:
    one, other = QPushButton("甲"), QPushButton("乙")
    window = shown(qtbot, one, other)
    other.move(one.pos())

    assert any("lies on" in fault for fault in faults(window))


def test_a_control_out_of_the_window_or_beside_its_scroll_area_is_seen(qtbot: QtBot) -> None:
    area, wide = QScrollArea(), QPushButton("甲")
    wide.setFixedWidth(900)
    area.setWidget(wide)
    away = QPushButton("乙")
    window = shown(qtbot, area, away)
    away.move(290, 10)
    seen = faults(window)

    assert any("cut by the scroll area" in fault for fault in seen)
    assert any("out of the window" in fault for fault in seen)
