"""Dispatch rules written as a table, and what one version changes of another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sync.records.dispatch_rules import ANY, Awaited, DispatchRules, Grade, Limit, Rung


def table_text(rules: DispatchRules) -> str:
    """Return the TOML that `read_rules` reads as ``rules``: what JSON makes of a text, TOML reads."""
    parts = [f"authority = {_said(rules.authority)}"]
    if rules.ratify is not None:
        parts.append(f"ratify = {_said(str(rules.ratify))}")
    parts += [_block("grade", _grade(grade)) for grade in rules.grades]
    parts += [_block("row", _limit(limit)) for limit in rules.limits]
    parts += [_block("ladder", _rung(rung)) for rung in rules.ladder]
    return "\n\n".join(parts) + "\n"


def _block(name: str, pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join([f"[[{name}]]", *(f"{key} = {value}" for key, value in pairs)])


def _said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _grade(grade: Grade) -> Iterator[tuple[str, str]]:
    yield "name", _said(grade.name)
    yield "colour", _said(grade.colour)
    if grade.label:
        yield "label", _said(grade.label)
    for key, people in (("people_from", grade.people_from), ("people_upto", grade.people_upto)):
        if people is not None:
            yield key, str(people)
    if grade.signs:
        yield "signs", _said(grade.signs)


def _limit(limit: Limit) -> Iterator[tuple[str, str]]:
    yield "category", _said(limit.category)
    yield "grade", _said(limit.grade)
    yield "report", _said(str(limit.report))
    if limit.arrive != limit.report:
        yield "arrive", _said(str(limit.arrive))
    yield "leader_rank", _said(limit.leader_rank)
    yield "resolve", _said(str(limit.resolve))
    if limit.tell:
        yield "tell", _said(list(limit.tell))
    if limit.departments:
        yield "departments", _said(list(limit.departments))


def _rung(rung: Rung) -> Iterator[tuple[str, str]]:
    for key, value in (("category", rung.category), ("grade", rung.grade)):
        if value != ANY:
            yield key, _said(value)
    yield "clock", _said(rung.clock.value)
    yield "before" if rung.before else "after", _said(str(rung.length))
    yield "step", _said(rung.step.value)
    yield "tell", _said(list(rung.tell))


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a new version says otherwise. ``part`` is "authority", "ratify", "grade", "row" or "ladder";
    ``category`` and ``grade`` say which; ``what`` is the column, "" for a whole row; what was not or will not be there
    is "".
    """

    part: str
    category: str
    grade: str
    what: str
    before: str
    after: str


def changes(before: DispatchRules, after: DispatchRules) -> list[Change]:
    """Return what ``after`` changes, in the table's order: cells of rows that stay, rows that come and go."""
    found: list[Change] = []
    if before.authority != after.authority:
        found.append(Change("authority", "", "", "authority", before.authority, after.authority))
    if before.ratify != after.ratify:
        old, new = ("" if rules.ratify is None else str(rules.ratify) for rules in (before, after))
        found.append(Change("ratify", "", "", "ratify", old, new))
    found += _differences("grade", _grades(before), _grades(after))
    found += _differences("row", _limits(before), _limits(after))
    for one, two, gone in ((before, after, True), (after, before, False)):
        for rung in one.ladder:
            if rung not in two.ladder:
                text = ", ".join(f"{key} {value}" for key, value in _rung(rung))
                found.append(Change("ladder", rung.category, rung.grade, "", *((text, "") if gone else ("", text))))
    return found


Cells = dict[tuple[str, str], dict[str, str]]


def _grades(rules: DispatchRules) -> Cells:
    names = ("colour", "label", "people_from", "people_upto", "signs")
    return {("", g.name): {n: "" if getattr(g, n) is None else str(getattr(g, n)) for n in names} for g in rules.grades}


def _limits(rules: DispatchRules) -> Cells:
    return {
        (row.category, row.grade): {clock.value: str(row.of(clock)) for clock in Awaited}
        | {"leader_rank": row.leader_rank, "tell": "、".join(row.tell), "departments": "、".join(row.departments)}
        for row in rules.limits
    }


def _differences(part: str, before: Cells, after: Cells) -> Iterator[Change]:
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            yield Change(part, *key, "", "" if old is None else _line(old), "" if new is None else _line(new))
            continue
        for what in old:
            if old[what] != new[what]:
                yield Change(part, *key, what, old[what], new[what])


def _line(cells: dict[str, str]) -> str:
    return ", ".join(value for value in cells.values() if value)
