"""The parts that a form is declared with: form, section, field, choice; and drafts, the values being typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Draft = dict[str, Any]
"""Values by field name as the form's widgets give them: str, bool, int, list of drafts (rows), None.

MONEY is text in yuan ("31,000.50"); MOMENT and DATE are ISO 8601 text or what a clerk types; CHOICE is the value of
a choice, CHOICES a list of them; DOCUMENT is a dict with "answer", "type", "number" and "doubt"; RECORD is an id.
Names that begin with an underscore are no questions: "_id" is the id of the record that the form will make.
"""


class Shape(StrEnum):
    """What a field is answered with, and so which widget shows it."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"
    DOCUMENT = "document"
    PHONE = "phone"
    ROWS = "rows"
    RECORD = "record"
    SECRET = "secret"  # noqa: S105 - a shape, not a secret


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a CHOICE field: the stored ``value`` and its wording key."""

    value: str
    label: str


Condition = Callable[[Mapping[str, Any]], bool]


def always(_draft: Mapping[str, Any]) -> bool:
    """A condition that holds whatever was typed."""
    return True


def never(_draft: Mapping[str, Any]) -> bool:
    """A condition that never holds."""
    return False


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``label``, ``hint`` are wording keys; ``required`` and ``shown`` look at the whole draft.

    ``kinds`` are the record kinds that a RECORD field picks from; a CHOICE or CHOICES field with ``kinds`` has its
    answers from the directory (actions.directory.options). ``rows`` are the columns of a ROWS field;
    ``personal`` values are masked where they are only read; of a ``masked`` one a line that tells a row shows the last
    four characters. ``derived`` reads an answer from the rest of the draft,
    None where it says nothing: it fills the field while nobody has answered it otherwise. ``pasted`` says of which
    kind a list is that may be pasted or read from a file: "people" or "shares" (ui.dialogs.roster). ``tells`` is what
    the draft comes to, said below the field while it is typed: a wording key and the values of its places, None for
    nothing; ``tells_rows`` says the same of single rows of a ROWS field, by their place. ``offered`` are the values
    of ``choices`` that fit the draft (None: all); whatever else was answered is for the rules to refuse.
    """

    name: str
    shape: Shape
    label: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    required: Condition = never
    shown: Condition = always
    default: Callable[[], Any] | None = None
    rows: tuple[Field, ...] = ()
    kinds: tuple[str, ...] = ()
    max_length: int = 200
    personal: bool = False
    masked: bool = False
    derived: Callable[[Mapping[str, Any]], Any] | None = None
    pasted: str = ""
    tells: Callable[[Mapping[str, Any]], tuple[str, dict[str, Any]] | None] | None = None
    offered: Callable[[Mapping[str, Any]], Sequence[str] | None] | None = None
    tells_rows: Callable[[Mapping[str, Any]], Mapping[int, tuple[str, dict[str, Any]]]] | None = None


def by_name(fields: Iterable[Field]) -> dict[str, Field]:
    """Return fields by their names, in the order of asking."""
    return {field.name: field for field in fields}


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that are asked together under one heading; ``open_at_first`` sections need no click.

    Others stand folded and say in one line what they hold (forms.telling): what somebody answered, and the answers
    named in ``tells`` even where they are what the form began with. They open when a question in them must be answered
    that nothing answers yet, and when a rule refuses an answer in them.
    """

    name: str
    label: str
    fields: tuple[Field, ...]
    open_at_first: bool = True
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form: drafts are kept by ``name`` and ``version``, so an old draft never fills a newer form wrongly.

    ``files``: the record may be given files while the form is filled in (actions.attachments). ``sealed``: what is
    typed, and what files it is given, is kept nowhere before it is handed in, no draft of it either.
    """

    name: str
    version: int
    title: str
    verb: str
    sections: tuple[Section, ...] = field(default_factory=tuple)
    files: bool = False
    sealed: bool = False
    named: Mapping[str, Field] = field(init=False, repr=False, compare=False)
    """The fields by their names: put together once, for each saved visit is read by them."""
    requiring: tuple[Field, ...] = field(init=False, repr=False, compare=False)
    """Those of them that may have to be answered."""

    def __post_init__(self) -> None:
        """Put the fields of all sections together."""
        object.__setattr__(self, "named", by_name(f for section in self.sections for f in section.fields))
        object.__setattr__(self, "requiring", tuple(f for f in self.named.values() if f.required is not never))

    def fields(self) -> tuple[Field, ...]:
        """All fields of all sections in the order of asking."""
        return tuple(self.named.values())

    def blank(self) -> Draft:
        """A new draft with the defaults filled in."""
        return {f.name: f.default() for f in self.fields() if f.default is not None}
