"""The rows of a list of mediations, each with its agreement where one was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from desktop.store.amending import amended
from desktop.store.names import SEPARATOR, card_states, party_lines
from desktop.store.reader import Reader
from desktop.store.rows import MediationRow
from desktop.store.units import staff_names
from sync.records.matters import Matter
from sync.records.mediations import Agreement, Mediation, Signature
from sync.records.record import Record
from sync.records.signing import Signing, signing


def rows_found(reader: Reader, found: Sequence[tuple[Any, Record]]) -> list[MediationRow]:
    """Return list rows for records of mediations."""
    some = [(row, cast(Mediation, value)) for row, value in found]
    parties = party_lines(reader, [m.id for _, m in some] + [m.matter for _, m in some])
    matters = reader.current({m.matter for _, m in some})
    states = card_states(reader, {m.id: row.state for row, m in some})
    made = _agreements(reader, [m.id for _, m in some])
    clerks = staff_names(reader) if some else {}
    return [_row(row, m, matters.get(m.matter), parties, made.get(m.id), clerks, states[m.id]) for row, m in some]


def _agreements(reader: Reader, ids: list[str]) -> dict[str, tuple[Agreement, Signing, int]]:
    """Return for each mediation its agreement's last version, how far that is signed, and how many there are."""
    found = cast("dict[str, list[Agreement]]", reader.linked_to(ids, "agreement.mediation"))
    gone = amended(reader, [a.id for some in found.values() for a in some])
    counts = {m: len(_left(some, gone)) for m, some in found.items()}
    last = {m: max(left, key=lambda a: (a.version, a.id)) for m, some in found.items() if (left := _left(some, gone))}
    signed = cast("dict[str, list[Signature]]", reader.linked_to([a.id for a in last.values()], "signature.paper"))
    return {m: (a, signing(a, signed.get(a.id, ())), counts[m]) for m, a in last.items()}


def _left(some: list[Agreement], gone: set[str]) -> list[Agreement]:
    return [a for a in some if a.id not in gone]


def _row(
    row: Any,
    value: Mediation,
    matter: Record | None,
    parties: dict[str, str],
    made: tuple[Agreement, Signing, int] | None,
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
        agreements=made[2] if made else 0,
        signing=made[1] if made else None,
    )
