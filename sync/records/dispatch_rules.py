"""Rules of dispatch orders (发令规则): by category and grade, who has to come by when, of which rank, and who is told.

NO SOURCE HAS PUBLISHED THE FIGURES. What the program ships is marked ``to_confirm``; a district publishes its own
table (rule_tables.py), and an order keeps the version that it was issued under.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sync.records.deadlines import PeriodUnit, Rule
from sync.records.errors import RuleBroken

DEFAULT: Final = "default-"
"""How the versions of the program's own tables begin. What a district published is confirmed by that."""
ANY: Final = "*"
"""The category, or the grade, of a row that stands for all that have none of their own."""
GRADES: Final = ("red", "orange", "yellow", "blue", "green")
"""The grades that a table may use, in whichever order and of whichever colour it says."""
COLOURS: Final = ("red", "orange", "yellow", "blue", "green", "grey")
"""Names of colours that a grade may have; each has an icon and a word beside it wherever it is shown."""
_BESIDE: Final = re.compile(r"[、，,；;\s]+")
_LENGTH: Final = re.compile(r"\s*([0-9]{1,6})\s*([a-z_]+)\s*")


class Awaited(StrEnum):
    """What is awaited of a department."""

    REPORT = "report"
    ARRIVE = "arrive"
    RESOLVE = "resolve"


class LadderStep(StrEnum):
    """What is done as an order nears its time, and passes it."""

    REMIND = "remind"
    URGE = "urge"
    CRITICISE = "criticise"
    ESCALATE = "escalate"


class Addressee(StrEnum):
    """Who is to be told: the ordered departments, their leaders, and those above the desk."""

    DEPARTMENT = "department"
    LEADER = "leader"
    COMMUNITY = "community"
    STREET = "street"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Length:
    """A length as a table says it: ``30 minutes``, ``7 working_days``."""

    amount: int
    unit: PeriodUnit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of risk with its colour, and whom it is for: how many people (open above where ``upto`` is None)."""

    name: str
    colour: str
    label: str = ""
    people_from: int | None = None
    people_upto: int | None = None
    signs: str = ""

    @property
    def each_sign(self) -> tuple[str, ...]:
        """The signs one by one, as a table writes them beside each other."""
        return tuple(filter(None, _BESIDE.split(self.signs)))


@dataclass(frozen=True, slots=True)
class Limit:
    """What one category and grade demands; ``tell`` are told when the order is issued.

    Where a row says nothing of the leader's arrival, the leader has to be there when the department reports in.
    ``departments`` are names (or identities) of those that are ordered as a rule.
    """

    category: str
    grade: str
    report: Length
    leader_rank: str
    resolve: Length
    arrive: Length
    tell: tuple[Addressee, ...] = ()
    departments: tuple[str, ...] = ()

    def of(self, clock: Awaited) -> Length:
        """Return how long ``clock`` runs."""
        return {Awaited.REPORT: self.report, Awaited.ARRIVE: self.arrive, Awaited.RESOLVE: self.resolve}[clock]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder, ``before`` or after ``clock``'s time by ``length``."""

    category: str
    grade: str
    clock: Awaited
    before: bool
    length: Length
    step: LadderStep
    tell: tuple[Addressee, ...]


RATIFY: Final = "order-ratify"
"""The clock of whoever has to ratify an order that was issued in an emergency."""
RATIFY_BY_DEFAULT: Final = Length(24, PeriodUnit.HOURS)
"""How soon that is where a table does not say it: no source has told, the district confirms it by its table."""


@dataclass(frozen=True, slots=True)
class DispatchRules:
    """One version of the table. ``authority`` is what an order's form proposes.

    ``ratify`` is how soon an emergency order is to be ratified; None where the table does not say.
    """

    version: str
    authority: str
    grades: tuple[Grade, ...]
    limits: tuple[Limit, ...]
    ladder: tuple[Rung, ...] = ()
    to_confirm: bool = False
    ratify: Length | None = None

    def limit(self, category: str, grade: str) -> Limit:
        """Return the row that fits best: the category's own before the one for all. RuleBroken("tables.no_grade")."""
        for wanted in ((category, grade), (ANY, grade), (category, ANY), (ANY, ANY)):
            for row in self.limits:
                if (row.category, row.grade) == wanted and grade in self.grade_names:
                    return row
        raise RuleBroken("tables.no_grade", field="grade", grade=grade, grades="、".join(self.grade_names))

    def rungs(self, category: str, grade: str) -> tuple[Rung, ...]:
        """Return the ladder of the best fitting category and grade, as a whole: ladders are not mixed."""
        for wanted in ((category, grade), (ANY, grade), (category, ANY), (ANY, ANY)):
            if found := tuple(rung for rung in self.ladder if (rung.category, rung.grade) == wanted):
                return found
        return ()

    def clock(self, kind: str, category: str, grade: str) -> Rule:
        """Return what ``kind`` ("order-report", "order-arrive", "order-resolve", "order-ratify") demands, for the
        deadline engine.
        """
        if kind == RATIFY:
            return self._ratifying
        length = self.limit(category, grade).of(Awaited(kind.removeprefix("order-")))
        return Rule(kind, length.amount, length.unit, confirmed=not self.to_confirm, version=self.version)

    @property
    def _ratifying(self) -> Rule:
        """The same for each category and grade; where this table says none, the program's, which nobody confirmed."""
        length, told = self.ratify or RATIFY_BY_DEFAULT, self.ratify is not None
        version = self.version if told else f"{DEFAULT}ratify"
        return Rule(RATIFY, length.amount, length.unit, confirmed=told and not self.to_confirm, version=version)

    @property
    def grade_names(self) -> tuple[str, ...]:
        """The names of the grades, the gravest first, as the table orders them."""
        return tuple(grade.name for grade in self.grades)

    def fitting(self, grade: str) -> str:
        """Return ``grade`` where the table has it, else the next graver one that it has; the mildest for none."""
        if grade in self.grade_names or not grade:
            return grade or self.grade_names[-1]
        graver = GRADES[: GRADES.index(grade)] if grade in GRADES else ()
        return next((name for name in reversed(graver) if name in self.grade_names), self.grade_names[0])

    def grade_by_signs(self, text: str) -> tuple[Grade, str] | None:
        """Return the gravest grade of which ``text`` says one of the signs, and that sign; None where it says none."""
        for grade in self.grades:
            if sign := next((one for one in grade.each_sign if one in text), ""):
                return grade, sign
        return None

    def grade_for(self, people: int) -> str:
        """Return the grade that the number of people alone asks for; "" where the table says nothing of it."""
        for grade in self.grades:
            if grade.people_from is not None and grade.people_from <= people <= (grade.people_upto or people):
                return grade.name
        return ""


