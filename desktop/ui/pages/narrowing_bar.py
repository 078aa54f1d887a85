"""Over a list: what it is narrowed to, each part as a chip that one key takes away, and a menu of what there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from desktop.actions.directory import Option
from desktop.ui.command import Command, in_other_words
from desktop.ui.dialogs.period import PeriodDialog
from desktop.ui.icons import icon
from desktop.ui.models.narrow import PERIODS, Narrow
from desktop.ui.pages.list_shape import CHOICES, DATED
from desktop.ui.pieces.buttons import PushButton, button, shortcut_of
from desktop.ui.pieces.flow import Flow
from desktop.ui.tools import Tools
from desktop.ui.words import day

KEYS = "Ctrl+Shift+F"
_AWAY = {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}


class NarrowChip(PushButton):
    """One part of what a list is narrowed to; a click, Enter, Delete or Backspace takes it away."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete and Backspace click too."""
        if event.key() in _AWAY:
            self.click()
        else:
            super().keyPressEvent(event)


class NarrowingBar(QWidget):
    """``changed`` tells that the list is narrowed to something else."""

    changed = Signal()

    def __init__(self, tools: Tools, name: str) -> None:
        super().__init__()
        self._tools, self._name = tools, name
        self._units: list[Option] = []
        self.narrow = Narrow()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._flow = Flow(self, 8)
        self.opener = button(
            tools.words("lists.narrow"), f"narrow.{name}", "small", theme=tools.theme, picture="chevron_down"
        )
        shortcut_of(self.opener, KEYS, self)
        self.opener.clicked.connect(self.open_menu)
        self._flow.addWidget(self.opener)
        self._chips: list[NarrowChip] = []

    def offer_units(self, units: list[Option]) -> None:
        """Offer these units; one alone is no choice."""
        self._units = units if len(units) > 1 else []

    def set(self, narrow: Narrow) -> None:
        """Narrow the list to something else."""
        if narrow != self.narrow:
            self.narrow = narrow
            self._show()
            self.changed.emit()

    def take_last(self) -> bool:
        """Take the last chip away; returns whether there was one."""
        active = self.narrow.active()
        if active:
            self.set(self.narrow.without(active[-1]))
        return bool(active)

    def told(self, field: str) -> str:
        """What a chip says."""
        words, narrow = self._tools.words, self.narrow
        if field == "period":
            if narrow.period in PERIODS:
                return words(f"lists.period_{narrow.period}")
            if narrow.first == narrow.last:
                return day(narrow.first)
            return f"{day(narrow.first)} – {day(narrow.last)}"
        if field == "mine":
            return words("lists.mine")
        if field == "among":
            return narrow.told
        if field == "unit":
            return next((u.text for u in self._units if u.value == narrow.unit), narrow.unit)
        area, values = CHOICES[self._name][field]
        chosen = getattr(narrow, field)
        return words("window.list_comma").join(words(f"{area}_{v}") for v in values if v in chosen)

    def commands(self) -> list[Command]:
        """What may be narrowed, for the find box."""
        words = self._tools.words

        def command(key: str, start: Callable[[], object], keys: str = "") -> Command:
            return Command(
                f"{self._name}.{key}",
                words(f"lists.{key}"),
                start,
                "search",
                keys,
                in_other_words(words, f"lists.{key}"),
            )

        found = [command("narrow", self.open_menu, KEYS)]
        if self._name in DATED:
            found += [command(f"period_{p}", partial(self._period, p)) for p in PERIODS]
            found.append(command("period_days", self._days))
        found.append(command("mine", self._mine))
        if self.narrow.active():
            found.append(command("narrow_none", partial(self.set, Narrow())))
        return found

    def open_menu(self) -> None:
        """Open the menu of what the list may be narrowed to."""
        self.menu().popup(self.opener.mapToGlobal(self.opener.rect().bottomLeft()))

    def menu(self) -> QMenu:
        """Everything that the list may be narrowed to; what holds now is ticked."""
        words, narrow = self._tools.words, self.narrow
        menu = QMenu(self)
        menu.setObjectName(f"narrow.{self._name}.menu")
        if self._name in DATED:
            dates = menu.addMenu(words("lists.period"))
            for period in PERIODS:
                self._tick(
                    dates, words(f"lists.period_{period}"), narrow.period == period, partial(self._period, period)
                )
            self._tick(dates, words("lists.period_days"), narrow.period == "days", self._days)
        for field, (area, values) in CHOICES[self._name].items():
            inner = menu.addMenu(words(f"lists.narrow_{field}"))
            for value in values:
                on = value in getattr(narrow, field)
                self._tick(inner, words(f"{area}_{value}"), on, partial(self.toggle, field, value))
        self._tick(menu, words("lists.mine"), narrow.mine, self._mine)
        if self._units:
            inner = menu.addMenu(words("lists.narrow_unit"))
            for unit in self._units:
                self._tick(inner, unit.text, narrow.unit == unit.value, partial(self._unit, unit.value))
        if narrow.active():
            menu.addSeparator()
            menu.addAction(words("lists.narrow_none")).triggered.connect(lambda: self.set(Narrow()))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def toggle(self, field: str, value: str) -> None:
        """Take a value in, or out."""
        self.set(replace(self.narrow, **{field: getattr(self.narrow, field) ^ {value}}))

    def _tick(self, menu: QMenu, text: str, on: bool, act: Callable[[], object]) -> None:
        action = menu.addAction(text.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(on)
        action.triggered.connect(lambda _on: act())

    def _period(self, period: str) -> None:
        same = self.narrow.period == period
        self.set(replace(self.narrow, period="" if same else period, first=None, last=None))

    def _days(self) -> None:
        dialog = PeriodDialog(self._tools, self.narrow.first, self.narrow.last, self)
        dialog.chosen.connect(lambda days: self.set(replace(self.narrow, period="days", first=days[0], last=days[1])))
        dialog.open()

    def _mine(self) -> None:
        self.set(replace(self.narrow, mine=not self.narrow.mine))

    def _unit(self, unit: str) -> None:
        self.set(replace(self.narrow, unit="" if self.narrow.unit == unit else unit))

    def _show(self) -> None:
        words, theme = self._tools.words, self._tools.theme
        focused = any(chip.hasFocus() for chip in self._chips)
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for field in self.narrow.active():
            text = self.told(field)
            chip = NarrowChip(text.replace("&", "&&"))
            chip.setObjectName(f"narrow.{self._name}.{field}")
            chip.setAccessibleName(words("lists.chip_away", what=text))
            chip.setToolTip(words("lists.chip_away", what=text))
            chip.setAutoDefault(False)
            chip.setProperty("kind", "chip")
            chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            chip.setIcon(icon("cross", theme.colour("accent_text"), 14))
            chip.clicked.connect(lambda _on=False, field=field: self.set(self.narrow.without(field)))
            self._flow.addWidget(chip)
            self._chips.append(chip)
        if focused:
            (self._chips[-1] if self._chips else self.opener).setFocus()
        self.updateGeometry()
