"""Calls for help at a desk of this station, and whether the district has heard of them."""

from __future__ import annotations

from desktop.store.projections import AT_ID, SELDOM
from desktop.store.reader import Reader, current
from sync.records.threats import ThreatEvent

_ALL = f"""
    SELECT body FROM record WHERE kind = 'threat_event' AND {SELDOM} AND readable = 1 ORDER BY line
"""  # noqa: S608 our own words
_STATE = f"SELECT state FROM record WHERE {AT_ID}"  # noqa: S608 our own words


def threat_events(reader: Reader) -> list[ThreatEvent]:
    """Return all facts about calls for help; there are few."""
    found = (current("threat_event", body, None) for (body,) in reader.sql(_ALL))
    return [event for event in found if isinstance(event, ThreatEvent)]


def is_heard(reader: Reader, record_id: str) -> bool:
    """Whether the district has accepted a record of ours."""
    row = reader.sql(_STATE, (record_id,)).fetchone()
    return row is not None and row[0] == "settled"
