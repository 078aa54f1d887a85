"""Organisations: save a card."""

from __future__ import annotations

from typing import Any

from desktop.actions.cards import card, defaults, revise_card, seen_fields, told_about_organisation
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.drafts import handed_in
from desktop.actions.reading import Answers
from desktop.forms.form import Draft
from desktop.forms.organisations import ORGANISATION_FORM
from sync.records.kinds import new_id
from sync.records.persons import Organisation

_LINES = (
    "name",
    "credit_code",
    "credit_code_doubt",
    "legal_representative",
    "representative_post",
    "address",
    "note",
)


def save_organisation(
    desk: Desk, draft: Draft, organisation_id: str | None = None, seen: tuple[str, ...] | None = None
) -> Done:
    """Make a card from ORGANISATION_FORM's draft, or revise the one named, whose heads ``seen`` the form saw."""
    desk.must_may("organisation")
    told = told_about_organisation(Answers.of(ORGANISATION_FORM, draft))
    with desk.store.write() as work:
        if organisation_id is None:
            if done := already_there(work, str(draft.get("_id", ""))):
                return done
            organisation_id = str(draft.get("_id") or new_id("organisation"))
            work.add(Organisation(id=organisation_id, made=desk.made(), **told))
        else:
            card(work, organisation_id, Organisation)
            beyond = (seen_fields(work, organisation_id, seen).get("phones") or [])[2:]
            revise_card(work, desk.made(), organisation_id, _whole(told, beyond), seen)
        handed_in(work, desk, ORGANISATION_FORM, draft, organisation_id)
    return Done(organisation_id, changes=work.changes)


def _whole(told: dict[str, Any], beyond: list[str]) -> dict[str, Any]:
    fields = defaults(Organisation, told, *_LINES, "phones")
    fields["phones"] = (*fields["phones"], *beyond)
    return fields


def organisation_draft(desk: Desk, organisation_id: str) -> tuple[Draft, tuple[str, ...]]:
    """Return ORGANISATION_FORM's draft of a card and the heads that an edit of it has seen."""
    with desk.store.read() as reader:
        organisation = card(reader, organisation_id, Organisation)
        heads = reader.folded(organisation_id).heads
    draft: Draft = {name: getattr(organisation, name) for name in _LINES}
    draft["phone"], draft["other_phone"] = (*organisation.phones, "", "")[:2]
    return draft, heads
