"""The form with which this unit answers for a matter that another unit passed to it."""

from __future__ import annotations

from desktop.forms.form import Shape, always
from desktop.forms.questions import ask, either, form, own_choices, section, this_moment, where
from sync.records.matters import StepKind

ANSWERS = (StepKind.RECEIVED, StepKind.SENT_BACK, StepKind.TRANSFERRED)
MEDIATES, NO_MEDIATION = "mediates", "no_mediation"
_taken = where("kind", StepKind.RECEIVED, MEDIATES)
_declined = where("kind", StepKind.SENT_BACK, NO_MEDIATION)
_given_on = where("kind", StepKind.TRANSFERRED)

PASSED_FORM = form(
    "passed",
    1,
    section(
        "passed",
        ask(
            "kind",
            Shape.CHOICE,
            "field_passed_kind",
            choices=own_choices("passed", *ANSWERS, MEDIATES, NO_MEDIATION),
            required=always,
            offered=lambda draft: draft.get("_steps"),
        ),
        ask("happened_at", Shape.MOMENT, required=_taken, shown=_taken, default=this_moment),
        ask(
            "to_unit",
            Shape.CHOICE,
            kinds=("org_unit",),
            shown=_given_on,
            required=_given_on,
            hint="forms.hint_passed_to_unit",
        ),
        ask("rule_cited", Shape.LINE, "field_step_rule", shown=_declined, max_length=200, hint="forms.hint_step_rule"),
        ask("text", Shape.TEXT, "field_step_text", required=either(_declined, _given_on)),
    ),
)
"""A draft carries the answers that are open now (``_steps``, actions.passed_matters). Who is asked to mediate says the
same steps in other words (`WORDS`)."""

WORDS = {StepKind.RECEIVED: MEDIATES, StepKind.SENT_BACK: NO_MEDIATION}
SAID = {word: kind for kind, word in WORDS.items()}
