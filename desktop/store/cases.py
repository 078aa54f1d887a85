"""What the mediations of people's committees contribute to the statistics, read case by case beside the work.

A mediation belongs to a period where any of its dates does: the day it was accepted, the day of its agreement, the day
on which a return visit found it performed, the day it ended without an agreement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, cast

from desktop.store.amending import amended
from desktop.store.columns import to_micros
from desktop.store.projections import REVISES, naming
from desktop.store.reader import Reader, chunks
from sync.records.cards import Revision
from sync.records.errors import Refused
from sync.records.matters import Matter
from sync.records.mediations import Agreement, AgreementForm, FollowUp, Host, Mediation, Outcome
from sync.records.statistics import Case, Period
from sync.records.times import BEIJING

ALL_PERFORMED: Final = "all"
"""What a return visit says that found everything performed (forms.FOLLOW_UP_FORM)."""
Types = Callable[[Matter], tuple[str, ...]]
"""The rows in which a matter counts."""

# The small tables are walked and never the records (CROSS JOIN keeps SQLite from turning it round).
_ACCEPTED: Final = """
    SELECT record.id FROM mediation CROSS JOIN record ON record.line = mediation.line
    WHERE mediation.started_at >= ? AND mediation.started_at < ?
"""
_AGREED: Final = """
    SELECT json_extract(CAST(record.body AS TEXT), '$.mediation')
    FROM agreement CROSS JOIN record ON record.line = agreement.line
    WHERE agreement.drawn_on >= ? AND agreement.drawn_on <= ? AND record.readable = 1
"""
_ENDED: Final = """
    SELECT record.id FROM mediation CROSS JOIN record ON record.line = mediation.line WHERE mediation.outcome = 'ended'
"""
_VISITED: Final = f"""
    SELECT json_extract(CAST(a.body AS TEXT), '$.mediation')
    FROM agreement CROSS JOIN record AS a ON a.line = agreement.line
    WHERE a.readable = 1 AND EXISTS (
        SELECT 1 FROM link JOIN record AS f ON f.line = link.line
        WHERE {naming("a.id")} AND link.via = 'follow_up.subject' AND f.readable = 1
        AND json_extract(CAST(f.body AS TEXT), '$.performed') = 'all'
        AND substr(json_extract(CAST(f.body AS TEXT), '$.happened_at'), 1, 10) BETWEEN ? AND ?
    )
"""  # noqa: S608 our own words
"""By the day as it was written, which in another zone may be the day before or after: the case decides."""


def cases_of(
    reader: Reader,
    period: Period,
    types: Types,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = bool,
) -> Iterator[Case]:
    """Yield a case for each mediation of this unit that has a date in ``period``; Refused("lists.cancelled")."""
    ids = _candidates(reader, period)
    done = 0
    for some in chunks(ids):
        if cancelled():
            raise Refused("lists.cancelled")
        yield from _cases(reader, some, types)
        done += len(some)
        progress(done, len(ids))


def _candidates(reader: Reader, period: Period) -> list[str]:
    since, until = (to_micros(datetime.combine(day, time(), BEIJING)) for day in _bounds(period))
    found = {row[0] for row in reader.sql(_ACCEPTED, (since, until))}
    found.update(row[0] for row in reader.sql(_AGREED, (period.first.isoformat(), period.last.isoformat())))
    found.update(row[0] for row in reader.sql(_ENDED))
    about = (period.first - timedelta(days=1)).isoformat(), (period.last + timedelta(days=1)).isoformat()
    found.update(row[0] for row in reader.sql(_VISITED, about))
    return sorted(found)


def _bounds(period: Period) -> tuple[date, date]:
    return period.first, period.last + timedelta(days=1)


def _cases(reader: Reader, ids: Sequence[str], types: Types) -> Iterator[Case]:
    values = reader.current(ids).values()
    own = [m for m in values if isinstance(m, Mediation) and m.host is Host.PEOPLE and m.unit == reader.unit]
    matters = reader.current({m.matter for m in own})
    agreements = _standing(reader, [m.id for m in own])
    performed = _performed(reader, [a.id for a in agreements.values()])
    ended = _ended(reader, [m for m in own if m.outcome is Outcome.ENDED])
    for mediation in own:
        matter, agreement = matters.get(mediation.matter), agreements.get(mediation.id)
        yield Case(
            mediation.id,
            types(matter) if isinstance(matter, Matter) else (),
            mediation.started_at.astimezone(BEIJING).date(),
            mediation.origin,
            agreement.drawn_on if agreement else None,
            agreement is not None and agreement.form is AgreementForm.ORAL,
            _amount(agreement) if agreement else 0,
            performed.get(agreement.id) if agreement else None,
            ended.get(mediation.id),
            mediation.crime_persons,
            mediation.petition_persons,
        )


def _amount(agreement: Agreement) -> int:
    """The sum that the parties named, else what the terms add up to, in fen."""
    if agreement.total_fen is not None:
        return agreement.total_fen
    return sum(term.amount_fen or 0 for term in agreement.terms)


def _standing(reader: Reader, mediations: Sequence[str]) -> dict[str, Agreement]:
    """Return the agreement of each mediation that stands: the last version, by its own day."""
    found = cast("dict[str, list[Agreement]]", reader.linked_to(mediations, "agreement.mediation"))
    gone = amended(reader, [a.id for some in found.values() for a in some])
    return {
        mediation: max(left, key=lambda a: (a.version, a.id))
        for mediation, some in found.items()
        if (left := [a for a in some if a.id not in gone])
    }


def _performed(reader: Reader, agreements: Iterable[str]) -> dict[str, date]:
    """Return the day of the first return visit that found an agreement performed in full."""
    found = cast("dict[str, list[FollowUp]]", reader.linked_to(set(agreements), "follow_up.subject"))
    gone = amended(reader, [f.id for some in found.values() for f in some])
    days: dict[str, date] = {}
    for agreement, some in found.items():
        moments = [f.happened_at for f in some if f.id not in gone and f.performed == ALL_PERFORMED]
        if moments:
            days[agreement] = min(moments).astimezone(BEIJING).date()
    return days


def _ended(reader: Reader, mediations: Sequence[Mediation]) -> dict[str, date]:
    """Return the day on which each was noted as ended."""
    found = cast("dict[str, list[Revision]]", reader.linked_to([m.id for m in mediations], REVISES))
    days: dict[str, date] = {}
    for mediation in mediations:
        edits = [r.made.at for r in found.get(mediation.id, ()) if r.fields.get("outcome") == Outcome.ENDED.value]
        days[mediation.id] = (max(edits) if edits else mediation.made.at).astimezone(BEIJING).date()
    return days
