"""Items of the responsibility list that an objection may cite: those that the order speaks of, whosever they are."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sync.records.duties import duty_index
from sync.records.errors import RuleBroken
from sync.records.rule_tables import TableName
from sync.records.times import BEIJING
from sync.server.rule_tables import holding
from sync.server.store.order_pages import OrderOnPage
from sync.server.store.store import Connection

MOST: Final = 8


def cited(conn: Connection, on: OrderOnPage, now: datetime) -> list[str]:
    """Return what the list says of the order's subject, in words that can be cited; nothing where there is no list."""
    table = holding(conn, TableName.DUTIES, now.astimezone(BEIJING).date())
    if table is None:
        return []
    try:
        found = duty_index(table.text).matches(f"{on.order.subject} {on.order.text}", MOST)
    except RuleBroken:  # a newer district wrote it
        return []
    return [" ".join(filter(None, (one.duty.code, one.duty.item, one.duty.department))) for one in found]
