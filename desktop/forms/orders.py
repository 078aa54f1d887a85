"""The forms of a dispatch order and of a reply that the community saw or heard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.forms.form import Shape, always
from desktop.forms.questions import ask, choices, folded, form, own_choices, section, this_moment, today, where
from sync.records.dispatch_rules import GRADES
from sync.records.order_steps import OrderStepKind
from sync.records.orders import ReplyKind, Witness

ARTEFACTS = ("agreement", "record", "reply", "statement", "photo", "file", "acknowledgement", "feedback")
"""What may prove that an order was carried out; which of them a closing needs is the district's table."""


ISSUE, REQUEST, EMERGENCY = "issue", "request", "emergency"
"""The ways in which an order is given: issued, asked for, issued in an emergency and ratified afterwards."""

_asks = where("way", REQUEST)


def _gives(draft: Mapping[str, Any]) -> bool:
    return not _asks(draft)


DOUBTED = "_clock_doubt"
"""In a draft: why the desk's clock is not believed; then the form asks when the order is given."""


def _asks_time(draft: Mapping[str, Any]) -> bool:
    return _gives(draft) and bool(draft.get(DOUBTED))


def _needs_time(draft: Mapping[str, Any]) -> bool:
    return _asks_time(draft) and draft.get("way") != EMERGENCY


CALL_ROWS = (
    ask("called", Shape.CHOICE, "field_order_called", kinds=("org_unit",), required=always),
    ask("called_at", Shape.MOMENT, required=always, default=this_moment),
    ask("callee", Shape.LINE, required=always, max_length=80),
    ask("callee_post", Shape.LINE, max_length=60),
    ask("callee_telephone", Shape.PHONE, max_length=40),
    ask("read_back", Shape.LINE, required=always, max_length=200),
)
"""Who of a department was told by telephone before the paper: each call starts that department's clocks."""


ORDER_FORM = form(
    "order",
    3,
    section(
        "order",
        ask(
            "issued_at",
            Shape.MOMENT,
            "field_order_issued_at",
            shown=_asks_time,
            required=_needs_time,
            hint="forms.hint_order_issued_at",
        ),
        ask("subject", Shape.LINE, "field_order_subject", required=always, max_length=100),
        ask("text", Shape.TEXT, "field_order_text", required=always),
        ask(
            "grade",
            Shape.CHOICE,
            choices=own_choices("grade", *GRADES),
            required=always,
            default=lambda: "blue",
        ),
        ask("departments", Shape.CHOICES, kinds=("org_unit",), required=always),
        ask("place", Shape.LINE, "field_order_place"),
        ask("contact", Shape.LINE, "field_order_contact", personal=True),
    ),
    section(
        "authority",
        ask(
            "way",
            Shape.CHOICE,
            "field_order_way",
            choices=own_choices("order_way", ISSUE, REQUEST, EMERGENCY),
            required=always,
            default=lambda: ISSUE,
        ),
        ask("to_unit", Shape.CHOICE, "field_order_to_unit", kinds=("org_unit",), shown=_asks, required=_asks),
        ask(
            "ratifier",
            Shape.CHOICE,
            kinds=("staff_member",),
            shown=where("way", EMERGENCY),
            hint="forms.hint_ratifier",
        ),
        ask("authority", Shape.LINE, shown=_gives, required=_gives),
        ask("issuer_post", Shape.LINE, shown=_gives, max_length=60),
        ask("street_copy", Shape.CHOICE, kinds=("org_unit",), shown=_gives),
    ),
    folded(
        "telephone",
        ask("calls", Shape.ROWS, "field_order_calls", rows=CALL_ROWS, shown=_gives, hint="forms.hint_order_calls"),
    ),
)
"""The power is the street office's (深圳经济特区矛盾纠纷多元化解条例 12): authority and street copy are asked for."""

