"""The statistics as a file: a workbook whose cells are numbers, or the paper as PDF; logged like every export."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Final

from desktop.actions import audit
from desktop.actions.desk import Desk
from desktop.actions.statistics import Table
from desktop.actions.statistics_paper import definition, lines_of, open_sheet, report_sheet
from desktop.config import write_private
from desktop.files.exports import Export, Format, Said
from resources import Wording, wording
from sync.records.audit import AuditAction
from sync.records.errors import Refused, RuleBroken, Unavailable
from sync.records.statistics import Measure
from sync.records.times import to_minute

SUFFIXES: Final = (".xlsx", ".pdf")
_SUBJECT: Final = "statistics"


def export_statistics(desk: Desk, table: Table, path: Path, *, language: str = "zh") -> Path:
    """Write a table to ``path``, by its suffix, for its owner only; returns the path.

    A PDF of a period that was reported, and where nothing changed since, is the reported paper; else every page says
    that the numbers were not reported. RuleBroken("statistics.bad_suffix"), Refused("lists.no_role"),
    Unavailable("lists.unwritable").
    """
    if not desk.session.roles:
        raise Refused("lists.no_role")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise RuleBroken("statistics.bad_suffix", field="out", file=path.name)
    if suffix == ".pdf":
        _write_paper(desk, table, path)
    else:
        _write_workbook(desk, table, path, wording(language))
    return path


def _write_paper(desk: Desk, table: Table, path: Path) -> None:
    from desktop.printing import statistics

    if table.reported is not None and not table.changed:
        with desk.store.read() as reader:
            sheet = report_sheet(reader, desk.session, table.reported.id)
    else:
        sheet = open_sheet(table, desk)
    pdf = statistics.render(sheet)
    _note(desk, table, "pdf", hashlib.sha256(pdf).hexdigest())
    try:
        write_private(path, pdf)
    except OSError as error:
        raise Unavailable("lists.unwritable", file=path.name, reason=error.strerror or str(error)) from error


def _write_workbook(desk: Desk, table: Table, path: Path, words: Wording) -> None:
    lines = lines_of(table.types, table.numbers, words)
    heads = [words("statistics.type"), *(words(f"records.measure_{m.value}") for m in Measure)]
    export = Export(path, Format.XLSX, heads)
    try:
        for name, values in zip(lines.names, lines.values, strict=True):
            export.add([name, *(_cell(m, v) for m, v in zip(Measure, values, strict=True))])
        for note in _notes(desk, table, words):
            export.add([note])
        digest = export.close()
        _note(desk, table, "xlsx", digest)
        export.name()
    finally:
        export.discard()


def _cell(measure: Measure, value: int) -> Said:
    return Decimal(value) / 100 if measure is Measure.AMOUNT else value


def _notes(desk: Desk, table: Table, words: Wording) -> list[str]:
    """What stands below the table: period, dates, definitions, whether it was reported."""
    period = table.period
    told = words(f"records.datebasis_{table.basis.value}")
    span = {"unit": desk.session.unit_name, "first": period.first.isoformat(), "last": period.last.isoformat()}
    state = "open" if table.reported is None or table.changed else "reported"
    at = desk.now() if state == "open" or table.reported is None else table.reported.made.at
    return [
        "",
        words("statistics.fact_unit", **span),
        words("statistics.fact_basis", basis=told, version=table.types.version, cases=table.cases),
        words(f"statistics.fact_{state}", at=to_minute(at)),
        *(definition(words, measure, table.basis) for measure in Measure),
    ]


def _note(desk: Desk, table: Table, form: str, digest: str) -> None:
    detail = f"period={table.period.written} basis={table.basis} format={form} sha256={digest}"
    with desk.store.write() as work:
        audit.note(work, desk.made(), AuditAction.EXPORTED, subject=_SUBJECT, detail=detail)
