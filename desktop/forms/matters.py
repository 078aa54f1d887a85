"""The forms of a matter and of its steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from desktop.forms.form import Shape, always
from desktop.forms.parties import PARTY_ROWS, signing_for_firms
from desktop.forms.questions import ask, both, choices, either, folded, form, own_choices, section, this_moment, where
from sync.records.case_requirements import NEEDS_TEXT
from sync.records.dispatch_rules import GRADES
from sync.records.documents import derive, guess_type, normal_number
from sync.records.duty_to_report import suggests_duty
from sync.records.matters import Conclusion, Help, Nature, PetitionRoad, StepKind
from sync.records.mediations import Host
from sync.records.persons import Answer, Document
from sync.records.roads import BODY_DECIDES
from sync.records.times import BEIJING
from sync.records.visits import Category

GRADE = ask("grade", Shape.CHOICE, choices=own_choices("grade", *GRADES))


def _duty_to_report(draft: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """What the law asks where it was ticked; else, where what was typed suggests it, that somebody should look."""
    if draft.get("must_report"):
        return "forms.duty_to_report", {}
    return ("forms.duty_suggested", {}) if _suggested(draft) else None


def _suggested(draft: Mapping[str, Any]) -> bool:
    text = "\n".join(str(draft.get(name) or "") for name in ("title", "text", "category_word"))
    today = datetime.now(BEIJING).date()
    return suggests_duty(str(draft.get("category") or ""), text, _days_of_birth(draft), today)


def _days_of_birth(draft: Mapping[str, Any]) -> Iterator[date]:
    """The days of birth that the parties' numbers tell."""
    for row in draft.get("parties") or ():
        said = row.get("document") if isinstance(row, Mapping) else None
        number = normal_number(str(said.get("number") or "")) if isinstance(said, Mapping) else ""
        if number:
            known = derive(Document(answer=Answer.GIVEN, type=guess_type(number), number=number))
            if known.born_on is not None:
                yield known.born_on


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
        ask("source", Shape.CHOICE, kinds=("rule_table",), hint="forms.hint_source"),
        ask("discovered_by", Shape.LINE),
        tells=("discovered_at", "source"),
    ),
    section("duty", ask("must_report", Shape.YES_NO, tells=_duty_to_report)),
    section("parties", ask("parties", Shape.ROWS, rows=PARTY_ROWS, pasted="people", tells_rows=signing_for_firms)),
    folded(
        "external",
        ask(
            "external",
            Shape.ROWS,
            rows=(
                ask("system", Shape.LINE, required=always, max_length=60),
                ask("number", Shape.LINE, "field_external_number", required=always, max_length=100),
                ask("due_on", Shape.DATE, "field_external_due"),
            ),
        ),
    ),
    files=True,
)

_moved_on = where("kind", StepKind.ESCALATED, StepKind.TRANSFERRED)
_answered = where("kind", StepKind.RECEIVED, StepKind.SENT_BACK, StepKind.MEDIATION_COMPLEX)
_petition = where("_nature", Nature.PETITION)
_decided = where("kind", StepKind.ACCEPTED, StepKind.NOT_ACCEPTED)
_accepted = where("kind", StepKind.ACCEPTED)
_extended = where("kind", StepKind.EXTENDED)
_declined = where("kind", StepKind.NOT_ACCEPTED, StepKind.SENT_BACK)
_referred = where("kind", StepKind.REFERRED)
_to_counsellor = both(_referred, where("help", Help.COUNSELLING))
_mediation_asked = where("kind", StepKind.MEDIATION_ASKED)
_withdrawn = where("kind", StepKind.MEDIATION_WITHDRAWN)
_resolved = where("kind", StepKind.RESOLVED)
_sought = where("kind", StepKind.FEEDBACK_TRIED)
_heard_resident = where("kind", StepKind.ACKNOWLEDGED, StepKind.FED_BACK)
_needs_text = where("kind", *NEEDS_TEXT)
_the_bodys_word = where("kind", *BODY_DECIDES)


def _body_named(draft: Mapping[str, Any]) -> bool:
    """Whether the step is another unit's word: its answer to what it was given, or what it decides of a petition."""
    return _answered(draft) or (_petition(draft) and _the_bodys_word(draft))


def _asked_by_colleague(draft: Mapping[str, Any]) -> bool:
    """Whoever handled the matter is not asked how satisfied the resident is."""
    return _heard_resident(draft) and not draft.get("_handler")


def _own_score(draft: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    return ("forms.step_own_score", {}) if _heard_resident(draft) and draft.get("_handler") else None


def _department_asked(draft: Mapping[str, Any]) -> bool:
    return _mediation_asked(draft) and draft.get("host") == Host.ADMINISTRATIVE


def _asked_last(draft: Mapping[str, Any]) -> str | None:
    """Whose request is taken back, where nobody says another one's."""
    return draft.get("_asked") if _withdrawn(draft) else None


def _judged(draft: Mapping[str, Any]) -> bool:
    return _resolved(draft) and Conclusion.UNREASONABLE.value in (draft.get("conclusions") or ())


STEP_FORM = form(
    "step",
    1,
    section(
        "step",
        ask(
            "kind",
            Shape.CHOICE,
            "field_step_kind",
            choices=choices(StepKind),
            required=always,
            offered=lambda draft: draft.get("_steps"),
            tells=_own_score,
        ),
        ask("happened_at", Shape.MOMENT, required=always, default=this_moment),
        ask("host", Shape.CHOICE, choices=choices(Host), shown=_mediation_asked, required=_mediation_asked),
        ask(
            "to_unit",
            Shape.CHOICE,
            kinds=("org_unit",),
            shown=either(_moved_on, _mediation_asked, _withdrawn),
            required=either(_moved_on, _department_asked),
            derived=_asked_last,
        ),
        ask(
            "by_unit",
            Shape.CHOICE,
            kinds=("org_unit",),
            shown=either(_decided, _body_named),
            required=_body_named,
            hint="forms.hint_by_unit",
        ),
        ask("road", Shape.CHOICE, choices=choices(PetitionRoad), shown=both(_petition, _accepted)),
        ask("due_on", Shape.DATE, "field_step_due_on", shown=either(_accepted, _extended), required=_extended),
        ask("approver", Shape.LINE, shown=_extended, required=_extended, max_length=100),
        ask("rule_cited", Shape.LINE, "field_step_rule", shown=_declined, max_length=200, hint="forms.hint_step_rule"),
        ask("help", Shape.CHOICE, choices=choices(Help), shown=_referred, required=_referred),
        ask("to_staff", Shape.CHOICE, "field_counsellor", kinds=("staff_member",), shown=_to_counsellor),
        ask("conclusions", Shape.CHOICES, choices=choices(Conclusion), shown=_resolved),
        ask("second", Shape.CHOICE, kinds=("staff_member",), shown=_judged, required=_judged, hint="forms.hint_second"),
        ask(
            "reached_by",
            Shape.CHOICE,
            choices=own_choices("manner", "visit", "phone", "network"),
            shown=_sought,
            required=_sought,
        ),
        ask("satisfied", Shape.CHOICE, choices=own_choices("satisfied", "yes", "no"), shown=_asked_by_colleague),
        ask("text", Shape.TEXT, "field_step_text", required=either(_needs_text, _judged)),
    ),
)
"""A draft carries what its matter says: ``_nature``, the ``_steps`` that are open, whether the writer is a
``_handler``, and who was ``_asked`` to mediate last (actions.steps)."""
