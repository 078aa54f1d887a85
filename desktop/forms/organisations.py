"""The form of an organisation's card."""

from __future__ import annotations

from desktop.forms.form import Shape, always
from desktop.forms.questions import ask, filled, form, section

ORGANISATION_FORM = form(
    "organisation",
    1,
    section(
        "organisation",
        ask("name", Shape.LINE, "field_organisation_name", required=always, max_length=200),
        ask("credit_code", Shape.LINE, max_length=40, hint="forms.hint_credit_code"),
        ask("credit_code_doubt", Shape.LINE, shown=filled("credit_code")),
        ask("legal_representative", Shape.LINE, max_length=100, personal=True),
        ask("representative_post", Shape.LINE, max_length=100),
        ask("phone", Shape.PHONE, max_length=40, personal=True),
        ask("other_phone", Shape.PHONE, max_length=40, personal=True),
        ask("address", Shape.LINE),
        ask("note", Shape.TEXT),
    ),
)