_objects = where("kind", ReplyKind.OBJECTION)
_arrives = where("kind", ReplyKind.REPORTED_IN, ReplyKind.LEADER_ON_SCENE)
_witness = where("kind", *(kind for kind in ReplyKind if kind is not ReplyKind.CANCELLED))
_has_until = where("kind", ReplyKind.EXTENSION_ASKED, ReplyKind.RULED)
_needs_text = where(
    "kind",
    ReplyKind.OBJECTION,
    ReplyKind.PROGRESS,
    ReplyKind.RESOLVED,
    ReplyKind.EXTENSION_ASKED,
    ReplyKind.JOINT_HANDLING,
    ReplyKind.RETURNED,
)
_someone_came = where("kind", ReplyKind.SIGNED, ReplyKind.REPORTED_IN, ReplyKind.LEADER_ON_SCENE)
_leader = where("kind", ReplyKind.LEADER_ON_SCENE)

REPLY_FORM = form(
    "reply",
    2,
    section(
        "reply",
        ask("department", Shape.CHOICE, kinds=("org_unit",), required=always),
        ask("kind", Shape.CHOICE, "field_reply_kind", choices=choices(ReplyKind), required=always),
        ask("how", Shape.CHOICE, "field_witness", choices=choices(Witness), shown=_witness, required=_arrives),
        ask("happened_at", Shape.MOMENT, required=always, default=this_moment),
        ask("officer", Shape.LINE, shown=_someone_came, required=_leader, max_length=100),
        ask("post", Shape.LINE, shown=_someone_came, required=_leader, max_length=60),
        ask("rank", Shape.LINE, shown=_leader, max_length=60),
        ask("telephone", Shape.PHONE, shown=_someone_came, max_length=40),
        ask("rule_cited", Shape.LINE, shown=_objects, required=_objects),
        ask("until", Shape.MOMENT, shown=_has_until, required=where("kind", ReplyKind.EXTENSION_ASKED)),
        ask("text", Shape.TEXT, "field_reply_text", required=_needs_text),
    ),
    files=True,
)

_OF_ORDERS = (
    *(OrderStepKind.TELEPHONED, OrderStepKind.JOINT_MEETING, OrderStepKind.RATIFIED, OrderStepKind.NOT_RATIFIED),
    *(OrderStepKind.SUSPENDED, OrderStepKind.RESUMED, OrderStepKind.MERGED, OrderStepKind.CLOSED),
)
_telephoned = where("kind", OrderStepKind.TELEPHONED)
_merges = where("kind", OrderStepKind.MERGED)
_closes = where("kind", OrderStepKind.CLOSED)
_says_why = where("kind", *(k for k in _OF_ORDERS if k not in (OrderStepKind.TELEPHONED, OrderStepKind.RATIFIED)))

ORDER_STEP_FORM = form(
    "order_step",
    1,
    section(
        "order_step",
        ask("kind", Shape.CHOICE, "field_order_step_kind", choices=choices(_OF_ORDERS), required=always),
        ask("happened_at", Shape.MOMENT, required=always, default=this_moment),
        ask("department", Shape.CHOICE, kinds=("org_unit",), shown=_telephoned, required=_telephoned),
        ask("callee", Shape.LINE, shown=_telephoned, required=_telephoned, max_length=100),
        ask("callee_post", Shape.LINE, shown=_telephoned, max_length=60),
        ask("callee_telephone", Shape.PHONE, shown=_telephoned, max_length=40),
        ask("read_back", Shape.LINE, shown=_telephoned, required=_telephoned, max_length=200),
        ask("into", Shape.RECORD, "field_order_into", kinds=("dispatch_order",), shown=_merges, required=_merges),
        ask("artefacts", Shape.CHOICES, choices=own_choices("artefact", *ARTEFACTS), shown=_closes),
        ask("text", Shape.TEXT, "field_order_step_text", required=_says_why),
    ),
    files=True,
)

REFUSAL_FORM = form(
    "order_refusal", 1, section("order_refusal", ask("text", Shape.TEXT, "field_refusal_text", required=always))
)
"""A request for an order that is not issued: the reason goes back to whoever asked."""

DELEGATION_FORM = form(
    "order_delegation",
    1,
    section(
        "order_delegation",
        ask("delegate", Shape.CHOICE, kinds=("staff_member",), required=always),
        ask("paper", Shape.LINE, "field_delegation_paper", required=always, max_length=100),
        ask("starts_on", Shape.DATE, "field_delegation_from", required=always, default=today),
        ask("ends_on", Shape.DATE, "field_delegation_until", required=always),
    ),
)
