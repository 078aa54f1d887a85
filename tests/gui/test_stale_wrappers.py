"""The guard against names for what Qt has let go sees them."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.labels import clear
from tests.support.stale_wrappers import items_of_layouts


def test_an_item_that_a_layout_was_asked_for_is_seen(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.addWidget(QLabel("甲"))
    assert not items_of_layouts()
    assert layout.itemAt(0) is not None

    assert items_of_layouts() == {"QWidgetItem": 1}
    layout.takeAt(0)
    layout.deleteLater()
    window.deleteLater()
    del layout, window


def test_what_the_window_does_with_layouts_leaves_no_names(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    flow = Flow()
    layout.addLayout(flow)
    for place in (flow, layout):
        place.addWidget(QLabel("乙"))
    window.show()
    QApplication.processEvents()
    assert not items_of_layouts()

    clear(layout)
    QApplication.processEvents()
    assert not items_of_layouts()
