"""The forms before the desk: enrolment, signing in, and what a locked desk asks. No record is loaded for them."""

from __future__ import annotations

from desktop.forms.form import Shape, always
from desktop.forms.questions import ask, form, section

PASSWORD = ask("password", Shape.SECRET, required=always, hint="forms.hint_password")
NEW_PASSWORD = ask("password", Shape.SECRET, "field_new_password", required=always, hint="forms.hint_password")
AGAIN = ask("password_again", Shape.SECRET, required=always)

ENROLMENT_FORM = form(
    "enrolment",
    1,
    section(
        "enrolment",
        ask("url", Shape.LINE, required=always),
        ask("code", Shape.LINE, "field_enrolment_code", required=always),
        ask("name", Shape.LINE, "field_staff_name", required=always, max_length=100),
        PASSWORD,
        AGAIN,
    ),
)

SIGN_IN_FORM = form(
    "sign_in",
    1,
    section(
        "sign_in",
        ask("name", Shape.LINE, "field_staff_name", required=always, max_length=100),
        ask("password", Shape.SECRET, required=always),
    ),
)

UNLOCK_FORM = form("unlock", 1, section("sign_in", ask("password", Shape.SECRET, required=always)))
"""What a locked desk asks of the person who is signed in."""
