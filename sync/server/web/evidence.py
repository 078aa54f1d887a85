"""What a department's end of an order needs beside its word: the district's table of artefacts says it (办结要件)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from resources import read_text
from sync.records.artefacts import ORDER, Artefact, missing, read_closings
from sync.records.errors import RuleBroken
from sync.records.media import PDF
from sync.records.rule_tables import TableName, parsed
from sync.records.times import BEIJING
from sync.server.rule_tables import holding
from sync.server.store.order_pages import OrderOnPage
from sync.server.store.store import Connection
from sync.server.web.attached import handed_in
from sync.server.web.photos import Photo

HANDED_IN: Final = frozenset({Artefact.STATEMENT, Artefact.PHOTO, Artefact.FILE})
"""What a department can hand in here; the others come of the matter's own course."""


def check_evidence(conn: Connection, on: OrderOnPage, department: str, photos: Sequence[Photo], now: datetime) -> None:
    """RuleBroken (field "photos") where the table asks for a photo or paper that was not handed in, now or before."""
    table = holding(conn, TableName.ARTEFACTS, now.astimezone(BEIJING).date())
    text = table.text if table else read_text("dictionaries", f"{TableName.ARTEFACTS.value}.toml")
    needed = missing(read_closings(parsed(text)), ORDER, _there(conn, on, department, photos))
    if any(set(need) <= HANDED_IN for need in needed):
        raise RuleBroken("web.evidence_missing", field="photos")


def _there(conn: Connection, on: OrderOnPage, department: str, photos: Sequence[Photo]) -> set[Artefact]:
    before = (one.media_type for files in handed_in(conn, on, department).values() for one in files)
    kinds = {*before, *(photo.media_type for photo in photos)}
    found = {Artefact.STATEMENT}  # the form asks for it
    if kinds:
        found.add(Artefact.FILE)
    return found | {Artefact.PHOTO} if kinds - {PDF} else found
