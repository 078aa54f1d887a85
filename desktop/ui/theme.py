"""Colours, measures and the style sheet of the window, from the tokens in resources/styles."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette, QStyleHints
from PySide6.QtWidgets import QApplication

import resources
from desktop.ui.measures import TYPE_SIZES, at_type_size, type_pixels

MODES = ("system", "light", "dark", "contrast")
FAMILIES = ("Noto Sans CJK SC", "Microsoft YaHei UI", "PingFang SC", "Source Han Sans SC", "WenQuanYi Micro Hei")
RARE_FAMILIES = ("BabelStone Han", "HanaMinA", "HanaMinB", "SimSun-ExtB", "SimSun-ExtG")
"""What draws rare characters, after every family that the system has chosen: the faces of papers, and Windows' own."""

STYLE = "Fusion"
STYLED = "qianshao_styled"
"""The property in which the application keeps that it was made with STYLE: to set it later makes a class of QStyle."""

WORN = "qianshao_worn"
"""The property in which the application keeps what it wears: shade and type size."""


@cache
def tokens(shade: str) -> dict[str, str]:
    """Return the tokens of ``shade`` ("light", "dark" or "contrast") with the measures."""
    return {
        **tomllib.loads(resources.read_text("styles", "measures.toml")),
        **tomllib.loads(resources.read_text("styles", f"{shade}.toml")),
    }


@cache
def style_sheet(shade: str, size: int = 100) -> str:
    """Return the style sheet of ``shade``: the one template with the tokens in their places, at type ``size``."""
    icons = Path(str(resources.path("icons"))).as_posix()
    template = Template(resources.read_text("styles", "window.qss"))
    return at_type_size(template.substitute(tokens(shade), shade_name=shade, icons=icons), size)


class Theme(QObject):
    """The theme in use, at a type ``size`` in per cent. ``followed`` is emitted after the application has followed
    the system into another one."""

    followed = Signal()

    def __init__(self, mode: str = "system", size: int = 100, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode = mode if mode in MODES else "system"
        self.size = size if size in TYPE_SIZES else TYPE_SIZES[0]
        # Kept: the binding takes what belongs to an object away with the last name that Python has for that object.
        self._hints = QGuiApplication.styleHints()
        self._wishes = _wishes(self._hints)
        self._hints.colorSchemeChanged.connect(self._follow)
        if self._wishes is not None:
            self._wishes.contrastPreferenceChanged.connect(self._follow)

    @property
    def shade(self) -> str:
        """ "light", "dark" or "contrast"."""
        if self.mode != "system":
            return self.mode
        wishes = self._wishes
        if wishes is not None and wishes.contrastPreference() == Qt.ContrastPreference.HighContrast:
            return "contrast"
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return "dark" if dark else "light"

    def colour(self, name: str) -> QColor:
        """Return the colour of a token."""
        return QColor(tokens(self.shade)[name])

    def wear(self) -> None:
        """Dress the application: font, palette, style sheet. Nothing is done where it wears all that already:
        dressing asks every widget that there is."""
        app = QApplication.instance()
        worn = f"{self.shade} {self.size}"
        if not isinstance(app, QApplication) or app.property(WORN) == worn:
            return
        if app.property(WORN) is None and not app.property(STYLED):
            app.setStyle(STYLE)
        if app.font().pixelSize() != type_pixels(self.size):
            font = QFont()
            font.setFamilies([*FAMILIES, *(f for f in font.families() if f not in FAMILIES), *RARE_FAMILIES])
            font.setPixelSize(type_pixels(self.size))
            app.setFont(font)
        app.setProperty(WORN, worn)
        app.setPalette(self._palette())
        app.setStyleSheet(style_sheet(self.shade, self.size))

    def choose(self, mode: str, size: int) -> None:
        """Change to "system", "light", "dark" or "contrast", at a type size of TYPE_SIZES."""
        self.mode, self.size = mode, size
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


def _wishes(hints: QStyleHints) -> Any:
    """What the system knows of a person's needs (QAccessibilityHints), None before Qt 6.10."""
    told = getattr(hints, "accessibility", None)
    return told() if told is not None else None
