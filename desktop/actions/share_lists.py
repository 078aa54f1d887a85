"""A list of shares, typed, pasted or from a workbook, as rows of an agreement's form; what cannot be taken stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from desktop.actions.reading import MOST_ROWS
from desktop.actions.rosters import LONGEST, MOST_LINES, Roster, Untaken
from desktop.files.share_lines import Owed, is_total, read_share, shares_header
from desktop.forms.form import Draft
from sync.records.documents import normal_number
from sync.records.errors import Refused, RuleBroken
from sync.records.text import check_text


def read_shares(text: str, present: Iterable[Mapping[str, Any]] = ()) -> Roster:
    """Return the shares that ``text`` names; ``present`` are rows that stand on the form already.

    Refused("actions.roster_long") as `rosters.read_roster`. Nothing is written here.
    """
    lines = text.splitlines()
    if len(text) > LONGEST or len(lines) > MOST_LINES:
        raise Refused("actions.roster_long", lines=MOST_LINES, people=MOST_ROWS)
    there = [dict(row) for row in present]
    known = {_key(row) for row in there}
    columns: tuple[str, ...] = ()
    head, rows, untaken, extra = "", list[Draft](), list[Untaken](), list[str]()
    for at, line in enumerate(lines, 1):
        if not line.strip() or is_total(line):
            continue
        named = shares_header(line) if not rows else None
        if named is not None:
            columns, head = named, line
            continue
        try:
            check_text(line)
            found = read_share(line, columns)
            row = _row(found)
            if len(rows) + len(there) >= MOST_ROWS:
                raise RuleBroken("actions.too_many_rows", limit=MOST_ROWS)
            if _key(row) in known:
                raise RuleBroken("actions.roster_twice")
        except RuleBroken as broken:
            untaken.append(Untaken(at, line, broken))
            continue
        known.add(_key(row))
        rows.append(row)
        extra += found.extra
    return Roster(tuple(rows), tuple(untaken), tuple(extra), head)


def _row(found: Owed) -> Draft:
    names = ("name", "number", "period", "amount", "account", "bank")
    return {name: getattr(found, name) for name in names}


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.get("name") or "").strip(), normal_number(str(row.get("number") or ""))
