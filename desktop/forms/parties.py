"""The rows in which parties are entered: persons or organisations with a role, a side, and for whom they act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.forms.form import Field, Shape, never
from desktop.forms.questions import ask, blank_document, choices, own_choices, where
from sync.records.acting_for import foreman_signs, office_signs
from sync.records.participations import AGENTS, SIDED, PartyRole
from sync.records.persons import Sex

_ROLES = (
    PartyRole.APPLICANT,
    PartyRole.RESPONDENT,
    PartyRole.THIRD_PARTY,
    PartyRole.LEGAL_AGENT,
    PartyRole.ENTRUSTED_AGENT,
    PartyRole.INTERPRETER,
    PartyRole.HELPER,
    PartyRole.REPORTER,
)
Said = tuple[str, dict[str, Any]]
"""A wording key and the values of its places."""

_agent = where("role", *AGENTS)
_entrusted = where("role", PartyRole.ENTRUSTED_AGENT)
_organisation = where("party_kind", "organisation")


def _sided_person(draft: Mapping[str, Any]) -> bool:
    return _person(draft) and str(draft.get("role") or "") in {role.value for role in SIDED}


def _person(draft: Mapping[str, Any]) -> bool:
    return not _organisation(draft)


PARTY_ROWS: tuple[Field, ...] = (
    ask("party", Shape.RECORD, kinds=("person", "organisation"), hint="forms.hint_party"),
    ask(
        "party_kind",
        Shape.CHOICE,
        choices=own_choices("party_kind", "person", "organisation"),
        default=lambda: "person",
    ),
    ask("role", Shape.CHOICE, choices=choices(_ROLES), default=lambda: PartyRole.APPLICANT.value),
    ask("side", Shape.NUMBER),
    ask("name", Shape.LINE, "field_party_name", max_length=100, personal=True),
    ask("phone", Shape.PHONE, max_length=40, personal=True),
    ask("document", Shape.DOCUMENT, shown=_person, default=blank_document, personal=True),
    ask("credit_code", Shape.LINE, shown=_organisation, max_length=18),
    ask("legal_representative", Shape.LINE, shown=_organisation, max_length=100, personal=True),
    ask("address", Shape.LINE, personal=True),
    ask("principal", Shape.LINE, shown=_agent, required=_agent, hint="forms.hint_principal", max_length=100),
    ask("scope", Shape.LINE, shown=_agent),
    ask("starts_on", Shape.DATE, shown=_agent),
    ask("ends_on", Shape.DATE, shown=_agent),
    ask("representative", Shape.YES_NO, shown=_sided_person),
    ask("occupation", Shape.LINE, shown=_sided_person, max_length=100),
    ask("sex", Shape.CHOICE, choices=choices(Sex), shown=never),
    ask("special", Shape.YES_NO, shown=_entrusted, hint="forms.hint_special"),
    ask("original_seen", Shape.YES_NO, shown=_entrusted),
    ask("principal_signs", Shape.YES_NO, shown=_entrusted, hint="forms.hint_principal_signs"),
)
"""``party`` holds the id where the party is known already; else a card is made from the rest of the row.

``representative`` speaks for the others of the side. Sex and address come with a list that is pasted. ``side`` empty:
applicants stand on side 1, respondents on side 2. ``principal`` is the name of another row.
"""


def signing_for_firms(draft: Mapping[str, Any]) -> dict[int, Said]:
    """Say of each party, by its place, where a project office or a foreman stands in for a firm, or where a firm's
    credit code or legal representative is missing: a warning, no refusal.
    """
    said: dict[int, Said] = {}
    for place, row in enumerate(draft.get("parties") or ()):
        if isinstance(row, Mapping) and (key := _doubt(row)):
            said[place] = (key, {})
    return said


def _doubt(row: Mapping[str, Any]) -> str:
    name, scope = (str(row.get(field) or "") for field in ("name", "scope"))
    if not _organisation(row):
        foreman = foreman_signs(name, scope, str(row.get("occupation") or ""))
        return "forms.warn_foreman" if foreman and row.get("role") != PartyRole.APPLICANT else ""
    if office_signs(name):
        return "forms.warn_project_office"
    if name and not row.get("party") and not (row.get("credit_code") and row.get("legal_representative")):
        return "forms.warn_firm_unknown"
    return ""
