"""The pages at the left edge, and the header over them: station, person, exchange, language, theme."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QMenu, QPushButton, QToolButton

from desktop.ui.icons import icon, pixmap
from desktop.ui.measures import TYPE_SIZES, scaled
from desktop.ui.models.status import Status
from desktop.ui.pieces.buttons import PushButton, button
from desktop.ui.pieces.chip import Chip
from desktop.ui.pieces.labels import column, label, row
from desktop.ui.theme import MODES
from desktop.ui.tools import Tools
from sync.records.units import Role, of_one_page

PAGES = ("today", "visits", "matters", "orders", "mediations", "people", "day_end", "prints", "statistics")
_WITHIN = {"held": "day_end", "referrals": "matters"}
WIDTH = 208
_AROUND_WORDS = 62
_SHADES = {"light": "sun", "dark": "moon", "contrast": "theme"}


class Navigation(QFrame):
    """``turned`` carries the name of the page that was asked for."""

    turned = Signal(str)

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.setObjectName("navigation")
        self.setFixedWidth(scaled(WIDTH))
        self._tools = tools
        inside = column(self, space=4, margins=(12, 16, 12, 14))
        brand = row(space=10, margins=(8, 0, 0, 14))
        mark = QLabel()
        mark.setPixmap(pixmap("outpost", tools.theme.colour("accent").name(), 26))
        brand.addWidget(mark)
        brand.addWidget(label(tools.words("window.product"), "brand"), 1)
        inside.addLayout(brand)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        roles = tools.desk.session.roles
        for at, name in enumerate(() if of_one_page(roles) else PAGES):
            if name == "day_end":
                inside.addStretch(1)
            inside.addWidget(self._button(name, f"Ctrl+{at + 1}"))
            if name == "matters" and Role.COUNSELLOR in roles:
                inside.addWidget(self._button("referrals", "Ctrl+0"))
        if not self._buttons:
            inside.addWidget(self._button("referrals", ""))
            inside.addStretch(1)

    def show_page(self, name: str) -> None:
        """Mark ``name`` as the page in front, or the one that it belongs to."""
        name = name if name in self._buttons else _WITHIN.get(name, name)
        for each, made in self._buttons.items():
            made.setChecked(each == name)
            tone = "accent_text" if each == name else "text_muted"
            made.setIcon(icon(each, self._tools.theme.colour(tone), 20))

    def _button(self, name: str, keys: str) -> QPushButton:
        text = self._tools.words(f"window.page_{name}")
        made = button(text, f"page_button.{name}", "page", theme=self._tools.theme, picture=name)
        made.setIconSize(QSize(scaled(20), scaled(20)))
        made.setText(f"  {text}")
        made.setCheckable(True)
        made.setToolTip(keys)
        made.clicked.connect(lambda: self.turned.emit(name))
        self._group.addButton(made)
        self._buttons[name] = made
        return made


class FindButton(PushButton):
    """Looks like a box to type in; where the header is short of room its words end with an ellipsis."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._whole = text
        self.setObjectName("header.find")
        self.setProperty("kind", "find")
        self.setAccessibleName(text.strip())
        self.setAutoDefault(False)
        self.setMinimumWidth(scaled(150))

    def sizeHint(self) -> QSize:
        """As wide as all the words."""
        wide = self.fontMetrics().horizontalAdvance(self._whole) + scaled(_AROUND_WORDS)
        return QSize(wide, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the words into the width."""
        super().resizeEvent(event)
        room = self.width() - scaled(_AROUND_WORDS)
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room + 2))


class Header(QFrame):
    """Who works where, how the exchange stands, and what may be set."""

    asked = Signal()
    exchange = Signal()
    language = Signal()
    theme = Signal(str)
    type_size = Signal(int)
    password = Signal()
    sheet = Signal()
    colleagues = Signal()
    hand_over = Signal()
    blanks = Signal()
    proving = Signal()
    lock = Signal()
    sign_out = Signal()

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setFixedHeight(scaled(56))
        self._tools = tools
        words, session = tools.words, tools.desk.session
        inside = row(self, space=6, margins=(24, 0, 16, 0))
        inside.addWidget(label(session.unit_name, "subheading"))
        inside.addStretch(1)
        alone = of_one_page(session.roles)
        if not alone:
            inside.addWidget(self._find_button())
            inside.addStretch(1)
        self._chip = Chip(tools.theme, "", "calm", "unsent")
        self.exchange_button = QToolButton()
        self.exchange_button.setObjectName("header.exchange")
        self.exchange_button.setProperty("kind", "header")
        self.exchange_button.setAccessibleName(words("window.today_exchange"))
        holder = row(self.exchange_button, margins=(6, 0, 6, 0))
        holder.addWidget(self._chip)
        self.exchange_button.clicked.connect(self.exchange)
        self.exchange_button.setVisible(not alone)
        inside.addWidget(self.exchange_button)
        inside.addWidget(self._plain("language", "language", words("window.other_language"), self.language.emit))
        inside.addWidget(self._theme_button())
        inside.addWidget(self._person_button())
        self.show_standing(None, 0)

    def _find_button(self) -> QPushButton:
        """Looks like a box to type in; opens the real one."""
        text = self._tools.words("find.button")
        made = FindButton(f"  {text}")
        made.setIcon(icon("search", self._tools.theme.colour("text_muted"), 18))
        made.setIconSize(QSize(scaled(18), scaled(18)))
        made.setToolTip(f"{self._tools.words('find.title')}  Ctrl+K")
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(self.asked)
        return made

    def show_standing(self, unsent: int | None, held: int) -> None:
        """Say how many records wait, and how many are held."""
        words = self._tools.words
        if unsent is None:
            status = Status("…", "calm", "unsent")
        elif held:
            status = Status(words("window.exchange_held", count=held), "bad", "held")
        elif unsent:
            status = Status(words("window.exchange_unsent", count=unsent), "calm", "unsent")
        else:
            status = Status(words("window.exchange_all_sent"), "good", "sent")
        self._chip.show_status(status.text, status.tone, status.picture)
        self.exchange_button.setAccessibleName(status.text)
        self.exchange_button.setMinimumSize(self._chip.sizeHint().width() + 14, scaled(34))

    def _plain(self, name: str, picture: str, text: str, slot: object) -> QToolButton:
        made = QToolButton()
        made.setObjectName(f"header.{name}")
        made.setProperty("kind", "header")
        made.setText(text)
        made.setAccessibleName(text)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setIcon(icon(picture, self._tools.theme.colour("text_muted"), 18))
        made.setIconSize(QSize(scaled(18), scaled(18)))
        if slot is not None:
            made.clicked.connect(slot)
        return made

    def _theme_button(self) -> QToolButton:
        words, theme = self._tools.words, self._tools.theme
        made = self._plain("theme", _SHADES[theme.shade], "", None)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        made.setAccessibleName(words("window.theme"))
        made.setToolTip(words("window.theme"))
        menu = QMenu(made)
        for mode in MODES:
            action = QAction(words(f"window.theme_{mode}"), menu)
            action.setCheckable(True)
            action.setChecked(theme.mode == mode)
            action.triggered.connect(lambda _on, mode=mode: self.theme.emit(mode))
            menu.addAction(action)
        menu.addSeparator()
        for size in TYPE_SIZES:
            action = QAction(words(f"window.type_{size}"), menu)
            action.setCheckable(True)
            action.setChecked(theme.size == size)
            action.triggered.connect(lambda _on, size=size: self.type_size.emit(size))
            menu.addAction(action)
        made.setMenu(menu)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return made

    def _person_button(self) -> QToolButton:
        words, session = self._tools.words, self._tools.desk.session
        made = self._plain("person", "person", session.name, None)
        roles = words("window.list_comma").join(sorted(words(f"records.role_{r.value}") for r in session.roles))
        made.setToolTip(roles)
        menu = QMenu(made)
        told = QAction(roles, menu)
        told.setEnabled(False)
        menu.addAction(told)
        menu.addSeparator()
        of_the_desk = (
            ("window.verb_desk_hand_over", self.hand_over),
            ("window.verb_desk_blanks", self.blanks),
            ("proof.title", self.proving),
        )
        for key, signal in (
            *([("desk.colleagues", self.colleagues)] if session.may(Role.STATION_LEAD) else []),
            *(() if of_one_page(session.roles) else of_the_desk),
            ("window.change_password", self.password),
            ("window.keys_title", self.sheet),
            ("desk.lock", self.lock),
            ("window.sign_out", self.sign_out),
        ):
            action = QAction(words(key), menu)
            action.setObjectName(f"person.{key}")
            action.triggered.connect(lambda _on, signal=signal: signal.emit())
            menu.addAction(action)
        made.setMenu(menu)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return made
