"""The forms of a matter and of its steps."""

from __future__ import annotations

from desktop.forms.form import Shape, always
from desktop.forms.parties import PARTY_ROWS, signing_for_firms
from desktop.forms.questions import ask, choices, folded, form, own_choices, section, this_moment, where
from sync.records.matters import Nature, StepKind
from sync.records.visits import Category

GRADE = ask("grade", Shape.CHOICE, choices=own_choices("grade", "red", "yellow", "blue"))

MATTER_FORM = form(
    "matter",
    1,
    section(
        "matter",
        ask("title", Shape.LINE, required=always, max_length=100),
        ask("nature", Shape.CHOICE, choices=choices(Nature), required=always, default=lambda: Nature.DISPUTE.value),
        ask("category", Shape.CHOICE, choices=choices(Category), default=lambda: Category.OTHER.value),
        ask("category_word", Shape.LINE, shown=where("category", Category.OTHER), max_length=60),
        GRADE,
        ask("text", Shape.TEXT, "field_matter_text"),
    ),
    folded(
        "matter_more",
        ask("place", Shape.LINE),
        ask("discovered_at", Shape.MOMENT, required=always, default=this_moment),
        ask("amount", Shape.MONEY),
        ask("discovered_by", Shape.LINE),
        tells=("discovered_at",),
    ),
    section("parties", ask("parties", Shape.ROWS, rows=PARTY_ROWS, pasted="people", tells_rows=signing_for_firms)),
    folded(
        "external",
        ask(
            "external",
            Shape.ROWS,
            rows=(
                ask("system", Shape.LINE, required=always, max_length=60),
                ask("number", Shape.LINE, "field_external_number", required=always, max_length=100),
            ),
        ),
    ),
    files=True,
)

_moved_on = where("kind", StepKind.ESCALATED, StepKind.TRANSFERRED)
_decided = where("kind", StepKind.ACCEPTED, StepKind.NOT_ACCEPTED)
_accepted = where("kind", StepKind.ACCEPTED)
_declined = where("kind", StepKind.NOT_ACCEPTED)
_heard_resident = where("kind", StepKind.ACKNOWLEDGED, StepKind.FED_BACK)
_needs_text = where("kind", StepKind.NOT_ACCEPTED, StepKind.HANDLED, StepKind.RESOLVED, StepKind.REOPENED)

STEP_FORM = form(
    "step",
    1,
    section(
        "step",
        ask("kind", Shape.CHOICE, "field_step_kind", choices=choices(StepKind), required=always),
        ask("happened_at", Shape.MOMENT, required=always, default=this_moment),
        ask("to_unit", Shape.CHOICE, kinds=("org_unit",), shown=_moved_on, required=_moved_on),
        ask("by_unit", Shape.CHOICE, kinds=("org_unit",), shown=_decided, hint="forms.hint_by_unit"),
        ask("due_on", Shape.DATE, "field_step_due_on", shown=_accepted),
        ask("rule_cited", Shape.LINE, "field_step_rule", shown=_declined, max_length=200, hint="forms.hint_step_rule"),
        ask("satisfied", Shape.CHOICE, choices=own_choices("satisfied", "yes", "no"), shown=_heard_resident),
        ask("text", Shape.TEXT, "field_step_text", required=_needs_text),
    ),
)
