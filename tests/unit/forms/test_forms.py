"""Every declared form: labels in both languages, names that are unique, defaults that are answers, real kinds."""

from __future__ import annotations

import pytest

from desktop.forms.catalogue import FORMS, MAKES
from desktop.forms.form import Field, Form, Shape
from desktop.forms.questions import fresh
from desktop.forms.visits import VISIT_FORM
from resources import LANGUAGES, wording
from sync.records.errors import RuleBroken
from sync.records.ids import prefix_of
from sync.records.kinds import KINDS
from sync.records.times import parse_day, parse_moment

EVERY = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())


def _all_fields(form: Form) -> list[Field]:
    return [*form.fields(), *(column for field in form.fields() for column in field.rows)]


@EVERY
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_hint_and_choice_has_words(form: Form, language: str) -> None:
    words = wording(language)
    keys = [form.title, form.verb, *(s.label for s in form.sections)]
    for field in _all_fields(form):
        keys += [field.label, *([field.hint] if field.hint else []), *(c.label for c in field.choices)]
    assert [key for key in keys if not words.has(key)] == []
    assert all(words(key).strip() for key in keys)


@EVERY
def test_names_are_unique_and_are_not_reserved(form: Form) -> None:
    for fields in (form.fields(), *(f.rows for f in form.fields())):
        names = [f.name for f in fields]
        assert len(names) == len(set(names))
        assert not any(name.startswith("_") or "." in name for name in names)
    assert len({s.name for s in form.sections}) == len(form.sections)


@EVERY
def test_choices_are_there_or_come_from_the_directory(form: Form) -> None:
    for field in _all_fields(form):
        if field.shape in (Shape.CHOICE, Shape.CHOICES):
            assert bool(field.choices) != bool(field.kinds), field.name
            assert len({c.value for c in field.choices}) == len(field.choices)
        if field.shape is Shape.RECORD:
            assert field.kinds
        assert set(field.kinds) <= set(KINDS)
        assert bool(field.rows) == (field.shape is Shape.ROWS)


@EVERY
def test_defaults_are_answers_of_their_fields(form: Form) -> None:
    for field in _all_fields(form):
        value = field.default() if field.default else None
        if value is None:
            continue
        if field.shape is Shape.CHOICE:
            assert value in {c.value for c in field.choices}, field.name
        if field.shape is Shape.MOMENT:
            assert parse_moment(value).tzinfo is not None
        if field.shape is Shape.DATE:
            parse_day(value)


@EVERY
def test_conditions_bear_a_blank_and_a_strange_draft(form: Form) -> None:
    strange = dict.fromkeys((f.name for f in _all_fields(form)), "\U0010ffff")
    for draft in ({}, form.blank(), strange):
        for field in _all_fields(form):
            assert field.shown(draft) in (True, False)
            assert field.required(draft) in (True, False)


def test_a_form_opened_twice_makes_two_records() -> None:
    one, other = fresh(VISIT_FORM, "visit"), fresh(VISIT_FORM, "visit")
    assert one["_id"] != other["_id"]
    assert prefix_of(one["_id"]) == "vis"


def test_every_form_that_makes_a_record_says_which() -> None:
    assert set(MAKES) <= set(FORMS)
    assert set(MAKES.values()) <= set(KINDS)


@pytest.mark.parametrize(
    ("channel", "name", "headcount"),
    [("walk_in", True, True), ("outreach", True, True), ("phone", False, False), ("network", False, False)],
)
def test_what_a_visit_asks_depends_on_its_channel(channel: str, name: bool, headcount: bool) -> None:
    fields = {f.name: f for f in VISIT_FORM.fields()}
    draft = {**VISIT_FORM.blank(), "channel": channel}
    assert fields["name"].required(draft) is name
    assert fields["headcount"].shown(draft) is headcount


def test_the_time_of_a_visit_is_filled_in_as_a_clerk_may_leave_it() -> None:
    with pytest.raises(RuleBroken):
        parse_moment("昨天下午")
    assert parse_moment(VISIT_FORM.blank()["happened_at"]).utcoffset() is not None
