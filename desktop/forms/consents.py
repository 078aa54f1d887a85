"""The form of the parties' will: who agrees to be mediated, who refuses, when and how it was told."""

from __future__ import annotations

from typing import Final

from desktop.forms.form import Shape, never
from desktop.forms.questions import ask, choices, filled, form, own_choices, section, this_moment
from sync.records.mediation_events import ContactManner

AGREES, REFUSES = "agrees", "refuses"

TOLD_BY: Final = (
    ContactManner.AT_DESK,
    ContactManner.PHONE,
    ContactManner.IN_WRITING,
    ContactManner.MESSAGE,
    ContactManner.VISIT,
)
"""How a party says it, the usual ways first; what others pass on is not its own word."""

CONSENT_ROWS = (
    ask("party", Shape.RECORD, kinds=("person", "organisation"), shown=never),
    ask("name", Shape.LINE, "field_signer_name", max_length=200, personal=True),
    ask("answer", Shape.CHOICE, "field_consent_answer", choices=own_choices("answer", AGREES, REFUSES)),
    ask("told_at", Shape.MOMENT, "field_consent_told_at", required=filled("answer"), default=this_moment),
    ask(
        "manner",
        Shape.CHOICE,
        "field_consent_manner",
        choices=choices(TOLD_BY),
        required=filled("answer"),
        default=lambda: ContactManner.AT_DESK.value,
    ),
)

CONSENT_FORM = form(
    "consent",
    1,
    section(
        "consents",
        ask("consents", Shape.ROWS, rows=CONSENT_ROWS),
        ask("others_agree", Shape.YES_NO, hint="forms.hint_others_agree"),
    ),
)
"""Opened with one row for each party (actions.consents.consent_draft); the rows with a new answer are recorded."""
