"""The forms about people at the desk: their passwords, and adding a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from desktop.forms.form import Shape, always
from desktop.forms.gate import AGAIN, NEW_PASSWORD, PASSWORD
from desktop.forms.questions import ask, choices, form, section
from sync.records.units import OF_ONE_PAGE, Role

PASSWORD_FORM = form(
    "password",
    1,
    section("password", ask("old_password", Shape.SECRET, required=always), NEW_PASSWORD, AGAIN),
)

FIRST_PASSWORD_FORM = form("first_password", 1, section("password", NEW_PASSWORD, AGAIN))
"""What a station lead sets for a colleague: nobody knows an old one."""

STATION_ROLES = (Role.REGISTRAR, Role.MEDIATOR, Role.STATION_LEAD, Role.ISSUING_SECRETARY, Role.COUNSELLOR)


def _works_here(draft: Mapping[str, Any]) -> bool:
    """Whether the roles that are chosen need a first password: a counsellor may be called by telephone alone."""
    chosen = {str(role) for role in draft.get("roles") or ()}
    return not chosen or not chosen <= OF_ONE_PAGE


STAFF_FORM = form(
    "staff",
    1,
    section(
        "staff",
        ask("name", Shape.LINE, "field_staff_name", required=always, max_length=100),
        ask("roles", Shape.CHOICES, choices=choices(STATION_ROLES), required=always),
        ask("post", Shape.LINE, max_length=60),
        ask("telephone", Shape.PHONE, max_length=40),
        replace(PASSWORD, required=_works_here),
        replace(AGAIN, required=_works_here),
    ),
)
