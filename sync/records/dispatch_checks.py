"""What must hold before a table of dispatch rules is published: no gaps, no overlaps, nobody who is not there.

Each fault is one sentence that names the row and the way out; with one fault nothing is published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import ANY, DispatchRules, Length, Limit, Rung, row_words
from sync.records.errors import RuleBroken
from sync.records.ranks import RANKS, rank_order

_MINUTES = {
    PeriodUnit.MINUTES: 1,
    PeriodUnit.DUTY_MINUTES: 1,
    PeriodUnit.HOURS: 60,
    PeriodUnit.DAYS: 1440,
    PeriodUnit.WORKING_DAYS: 1440,
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


def minutes(length: Length) -> int:
    """About how long a length is, to compare two of them; a working day counts as one day."""
    return length.amount * _MINUTES[length.unit]


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
            ranks = "、".join(RANKS)
            yield _broken("tables.no_rank", row=name, rank=row.leader_rank[:40], ranks=ranks)
        lengths = [minutes(length) for length in (row.report, row.arrive, row.resolve)]
        if lengths != sorted(lengths):
            yield _broken("tables.not_in_order", row=name)


def _ladder(rules: DispatchRules, categories: Collection[str]) -> Iterator[RuleBroken]:
    there = Counter((r.category, r.grade, r.clock, r.before, r.length, r.step) for r in rules.ladder)
    twice = {key for key, times in there.items() if times > 1}
    for place, rung in enumerate(rules.ladder, 1):
        name = f"[[ladder]] {place}"
        yield from _unknown(name, rung.category, rung.grade, rules, categories)
        if (rung.category, rung.grade, rung.clock, rung.before, rung.length, rung.step) in twice:
            yield _broken("tables.rung_twice", row=name)
        yield from _rung_fits(name, rung, rules)


def _rung_fits(name: str, rung: Rung, rules: DispatchRules) -> Iterator[RuleBroken]:
    """A step before the time needs rows with more time than it lies before the end."""
    for row in rules.limits:
        theirs = ANY in (rung.grade, row.grade) or row.grade == rung.grade
        theirs = theirs and (ANY in (rung.category, row.category) or row.category == rung.category)
        if rung.before and theirs and minutes(rung.length) >= minutes(row.of(rung.clock)):
            yield _broken("tables.rung_too_early", row=name, limit=row_name(row))
            return
