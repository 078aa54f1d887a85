"""The quiet word in the status line: whether this desk is connected, waits, or exchanges nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from desktop.ui.background import CONNECTED, OFF, OLDER, STOPPED, WAITING, Standing
from desktop.ui.icons import icon
from desktop.ui.measures import scaled
from desktop.ui.tools import Tools
from desktop.ui.words import one_line
from resources import Wording

if TYPE_CHECKING:
    from desktop.actions.arrivals import Arrival

_LOOKS = {
    CONNECTED: ("exchange", "good"),
    OLDER: ("exchange", "calm"),
    WAITING: ("clock", "calm"),
    STOPPED: ("alert", "warn"),
    OFF: ("minus", "calm"),
}


class LineButton(QToolButton):
    """``chosen`` carries whether somebody wants exchanges in the background; asked of its menu."""

    chosen = Signal(bool)

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools
        self.setObjectName("status.line")
        self.setProperty("kind", "status")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(scaled(14), scaled(14)))
        menu = QMenu(self)
        self.switch = QAction(tools.words("channel.switch"), menu)
        self.switch.setObjectName("status.line.switch")
        self.switch.setCheckable(True)
        self.switch.triggered.connect(self.chosen)
        menu.addAction(self.switch)
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.show_standing(Standing())

    def show_standing(self, standing: Standing) -> None:
        """Say how it stands, in a word, with the whole of it in the tool tip."""
        words = self._tools.words
        why = self._tools.sentence(standing.why) if standing.why is not None else ""
        told = words(f"channel.{standing.state}_tip")
        picture, tone = _LOOKS[standing.state]
        self.setText(words(f"channel.{standing.state}"))
        self.setIcon(icon(picture, self._tools.theme.colour(tone), 14))
        self.setToolTip("\n".join(part for part in (told, why) if part))
        self.setAccessibleName(words("channel.named", state=self.text()))
        self.setAccessibleDescription(self.toolTip())
        self.switch.setChecked(self._tools.home.settings.background_exchange)


def arrived_told(words: Wording, arrivals: Sequence[Arrival]) -> str:
    """Return the one sentence that tells what came."""
    if len(arrivals) > 1:
        return words("channel.many", count=len(arrivals))
    (one,) = arrivals
    number, subject = one_line(one.number, 40), one_line(one.subject, 60)
    if not one.reply:
        return words("channel.order", number=number, subject=subject)
    what = words(f"records.replykind_{one.reply}")
    return words("channel.reply", department=one_line(one.department, 40), number=number, what=what)
