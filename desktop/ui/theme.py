"""Colours, measures and the style sheet of the window, from the tokens in resources/styles."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

import resources

MODES = ("system", "light", "dark")
FAMILIES = ("Noto Sans CJK SC", "Microsoft YaHei UI", "PingFang SC", "Source Han Sans SC", "WenQuanYi Micro Hei")

WORN = "qianshao_shade"
"""The property in which the application keeps the shade that it wears."""


@cache
def tokens(shade: str) -> dict[str, str]:
    """Return the tokens of ``shade`` ("light" or "dark") with the measures."""
    return {
        **tomllib.loads(resources.read_text("styles", "measures.toml")),
        **tomllib.loads(resources.read_text("styles", f"{shade}.toml")),
    }


@cache
def style_sheet(shade: str) -> str:
    """Return the style sheet of ``shade``: the one template with the tokens in their places."""
    icons = Path(str(resources.path("icons"))).as_posix()
    return Template(resources.read_text("styles", "window.qss")).substitute(
        tokens(shade), shade_name=shade, icons=icons
    )


class Theme(QObject):
    """The theme in use. ``followed`` is emitted after the application has followed the system into another one."""

    followed = Signal()

    def __init__(self, mode: str = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode = mode if mode in MODES else "system"
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow)

    @property
    def shade(self) -> str:
        """ "light" or "dark"."""
        if self.mode != "system":
            return self.mode
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return "dark" if dark else "light"

    def colour(self, name: str) -> QColor:
        """Return the colour of a token."""
        return QColor(tokens(self.shade)[name])

    def wear(self) -> None:
        """Dress the application: font, palette, style sheet. Nothing is done where it wears this shade already:
        dressing asks every widget that there is."""
        app = QApplication.instance()
        if not isinstance(app, QApplication) or app.property(WORN) == self.shade:
            return
        if app.property(WORN) is None:
            font = QFont()
            font.setFamilies([*FAMILIES, font.family()])
            font.setPixelSize(14)
            app.setStyle("Fusion")
            app.setFont(font)
        app.setProperty(WORN, self.shade)
        app.setPalette(self._palette())
        app.setStyleSheet(style_sheet(self.shade))

    def choose(self, mode: str) -> None:
        """Change to "system", "light" or "dark"."""
        self.mode = mode
        self.wear()

    @Slot()
    def _follow(self) -> None:
        if self.mode == "system":
            self.wear()
            self.followed.emit()

    def _palette(self) -> QPalette:
        role = QPalette.ColorRole
        palette = QPalette()
        for which, token in (
            (role.Window, "bg"),
            (role.WindowText, "text"),
            (role.Base, "surface"),
            (role.AlternateBase, "sunken"),
            (role.Text, "text"),
            (role.Button, "surface"),
            (role.ButtonText, "text"),
            (role.Highlight, "accent"),
            (role.HighlightedText, "on_accent"),
            (role.PlaceholderText, "text_faint"),
            (role.ToolTipBase, "raised"),
            (role.ToolTipText, "text"),
            (role.Link, "accent"),
            (role.Light, "surface"),
            (role.Mid, "border"),
            (role.Dark, "border_strong"),
        ):
            palette.setColor(which, self.colour(token))
        faint = self.colour("text_faint")
        for which in (role.Text, role.ButtonText, role.WindowText):
            palette.setColor(QPalette.ColorGroup.Disabled, which, faint)
        return palette
