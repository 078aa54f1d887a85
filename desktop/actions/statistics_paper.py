"""The statistics in words: as rows of a table with their definitions, for paper, files and the window alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.actions.directory import staff_name
from desktop.actions.dispute_types import DisputeTypes, dispute_types
from desktop.printing.table_sheets import TableSheet
from desktop.session import Session
from desktop.store.reader import Reader
from desktop.store.units import units
from resources import LANGUAGES, Wording, wording
from sync.records.errors import Refused
from sync.records.statistics import EVENTS, TOTAL, DateBasis, Measure, Number, Period, StatisticsReport
from sync.records.times import to_minute

if TYPE_CHECKING:
    from desktop.actions.desk import Desk
    from desktop.actions.statistics import Table

TEMPLATE = "statistics-1"


@dataclass(frozen=True, slots=True)
class Lines:
    """The table as rows of values: names of the rows, and of each a number for each measure (amounts in fen)."""

    names: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]


def lines_of(types: DisputeTypes, numbers: Mapping[tuple[str, Measure], Number], words: Wording) -> Lines:
    """Return a row for each type, additions below theirs, then types that are no more, then the total."""
    rows = [*types.rows, *sorted({row for row, _ in numbers} - {*types.rows, TOTAL}), TOTAL]
    values = tuple(
        tuple(numbers[row, measure].value if (row, measure) in numbers else 0 for measure in Measure) for row in rows
    )
    return Lines(tuple(row_name(types, row, words) for row in rows), values)


def row_name(types: DisputeTypes, row: str, words: Wording) -> str:
    """Return what a row is called."""
    if row == TOTAL:
        return words("statistics.total")
    name = types.name(row, words)
    return words("statistics.below", name=name) if types.below(row) else name


def shown(measure: Measure, value: int) -> str:
    """Return a number as people read it: yuan for an amount, nothing for zero."""
    if not value:
        return ""
    return f"{value // 100}.{value % 100:02d}" if measure is Measure.AMOUNT else str(value)


def definition(words: Wording, measure: Measure, basis: DateBasis) -> str:
    """Return what a number means, with the date by which it counts."""
    by = EVENTS.get(measure, "accepted_on") if basis is DateBasis.EVENT else "accepted_on"
    return words(
        "statistics.note",
        name=words(f"records.measure_{measure.value}"),
        definition=words(f"statistics.define_{measure.value}"),
        date=words(f"statistics.by_{by}"),
    )


def report_sheet(reader: Reader, session: Session, report_id: str) -> TableSheet:
    """Return the paper of what was reported: its own numbers, whatever the records say now."""
    report = reader.get(report_id)
    if not isinstance(report, StatisticsReport):
        raise Refused("store.no_such_record", id=report_id)
    words = wording(LANGUAGES[0])
    at = to_minute(report.made.at)
    facts = [words("statistics.fact_reported", at=at)]
    if report.amend_reason:
        facts.append(words("statistics.fact_again", reason=report.amend_reason))
    unit = units(reader).get(report.unit)
    return sheet_of(
        Period(report.first, report.last),
        report.basis,
        {(n.type, n.measure): n for n in report.numbers},
        report.cases,
        report.definitions,
        unit=unit.name if unit else session.unit_name,
        state=facts,
        made=words("statistics.made", name=staff_name(reader, report.made.by), at=at),
    )


def sheet_of(
    period: Period,
    basis: DateBasis,
    numbers: Mapping[tuple[str, Measure], Number],
    cases: int,
    version: str,
    *,
    unit: str,
    state: list[str],
    made: str,
    preview: bool = False,
) -> TableSheet:
    """Return the table as a paper says it, in Chinese."""
    words = wording(LANGUAGES[0])
    lines = lines_of(dispute_types(), numbers, words)
    span = {"unit": unit, "first": period.first.isoformat(), "last": period.last.isoformat()}
    told = words(f"records.datebasis_{basis.value}")
    return TableSheet(
        template=TEMPLATE,
        number=period.written,
        preview=preview,
        title=words("statistics.paper_title"),
        facts=(
            words("statistics.fact_unit", **span),
            words("statistics.fact_basis", basis=told, version=version, cases=cases),
            *state,
        ),
        heads=(words("statistics.type"), *(words(f"records.measure_{m.value}") for m in Measure)),
        rows=tuple(
            (name, *(shown(m, v) for m, v in zip(Measure, values, strict=True)))
            for name, values in zip(lines.names, lines.values, strict=True)
        ),
        notes=(words("statistics.note_amount"), *(definition(words, m, basis) for m in Measure)),
        made=made,
    )


def open_sheet(table: Table, desk: Desk) -> TableSheet:
    """Return the paper of numbers that were not reported: it says so on every page."""
    words = wording(LANGUAGES[0])
    at = to_minute(desk.now())
    return sheet_of(
        table.period,
        table.basis,
        table.numbers,
        table.cases,
        table.types.version,
        unit=desk.session.unit_name,
        state=[words("statistics.fact_open", at=at)],
        made=words("statistics.made", name=desk.session.name, at=at),
        preview=True,
    )
