"""The forms about people at the desk: their passwords, and adding a colleague."""

from __future__ import annotations

from desktop.forms.form import Shape, always
from desktop.forms.gate import AGAIN, PASSWORD
from desktop.forms.questions import ask, choices, form, section
from sync.records.units import Role

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
