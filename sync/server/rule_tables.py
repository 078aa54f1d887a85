"""Tables that the district publishes for its stations: checked as every station will check them, numbered, kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from resources import read_text
from sync.protocol.codec import decode
from sync.records.calendar_table import lost_years, together
from sync.records.errors import Refused, RuleBroken, Unavailable
from sync.records.kinds import new_id
from sync.records.publish_checks import not_published
from sync.records.rule_tables import FIRST, LONGEST_TEXT, RuleTable, TableName, in_force, parsed
from sync.records.table_checks import faults
from sync.records.times import BEIJING
from sync.server.people_log import Event
from sync.server.store.directory import units
from sync.server.store.log import write_log
from sync.server.store.projections import add_own
from sync.server.store.records import EVERYONE, directory, lock_numbers
from sync.server.store.store import Connection, DistrictStore
from sync.server.tree import made_here

LONGEST_NOTE: Final = 200


def read_file(file: Path) -> str:
    """Return a table's text. Unavailable("district.cannot_read"); Refused("tables.no_toml"): no UTF-8."""
    try:
        return file.read_bytes()[: 4 * LONGEST_TEXT + 1].decode("utf-8-sig")
    except OSError as error:
        raise Unavailable("district.cannot_read", file=str(file)) from error
    except UnicodeDecodeError as error:
        raise Refused("tables.no_toml", why="UTF-8") from error


def found_wrong(conn: Connection, name: TableName, text: str, entry: str | None = None) -> list[RuleBroken]:
    """Return everything that keeps a table from being published, in sentences that name the row and the way out.

    Whoever changes the one row called ``entry`` ("" where it is taken off) is not kept from it by what was wrong with
    other rows before: a department that is dissolved leaves many behind.
    """
    there = departments(conn)
    found = faults(name, text, there)
    if found and entry is not None:
        known = [(old.key, old.values) for old in faults(name, shown(conn, name)[2], there)]
        found = [one for one in found if one.values.get("row") == entry or (one.key, one.values) not in known]
    if found:
        return found
    table, before = parsed(text), shown(conn, name)[1]
    if name is TableName.CALENDAR:
        found += lost_years(before, table)
    return [*found, *not_published(name, whole(name, table), whole(name, before))]


def whole(name: TableName, table: dict[str, Any]) -> dict[str, Any]:
    """Return a table as it counts: a calendar and periods stand over the program's; every other one stands alone."""
    match name:
        case TableName.CALENDAR:
            return together(parsed(shipped_text(name)), table)
        case TableName.PERIODS:
            return {**parsed(shipped_text(name)), **table}
        case _:
            return table


def publish(
    store: DistrictStore,
    name: TableName,
    text: str,
    starts_on: date | None = None,
    note: str = "",
    by: str = "",
    expected: str | None = None,
    now: datetime | None = None,
    entry: str | None = None,
) -> RuleTable:
    """Publish the next version of a table, for what is made from today on or from a later day; every station pulls it.

    RuleBroken for the first thing that is wrong: then nothing was published. Refused("district.starts_before") for a
    day that is over, ("tables.published_meanwhile") where the newest version is no longer the ``expected`` one.
    ``entry`` is as `found_wrong` takes it.
    """
    now = now or datetime.now(UTC)
    today = now.astimezone(BEIJING).date()
    if starts_on is not None and starts_on < today:
        raise Refused("district.starts_before", day=starts_on)
    with store.write() as conn:
        lock_numbers(conn)
        found = [table for table in published(conn) if table.name == name]
        newest = max(found, key=lambda table: table.number, default=None)
        if expected is not None and expected != (newest.version if newest else ""):
            raise Refused("tables.published_meanwhile")
        for fault in found_wrong(conn, name, text, entry):
            raise fault
        record = RuleTable(
            id=new_id("rule_table"),
            made=made_here(conn, now, by),
            name=name.value,
            number=newest.number + 1 if newest else FIRST,
            text=text,
            starts_on=starts_on or today,
            note=note.strip()[:LONGEST_NOTE],
        )
        add_own(conn, record, EVERYONE, now)
        write_log(conn, Event.TABLE_PUBLISHED, at=now, staff=by, subject=record.id, detail=record.version[:60])
    return record


def published(conn: Connection) -> list[RuleTable]:
    """Return all versions of all tables in the order of their publication."""
    found = (decode(sealed) for sealed in directory(conn, "rule_table"))
    return [record for record in found if isinstance(record, RuleTable)]


def holding(conn: Connection, name: TableName, on: date) -> RuleTable | None:
    """Return the version that holds on a day; None where the program's own does."""
    return next(iter(in_force(published(conn), name, on)), None)


def shown(conn: Connection, name: TableName, version: str = "") -> tuple[str, dict[str, Any], str]:
    """Return version, table and text: of a published version, or of the newest one there is, or of the program's own.

    Refused("tables.no_such_version").
    """
    found = [table for table in published(conn) if table.name == name]
    if version == shipped_version(name) != "" or not (version or found):
        own = shipped_text(name)
        return shipped_version(name), parsed(own), own
    for table in sorted(found, key=lambda t: t.number, reverse=True):
        if version in ("", table.version):
            return table.version, parsed(table.text), table.text
    raise Refused("tables.no_such_version", version=version[:60])


def shipped_text(name: TableName) -> str:
    """Return the table that the program ships; "" where it ships none."""
    return "" if name is TableName.DUTIES else read_text("dictionaries", f"{name.value}.toml")


def shipped_version(name: TableName) -> str:
    """Return the version of the program's own table; "" where it ships none."""
    own = shipped_text(name)
    return str(parsed(own).get("version", "default-1")) if own else ""


def is_to_confirm(name: TableName) -> bool:
    """Whether the program's own table has figures that no source has published."""
    return parsed(shipped_text(name)).get("to_confirm") is True


def departments(conn: Connection) -> Mapping[str, bool]:
    """Return for each department's name and identity whether it is still there."""
    known = [unit for unit in units(conn).values() if unit.department]
    there = {unit.unit: not unit.closed for unit in known}
    for unit in known:
        there[unit.name] = there.get(unit.name, False) or not unit.closed
    return there
