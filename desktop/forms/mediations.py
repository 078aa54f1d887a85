"""The forms of a mediation: its working card, the agreement, the signatures, the return visit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.forms.form import Shape, always, never
from desktop.forms.parties import PARTY_ROWS, signing_for_firms
from desktop.forms.questions import (
    ask,
    choices,
    filled,
    folded,
    form,
    own_choices,
    section,
    this_moment,
    ticked,
    today,
    where,
)
from desktop.forms.shares import SHARE_ROWS, shares_adding_up
from desktop.forms.terms import TERM_ROWS, adding_up, holding_together
from sync.records.mediations import (
    AgreementForm,
    Host,
    Interests,
    MediationOrigin,
    Outcome,
    SignatureManner,
    SignerRole,
)

WRITTEN_ONLY = "_written_only"
"""The draft's value that says that the law demands writing."""

WITHOUT = "_without"
"""The draft's value with the ids of parties who do not take part in this version of the agreement."""

_ended = where("outcome", Outcome.ENDED)


def oral_allowed(draft: Mapping[str, Any]) -> bool:
    """Whether the form is asked for: in labour (劳动争议调解仲裁法 14) and petition matters (信访工作条例 33) an
    agreement is never oral. An answer that is there already stays in sight."""
    return not draft.get(WRITTEN_ONLY) or draft.get("form") == AgreementForm.ORAL


MEDIATION_FORM = form(
    "mediation",
    1,
    section(
        "mediation",
        ask("host", Shape.CHOICE, choices=choices(Host), required=always, default=lambda: Host.PEOPLE.value),
        ask("mediators", Shape.CHOICES, kinds=("staff_member",), required=always),
        ask("started_at", Shape.MOMENT, required=always, default=this_moment),
        ask("rights_told_at", Shape.MOMENT, hint="forms.hint_rights_told"),
        ask(
            "consent", Shape.CHOICE, choices=own_choices("consent", "all", "asked", "refused"), shown=filled("consent")
        ),
        ask("interests", Shape.CHOICE, choices=choices(Interests), hint="forms.hint_interests"),
    ),
    folded(
        "mediation_more",
        ask("committee", Shape.LINE, max_length=60, hint="forms.hint_committee"),
        ask("recorder", Shape.LINE, max_length=100),
        ask("place", Shape.LINE, "field_mediation_place"),
    ),
    folded(
        "mediation_statistics",
        ask("origin", Shape.CHOICE, choices=choices(MediationOrigin)),
        ask("crime_persons", Shape.NUMBER, hint="forms.hint_prevented"),
        ask("petition_persons", Shape.NUMBER, hint="forms.hint_prevented"),
    ),
    section("parties", ask("parties", Shape.ROWS, rows=PARTY_ROWS, pasted="people", tells_rows=signing_for_firms)),
    section(
        "record",
        ask("facts", Shape.TEXT),
        ask("disputed", Shape.TEXT),
        ask("record", Shape.TEXT, "field_mediation_record"),
        ask(
            "outcome",
            Shape.CHOICE,
            choices=choices((Outcome.OPEN, Outcome.ENDED)),
            default=lambda: Outcome.OPEN.value,
        ),
        ask("ended_reason", Shape.LINE, shown=_ended, required=_ended),
    ),
    files=True,
)
"""``outcome`` becomes agreed only by concluding (AGREEMENT_FORM). ``consent`` is the one answer for all parties that
older mediations have and stays in sight there; each party's own answer is noted in CONSENT_FORM."""


def _new_with_shares(draft: Mapping[str, Any]) -> bool:
    return bool(draft.get("shares")) and not draft.get("amends")


AGREEMENT_FORM = form(
    "agreement",
    1,
    section(
        "agreement",
        ask("amends", Shape.RECORD, kinds=("agreement",), shown=never),
        ask("amend_reason", Shape.LINE, shown=filled("amends"), required=filled("amends")),
        ask(
            "form",
            Shape.CHOICE,
            "field_agreement_form",
            choices=choices(AgreementForm),
            required=always,
            shown=oral_allowed,
            default=lambda: AgreementForm.WRITTEN.value,
        ),
        ask("in_part", Shape.YES_NO, hint="forms.hint_in_part"),
        ask("remaining", Shape.TEXT, shown=ticked("in_part"), required=ticked("in_part"), hint="forms.hint_remaining"),
        ask("facts", Shape.TEXT, required=always),
        ask("disputed", Shape.TEXT),
        ask("responsibility", Shape.TEXT, hint="forms.hint_responsibility"),
        ask("terms", Shape.ROWS, rows=TERM_ROWS, required=always, tells_rows=holding_together),
        ask("total", Shape.MONEY, tells=adding_up),
        ask("shares", Shape.ROWS, rows=SHARE_ROWS, pasted="shares", tells=shares_adding_up, hint="forms.hint_shares"),
        ask("one_each", Shape.YES_NO, shown=_new_with_shares, hint="forms.hint_one_each"),
        ask("performance", Shape.TEXT, required=always),
        ask("read_aloud", Shape.YES_NO, hint="forms.hint_read_aloud"),
        ask(
            "read_by",
            Shape.LINE,
            shown=ticked("read_aloud"),
            required=ticked("read_aloud"),
            max_length=100,
        ),
        ask(
            "read_at",
            Shape.MOMENT,
            shown=ticked("read_aloud"),
            required=ticked("read_aloud"),
            default=this_moment,
        ),
    ),
    folded(
        "agreement_more",
        ask("drawn_on", Shape.DATE, required=always, default=today),
        ask("paper_number", Shape.LINE, max_length=60, hint="forms.hint_paper_number"),
        ask("extra_copies", Shape.NUMBER, default=lambda: 0, hint="forms.hint_extra_copies"),
        tells=("drawn_on",),
    ),
)

SIGNATURE_ROWS = (
    ask("signed", Shape.YES_NO),
    ask("signer_role", Shape.CHOICE, choices=choices(SignerRole), required=ticked("signed")),
    ask("signer", Shape.RECORD, kinds=("person", "organisation"), shown=never),
    ask("name", Shape.LINE, "field_signer_name", required=ticked("signed"), max_length=200, personal=True),
    ask(
        "manner",
        Shape.CHOICE,
        choices=choices(SignatureManner),
        required=ticked("signed"),
        default=lambda: SignatureManner.SIGNED.value,
    ),
    ask("signed_at", Shape.MOMENT, required=ticked("signed"), default=this_moment),
    ask("place", Shape.LINE, "field_signature_place"),
)

SIGNATURE_FORM = form("signature", 1, section("signatures", ask("signatures", Shape.ROWS, rows=SIGNATURE_ROWS)))
"""Opened with one row for everybody who has to sign (actions.mediations.signature_draft); ticked rows are recorded."""

FOLLOW_UP_FORM = form(
    "follow_up",
    1,
    section(
        "follow_up",
        ask("happened_at", Shape.MOMENT, required=always, default=this_moment),
        ask(
            "manner", Shape.CHOICE, "field_follow_up_manner", choices=own_choices("manner", "visit", "phone", "network")
        ),
        ask("performed", Shape.CHOICE, choices=own_choices("performed", "all", "part", "none", "not_due")),
        ask("satisfied", Shape.CHOICE, choices=own_choices("satisfied", "yes", "no")),
        ask("text", Shape.TEXT, "field_follow_up_text", required=always),
    ),
)
