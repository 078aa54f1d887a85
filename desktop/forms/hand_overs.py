"""The forms of the desk itself: handing it over to a colleague, and giving out blank forms."""

from __future__ import annotations

from desktop.forms.form import Shape, always
from desktop.forms.questions import ask, form, own_choices, section
from sync.records.papers import Series

HAND_OVER_FORM = form(
    "hand_over",
    1,
    section(
        "hand_over",
        ask("to_staff", Shape.CHOICE, kinds=("staff_member",), required=always),
        ask("devices", Shape.TEXT, hint="forms.hint_devices", max_length=1_000),
        ask("note", Shape.TEXT, "field_hand_over_note", max_length=2_000),
    ),
)

BLANKS_FORM = form(
    "blanks",
    1,
    section(
        "blanks",
        ask(
            "series",
            Shape.CHOICE,
            "field_blank_series",
            choices=own_choices("blank", Series.VISIT, Series.AGREEMENT),
            required=always,
            default=lambda: Series.VISIT.value,
        ),
        ask("count", Shape.NUMBER, "field_blank_count", required=always, default=lambda: 5),
    ),
)
