"""Parts that flow: a line breaks where the width ends, lines begin at the left or end at the right."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.pieces.flow import Flow

GAP, WIDE, HIGH = 6, 60, 20


def flowing(qtbot: QtBot, width: int, *, at_right: bool = False) -> tuple[QWidget, list[QLabel]]:
    """A window of this width, and the four parts of 60×20 in it."""
    window = QWidget()
    qtbot.addWidget(window)
    flow = Flow(window, GAP, at_right=at_right)
    parts = [QLabel(str(at)) for at in range(4)]
    for part in parts:
        part.setFixedSize(WIDE, HIGH)
        flow.addWidget(part)
    window.resize(width, 200)
    window.show()
    qtbot.waitExposed(window)
    return window, parts


@pytest.mark.parametrize(("width", "lefts"), [(258, [0, 66, 132, 198]), (257, [0, 66, 132, 0]), (50, [0, 0, 0, 0])])
def test_what_has_no_room_begins_the_next_line(qtbot: QtBot, width: int, lefts: list[int]) -> None:
    window, parts = flowing(qtbot, width)
    breaks = [a.x() >= b.x() for a, b in pairwise(parts)]

    assert [part.x() for part in parts] == lefts
    assert [b.y() > a.y() for a, b in pairwise(parts)] == breaks
    layout = window.layout()
    assert layout is not None
    assert layout.heightForWidth(width) == HIGH + sum(breaks) * (HIGH + GAP)


def test_lines_may_end_at_the_right(qtbot: QtBot) -> None:
    _window, parts = flowing(qtbot, 200, at_right=True)

    assert [part.x() for part in parts] == [8, 74, 140, 140]


def test_a_part_that_is_hidden_takes_no_room(qtbot: QtBot) -> None:
    _window, parts = flowing(qtbot, 200)
    parts[1].hide()
    qtbot.waitUntil(lambda: parts[2].x() == WIDE + GAP)

    assert parts[3].x() == 2 * (WIDE + GAP)
