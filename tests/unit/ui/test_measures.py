"""Lengths of the style sheet follow the type size; hairlines do not, and a focused control stays as large as it was."""

from __future__ import annotations

import re

import pytest

from desktop.ui.measures import TYPE_SIZES, at_type_size, type_pixels
from desktop.ui.theme import style_sheet


def test_ordinary_type_leaves_the_sheet_as_it_is_written() -> None:
    assert at_type_size("a { padding: 0 14px; border: 1px; margin: [14-1]px }", 100) == (
        "a { padding: 0 14px; border: 1px; margin: 13px }"
    )


def test_larger_type_makes_lengths_larger_and_leaves_hairlines() -> None:
    assert at_type_size("min-height: 32px; border: 2px; padding: [14-1]px", 150) == (
        "min-height: 48px; border: 2px; padding: 20px"
    )


@pytest.mark.parametrize("size", TYPE_SIZES)
def test_the_type_of_the_sheet_is_the_type_of_the_application(size: int) -> None:
    sheet = style_sheet("light", size)

    assert re.search(r"^\* \{ font-size: (\d+)px", sheet, re.MULTILINE).group(1) == str(type_pixels(size))  # type: ignore[union-attr]


@pytest.mark.parametrize("size", TYPE_SIZES)
@pytest.mark.parametrize("control", ["QPushButton", "QLineEdit", "QComboBox", 'QPushButton[kind="segment"]'])
def test_a_control_is_as_high_with_the_focus_as_without(size: int, control: str) -> None:
    sheet = style_sheet("dark", size)

    def high(selector: str) -> int:
        found = re.findall(rf"^{re.escape(selector)}(?:, \w+)* \{{.*?min-height: (\d+)px", sheet, re.MULTILINE)
        if not found:
            found = re.findall(rf"{re.escape(selector)}, QSpinBox \{{.*?min-height: (\d+)px", sheet)
        return int(found[0])

    assert high(control) + 2 * 1 == high(f"{control}:focus") + 2 * 2
