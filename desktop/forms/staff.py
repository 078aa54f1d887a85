"""The forms about people at the desk: enrolment, signing in, passwords, and adding a colleague."""

from __future__ import annotations

from desktop.forms.form import Shape, always
from desktop.forms.questions import ask, choices, form, section
from sync.records.units import Role

PASSWORD = ask("password", Shape.SECRET, required=always, hint="forms.hint_password")
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

PASSWORD_FORM = form(
    "password",
    1,
    section("password", ask("old_password", Shape.SECRET, required=always), PASSWORD, AGAIN),
)

FIRST_PASSWORD_FORM = form("first_password", 1, section("password", PASSWORD, AGAIN))
"""What a station lead sets for a colleague: nobody knows an old one."""

STATION_ROLES = (Role.REGISTRAR, Role.MEDIATOR, Role.STATION_LEAD, Role.ISSUING_SECRETARY)

STAFF_FORM = form(
    "staff",
    1,
    section(
        "staff",
        ask("name", Shape.LINE, "field_staff_name", required=always, max_length=100),
        ask("roles", Shape.CHOICES, choices=choices(STATION_ROLES), required=always),
        ask("post", Shape.LINE, max_length=60),
        ask("telephone", Shape.PHONE, max_length=40),
        PASSWORD,
        AGAIN,
    ),
)
