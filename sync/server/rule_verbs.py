"""What `qianshao-district rules` does: show a table, look over a file, publish it."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from resources import Wording
from sync.records.errors import RuleBroken
from sync.records.rule_tables import TableName, in_force, table_name
from sync.records.times import BEIJING, parse_day
from sync.server import duties, rule_tables
from sync.server.cli import Said
from sync.server.place import Place
from sync.server.store.store import Connection
from sync.server.table_words import in_words
from sync.server.verbs import opened


def rules_show(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Say which version of each table holds, or print one version."""
    with opened(place) as store, store.read() as conn:
        if args.name:
            version, _table, text = rule_tables.shown(conn, table_name(args.name), args.version)
            return Said({"table": args.name, "version": version, "text": text}, [text.rstrip("\n")])
        today = datetime.now(UTC).astimezone(BEIJING).date()
        rows = [row for name in TableName for row in _versions(conn, name, today)]
    lines = [_line(row, words) for row in rows]
    return Said(rows, lines)


def _versions(conn: Connection, name: TableName, today: date) -> list[dict[str, object]]:
    """The program's own version, where there is one, and all published ones; one of them holds."""
    found = sorted((t for t in rule_tables.published(conn) if t.name == name), key=lambda t: t.number)
    held = next(iter(in_force(found, name, today)), None)
    rows: list[dict[str, object]] = []
    if version := rule_tables.shipped_version(name):
        rows.append({"table": name.value, "version": version, "starts_on": None, "in_force": held is None, "note": ""})
    for table in found:
        rows.append(
            {
                "table": name.value,
                "version": table.version,
                "starts_on": table.starts_on.isoformat(),
                "in_force": table is held,
                "note": table.note,
            }
        )
    return rows


def _line(row: dict[str, object], words: Wording) -> str:
    state = words("tables.in_force") if row["in_force"] else words("tables.not_in_force")
    own = "to_confirm" if rule_tables.is_to_confirm(TableName(str(row["table"]))) else "the_program_s"
    since = words("tables.from_day", day=row["starts_on"]) if row["starts_on"] else words(f"tables.{own}")
    return "\t".join((str(row["version"]), since, state, str(row["note"]))).rstrip()


def rules_check(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Say everything that is wrong with a file; nothing is published."""
    name, text = table_name(args.name), rule_tables.read_file(Path(args.file))
    with opened(place) as store, store.read() as conn:
        found = rule_tables.found_wrong(conn, name, text)
    told = [_sentence(fault, words) for fault in found]
    return Said({"table": name.value, "faults": told}, told or [words("tables.check_good")], done=not told)


def duties_import(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Publish a spreadsheet as the next version of the responsibility list."""
    text = duties.text_of(Path(args.file))
    starts = parse_day(args.starts) if args.starts else None
    with opened(place) as store:
        made = rule_tables.publish(store, TableName.DUTIES, text, starts, args.note)
    data = {"version": made.version, "items": text.count("\n") - 2, "starts_on": made.starts_on.isoformat()}
    return Said(data, [words("tables.duties_imported", count=data["items"], version=made.version, day=made.starts_on)])


def _sentence(fault: RuleBroken, words: Wording) -> str:
    told = in_words(fault, words)
    return words(told.key, **told.values)


def rules_publish(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Publish a file as the next version."""
    name, text = table_name(args.name), rule_tables.read_file(Path(args.file))
    starts = parse_day(args.starts) if args.starts else None
    with opened(place) as store:
        try:
            made = rule_tables.publish(store, name, text, starts, args.note)
        except RuleBroken as fault:
            raise in_words(fault, words) from fault
    data = {"table": made.name, "version": made.version, "starts_on": made.starts_on.isoformat()}
    return Said(data, [words("tables.published", version=made.version, day=made.starts_on)])
