"""Reads a draft into values: each answer is checked by the records' rules, and a broken rule names the form's field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeVar

from desktop.forms.form import Field, Form, Shape, always, by_name, never
from sync.records.documents import check_document
from sync.records.errors import RuleBroken
from sync.records.kinds import kind_of
from sync.records.money import parse_fen
from sync.records.names import normal_name
from sync.records.persons import Answer, Document, DocumentType
from sync.records.telephones import normal_phone
from sync.records.text import check_text, half_width
from sync.records.times import parse_day, parse_moment

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

_HIGHEST: Final = 1_000_000
_WHOLE: Final = re.compile(r"[0-9]{1,7}")
MOST_ROWS: Final = 500


class _Beside:
    """Names the field of a rule that is broken inside: a class, for a form has dozens and a generator is slower."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Nothing happens before a rule is broken."""

    def __exit__(self, _kind: object, broken: BaseException | None, _trace: object) -> None:
        if isinstance(broken, RuleBroken):
            raise _put_beside(broken, self._path) from broken


def _put_beside(broken: RuleBroken, path: str) -> RuleBroken:
    return RuleBroken(broken.key, field=path, **broken.values)


class Answers:
    """A draft, or one row of it. A field that the form does not show now has no answer, whatever was typed before."""

    def __init__(self, fields: Mapping[str, Field], draft: Mapping[str, Any], prefix: str = "") -> None:
        self._fields = fields
        self._draft = draft
        self._prefix = prefix
        self._raw: dict[str, Any] = dict.fromkeys(fields)
        for name, value in draft.items():
            if (field := fields.get(name)) is not None and _says_something(value):
                shown = field.shown
                if shown is always or shown is never or shown(draft):
                    self._raw[name] = value

    @classmethod
    def of(cls, form: Form, draft: Mapping[str, Any]) -> Answers:
        """Read ``draft`` by ``form``, and check that what has to be answered is."""
        answers = cls(form.named, draft)
        answers.check_required(form.requiring)
        return answers

    def path(self, name: str) -> str:
        """The field as the form names it: "text", or "roster.2.name" for the third row of the list."""
        return self._prefix + name

    def asks(self, name: str) -> bool:
        """Whether the form has this question at all."""
        return name in self._fields

    def answered(self, name: str) -> bool:
        """Whether the form asks this question and somebody answered it."""
        return self._raw.get(name) is not None

    def check_required(self, fields: Iterable[Field]) -> None:
        """Raise RuleBroken for the first of ``fields`` that is shown, required and empty."""
        for field in fields:
            if field.required is never or self._raw[field.name] is not None:
                continue
            if field.shown(self._draft) and field.required(self._draft):
                raise RuleBroken("actions.required", field=self.path(field.name))

    def raw(self, name: str) -> Any:
        """The answer as it is, None where it is empty, blank or not shown."""
        return self._raw[name]

    def line(self, name: str) -> str:
        """One line of text, without spaces around it."""
        return self._checked(name, _one_line)

    def text(self, name: str) -> str:
        """A text to the letter."""
        return self._checked(name, check_text)

    def _checked(self, name: str, rule: Callable[[str], str]) -> str:
        value = self._raw[name]
        if value is None:
            return ""
        text = str(value)
        limit = self._fields[name].max_length
        if len(text) > limit:
            raise RuleBroken("records.text_long", field=self.path(name), limit=limit, length=len(text))
        try:
            return rule(text)
        except RuleBroken as broken:
            raise _put_beside(broken, self.path(name)) from broken

    def name(self, name: str) -> str:
        """A person's name in its stored form."""
        return self._checked(name, normal_name)

    def phone(self, name: str) -> str:
        """A telephone number in its stored form."""
        return self._checked(name, normal_phone)

    def day(self, name: str) -> date | None:
        """A day."""
        return self._parsed(name, parse_day)

    def moment(self, name: str) -> datetime | None:
        """A moment with its zone."""
        return self._parsed(name, parse_moment)

    def moment_or(self, name: str, otherwise: datetime) -> datetime:
        """A moment, or ``otherwise`` where none was entered."""
        return self.moment(name) or otherwise

    def _parsed(self, name: str, rule: Callable[[str], T]) -> T | None:
        value = self._raw[name]
        if value is None:
            return None
        try:
            return rule(value.isoformat() if isinstance(value, date) else str(value))
        except RuleBroken as broken:
            raise _put_beside(broken, self.path(name)) from broken

    def choice(self, name: str, values: type[E], otherwise: E) -> E:
        """One of an enumeration's values."""
        return self.choice_or_none(name, values) or otherwise

    def choice_or_none(self, name: str, values: type[E]) -> E | None:
        """One of an enumeration's values, None where there is no answer."""
        value = self._raw[name]
        if value is None:
            return None
        chosen: E | None = _by_value(values).get(str(value))
        if chosen is None:
            raise RuleBroken("actions.no_such_choice", field=self.path(name))
        return chosen

    def word(self, name: str) -> str:
        """One of the field's own choices, as text."""
        value = self.raw(name)
        if value is None:
            return ""
        if str(value) not in {c.value for c in self._fields[name].choices}:
            raise RuleBroken("actions.no_such_choice", field=self.path(name))
        return str(value)

    def whole(self, name: str, otherwise: int = 0) -> int:
        """A whole number from 0 to a million."""
        value = self._raw[name]
        if value is None:
            return otherwise
        text = half_width(str(value)).strip().removesuffix("人")
        if not _WHOLE.fullmatch(text) or int(text) > _HIGHEST:
            raise RuleBroken("actions.no_whole_number", field=self.path(name))
        return int(text)

    def fen(self, name: str) -> int | None:
        """An amount of money in fen, from yuan as people write them: 31,000.50元, 3.1万."""
        value = self.raw(name)
        if value is None:
            return None
        try:
            return parse_fen(str(value))
        except ValueError as error:
            raise RuleBroken("actions.no_amount", field=self.path(name)) from error

    def yes(self, name: str) -> bool:
        """Whether it was answered with yes."""
        return self._raw[name] is not None and self.perhaps(name) is True

    def perhaps(self, name: str) -> bool | None:
        """Yes, no, or None where nobody answered."""
        value = self._raw[name]
        if value is None:
            return None
        return value if isinstance(value, bool) else str(value).lower() in {"yes", "true", "1", "是"}

    def document(self, name: str) -> Document:
        """A document whose number passed its check, or has a reason why it did not."""
        value = self.raw(name)
        if not isinstance(value, Mapping):
            return Document()
        number = str(value.get("number") or "").strip()
        answer = str(value.get("answer") or Answer.NOT_ASKED)
        with self.beside(name):
            try:
                document = Document(
                    # Who types a number has been shown a document, whatever the list beside it still says.
                    answer=Answer.GIVEN if number and answer == Answer.NOT_ASKED else Answer(answer),
                    type=DocumentType(str(value["type"])) if value.get("type") else None,
                    number=number,
                    doubt=check_text(str(value.get("doubt") or "").strip(), lines=False, limit=200),
                )
            except ValueError as error:
                raise RuleBroken("actions.no_such_choice") from error
            return check_document(document)

    def record(self, name: str, *kinds: str) -> str | None:
        """The id of a record of one of ``kinds``."""
        value = self.raw(name)
        if value is None:
            return None
        kind = kind_of(str(value))
        if kind is None or kind.name not in kinds:
            raise RuleBroken("actions.no_such_choice", field=self.path(name))
        return str(value)

    def listed(self, name: str) -> tuple[str, ...]:
        """The answers of a CHOICES field, each once, in the order of choosing."""
        value = self.raw(name)
        if value is None:
            return ()
        return tuple(dict.fromkeys(str(v) for v in ([value] if isinstance(value, str) else value)))

    def rows(self, name: str) -> list[Answers]:
        """The rows in which something was entered, each with its place in the list as part of its field names."""
        value = self.raw(name)
        if not isinstance(value, Sequence) or isinstance(value, str):
            return []
        if len(value) > MOST_ROWS:
            raise RuleBroken("actions.too_many_rows", field=self.path(name), limit=MOST_ROWS)
        columns = self._fields[name].rows
        found = []
        for place, row in enumerate(value):
            if isinstance(row, Mapping) and any(_entered(f, row) for f in columns):
                answers = Answers(by_name(columns), row, f"{self.path(name)}.{place}.")
                answers.check_required(columns)
                found.append(answers)
        return found

    def beside(self, name: str) -> _Beside:
        """Put a rule that is broken inside beside the field ``name`` of this draft or row."""
        return _Beside(self.path(name))


@cache
def _by_value(values: type[E]) -> dict[str, E]:
    """The members of an enumeration: asking it by a value takes as long as all else of an answer."""
    return {member.value: member for member in values}


def _says_something(value: Any) -> bool:
    """Whether a draft's value is an answer: no blank text, and no list without rows. No is one."""
    if isinstance(value, str):
        return bool(value) and not value.isspace()
    return value is not None and value != [] and value != ()


def _one_line(text: str) -> str:
    return check_text(" ".join(text.splitlines()).strip(), lines=False)


def _entered(field: Field, row: Mapping[str, Any]) -> bool:
    """Whether the row says something in this column that a blank row does not."""
    value = row.get(field.name)
    if field.shape is Shape.DOCUMENT:
        return isinstance(value, Mapping) and bool(value.get("number"))
    if field.shape in (Shape.CHOICE, Shape.MOMENT) or field.default is not None:
        return False
    return bool(value.strip() if isinstance(value, str) else value)
