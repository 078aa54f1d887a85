"""The forms of a dispatch order and of a reply that the community saw or heard."""

from __future__ import annotations

from desktop.forms.form import Shape, always
from desktop.forms.questions import ask, choices, form, own_choices, section, this_moment, where
from sync.records.orders import ReplyKind

ORDER_FORM = form(
    "order",
    1,
    section(
        "order",
        ask("subject", Shape.LINE, "field_order_subject", required=always, max_length=100),
        ask("text", Shape.TEXT, "field_order_text", required=always),
        ask(
            "grade",
            Shape.CHOICE,
            choices=own_choices("grade", "red", "yellow", "blue"),
            required=always,
            default=lambda: "blue",
        ),
        ask("departments", Shape.CHOICES, kinds=("org_unit",), required=always),
        ask("place", Shape.LINE, "field_order_place"),
        ask("contact", Shape.LINE, "field_order_contact", personal=True),
    ),
    section(
        "authority",
        ask("authority", Shape.LINE, required=always),
        ask("issuer_post", Shape.LINE, max_length=60),
        ask("street_copy", Shape.CHOICE, kinds=("org_unit",)),
    ),
)
"""The power is the street office's (深圳经济特区矛盾纠纷多元化解条例 12): authority and street copy are asked for."""

_objects = where("kind", ReplyKind.OBJECTION)
_has_until = where("kind", ReplyKind.EXTENSION_ASKED, ReplyKind.RULED)
_needs_text = where("kind", ReplyKind.OBJECTION, ReplyKind.PROGRESS, ReplyKind.RESOLVED, ReplyKind.EXTENSION_ASKED)
_someone_came = where("kind", ReplyKind.SIGNED, ReplyKind.REPORTED_IN, ReplyKind.LEADER_ON_SCENE)
_leader = where("kind", ReplyKind.LEADER_ON_SCENE)

REPLY_FORM = form(
    "reply",
    1,
    section(
        "reply",
        ask("department", Shape.CHOICE, kinds=("org_unit",), required=always),
        ask("kind", Shape.CHOICE, "field_reply_kind", choices=choices(ReplyKind), required=always),
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
