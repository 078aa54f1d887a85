"""A ledger's row read into values by the rules of the records, or refused with the column and the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from desktop.files import ledgers
from desktop.files.ledger_words import ANSWERS, CHANNELS, DOCUMENTS, NO, SEXES, YES, ethnic_codes, labels
from desktop.files.ledgers import Row
from sync.records.canonical import canonical
from sync.records.documents import check_document, guess_type, normal_number
from sync.records.errors import RuleBroken
from sync.records.names import normal_name
from sync.records.persons import Answer, Document, DocumentType, Sex
from sync.records.requirements import MAX_HEADCOUNT, MAX_LINE, required
from sync.records.telephones import split_phones
from sync.records.text import MAX_TEXT, check_text, half_width
from sync.records.times import parse_moment
from sync.records.visits import Category, Channel

T = TypeVar("T")
_COUNT: Final = re.compile(r"([0-9]{1,9})(?:\.0+)?\s*(?:人|名)?")
_WORD_COLUMNS: Final = (
    ledgers.CHANNEL, ledgers.CATEGORY, ledgers.DOCUMENT_TYPE, ledgers.SEX, ledgers.ETHNIC_GROUP,
)  # fmt: skip
_OTHER_ETHNIC: Final = "97"


class RowRefused(Exception):
    """A row that is not taken: the ``column`` to mend and, in ``broken``, the rule with its sentence."""

    def __init__(self, column: str, broken: RuleBroken) -> None:
        super().__init__(broken.key)
        self.column = column
        self.broken = broken


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row's values. ``category_word``, ``document_word`` and ``ethnic_word`` keep words that are none of ours.

    ``words`` are the cells that hold one of a list of words, as written but for width and spaces.
    """

    happened_at: datetime
    name: str
    document: Document
    document_word: str
    sex: Sex
    ethnic_group: str
    ethnic_word: str
    phones: tuple[str, ...]
    address: str
    headcount: int
    channel: Channel
    category: Category
    category_word: str
    text: str
    answered: bool
    answer: str
    remark: str
    words: tuple[str, ...]

    @property
    def somebody(self) -> bool:
        """Whether the row names a person, or says how to reach or recognise one."""
        return bool(self.name or self.document.number or self.phones)

    def normal_form(self) -> bytes:
        """Return the same bytes for the same row, however its date, digits or line ends are written.

        Never to be changed: rows that were imported by an earlier version would be new ones. Words of lists are
        taken as written, so that a later version may understand more of them.
        """
        folded = (self.name, self.document.number, *self.phones, self.address, self.text, self.answer, self.remark)
        told = ["1", int(self.happened_at.timestamp()), self.headcount, len(self.phones), *map(_same_ends, folded)]
        return canonical([*told, *self.words])


def _same_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def read_row(row: Row) -> LedgerRow:
    """Read one row; RowRefused with the first column that cannot be taken.

    Only time and text are required, and a name for those who came or were found on a round. An unknown category
    becomes 其他 with the word kept; text is kept to the letter.
    """
    if row.overflow:
        raise RowRefused("", RuleBroken("imports.row_too_long"))
    cells = row.cells
    happened_at = _read(cells, ledgers.HAPPENED_AT, lambda cell: parse_moment(_line(cell)))
    text = _read(cells, ledgers.TEXT, _text)
    channel = _read(cells, ledgers.CHANNEL, _channel)
    name = _read(cells, ledgers.NAME, normal_name)
    if required(channel).name and not name:
        raise RowRefused(ledgers.NAME, RuleBroken("records.visit_name_missing", channel=channel.value))
    document, document_word = _document(cells)
    ethnic_group, ethnic_word = _read(cells, ledgers.ETHNIC_GROUP, _ethnic_group)
    category, category_word = _read(cells, ledgers.CATEGORY, _category)
    answered, answer = _read(cells, ledgers.ANSWERED, _answered)
    return LedgerRow(
        happened_at=happened_at,
        name=name,
        document=document,
        document_word=document_word,
        sex=_read(cells, ledgers.SEX, _sex),
        ethnic_group=ethnic_group,
        ethnic_word=ethnic_word,
        phones=_read(cells, ledgers.PHONES, lambda cell: split_phones(_line(cell))),
        address=_read(cells, ledgers.ADDRESS, _address),
        headcount=_read(cells, ledgers.HEADCOUNT, _headcount),
        channel=channel,
        category=category,
        category_word=category_word,
        text=text,
        answered=answered,
        answer=answer,
        remark=_read(cells, ledgers.REMARK, check_text),
        words=(
            *(_read(cells, column, _word) for column in _WORD_COLUMNS),
            _read(cells, ledgers.ANSWERED, _answer_word),
        ),
    )


