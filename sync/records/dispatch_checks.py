"""What must hold before a table of dispatch rules is published: no gaps, no overlaps, nobody who is not there.

Each fault is one sentence that names the row and the way out; with one fault nothing is published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from sync.records.dispatch_rules import ANY, Clock, DispatchRules, Limit, Rung, Span, SpanUnit, row_words
from sync.records.errors import RuleBroken
from sync.records.ranks import RANKS, rank_order

_MINUTES = {
    SpanUnit.MINUTES: 1,
    SpanUnit.DUTY_MINUTES: 1,
    SpanUnit.HOURS: 60,
    SpanUnit.DAYS: 1440,
    SpanUnit.WORKING_DAYS: 1440,
}


def faults(
    rules: DispatchRules, categories: Collection[str], departments: Mapping[str, bool] | None = None
) -> list[RuleBroken]:
    """Return what is wrong with a table. ``departments`` says of each name and identity whether it is still there;
    None where nobody can say (a file that is checked without a district).
    """
    found = [*_grades(rules), *_rows(rules, categories), *_limits(rules), *_ladder(rules, categories)]
    if departments is not None:
        found += [
            fault for row in rules.limits for fault in department_faults(row_name(row), row.departments, departments)
        ]
    return found


def department_faults(row: str, named: Collection[str], departments: Mapping[str, bool]) -> Iterator[RuleBroken]:
    """What is wrong with the departments that ``row`` names: unknown ones, and dissolved ones."""
    for name in named:
        if name not in departments:
            yield _broken("tables.no_department", row=row, name=name[:60])
        elif not departments[name]:
            yield _broken("tables.dissolved", row=row, name=name[:60])


def row_name(row: Limit | Rung) -> str:
    """What a sentence calls a row."""
    return row_words(row.category, row.grade)


def minutes(span: Span) -> int:
    """About how long a span is, to compare two of them; a working day counts as one day."""
    return span.amount * _MINUTES[span.unit]


def _broken(key: str, **values: object) -> RuleBroken:
    return RuleBroken(key, field="text", **values)


def _grades(rules: DispatchRules) -> Iterator[RuleBroken]:
    if not rules.grades:
        yield _broken("tables.no_grades")
    for name, times in Counter(rules.grade_names).items():
        if times > 1:
            yield _broken("tables.grade_twice", grade=name)
    counted = sorted((g for g in rules.grades if g.people_from is not None), key=lambda g: g.people_from or 0)
    expected: int | None = 1
    for grade in counted:
        if expected is None or (grade.people_from or 0) < expected:
            yield _broken("tables.people_overlap", row=grade.name, people=grade.people_from)
        elif (grade.people_from or 0) > expected:
            yield _broken("tables.people_gap", row=grade.name, first=expected, last=(grade.people_from or 0) - 1)
        expected = None if grade.people_upto is None else grade.people_upto + 1
        if grade.people_upto is not None and grade.people_upto < (grade.people_from or 0):
            yield _broken("tables.people_turned", row=grade.name)
    if counted and expected is not None:
        yield _broken("tables.people_gap_above", row=counted[-1].name, first=expected)


def _rows(rules: DispatchRules, categories: Collection[str]) -> Iterator[RuleBroken]:
    there = Counter((row.category, row.grade) for row in rules.limits)
    for (category, grade), times in there.items():
        if times > 1:
            yield _broken("tables.row_twice", row=row_words(category, grade))
        yield from _unknown(row_words(category, grade), category, grade, rules, categories)
    if (ANY, ANY) in there:
        return
    for grade in rules.grade_names:
        missing = [c for c in categories if not {(c, grade), (c, ANY), (ANY, grade)} & there.keys()]
        if missing:
            named = ANY if len(missing) == len(categories) else missing[0]
            yield _broken("tables.gap", row=row_words(named, grade), grade=grade)


def _unknown(
    row: str, category: str, grade: str, rules: DispatchRules, categories: Collection[str]
) -> Iterator[RuleBroken]:
    if category not in (ANY, *categories):
        yield _broken("tables.no_category", row=row, name=category[:40], names="、".join(categories))
    if grade not in (ANY, *rules.grade_names):
        yield _broken("tables.no_grade_of_row", row=row, name=grade[:40], names="、".join(rules.grade_names))


def _limits(rules: DispatchRules) -> Iterator[RuleBroken]:
    for row in rules.limits:
        name = row_name(row)
        if rank_order(row.leader_rank) is None:
            yield _broken("tables.no_rank", row=name, rank=row.leader_rank[:40], ranks="、".join(RANKS))
        lengths = [minutes(span) for span in (row.report, row.arrive, row.resolve) if span is not None]
        if lengths != sorted(lengths):
            yield _broken("tables.not_in_order", row=name)
        spans = [span for span in (row.report, row.arrive, row.resolve) if span is not None]
        if any(span.unit is SpanUnit.DUTY_MINUTES for span in spans) and not rules.duty:
            yield _broken("tables.no_duty", row=name)


def _ladder(rules: DispatchRules, categories: Collection[str]) -> Iterator[RuleBroken]:
    there = Counter((r.category, r.grade, r.clock, r.before, r.span, r.step) for r in rules.ladder)
    twice = {key for key, times in there.items() if times > 1}
    for place, rung in enumerate(rules.ladder, 1):
        name = f"[[ladder]] {place}"
        yield from _unknown(name, rung.category, rung.grade, rules, categories)
        if (rung.category, rung.grade, rung.clock, rung.before, rung.span, rung.step) in twice:
            yield _broken("tables.rung_twice", row=name)
        yield from _rung_fits(name, rung, rules)


def _rung_fits(name: str, rung: Rung, rules: DispatchRules) -> Iterator[RuleBroken]:
    """A step before the time needs a row that has this clock, and more time than the step lies before its end."""
    over = [r for r in rules.limits if ANY in (rung.grade, r.grade) or r.grade == rung.grade]
    over = [r for r in over if ANY in (rung.category, r.category) or r.category == rung.category]
    spans = [{Clock.REPORT: r.report, Clock.ARRIVE: r.arrive, Clock.RESOLVE: r.resolve}[rung.clock] for r in over]
    if over and not any(spans):
        yield _broken("tables.rung_no_clock", row=name, clock=rung.clock.value)
    short = [
        r for r, span in zip(over, spans, strict=True) if span and rung.before and minutes(rung.span) >= minutes(span)
    ]
    if short:
        yield _broken("tables.rung_too_early", row=name, limit=row_name(short[0]))
