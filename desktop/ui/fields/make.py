"""Which widget answers which shape, and how wide it wants to be."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from desktop.forms.form import Field, Shape, always
from desktop.ui.fields.choice import ChecksControl, ComboControl, SegmentControl, YesNoControl
from desktop.ui.fields.control import Control
from desktop.ui.fields.line import LineControl, NumberControl, TextControl
from desktop.ui.fields.sources import Surroundings
from desktop.ui.measures import scaled
from resources import Wording

SOME, HALF = 7, 330
"""Up to so many choices stand side by side; before their words, where they need more than half the width (pixels)."""
SEGMENT_PADDING = 36
LONG_LINE, TITLE = 150, 100
"""Lines that may grow so long take the whole width; a title does where it must be given."""


def make_control(field: Field, around: Surroundings, *, narrow: bool = False) -> Control:
    """Return the widget for ``field``; ``narrow`` ones stand in a row of a table of parties or terms."""
    if field.shape is Shape.CHOICE:
        return _choice(field, around, narrow=narrow)
    if field.shape is Shape.TEXT:
        return TextControl(2 if narrow else 4)
    return _MAKERS[field.shape](field, around)


# The gate asks in lines alone, and a start waits for it: what asks otherwise is loaded when a form asks so.


def _date(_: Field, around: Surroundings) -> Control:
    from desktop.ui.fields.dates import DateControl

    return DateControl(around.theme, around.words("window.open_calendar"))


def _moment(_: Field, around: Surroundings) -> Control:
    from desktop.ui.fields.dates import MomentControl

    return MomentControl(around.theme, around.words("window.open_calendar"))


def _document(_: Field, around: Surroundings) -> Control:
    from desktop.ui.fields.document import DocumentControl

    return DocumentControl(around.words)


def _record(field: Field, around: Surroundings) -> Control:
    from desktop.ui.fields.record import RecordControl

    return RecordControl(field, around)


def _rows(field: Field, around: Surroundings) -> Control:
    from desktop.ui.fields.rows import RowsControl  # a row holds controls itself

    return RowsControl(field, around)


_MAKERS: dict[Shape, Callable[[Field, Surroundings], Control]] = {
    **dict.fromkeys((Shape.LINE, Shape.PHONE, Shape.MONEY, Shape.SECRET), lambda field, _: LineControl(field)),
    Shape.NUMBER: lambda field, _: NumberControl(field),
    Shape.DATE: _date,
    Shape.MOMENT: _moment,
    Shape.YES_NO: lambda field, around: YesNoControl(around.words(field.label)),
    Shape.CHOICES: lambda field, around: ChecksControl([(c.value, around.words(c.label)) for c in field.choices]),
    Shape.DOCUMENT: _document,
    Shape.RECORD: _record,
    Shape.ROWS: _rows,
}


def wide(field: Field, words: Wording) -> bool:
    """Whether the answer takes the whole width of a section."""
    if field.shape in (Shape.TEXT, Shape.ROWS, Shape.DOCUMENT, Shape.CHOICES):
        return True
    if field.shape is Shape.LINE:
        titles = field.required is always and not field.personal and field.max_length >= TITLE
        return titles or field.max_length >= LONG_LINE
    return in_line(field, words)


def in_line(field: Field, words: Wording) -> bool:
    """Whether the question stands before its answers on one line: more segments than half the width holds."""
    if field.shape is not Shape.CHOICE or not 0 < len(field.choices) <= SOME:
        return False
    metrics = QFontMetrics(QApplication.font())
    metrics = QFontMetrics(QApplication.font())
    return sum(metrics.horizontalAdvance(words(c.label)) + scaled(SEGMENT_PADDING) for c in field.choices) > HALF


def _choice(field: Field, around: Surroundings, *, narrow: bool) -> Control:
    options = [(c.value, around.words(c.label)) for c in field.choices]
    optional = not field.required(field_defaults(field))
    if options and len(options) <= (2 if narrow else SOME):
        return SegmentControl(options, optional=optional)
    return ComboControl(
        options, optional=optional or field.default is None, nothing=around.words("window.nothing_chosen")
    )


def field_defaults(field: Field) -> dict[str, object]:
    """A draft with nothing but this field's default, to ask whether the field is always required."""
    return {field.name: field.default()} if field.default is not None else {}
