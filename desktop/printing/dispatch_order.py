"""发令单 in the frame of official documents (GB/T 9704-2012): what is demanded of whom by when, and their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop.printing.document import BLACK, RED, Document
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts, installed
from desktop.printing.frames import OFFICIAL_BODY, official_flow
from desktop.printing.lines import Align, Span, Style
from desktop.printing.moments import hours_words, minutes_words, moment_words
from desktop.printing.sheets import DispatchSheet
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template, template
from desktop.printing.texts import check_texts

HEADER = Style(30, 44, bold=True, align=Align.CENTRE, colour=RED)
UNIT = Style(18, 30, bold=True, align=Align.CENTRE)
TITLE = Style(24, 40, bold=True, align=Align.CENTRE)
TO = Style(OFFICIAL_BODY.size, OFFICIAL_BODY.leading)
LABEL = Style(12, 18, bold=True, align=Align.CENTRE)
VALUE = Style(12, 18)
NOTE = Style(12, 20, align=Align.JUSTIFIED, indent=2)
END = Style(OFFICIAL_BODY.size, OFFICIAL_BODY.leading, align=Align.RIGHT)
RIGHT = Style(OFFICIAL_BODY.size, OFFICIAL_BODY.leading, align=Align.RIGHT, inset=2)
DATE = Style(OFFICIAL_BODY.size, OFFICIAL_BODY.leading, align=Align.RIGHT, inset=4)
REPLY_TITLE = Style(OFFICIAL_BODY.size, OFFICIAL_BODY.leading, bold=True)
COPY = Style(14, 24)
REPLY_LABEL = Style(11, 17, bold=True, align=Align.CENTRE)
REPLY = Style(10.5, 20)
DEPARTMENT = Style(11, 17, align=Align.CENTRE)
LIMITS = (0.16, 0.44, 0.16, 0.24)
REPLIES = (0.2, 0.2, 0.2, 0.2, 0.2)
LIMIT_HEIGHT, REPLY_HEIGHT = 24.0, 68.0


def render(sheet: DispatchSheet, fonts: Fonts | None = None) -> bytes:
    """Return the order as PDF. Raises RuleBroken("printing.no_glyph") and Refused("printing.no_font")."""
    fonts = fonts or installed()
    check_texts(fonts, sheet)
    words = template(sheet.template)
    flow = official_flow(fonts, words, sheet)
    _head(flow, words, sheet)
    _demand(flow, words, sheet)
    _issued(flow, words, sheet)
    _replies(flow, words, sheet)
    document = Document(fonts, words("subject", number=sheet.number))
    flow.fill(document)
    return document.finish()


def _head(flow: Flow, words: Template, sheet: DispatchSheet) -> None:
    """Heading, number and issuer side by side, title; a red header is closed by a red rule (GB/T 9704-2012, 7.2)."""
    number = words("number", number=sheet.number)
    issuer = words("issuer", post=sheet.issuer_post, name=sheet.issuer_name)
    if sheet.red_header:
        flow.text(sheet.red_header, HEADER, glued=True)
        flow.space(12, glued=True)
        flow.beside(number, TO, issuer, END)
        flow.rule(1.5, RED, 8)
        flow.space(10, glued=True)
        flow.text(words("title"), TITLE, glued=True)
    else:
        flow.text(sheet.issuing_unit, UNIT, glued=True)
        flow.text(words("title"), TITLE, glued=True)
        flow.beside(number, TO, issuer, END)
    flow.space(8, glued=True)


def _demand(flow: Flow, words: Template, sheet: DispatchSheet) -> None:
    """Whom it is for, what happened, and a table of what is due when."""
    flow.text(words("to", departments="、".join(sheet.departments)), TO, glued=True)
    flow.text(words("opening", authority=sheet.authority), OFFICIAL_BODY)
    for key, text in (("matter", sheet.subject), ("text", sheet.text)):
        flow.text([Span(words(key), True), Span(text, False)], OFFICIAL_BODY)
    flow.text([Span(words("demand"), True)], OFFICIAL_BODY, glued=True)
    rows = _limits(words, sheet)
    flow.add(table(flow, LIMITS, [replace(row, glued=row is not rows[-1]) for row in rows]))
    flow.space(4)
    flow.text(words("objection"), NOTE)


def _limits(words: Template, sheet: DispatchSheet) -> list[Row]:
    """What is due when, where and with whom; what the order does not say has no row."""
    report, resolve = minutes_words(sheet.report_minutes), hours_words(sheet.resolve_hours)
    leader = ("leader", words("leader_text", rank=sheet.leader_rank))
    lines = [
        (("report_in", words("report_in_text", limit=report, by=moment_words(sheet.report_by))),),
        (leader, ("grade", sheet.grade)) if sheet.grade else (leader,),
        (("resolve", words("resolve_text", limit=resolve, by=moment_words(sheet.resolve_by))),),
        (("place", sheet.place),),
        (("contact", sheet.contact),),
        (("requested_by", sheet.requested_by),),
        (("rules", sheet.rule_version),),
    ]
    return [_limit(words, pairs) for pairs in lines if any(value for _key, value in pairs)]


def _limit(words: Template, pairs: Sequence[tuple[str, str]]) -> Row:
    span = 3 if len(pairs) == 1 else 1
    cells = [cell for key, value in pairs for cell in (Cell(words(key), LABEL), Cell(value, VALUE, span))]
    return Row(cells, LIMIT_HEIGHT)


def _issued(flow: Flow, words: Template, sheet: DispatchSheet) -> None:
    """Unit with room for its seal, date; and the street office's copy between two rules (7.4.2)."""
    flow.space(RIGHT.leading, glued=True)
    flow.text(words("seal", unit=sheet.issuing_unit), RIGHT, glued=True)
    flow.text(moment_words(sheet.issued_at), DATE)
    if sheet.street_copy:
        flow.space(12)
        flow.rule(0.7, BLACK, 2)
        flow.text(words("street_copy", street=sheet.street_copy), COPY, glued=True)
        flow.rule(0.7, BLACK, 2, glued=False)


def _replies(flow: Flow, words: Template, sheet: DispatchSheet) -> None:
    """Lines for each department to sign for the order, report in, bring its leader and say the result."""
    flow.space(16)
    flow.text(words("replies"), REPLY_TITLE, glued=True)
    columns = ("department", "signed", "reported", "on_scene", "result")
    rows = [Row([Cell(words(f"reply_{key}"), REPLY_LABEL) for key in columns], 24, glued=True)]
    for department in sheet.departments:
        lines = [Cell(words(f"reply_{key}_lines"), REPLY) for key in columns[1:]]
        rows.append(Row([Cell(department, DEPARTMENT), *lines], REPLY_HEIGHT, glued=True))
    flow.add(table(flow, REPLIES, rows))
