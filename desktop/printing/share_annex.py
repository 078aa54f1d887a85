"""附表 of an agreement: one line for each of many persons, with what is owed and a place to sign; and its total."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.printing.flow import Flow
from desktop.printing.lines import Align, Style
from desktop.printing.moments import capital_money_words, money_words
from desktop.printing.sheets import ShareLine
from desktop.printing.tables import Cell, Row, table
from desktop.printing.template import Template

TITLE = Style(16, 26, bold=True, align=Align.CENTRE)
NOTE = Style(11, 18, align=Align.JUSTIFIED, indent=2)
HEAD = Style(10, 14, bold=True, align=Align.CENTRE)
LINE = Style(10, 14, align=Align.CENTRE)
RIGHT = Style(10, 14, align=Align.RIGHT)
TOTAL = Style(11, 16, bold=True)
SIGNED = (0.07, 0.13, 0.24, 0.13, 0.15, 0.118, 0.162)
"""A masked document number and the end of an account fit each in one line."""
PAID = (0.07, 0.2, 0.14, 0.16, 0.29, 0.14)
HEIGHT, HEAD_HEIGHT = 35.0, 24.0


def signed_annex(flow: Flow, words: Template, number: str, shares: Sequence[ShareLine]) -> None:
    """Add the annex on a page of its own: who, document, period, amount, account by its end, place to sign."""
    flow.turn()
    flow.text(words("annex_title", number=number), TITLE, glued=True)
    flow.text(words("annex_note"), NOTE, glued=True)
    flow.space(6, glued=True)
    keys = ("number", "name", "document", "period", "amount", "account", "sign")
    rows = [_head(words, keys, SIGNED)]
    for at, one in enumerate(shares, 1):
        texts = (str(at), one.name, one.document, one.period)
        cells = [*(Cell(text, LINE) for text in texts), Cell(money_words(one.amount_fen), RIGHT)]
        rows.append(Row([*cells, Cell(one.account, LINE), Cell("", LINE)], HEIGHT, columns=SIGNED))
    _closed(flow, words, rows, shares)


def paid_list(flow: Flow, words: Template, shares: Sequence[ShareLine]) -> None:
    """Add the payer's list: accounts whole, nobody signs."""
    keys = ("number", "name", "period", "amount", "account", "bank")
    rows = [_head(words, keys, PAID)]
    for at, one in enumerate(shares, 1):
        cells = [Cell(text, LINE) for text in (str(at), one.name, one.period)]
        cells += [Cell(money_words(one.amount_fen), RIGHT), Cell(one.account, LINE), Cell(one.bank, LINE)]
        rows.append(Row(cells, HEAD_HEIGHT, columns=PAID))
    _closed(flow, words, rows, shares)


def _head(words: Template, keys: Sequence[str], columns: Sequence[float]) -> Row:
    cells = [Cell(words(f"annex_{key}"), HEAD) for key in keys]
    return Row(cells, HEAD_HEIGHT, glued=True, columns=columns, heading=True)


def _closed(flow: Flow, words: Template, rows: list[Row], shares: Sequence[ShareLine]) -> None:
    """The total stays with the last line: no page holds it alone."""
    columns = rows[0].columns
    rows[-1] = Row(rows[-1].cells, rows[-1].height, glued=True, columns=columns)
    fen = sum(one.amount_fen for one in shares)
    said = words("annex_total", count=len(shares), digits=money_words(fen), capitals=capital_money_words(fen))
    rows.append(Row([Cell(said, TOTAL, span=len(columns))], HEAD_HEIGHT, columns=columns))
    flow.add(table(flow, columns, rows))
