"""What follows from one record: the links it makes, and the folds that it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sync.records.record import Record

LINK_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "org_unit": ("unit",),
    "staff_member": ("staff",),
    "mediator_appointment": ("staff", "committee"),
    "sameness": ("leading", "other"),
    "participation": ("subject", "party"),
    "visit": ("matter", "blank"),
    "step": ("matter",),
    "passed_matter": ("matter",),
    "accusation": ("matter",),
    "dispatch_order": ("matter", "request"),
    "order_reply": ("order",),
    "notice": ("about",),
    "threat_event": ("threat",),
    "order_request": ("matter",),
    "order_step": ("order", "request"),
    "order_delegation": ("unit",),
    "mediation": ("matter",),
    "mediation_event": ("mediation",),
    "agreement": ("mediation", "matter", "blank"),
    "number_void": ("blank",),
    "signature": ("paper",),
    "follow_up": ("subject",),
    "print": ("subject",),
    "print_outcome": ("print",),
    "statistics_report": ("unit",),
    "attachment": ("subject", "digest"),
    "station_key": ("key",),
    "paper_template": ("name",),
    "order_authority": ("unit",),
    "duty_roster": ("department",),
    "rule_table": ("name",),
    "erasure": ("target",),
    "revision": ("card",),
}
"""The fields of each kind by which its records are found; the link's ``via`` is ``kind.field``."""

AMENDS: Final = "amends"
ERASES: Final = "erasure.target"
REVISES: Final = "revision.card"

FOLDED_BY: Final[dict[str, tuple[str, str]]] = {
    "step": ("matter", "matter"),
    "passed_matter": ("matter", "matter"),
    "order_reply": ("dispatch_order", "order"),
    "order_step": ("dispatch_order", "order"),
    "signature": ("agreement", "paper"),
    "mediation_event": ("mediation", "mediation"),
}
"""Facts that change what is stored about something else: its kind, and the field that names it."""

AGGREGATES: Final = ("person", "organisation", "matter", "mediation", "dispatch_order", "agreement")
"""Kinds whose stored value is a fold; cards first, for the folds over facts read what they say."""

JOINABLE: Final = ("person", "organisation")
"""The kinds of cards that may be joined."""
JOINS: Final = ("sameness.leading", "sameness.other")
"""The links of statements to the cards that they are about."""

AS_FIRST_WRITTEN: Final = frozenset({"person", "organisation"})
"""Cards of which nothing is stored beside the record until somebody edits them."""


OFTEN: Final = ("visit", "participation", "person")
"""Kinds of which every save makes one: they stand in no index of kinds; the list of persons has a table (newest.py)."""
SELDOM: Final = "record.kind NOT IN ('visit', 'participation', 'person')"
"""Whoever looks for another kind says this too: SQLite takes an index of a part only where a condition says it."""

AT_ID: Final = "substr(record.id, 5) = substr(?1, 5) AND record.id = ?1"
"""The record with the one id asked for. Ids are found by what follows the kind, which begins with their time: what one
entry makes lies in one page of the index, whatever its kinds. SQLite takes the index only where this is said."""
THE_ID: Final = "substr(record.id, 1, 4) || substr(record.id, 5)"
"""A record's id as its index holds it: what asks for nothing else need not read the record."""
_LISTED: Final = "FROM json_each(?1)"
AMONG_IDS: Final = (
    f"substr(record.id, 5) IN (SELECT substr(value, 5) {_LISTED}) AND {THE_ID} IN (SELECT value {_LISTED})"
)
"""The records with the ids of a JSON list (`reader.listed`), by the same index."""

NAMING_ANY: Final = "(link.tail, link.head) IN (SELECT substr(value, 5), substr(value, 1, 4) FROM json_each(?1))"
"""The links to the ids of a JSON list. A link's subject is kept in two parts, ordered as ids are in their index."""

LISTED_THROUGH: Final = "listed_through"
"""The store's note of the last line up to which all is written that newest.py writes for many records at once."""
THROUGH: Final = f"(SELECT CAST(value AS INTEGER) FROM meta WHERE key = '{LISTED_THROUGH}')"  # noqa: S608 our own words
NEWEST_PERSONS: Final = f"record.kind = 'person' AND record.line > {THROUGH}"
UNSENT: Final = f"""(
    SELECT line FROM waiting UNION ALL SELECT line FROM record WHERE line > {THROUGH} AND state = 'unsent'
)"""  # noqa: S608 our own words
"""The lines that are unsent. Whoever reads them in their order asks both parts by themselves: the first ends before the
second begins, and SQLite would sort the whole."""

PROJECTED: Final = ("link", "card", "same", "visit", "matter", "dispatch_order", "mediation", "agreement", "running")
"""The tables of what follows from records alone and can be made anew."""


def naming(subject: str) -> str:
    """Return the condition that a link names what the expression ``subject`` gives."""
    return f"link.tail = substr({subject}, 5) AND link.head = substr({subject}, 1, 4)"


IS_AMENDED: Final = f"EXISTS (SELECT 1 FROM link WHERE {naming('record.id')} AND link.via = '{AMENDS}')"  # noqa: S608
"""Whether a later fact amends a record; list rows say it of their own."""
_TOLD: Final = "json_extract(CAST(record.body AS TEXT), '$.happened_at')"
HAPPENED_AT: Final = f"""CAST(
    unixepoch(substr({_TOLD}, 1, 19) || substr({_TOLD}, -6)) * 1000000
    + iif(length({_TOLD}) > 25, CAST(substr({_TOLD}, 21, 6) AS INTEGER), 0)
AS INTEGER)"""
"""When a visit happened, from its record, as `columns.to_micros` gives it: canonical bytes have a zone, and of a second
no part or six digits. A column and what stands for it in a union must be of one type, or SQLite sorts the whole."""
LINE: Final = "CAST(record.line AS INTEGER)"
"""The line, as nothing that SQLite could look for: of few records beyond a line, a long list is not gone through."""
NEWEST: Final = f"""record.kind = 'visit' AND record.readable = 1 AND record.line > {THROUGH}
    AND NOT EXISTS (SELECT 1 FROM visit WHERE visit.line = record.line)"""  # noqa: S608 our own words
"""The visits whose list rows newest.py has not written yet: written here, in this program's spelling of a moment."""
NEWEST_VISITS: Final = f"""(
    SELECT {LINE} AS line, {IS_AMENDED} AS amended, {HAPPENED_AT} AS happened_at FROM record WHERE {NEWEST}
)"""  # noqa: S608 our own words
"""Their list rows."""


def links_of(kind: str, record: Record) -> list[tuple[str, str]]:
    """Return ``(subject, via)`` for everything that ``record`` names."""
    found = [
        (subject, f"{kind}.{name}") for name in LINK_FIELDS.get(kind, ()) if (subject := getattr(record, name, None))
    ]
    if amended := getattr(record, "amends", None):
        found.append((amended, AMENDS))
    return found