def read_length(text: object, row: str, what: str) -> Length:
    """Return the length that ``text`` writes; RuleBroken("tables.bad_length") names row and column."""
    found = _LENGTH.fullmatch(text) if isinstance(text, str) else None
    if found is None or found[2] not in set(PeriodUnit) or int(found[1]) == 0:
        raise RuleBroken("tables.bad_length", field="text", row=row, what=what, said=str(text)[:40])
    return Length(int(found[1]), PeriodUnit(found[2]))


def read_rules(table: Mapping[str, Any], version: str) -> DispatchRules:
    """Return what a table says; RuleBroken with a sentence that names the row (dispatch_checks.py looks further)."""
    return DispatchRules(
        version=version,
        authority=_text(table, "authority", "—"),
        grades=tuple(_grade(row, place) for place, row in enumerate(_rows(table, "grade"), 1)),
        limits=tuple(_limit(row, place) for place, row in enumerate(_rows(table, "row"), 1)),
        ladder=tuple(_rung(row, place) for place, row in enumerate(_rows(table, "ladder"), 1)),
        to_confirm=version.startswith(DEFAULT),
        ratify=read_length(table["ratify"], "ratify", "ratify") if "ratify" in table else None,
    )


def _rows(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = table.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RuleBroken("tables.no_rows", field="text", part=f"[[{name}]]")
    return rows


def _text(row: Mapping[str, Any], key: str, said: str, *, must: bool = False) -> str:
    value = row.get(key, "")
    if not isinstance(value, str) or (must and not value.strip()):
        raise RuleBroken("tables.no_text", field="text", row=said, what=key)
    return value.strip()


def _grade(row: Mapping[str, Any], place: int) -> Grade:
    name = _text(row, "name", f"[[grade]] {place}", must=True)
    if name not in GRADES:
        raise RuleBroken(
            "tables.bad_grade", field="text", row=f"[[grade]] {place}", said=name[:20], names="、".join(GRADES)
        )
    colour = row.get("colour")
    if colour not in COLOURS:
        raise RuleBroken("tables.bad_colour", field="text", row=name, said=str(colour)[:20], colours="、".join(COLOURS))
    first, last = row.get("people_from"), row.get("people_upto")
    if any(bound is not None and not (type(bound) is int and bound > 0) for bound in (first, last)):
        raise RuleBroken("tables.bad_people", field="text", row=name)
    return Grade(name, str(colour), _text(row, "label", name), first, last, _text(row, "signs", name))


def _limit(row: Mapping[str, Any], place: int) -> Limit:
    category, grade = _where(row, f"[[row]] {place}")
    said = row_words(category, grade)
    report = read_length(row.get("report"), said, "report")
    return Limit(
        category,
        grade,
        report=report,
        leader_rank=_text(row, "leader_rank", said, must=True),
        resolve=read_length(row.get("resolve"), said, "resolve"),
        arrive=read_length(row["arrive"], said, "arrive") if "arrive" in row else report,
        tell=_tell(row, said),
        departments=_names(row, said),
    )


def _rung(row: Mapping[str, Any], place: int) -> Rung:
    said = f"[[ladder]] {place}"
    category, grade = _where(row, said)
    clock, step = row.get("clock"), row.get("step")
    if clock not in set(Awaited) or step not in set(LadderStep) or ("before" in row) == ("after" in row):
        raise RuleBroken("tables.bad_rung", field="text", row=said)
    before = "before" in row
    length = read_length(row["before" if before else "after"], said, "before" if before else "after")
    return Rung(
        category, grade, Awaited(str(clock)), before, length, LadderStep(str(step)), _tell(row, said, must=True)
    )


def _where(row: Mapping[str, Any], said: str) -> tuple[str, str]:
    return _text(row, "category", said) or ANY, _text(row, "grade", said) or ANY


def row_words(category: str, grade: str) -> str:
    """Return what a sentence calls a row: its category and grade, as they stand in the table."""
    return f"{category} / {grade}"


def _tell(row: Mapping[str, Any], said: str, *, must: bool = False) -> tuple[Addressee, ...]:
    named = row.get("tell", [])
    if not isinstance(named, list) or not set(map(str, named)) <= set(Addressee) or (must and not named):
        raise RuleBroken("tables.bad_tell", field="text", row=said, names="、".join(Addressee))
    return tuple(Addressee(one) for one in named)


def _names(row: Mapping[str, Any], said: str) -> tuple[str, ...]:
    named = row.get("departments", [])
    if not isinstance(named, list) or not all(isinstance(one, str) and one.strip() for one in named):
        raise RuleBroken("tables.no_text", field="text", row=said, what="departments")
    return tuple(one.strip() for one in named)
