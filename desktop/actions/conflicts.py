"""Cards that two desks edited at once: what is open, a decision half made, and the decision itself, which is an edit.

Nothing is decided by looking: until somebody says what counts, both values are kept and one of them is used.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from desktop.actions.card_words import TYPED
from desktop.actions.desk import Desk, Done
from desktop.store.conflicts import CardConflict, FieldConflict, conflict_of, list_conflicts
from desktop.store.drafts import DECISION, discard_draft, load_draft, save_draft
from sync.records.canonical import canonical
from sync.records.cards import same_value
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import KINDS
from sync.records.names import normal_name
from sync.records.telephones import normal_phone
from sync.records.text import check_text

_VERSION: Final = 1


def open_conflicts(desk: Desk) -> list[CardConflict]:
    """Return the cards in conflict, the one logged last first."""
    with desk.store.read() as reader:
        return list_conflicts(reader)


def show_conflict(desk: Desk, card_id: str) -> CardConflict:
    """Return what of a card is in conflict; Refused("conflicts.settled") where nothing is."""
    with desk.store.read() as reader:
        found = conflict_of(reader, card_id)
    if not found.fields:
        raise Refused("conflicts.settled")
    return found


def both(conflict: FieldConflict) -> Any:
    """Return all sides together: the elements of lists, each once, or the texts one below the other."""
    values = [side.value for side in conflict.sides]
    if any(isinstance(value, list) for value in values):
        return list({canonical(item): item for value in values for item in value or []}.values())
    return "\n".join(dict.fromkeys(str(value) for value in values if value))


def decide(desk: Desk, card_id: str, decided: Mapping[str, Any], seen: tuple[str, ...]) -> Done:
    """Say what counts of the fields ``decided`` (JSON values); ``seen`` are the heads that the person was shown.

    What another desk said since then is not overruled: it is held again. Refused("conflicts.settled") where none of
    the fields is in conflict any more, RuleBroken where a typed value cannot be one.
    """
    with desk.store.write() as work:
        now = conflict_of(work, card_id)
        _must_may(desk, now.kind)
        still = {field.field: field for field in now.fields}
        said = {name: checked(now.kind, still[name], value) for name, value in decided.items() if name in still}
        if not said:
            raise Refused("conflicts.settled")
        sealed = work.revise(card_id, said, desk.made(), seen)
        discard_draft(work, _draft_id(desk, card_id))
        assert sealed is not None  # noqa: S101 a field in conflict is always written
    return Done(sealed.id, changes=work.changes)


def checked(kind: str, conflict: FieldConflict, value: Any) -> Any:
    """Return ``value`` as the field may have it: one of the sides, all of them, or what somebody typed."""
    field = conflict.field
    offered = [*(side.value for side in conflict.sides), conflict.base, both(conflict)]
    if any(same_value(value, one) for one in offered):
        checked_value = value
    elif field not in TYPED:
        raise RuleBroken("conflicts.choose_one", field=field)
    elif field == "phones":
        checked_value = _phones(value)
    else:
        text = str(value or "").strip()
        checked_value = normal_name(text) if field == "name" and kind == "person" else check_text(text, field=field)
    if same_value(checked_value, None) and _needed(kind, field):
        raise RuleBroken("conflicts.needed", field=field)
    return checked_value


def keep_half(desk: Desk, card_id: str, title: str, seen: tuple[str, ...], chosen: Mapping[str, Any]) -> None:
    """Keep what somebody has chosen so far, for the next time; it decides nothing."""
    values = {"seen": list(seen), "chosen": dict(chosen)}
    with desk.store.write() as work:
        save_draft(
            work,
            id=_draft_id(desk, card_id),
            form=DECISION,
            form_version=_VERSION,
            record=card_id,
            staff=desk.session.staff,
            title=title,
            values=values,
            at=desk.now(),
        )


def half_made(desk: Desk, card_id: str, seen: tuple[str, ...]) -> dict[str, Any]:
    """Return what this person had chosen of a card that is still as it was then; empty where it is not."""
    with desk.store.read() as reader:
        try:
            draft, values = load_draft(reader, _draft_id(desk, card_id))
        except Refused:
            return {}
    same = draft.form_version == _VERSION and values.get("seen") == list(seen)
    return dict(values.get("chosen") or {}) if same else {}


def forget_half(desk: Desk, card_id: str) -> None:
    """Forget what somebody had chosen so far."""
    with desk.store.write() as work:
        discard_draft(work, _draft_id(desk, card_id))


def _must_may(desk: Desk, kind: str) -> None:
    for each in ("revision", kind):
        desk.must_may(each)


def _draft_id(desk: Desk, card_id: str) -> str:
    return f"{DECISION}.{card_id}.{desk.session.staff}"


def _phones(value: Any) -> list[str]:
    told = value if isinstance(value, list) else str(value or "").replace("、", ",").replace("，", ",").split(",")
    found = (normal_phone(str(one)) for one in told)
    return list(dict.fromkeys(one for one in found if one))


def _needed(kind: str, field: str) -> bool:
    """Whether a card of ``kind`` cannot be without ``field``."""
    found = next((f for f in dataclasses.fields(KINDS[kind].type) if f.name == field), None)
    return found is not None and found.default is dataclasses.MISSING and found.default_factory is dataclasses.MISSING
