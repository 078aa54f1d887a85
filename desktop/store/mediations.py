"""Lists of mediations, each with its agreement where one was made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select

from desktop.store.names import SEPARATOR, amended, card_states, party_lines
from desktop.store.paging import LIMIT, between, collect, count, naming, one_of, page, text_match
from desktop.store.paging import after as begin_after
from desktop.store.reader import Reader
from desktop.store.rows import MediationRow
from desktop.store.tables import mediation
from desktop.store.units import staff_names
from sync.records.matters import Matter
from sync.records.mediations import Agreement, Mediation, Signature
from sync.records.record import Record
from sync.records.signing import Signing, signing

PAGE = page(mediation, mediation.c.started_at)


def list_mediations(
    reader: Reader,
    *,
    text: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    matter: str | None = None,
    outcomes: Collection[str] = (),
    after: str | None = None,
    limit: int = LIMIT,
) -> list[MediationRow]:
    """Return mediations, the one begun last first; ``outcomes`` are values of records.mediations.Outcome."""
    statement = _chosen(since, until, matter, outcomes)
    statement = begin_after(reader, statement, mediation, mediation.c.started_at, after)
    match = text_match(reader, mediation, text)
    if match is not None:
        statement = statement.where(match[0])
    return rows_found(reader, collect(reader, statement, mediation, limit, match[1] if match else None))


def mediation_rows(reader: Reader, ids: Sequence[str]) -> list[MediationRow]:
    """Return rows for those of ``ids`` that are mediations, the one begun last first."""
    return rows_found(reader, collect(reader, PAGE.where(one_of(mediation, ids)), mediation, len(ids))) if ids else []


def count_mediations(
    reader: Reader,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    matter: str | None = None,
    outcomes: Collection[str] = (),
) -> int:
    """Return how many mediations `list_mediations` would give without a text and a limit."""
    return count(reader, _chosen(since, until, matter, outcomes))


def _chosen(
    since: datetime | None, until: datetime | None, matter: str | None, outcomes: Collection[str]
) -> Select[Any]:
    statement = between(PAGE, mediation.c.started_at, since, until)
    if matter is not None:
        statement = statement.where(naming(mediation, matter, "mediation.matter"))
    if outcomes:
        statement = statement.where(mediation.c.outcome.in_([str(o) for o in outcomes]))
    return statement


def rows_found(reader: Reader, found: Sequence[tuple[Row[Any], Record]]) -> list[MediationRow]:
    """Return list rows for records of mediations."""
    some = [(row, cast(Mediation, value)) for row, value in found]
    parties = party_lines(reader, [m.id for _, m in some] + [m.matter for _, m in some])
    matters = reader.current({m.matter for _, m in some})
    states = card_states(reader, {m.id: row.state for row, m in some})
    made = _agreements(reader, [m.id for _, m in some])
    clerks = staff_names(reader) if some else {}
    return [_row(row, m, matters.get(m.matter), parties, made.get(m.id), clerks, states[m.id]) for row, m in some]


def _agreements(reader: Reader, ids: list[str]) -> dict[str, tuple[Agreement, Signing]]:
    """Return for each mediation its agreement's last version and how far that is signed."""
    found = cast("dict[str, list[Agreement]]", reader.linked_to(ids, "agreement.mediation"))
    gone = amended(reader, [a.id for some in found.values() for a in some])
    last = {m: max(left, key=lambda a: (a.version, a.id)) for m, some in found.items() if (left := _left(some, gone))}
    signed = cast("dict[str, list[Signature]]", reader.linked_to([a.id for a in last.values()], "signature.paper"))
    return {m: (a, signing(a, signed.get(a.id, ()))) for m, a in last.items()}


def _left(some: list[Agreement], gone: set[str]) -> list[Agreement]:
    return [a for a in some if a.id not in gone]


def _row(
    row: Row[Any],
    value: Mediation,
    matter: Record | None,
    parties: dict[str, str],
    made: tuple[Agreement, Signing] | None,
    clerks: dict[str, str],
    sent: str,
) -> MediationRow:
    return MediationRow(
        id=value.id,
        matter=value.matter,
        title=matter.title if isinstance(matter, Matter) else "",
        parties=parties.get(value.id) or parties.get(value.matter, ""),
        mediators=SEPARATOR.join(clerks.get(m, m) for m in value.mediators),
        started_at=value.started_at,
        outcome=value.outcome,
        agreement=made[0].id if made else None,
        agreement_number=made[0].number if made else "",
        effective_on=made[1].effective if made else None,
        conflicted=bool(row.conflicted),
        sent=sent,
        agreement_version=made[0].version if made else 0,
        signing=made[1] if made else None,
    )
