"""The form with which somebody says what came of a referral: for whoever referred, and for nobody else."""

from __future__ import annotations

from desktop.forms.form import Shape, always
from desktop.forms.questions import ask, form, section, this_moment

REFERRAL_RESULT_FORM = form(
    "referral_result",
    1,
    section(
        "referral_told",
        ask("happened_at", Shape.MOMENT, "field_session_at", required=always, default=this_moment),
        ask("text", Shape.TEXT, "field_outward", required=always, hint="forms.hint_outward"),
        ask("due_on", Shape.DATE, "field_session_next", hint="forms.hint_session_next"),
    ),
    section("referral_kept", ask("kept", Shape.TEXT, "field_kept", hint="forms.hint_kept")),
)
"""``text`` is a step's text, which the matter, its papers and other units show; ``kept`` is sealed (kept_words.py)."""