@contextmanager
def _beside(column: str) -> Iterator[None]:
    try:
        yield
    except RuleBroken as broken:
        raise RowRefused(column, broken) from broken


def _read(cells: dict[str, str], column: str, rule: Callable[[str], T]) -> T:
    with _beside(column):
        return rule(cells.get(column, ""))


def _word(cell: str, limit: int = MAX_LINE) -> str:
    """A cell that holds one of a list of words: width and spaces do not matter."""
    return "".join(half_width(check_text(cell, limit=limit)).split())


def _answer_word(cell: str) -> str:
    """当场答复 holds yes or no, or the answer itself, which may be long."""
    return _word(cell, MAX_TEXT)


def _text(cell: str) -> str:
    if not cell.strip():
        raise RuleBroken("records.visit_text_missing")
    return check_text(cell)


def _line(cell: str) -> str:
    return check_text(cell, limit=MAX_LINE)


def _address(cell: str) -> str:
    return check_text(cell.strip(), limit=MAX_LINE)


def _channel(cell: str) -> Channel:
    word = _word(cell)
    if not word:
        return Channel.NOT_STATED
    channel = labels("channel", Channel).get(word) or CHANNELS.get(word)
    if channel is None:
        raise RuleBroken("imports.channel_unknown", word=word)
    return channel


def _category(cell: str) -> tuple[Category, str]:
    word = _word(cell)
    ours = labels("category", Category)
    known = ours.get(word) or ours.get(word.removesuffix("纠纷"))
    if known or not word:
        return known or Category.OTHER, ""
    return Category.OTHER, cell.strip()


def _sex(cell: str) -> Sex:
    word = _word(cell)
    sex = SEXES.get(word) or labels("sex", Sex).get(word) if word else Sex.NOT_STATED
    if sex is None:
        raise RuleBroken("imports.sex_unknown", word=word)
    return sex


def _ethnic_group(cell: str) -> tuple[str, str]:
    word = _word(cell)
    if not word:
        return "", ""
    codes = ethnic_codes()
    code = codes.get(word) or codes.get(f"{word}族")
    return (code, "") if code else (_OTHER_ETHNIC, cell.strip())


def _headcount(cell: str) -> int:
    word = _word(cell)
    if not word:
        return 1
    match = _COUNT.fullmatch(word)
    if match is None or not 1 <= int(match[1]) <= MAX_HEADCOUNT:
        raise RuleBroken("imports.headcount_no_number", word=word, limit=MAX_HEADCOUNT)
    return int(match[1])


def _answered(cell: str) -> tuple[bool, str]:
    word = _answer_word(cell).upper()
    if word in NO:
        return False, ""
    return True, "" if word in YES else cell


def _document(cells: dict[str, str]) -> tuple[Document, str]:
    """Read both columns: a number wins over "not shown", a word that is no type of ours is kept."""
    word = _read(cells, ledgers.DOCUMENT_TYPE, _word)
    number = normal_number(_read(cells, ledgers.DOCUMENT_NUMBER, _line))
    answer = labels("answer", Answer).get(word) or ANSWERS.get(word)
    kind = labels("documenttype", DocumentType).get(word) or DOCUMENTS.get(word)
    unknown = "" if answer or kind or not word else cells[ledgers.DOCUMENT_TYPE].strip()
    if not number:
        answer = answer if answer and answer is not Answer.GIVEN else None
        return Document(answer=answer or (Answer.NOT_SHOWN if word else Answer.NOT_ASKED), type=kind), unknown
    if kind is None:
        kind = (guess_type(number) if not unknown else None) or (DocumentType.OTHER if word else None)
    with _beside(ledgers.DOCUMENT_NUMBER):
        return check_document(Document(answer=Answer.GIVEN, type=kind, number=number)), unknown
