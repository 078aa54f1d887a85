"""One way of publishing a table from a form: looked over, shown as changes, and published only as it was shown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from resources import Wording
from sync.records.errors import QianshaoError, RuleBroken
from sync.records.rule_tables import TableName
from sync.records.times import parse_day
from sync.server import rule_tables
from sync.server.store.store import Connection
from sync.server.table_words import in_words
from sync.server.web.render import sentence
from sync.server.web.visitor import Site, Visitor


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a new version says otherwise, in words; what was not or will not be there is ""."""

    row: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a form: ``text`` is the table that it spells, ``broken`` what keeps it from being published.

    ``seen`` is the digest by which the second look says that it saw this text.
    """

    text: str
    broken: list[QianshaoError]
    seen: str
    published: bool = False


def look(
    conn: Connection,
    name: TableName,
    form: Mapping[str, str],
    base: str,
    spell: Callable[[], str],
    entry: str | None = None,
) -> Looked:
    """Look a form over that began from version ``base``; ``spell`` gives its table or raises RuleBroken.

    ``entry`` is the one row that a form is about (`rule_tables.found_wrong`).
    """
    try:
        text = spell()
        broken: list[QianshaoError] = [*rule_tables.found_wrong(conn, name, text, entry)]
    except RuleBroken as fault:
        text, broken = "", [fault]
    if form.get("expected") != base:
        broken.insert(0, RuleBroken("tables.published_meanwhile"))
    return Looked(text, broken, hashlib.sha256(text.encode()).hexdigest()[:32])


def publish_where_seen(
    site: Site,
    who: Visitor,
    name: TableName,
    form: Mapping[str, str],
    base: str,
    looked: Looked,
    entry: str | None = None,
) -> Looked:
    """Publish what was looked over, where the form says so and was shown just this; else return ``looked``."""
    if looked.broken or form.get("do") != "publish" or form.get("seen") != looked.seen:
        return looked
    try:
        starts = parse_day(form.get("starts_on", ""), field="starts_on") if form.get("starts_on") else None
        expected = "" if base == rule_tables.shipped_version(name) else base
        by, note = who.person.staff, form.get("note", "")
        rule_tables.publish(site.store, name, looked.text, starts, note, by, expected, site.now(), entry)
    except QianshaoError as fault:
        return Looked(looked.text, [fault], looked.seen)
    return Looked(looked.text, [], looked.seen, published=True)


def told_of(looked: Looked, words: Wording) -> list[str]:
    """Return what keeps the table from being published as the page says it: rows by their number, not by TOML."""
    return [sentence(words, _on_page(fault, words)) for fault in looked.broken]


def _on_page(fault: QianshaoError, words: Wording) -> QianshaoError:
    if not isinstance(fault, RuleBroken):
        return fault
    fault = in_words(fault, words)
    row = fault.values.get("row")
    if not isinstance(row, str):
        return fault
    part, _, place = row.partition(" ")
    if part in ("[[ladder]]", "[[source]]", "[[row]]"):
        return RuleBroken(fault.key, field=fault.field, **{**fault.values, "row": words("web.rules_row", number=place)})
    return fault
