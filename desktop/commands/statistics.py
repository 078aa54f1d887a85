"""Counting: the mediation statistics of a period, to a file, reported."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from desktop.commands.access import Access
from desktop.commands.output import Meter, Said
from desktop.commands.work import interruptible
from sync.records.errors import Unavailable
from sync.records.statistics import DateBasis, Measure, months, parse_period
from sync.records.times import BEIJING

if TYPE_CHECKING:
    from desktop.actions.statistics import Table


def stats(args: argparse.Namespace, access: Access) -> Said:
    """Count a period; with --out to a file, with --report frozen as reported."""
    from desktop.actions.statistics import count, report
    from desktop.actions.statistics_export import export_statistics

    say = access.words
    if args.visits:
        return _visits(args, access)
    if args.out is not None and not args.out.parent.is_dir():
        raise Unavailable("cli.no_folder", folder=args.out.parent)
    with access.desk() as desk, interruptible() as interrupted:
        today = desk.now().astimezone(BEIJING).date()
        period = parse_period(args.period) if args.period else months(today.year, today.month, 1)
        basis = DateBasis(args.basis)
        table = count(desk, period, basis, Meter(say("statistics.counting")), interrupted)
        notes: list[str] = []
        if args.report:
            report(desk, table, args.reason)
            notes.append(say("statistics.reported", period=period.written, cases=table.cases))
            table = count(desk, period, basis)
        if args.out is not None:
            export_statistics(desk, table, args.out, language=say.language)
            notes.append(say("statistics.exported", file=args.out))
    return Said(_data(table), _lines(access, table), notes)


def _visits(args: argparse.Namespace, access: Access) -> Said:
    """Figures of visits: a progress query is neither a first nor a repeated one."""
    from desktop.actions.visit_figures import figures_of_visits

    with access.desk() as desk, interruptible() as interrupted:
        today = desk.now().astimezone(BEIJING).date()
        period = parse_period(args.period) if args.period else months(today.year, today.month, 1)
        figures = asdict(figures_of_visits(desk, period, interrupted))
    lines = [f"{access.words(f'statistics.visits_{name}')}\t{value}" for name, value in figures.items()]
    return Said({"period": period.written, **figures}, lines)


def _data(table: Table) -> dict[str, Any]:
    return {
        "period": table.period.written,
        "basis": table.basis.value,
        "definitions": table.types.version,
        "reported": table.reported.id if table.reported else None,
        "numbers": [
            {
                "type": number.type,
                "measure": number.measure.value,
                "value": number.value,
                "changed": table.changed.get(key, 0),
                "cases": list(number.cases),
            }
            for key, number in sorted(table.numbers.items())
        ],
    }


def _lines(access: Access, table: Table) -> list[str]:
    from desktop.actions.statistics_paper import definition, lines_of, row_name, shown

    say = access.words
    lines = lines_of(table.types, table.numbers, say)
    heads = [say("statistics.type"), *(say(f"records.measure_{m.value}") for m in Measure)]
    told = ["\t".join(heads)]
    for name, values in zip(lines.names, lines.values, strict=True):
        told.append("\t".join([name, *(shown(m, v) or "0" for m, v in zip(Measure, values, strict=True))]))
    for (row, measure), more in sorted(table.changed.items()):
        now = table.value(row, measure)
        told.append(
            say(
                "statistics.line_changed",
                row=row_name(table.types, row, say),
                measure=say(f"records.measure_{measure.value}"),
                before=shown(measure, now - more) or "0",
                now=shown(measure, now) or "0",
            )
        )
    return [*told, *(definition(say, m, table.basis) for m in Measure)]
