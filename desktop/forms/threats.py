"""How a call for help at the desk ends."""

from __future__ import annotations

from desktop.forms.form import Shape, always
from desktop.forms.questions import ask, choices, form, section, where
from sync.records.threats import ThreatStep

_false = where("step", ThreatStep.FALSE_ALARM)

THREAT_END_FORM = form(
    "threat_end",
    1,
    section(
        "threat_end",
        ask(
            "step",
            Shape.CHOICE,
            "field_threat_step",
            choices=choices((ThreatStep.OVER, ThreatStep.FALSE_ALARM)),
            required=always,
            default=lambda: ThreatStep.OVER.value,
        ),
        ask("text", Shape.LINE, "field_threat_text", required=_false, max_length=200),
    ),
)
