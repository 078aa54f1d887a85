"""What is read can be read and what is used can be seen, in every theme: the contrast of WCAG 2.2, from the tokens."""

from __future__ import annotations

import pytest

from desktop.ui.theme import MODES, tokens

GROUNDS = ("bg", "surface", "sunken", "raised", "nav")
TONES = ("good", "warn", "bad", "info", "calm")
TEXT = [
    *(("text", ground) for ground in (*GROUNDS, "selection", "accent_soft", *(f"{tone}_soft" for tone in TONES))),
    *(("text_muted", ground) for ground in (*GROUNDS, "selection", "accent_soft", "bad_soft")),
    *(("text_faint", ground) for ground in ("bg", "surface", "sunken")),
    *(("accent_text", ground) for ground in (*GROUNDS, "selection", "accent_soft", "warn_soft")),
    *(("on_accent", ground) for ground in ("accent", "accent_hover", "accent_pressed")),
    *((tone, ground) for tone in TONES for ground in (f"{tone}_soft", "bg", "surface")),
]
LINES = [
    *((line, ground) for line in ("border_strong", "focus", "accent") for ground in GROUNDS),
    ("bad", "bad_soft"),
    ("text", "bg"),
]
"""The borders of controls, the mark of the focus (of the primary button: the text's colour), the border of an error."""

LEAST = {"light": 4.5, "dark": 4.5, "contrast": 7.0}
"""Of text: 1.4.3 (AA) and, in high contrast, 1.4.6 (AAA)."""

LEAST_OF_LINES = 3.0
"""1.4.11."""


@pytest.mark.parametrize("shade", LEAST)
def test_text_can_be_read_on_every_ground_that_it_stands_on(shade: str) -> None:
    worn = tokens(shade)

    assert [pair for pair in TEXT if contrast(worn[pair[0]], worn[pair[1]]) < LEAST[shade]] == []


@pytest.mark.parametrize("shade", LEAST)
def test_borders_of_controls_and_the_focus_can_be_seen(shade: str) -> None:
    worn = tokens(shade)

    assert [pair for pair in LINES if contrast(worn[pair[0]], worn[pair[1]]) < LEAST_OF_LINES] == []


def test_every_theme_names_the_same_colours() -> None:
    assert {"system", *LEAST} == set(MODES)
    assert tokens("light").keys() == tokens("dark").keys() == tokens("contrast").keys()


def test_the_ratio_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG 2, 1.4.3."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of #RRGGBB."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
