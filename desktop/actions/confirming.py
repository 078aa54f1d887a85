"""What a resident is shown of what was written down, and whether it is still what they said to be right."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from desktop.forms.form import Draft
from sync.records.errors import RuleBroken
from sync.records.names import mask_number
from sync.records.persons import Answer
from sync.records.telephones import mask_phone
from sync.records.visits import IN_PERSON

CONFIRMED: Final = "_confirmed"
"""Where a draft keeps the mark of what a resident said to be right."""


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """Plain words of one visit and nothing of anybody else; numbers are masked, for a queue looks on.

    ``document_type`` is a DocumentType's value; ``next`` is "registered", "in_matter" or "answered", as on the slip.
    """

    name: str
    document_type: str
    document: str
    phone: str
    text: str
    answer: str
    next: str

    @property
    def mark(self) -> str:
        """SHA-256 in hex of what was shown."""
        said = json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def shown_of(draft: Mapping[str, Any]) -> Shown:
    """Return what VISIT_FORM's or CONSULTATION_FORM's draft says.

    RuleBroken where the resident is not there, did not come in person or is hidden, or nothing is written yet.
    """
    channel = str(draft.get("channel") or "")
    if channel not in IN_PERSON or draft.get("hidden"):
        raise RuleBroken("confirm.not_in_person", field="channel")
    text = str(draft.get("text") or "").strip()
    if not text:
        raise RuleBroken("confirm.nothing_written", field="text")
    document = draft.get("document") or {}
    given = document.get("answer") == Answer.GIVEN.value and document.get("number")
    answer = str(draft.get("answer") or "").strip()
    answered = bool(answer) and draft.get("answered") is not False
    phone = str(draft.get("phone") or "").strip()
    return Shown(
        name=str(draft.get("name") or "").strip(),
        document_type=str(document.get("type") or "") if given else "",
        document=mask_number(str(document["number"])) if given else "",
        phone=mask_phone(phone) if phone else "",
        text=text,
        answer=answer if answered else "",
        next="answered" if answered else "in_matter" if draft.get("matter") else "registered",
    )


def must_stand(draft: Draft) -> None:
    """Refuse a draft that says something else than what the resident confirmed: RuleBroken("confirm.changed")."""
    if draft.get(CONFIRMED) and not stands(draft):
        raise RuleBroken("confirm.changed")


def stands(draft: Mapping[str, Any]) -> bool:
    """Whether the draft still says what the resident said to be right."""
    try:
        return shown_of(draft).mark == draft.get(CONFIRMED)
    except RuleBroken:
        return False
