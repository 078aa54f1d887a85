"""What must hold before a paper is printed: the findings of one paper, and who may go on with a reason.

A rule has a name, a weight and a check (print_checks.py, confirm_checks.py). Names, weights, laws and words are
data (resources/print/rules.toml) that a district edits; a rule that its table does not name is not asked. A finding
never holds a finished sentence: the catalogue turns its key into one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sync.records.matters import Matter
from sync.records.mediation_events import MediationEvent
from sync.records.mediations import Agreement, Mediation
from sync.records.papers import PaperKind, WentOn
from sync.records.participations import Participation


class Verdict(StrEnum):
    """Whether what a rule asks is there; ``UNKNOWN``: only a person can tell."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"


class Weight(StrEnum):
    """What follows where it does not hold: no print, print with a reason, or nothing but that it is told."""

    STOPS = "stops"
    REASON = "reason"
    TELLS = "tells"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. ``only`` are the papers that it is asked of."""

    name: str
    weight: Weight
    only: frozenset[PaperKind]


@dataclass(frozen=True, slots=True)
class Table:
    """The district's table: ``words`` are lists of words by name."""

    rules: tuple[Rule, ...]
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that the rules look at. ``names`` are those of persons and organisations by id, ``numbered`` the ids of
    parties whose document or credit code is known, ``rested`` whole days that an appraisal took, ``events`` those of
    the mediation."""

    paper: PaperKind
    agreement: Agreement | None
    mediation: Mediation
    matter: Matter
    taking: tuple[Participation, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    numbered: frozenset[str] = frozenset()
    effective: date | None = None
    confirm_by: date | None = None
    review_by: date | None = None
    limit: date | None = None
    today: date
    events: tuple[MediationEvent, ...] = ()

    @property
    def signed(self) -> Agreement:
        """The agreement; the checks that need one are asked only where there is one."""
        assert self.agreement is not None  # noqa: S101 see `findings`
        return self.agreement


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check found; ``said`` completes the key of its sentence, ``values`` fill it."""

    verdict: Verdict
    said: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


HOLDS = Answer(Verdict.HOLDS)
Check = Callable[[Case, Table], Answer]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list: the rule, how it stands, and the wording key of its sentence."""

    rule: str
    weight: Weight
    verdict: Verdict
    key: str
    values: Mapping[str, str]

    @property
    def stops(self) -> bool:
        """Whether nobody may print before it is mended."""
        return self.verdict is Verdict.FAILS and self.weight is Weight.STOPS

    @property
    def asks(self) -> bool:
        """Whether it needs a reason to print all the same."""
        return self.verdict is Verdict.FAILS and self.weight is Weight.REASON


def findings(case: Case, table: Table, checks: Mapping[str, Check], alone: frozenset[str]) -> tuple[Finding, ...]:
    """Return how each rule of ``table`` stands, in the table's order; ``alone`` are those that need no agreement."""
    return tuple(_find(case, table, checks, alone))


def _find(case: Case, table: Table, checks: Mapping[str, Check], alone: frozenset[str]) -> Iterator[Finding]:
    for rule in table.rules:
        if case.paper not in rule.only or rule.name not in checks:
            continue
        if case.agreement is None and rule.name not in alone:
            continue
        found = checks[rule.name](case, table)
        key = f"rules.{rule.name}_{found.said}" if found.said else f"rules.{rule.name}"
        yield Finding(rule.name, rule.weight, found.verdict, key, found.values)


def unmet(found: Iterable[Finding], reasons: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what keeps the paper from being printed: what stops, and what asks for a reason that was not given."""
    return tuple(f for f in found if f.stops or (f.asks and not reasons.get(f.rule, "").strip()))


def gone_on(found: Iterable[Finding], reasons: Mapping[str, str]) -> tuple[WentOn, ...]:
    """Return what the print keeps: each rule that did not hold, with its reason."""
    return tuple(WentOn(rule=f.rule, reason=reasons[f.rule].strip()) for f in found if f.asks)
