"""The rules of dispatch orders as the district goes by them: of the version that an order was issued under."""

from __future__ import annotations

from datetime import date

from sync.records.dispatch_rules import DispatchRules, read_rules
from sync.records.errors import Refused
from sync.records.orders import DispatchOrder
from sync.records.rule_tables import TableName
from sync.records.visits import Category
from sync.server.rule_tables import holding, shown
from sync.server.store.matters import MatterHere, load_matter
from sync.server.store.store import Connection


def rules_of(conn: Connection, order: DispatchOrder, today: date) -> DispatchRules:
    """Return the rules under which an order was issued; those of today where that version is not known here."""
    try:
        named, table, _ = shown(conn, TableName.DISPATCH_RULES, order.limits.rule_version or "-")
    except Refused:
        held = holding(conn, TableName.DISPATCH_RULES, today)
        named, table, _ = shown(conn, TableName.DISPATCH_RULES, held.version if held else "")
    return read_rules(table, named)


def matter_of(conn: Connection, order: DispatchOrder) -> tuple[MatterHere | None, Category]:
    """Return the matter of an order with its edits, as at a station, and its category; OTHER where it is not here."""
    about = load_matter(conn, order.matter)
    return about, about.matter.category if about is not None else Category.OTHER
