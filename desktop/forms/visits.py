"""The forms of a visit: one page that a registrar fills in a queue, and the four questions of a consultation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.forms import persons
from desktop.forms.form import Field, Shape, always, never
from desktop.forms.questions import ask, blank_document, choices, folded, form, section, this_moment, where
from sync.records.persons import Sex
from sync.records.requirements import required
from sync.records.visits import IN_PERSON, REPORTED, Category, Channel, Purpose

_CHANNELS = tuple(c for c in Channel if c is not Channel.NOT_STATED)

in_person = where("channel", *IN_PERSON)
_reported = where("channel", *REPORTED)
_about_earlier = where("purpose", Purpose.SUPPLEMENT, Purpose.PROGRESS, Purpose.COLLECT, Purpose.REPEAT)


def _group(draft: Mapping[str, Any]) -> bool:
    return in_person(draft) and str(draft.get("headcount") or "1") not in ("0", "1")


def _name_required(draft: Mapping[str, Any]) -> bool:
    channel, purpose = draft.get("channel"), draft.get("purpose")
    return channel in set(Channel) and required(Channel(channel), Purpose(purpose or Purpose.FIRST)).name


def _answered(draft: Mapping[str, Any]) -> bool:
    return draft.get("answered") is True or draft.get("purpose") == Purpose.CONSULTATION


def _not_reported(draft: Mapping[str, Any]) -> bool:
    return not _reported(draft)


ROSTER_ROWS: tuple[Field, ...] = (
    ask("person", Shape.RECORD, kinds=("person",), shown=never),
    ask("name", Shape.LINE, required=always, max_length=100, personal=True),
    ask("phone", Shape.PHONE, max_length=40, personal=True),
    ask("document", Shape.DOCUMENT, default=blank_document, personal=True),
    ask("representative", Shape.YES_NO),
    ask("sex", Shape.CHOICE, choices=choices(Sex), shown=never),
    ask("address", Shape.LINE, shown=never, personal=True),
)
"""The companions, the visitor not among them: ``headcount`` counts the visitor too. Sex and address come with a list
that is pasted (actions.rosters), and go to the card."""

VISIT_FORM = form(
    "visit",
    1,
    folded(
        "contact",
        ask(
            "channel", Shape.CHOICE, choices=choices(_CHANNELS), required=always, default=lambda: Channel.WALK_IN.value
        ),
        ask("happened_at", Shape.MOMENT, required=always, default=this_moment),
        ask("purpose", Shape.CHOICE, choices=choices(Purpose), required=always, default=lambda: Purpose.FIRST.value),
        ask("matter", Shape.RECORD, kinds=("matter",), shown=_about_earlier),
        tells=("channel", "happened_at", "purpose"),
    ),
    section(
        "visitor",
        ask("person", Shape.RECORD, kinds=("person",), shown=never),
        persons.DOCUMENT,
        ask("name", Shape.LINE, required=_name_required, max_length=100, personal=True),
        persons.PHONE,
    ),
    section(
        "request",
        ask("text", Shape.TEXT, required=always),
        ask("category", Shape.CHOICE, choices=choices(Category), default=lambda: Category.OTHER.value),
        ask("category_word", Shape.LINE, shown=where("category", Category.OTHER), max_length=60),
        ask("answered", Shape.YES_NO),
        ask("answer", Shape.TEXT, shown=_answered, required=_answered),
    ),
    folded(
        "visitor_more",
        persons.SEX,
        persons.ETHNIC_GROUP,
        persons.NATIONALITY,
        persons.ADDRESS,
        ask("hidden", Shape.YES_NO, shown=_not_reported, hint="forms.hint_hidden"),
    ),
    folded(
        "group",
        ask("headcount", Shape.NUMBER, shown=in_person, default=lambda: 1, hint="forms.hint_headcount"),
        ask("representative", Shape.YES_NO, shown=_group),
        ask("roster", Shape.ROWS, rows=ROSTER_ROWS, shown=_group, pasted="people"),
        tells=("headcount",),
    ),
    folded(
        "more",
        ask("late_reason", Shape.LINE, hint="forms.hint_late_reason"),
        ask("paper_number", Shape.LINE, max_length=60, hint="forms.hint_paper_number"),
        ask("place", Shape.LINE),
        ask("remark", Shape.TEXT),
    ),
    files=True,
)
"""``person`` is hidden, filled by recognition (actions.persons.recognise); ``representative``: the visitor is one."""

CONSULTATION_FORM = form(
    "consultation",
    1,
    section(
        "consultation",
        ask(
            "channel", Shape.CHOICE, choices=choices(_CHANNELS), required=always, default=lambda: Channel.WALK_IN.value
        ),
        ask("name", Shape.LINE, "field_who_asked", max_length=100, personal=True),
        ask("text", Shape.TEXT, "field_question", required=always),
        ask("answer", Shape.TEXT, required=always),
    ),
    files=True,
)
