"""The tables that the district published, as they came here."""

from __future__ import annotations

from desktop.store.reader import Reader
from sync.records.rule_tables import RuleTable, TableName


def rule_tables(reader: Reader, name: TableName) -> list[RuleTable]:
    """Return the published versions of one table, in the order in which they came here."""
    return [one for one in reader.linked(name.value, "rule_table.name") if isinstance(one, RuleTable)]
