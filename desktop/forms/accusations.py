"""The form of an accusation (检举控告): what is typed here is sealed when it is handed in, and kept nowhere before."""

from __future__ import annotations

from desktop.forms.form import Shape, always
from desktop.forms.questions import ask, choices, form, section, this_moment
from sync.records.visits import Channel

ACCUSATION_FORM = form(
    "accusation",
    1,
    section(
        "accused",
        ask("accused_unit", Shape.CHOICE, kinds=("org_unit",), hint="forms.hint_accused_unit"),
        ask("accused", Shape.LINE, required=always, max_length=200, personal=True),
        ask("text", Shape.TEXT, "field_accusation", required=always),
    ),
    section(
        "accuser",
        ask("name", Shape.LINE, "field_accuser", max_length=100, personal=True, hint="forms.hint_accuser"),
        ask("contact", Shape.LINE, "field_accuser_contact", max_length=200, personal=True),
        ask(
            "channel",
            Shape.CHOICE,
            choices=choices((Channel.WALK_IN, Channel.PHONE, Channel.LETTER, Channel.NETWORK)),
            required=always,
            default=lambda: Channel.WALK_IN.value,
        ),
        ask("happened_at", Shape.MOMENT, required=always, default=this_moment),
    ),
    files=True,
    sealed=True,
)
