"""The form of a call that the desk makes because nobody has read of an order."""

from __future__ import annotations

from desktop.forms.form import Shape, always
from desktop.forms.questions import ask, choices, form, section, where
from sync.records.notices import NoticeState

_reached = where("state", NoticeState.CALLED)

CALL_FORM = form(
    "call",
    1,
    section(
        "call",
        ask(
            "state",
            Shape.CHOICE,
            "field_call_state",
            choices=choices((NoticeState.CALLED, NoticeState.NOT_REACHED)),
            required=always,
            default=lambda: NoticeState.CALLED.value,
        ),
        ask("name", Shape.LINE, "field_callee", shown=_reached, required=_reached, max_length=60),
        ask("text", Shape.LINE, "field_call_text", max_length=200),
    ),
)
