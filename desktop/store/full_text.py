"""The table of the search index: how it is made, and the note of how far it has come."""

from __future__ import annotations

from typing import Final

SEARCH_TABLE: Final = (
    "CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1, detail='none', tokenize='ascii')"
)
"""One row for each record with all its terms (terms.py): small, exact together with a look at the record."""

SEARCH_SETTINGS: Final = (
    "INSERT INTO search(search, rank) VALUES('pgsz', 3900)",  # an encrypted page has 80 bytes less
    "INSERT INTO search(search, rank) VALUES('automerge', 0)",  # no save pays for merging: index.tidy does
    # The most pieces of a size: only a save that finds so many pays for a merge, and they are small then.
    "INSERT INTO search(search, rank) VALUES('crisismerge', 256)",
)
SEARCHED: Final = (
    "person", "organisation", "visit", "matter", "dispatch_order", "mediation", "agreement",
    "order_reply", "step", "mediation_event", "follow_up", "attachment", "number_void",
    "passed_matter",
)  # fmt: skip
"""The kinds that a search looks through."""
INDEXED_THROUGH: Final = "search_through"
"""The store's note of the last line up to which all records stand in the index: a save leaves its own for later."""
