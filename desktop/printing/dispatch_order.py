"""发令单 in the frame of official documents (GB/T 9704-2012): what is demanded of whom by when, and their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop.printing.document import BLACK, RED, Document
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts, installed
from desktop.printing.frames import OFFICIAL_BODY, official_flow
from desktop.printing.lines import Align, Span, Style
from desktop.printing.moments import hours_words, length_words, minutes_words, moment_words
from desktop.printing.sheets import CalledBox, DispatchSheet
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template, words_of
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
REPLY_TITLE = Style(18, 32, bold=True, align=Align.CENTRE)
REPLY_NUMBER = Style(12, 20, align=Align.CENTRE)
REPLY_NOTE = Style(10.5, 18, align=Align.CENTRE)
COPY = Style(14, 24)
REPLY = Style(10, 19)
REPLY_FOOT = Style(10, 19, align=Align.RIGHT)
DEPARTMENT = Style(12, 18, bold=True)
REPLY_LABEL = Style(11, 18, bold=True, align=Align.CENTRE)
LIMITS = (0.16, 0.44, 0.16, 0.24)
REPLIES = (0.13, 0.37, 0.13, 0.37)
LIMIT_HEIGHT, RESULT_HEIGHT, SEAL_ROOM = 24.0, 64.0, 22.0


def render(sheet: DispatchSheet, fonts: Fonts | None = None) -> bytes:
    """Return the order as PDF. Raises RuleBroken("printing.no_glyph") and Refused("printing.no_font")."""
    fonts = fonts or installed(sheet.manner.face)
    check_texts(fonts, sheet)
    words = words_of(sheet)
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
    flow.add(table(flow, LIMITS, [replace(row, glued=row in (rows[0], rows[-2])) for row in rows]))
    flow.space(2)


def _limits(words: Template, sheet: DispatchSheet) -> list[Row]:
    """What is due when, where and with whom; what the order does not say has no row."""
    report = length_words(sheet.report) if sheet.report else minutes_words(sheet.report_minutes)
    resolve = length_words(sheet.resolve) if sheet.resolve else hours_words(sheet.resolve_hours)
    leader = ("leader", _leader(words, sheet))
    lines = [
        (("report_in", words("report_in_text", limit=report, by=moment_words(sheet.report_by))),),
        (leader, ("grade", sheet.grade)) if sheet.grade else (leader,),
        (("resolve", words("resolve_text", limit=resolve, by=moment_words(sheet.resolve_by))),),
        (("place", sheet.place),),
        (("contact", sheet.contact),),
        (("duty", "\n".join(sheet.duty)),),
        *((("called", _called(words, call)),) for call in sheet.calls),
        (("requested_by", sheet.requested_by),),
        (("rules", sheet.rule_version),),
    ]
    return [_limit(words, pairs) for pairs in lines if any(value for _key, value in pairs)]


def _leader(words: Template, sheet: DispatchSheet) -> str:
    """Of which rank, and by when where that is not when the department reports in."""
    if sheet.arrive is None or sheet.arrive_by is None or sheet.arrive == sheet.report:
        return words("leader_text", rank=sheet.leader_rank)
    limit, by = length_words(sheet.arrive), moment_words(sheet.arrive_by)
    return words("leader_by_text", rank=sheet.leader_rank, limit=limit, by=by)


def _called(words: Template, call: CalledBox) -> str:
    return words(
        "called_text",
        department=call.department,
        at=moment_words(call.at),
        callee=call.callee,
        read_back=call.read_back,
        report_by=moment_words(call.report_by),
        resolve_by=moment_words(call.resolve_by),
    )


def _limit(words: Template, pairs: Sequence[tuple[str, str]]) -> Row:
    span = 3 if len(pairs) == 1 else 1
    cells = [cell for key, value in pairs for cell in (Cell(words(key), LABEL), Cell(value, VALUE, span))]
    return Row(cells, LIMIT_HEIGHT)


def _issued(flow: Flow, words: Template, sheet: DispatchSheet) -> None:
    """Unit with room for its seal and date, always with text on their page (7.3.5); at the foot of that page the
    street office's copy between two rules (7.4.2).
    """
    if sheet.delegated:
        flow.text(words("delegated", delegated=sheet.delegated), NOTE, glued=True)
    if sheet.ratify_by is not None:
        flow.text(words("emergency", ratifier=sheet.ratifier, by=moment_words(sheet.ratify_by)), NOTE, glued=True)
    flow.text(words("objection"), NOTE, glued=True)
    flow.space(SEAL_ROOM, glued=True)
    flow.text(words("seal", unit=sheet.issuing_unit), RIGHT, glued=True)
    flow.text(moment_words(sheet.issued_at), DATE, glued=bool(sheet.street_copy))
    if sheet.street_copy:
        foot = Flow(flow.fonts, flow.frame)
        foot.space(4)
        foot.rule(0.7, BLACK, 2)
        foot.text(words("street_copy", street=sheet.street_copy), COPY)
        foot.rule(0.7, BLACK, 2)
        flow.foot(foot.atoms)


def _replies(flow: Flow, words: Template, sheet: DispatchSheet) -> None:
    """A page of its own, with the order's number: each department signs for the order, reports in, brings its leader
    and says the result; the community confirms.
    """
    flow.turn()
    flow.text(words("replies"), REPLY_TITLE, glued=True)
    flow.text(words("replies_number", number=sheet.number), REPLY_NUMBER, glued=True)
    flow.text(words("replies_note"), REPLY_NOTE, glued=True)
    for department in sheet.departments:
        flow.space(8, glued=True)
        flow.add(table(flow, REPLIES, _reply(words, department)))


def _reply(words: Template, department: str) -> list[Row]:
    """The block of one department; a page break never divides it."""

    def label(key: str) -> Cell:
        return Cell(words(f"reply_{key}"), REPLY_LABEL)

    def lines(key: str, span: int = 1) -> Cell:
        return Cell(words(f"reply_{key}"), REPLY, span)

    result = Cell("", REPLY, 3, top=True, foot=words("reply_result_foot"), foot_style=REPLY_FOOT)
    confirmed = Cell("", REPLY, 3, foot=words("reply_confirmed_lines"), foot_style=REPLY_FOOT)
    more = []
    if words.has("reply_objection"):
        cells = [label("objection"), lines("objection_lines"), label("extension"), lines("extension_lines")]
        more.append(Row(cells, 42, glued=True))
    return [
        Row([label("department"), Cell(department, DEPARTMENT, 3)], 26, glued=True),
        Row([label("signed"), lines("signed_lines"), label("reported"), lines("reported_lines")], 42, glued=True),
        Row([label("on_scene"), lines("on_scene_left"), lines("on_scene_right", 2)], 42, glued=True),
        *more,
        Row([label("result"), result], RESULT_HEIGHT, glued=True),
        Row([label("confirmed"), confirmed], 28),
    ]
