"""The form of what happens in a mediation: a contact, a session, an inspection, a suspension, a period agreed on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.forms.form import Shape, always, never
from desktop.forms.questions import ask, choices, filled, form, own_choices, section, this_moment, where
from sync.records.errors import RuleBroken
from sync.records.mediation_events import OF_A_PARTY, ContactManner, MediationEventKind, SuspensionReason
from sync.records.times import parse_moment

NAMES = "_names"
"""The draft's value with who takes part: by side ("1", "2", …), and everybody under "0"."""

HELD = "_held"
"""The draft's value with the side ("1", "2", …) whose confidence a corrected event was; empty for nobody's."""

ENDS = "_ends"
"""The draft's value with the day on which the mediation's period ends, before anything else is agreed on."""

_CONTACT = where("kind", MediationEventKind.CONTACT)
_SUSPENDED = where("kind", MediationEventKind.SUSPENDED)
_AGREED = where("kind", MediationEventKind.PERIOD_AGREED)
_FILED = where("kind", MediationEventKind.COURT_FILED)
_RULED = where("kind", MediationEventKind.COURT_RULED)
_ONE_SIDED = where("kind", MediationEventKind.CONTACT, MediationEventKind.SEPARATE)
_MET = where("kind", MediationEventKind.JOINT, MediationEventKind.SEPARATE, MediationEventKind.INSPECTION)
_JOINT = where("kind", MediationEventKind.JOINT)
_TOGETHER = where("kind", MediationEventKind.JOINT, MediationEventKind.INSPECTION)


def _has_to_tell(draft: Mapping[str, Any]) -> bool:
    return _MET(draft) or _RULED(draft) or (_CONTACT(draft) and draft.get("reached") == "yes")


def _usually_present(draft: Mapping[str, Any]) -> str | None:
    """Everybody at a joint session or an inspection, one side's people at a separate one."""
    names = draft.get(NAMES)
    if not isinstance(names, Mapping) or not _MET(draft):
        return None
    return str(names.get("0" if _TOGETHER(draft) else str(draft.get("side") or ""), "")) or None


def _all_names(draft: Mapping[str, Any]) -> str | None:
    """A period is agreed on by all."""
    names = draft.get(NAMES)
    return str(names.get("0", "")) or None if isinstance(names, Mapping) and _AGREED(draft) else None


def _period_held(draft: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Say until when the period lasts as it is, or that it was over when they agreed."""
    ends = str(draft.get(ENDS) or "")
    if not ends:
        return None
    over = str(draft.get("happened_at") or "")[:10] > ends
    return "forms.period_was_over" if over else "forms.period_lasts", {"day": ends}


def _opens(draft: Mapping[str, Any]) -> bool:
    """Whether a correction lets others read what was one side's confidence."""
    held = str(draft.get(HELD) or "")
    return bool(held) and not (_ONE_SIDED(draft) and str(draft.get("side") or "") == held)


def _running(draft: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Say how long a session lasted, or lasts already."""
    ended = str(draft.get("ended_at") or "").strip()
    try:
        begun = parse_moment(str(draft.get("happened_at") or ""))
        spent = parse_moment(ended or this_moment()) - begun
    except RuleBroken:
        return None
    minutes = int(spent.total_seconds() // 60)
    if minutes < 0 or (not ended and minutes >= LONGEST):
        return None  # noted afterwards, not while it goes on
    return "forms.session_lasted" if ended else "forms.session_lasts", {"minutes": minutes}


LONGEST = 12 * 60
"""Minutes after which a session without an end is one of an earlier day."""

_REACHED_BY = tuple(m for m in ContactManner if m not in (ContactManner.AT_DESK, ContactManner.IN_WRITING))

# That a party did not sign is noted where the agreement is signed, whether it agrees to be mediated in CONSENT_FORM.
MEDIATION_EVENT_FORM = form(
    "mediation_event",
    1,
    section(
        "mediation_event",
        ask(
            "kind",
            Shape.CHOICE,
            "field_event_kind",
            choices=choices(kind for kind in MediationEventKind if kind not in OF_A_PARTY),
            required=always,
            default=lambda: MediationEventKind.CONTACT.value,
        ),
        ask(
            "side",
            Shape.CHOICE,
            "field_event_side",
            choices=own_choices("side", "1", "2", "3"),
            shown=_ONE_SIDED,
            required=_ONE_SIDED,
            hint="forms.hint_event_side",
        ),
        ask("happened_at", Shape.MOMENT, "field_event_happened_at", required=always, default=this_moment),
        ask("ended_at", Shape.MOMENT, "field_event_ended_at", shown=_MET, tells=_running),
        ask("manner", Shape.CHOICE, "field_event_manner", choices=choices(_REACHED_BY), shown=_CONTACT),
        ask("reached", Shape.CHOICE, choices=own_choices("reached", "yes", "no"), shown=_CONTACT, required=_CONTACT),
        ask("place", Shape.LINE, shown=_MET),
        ask("court", Shape.LINE, shown=_FILED, required=_FILED, hint="forms.hint_court", max_length=100),
        ask(
            "present",
            Shape.LINE,
            shown=_MET,
            required=_TOGETHER,
            derived=_usually_present,
            hint="forms.hint_present",
            max_length=500,
        ),
        ask(
            "reason",
            Shape.CHOICE,
            "field_suspension_reason",
            choices=choices(SuspensionReason),
            shown=_SUSPENDED,
            required=_SUSPENDED,
        ),
        ask("until", Shape.DATE, "field_suspended_until", shown=_SUSPENDED),
        ask(
            "agreed_until",
            Shape.DATE,
            shown=_AGREED,
            required=_AGREED,
            hint="forms.hint_agreed_until",
            tells=_period_held,
        ),
        ask(
            "agreed_by",
            Shape.LINE,
            shown=_AGREED,
            required=_AGREED,
            derived=_all_names,
            hint="forms.hint_agreed_by",
            max_length=500,
        ),
        ask("agreed_why", Shape.TEXT, shown=_AGREED, required=_AGREED),
        ask(
            "text",
            Shape.TEXT,
            "field_event_text",
            shown=lambda d: not _AGREED(d),
            required=_has_to_tell,
        ),
        ask("undisputed", Shape.TEXT, shown=_JOINT, hint="forms.hint_undisputed"),
        ask(
            "undisputed_agreed",
            Shape.YES_NO,
            shown=lambda draft: _JOINT(draft) and bool(draft.get("undisputed")),
            required=filled("undisputed"),
        ),
        ask("opened", Shape.YES_NO, "field_event_opened", shown=_opens, hint="forms.hint_event_opened"),
        ask("amends", Shape.RECORD, kinds=("mediation_event",), shown=never),
        ask(
            "amend_reason",
            Shape.LINE,
            "field_correction_reason",
            shown=filled("amends"),
            required=filled("amends"),
        ),
    ),
    files=True,
)
