"""Rules before print at this desk: the district's table, a paper's case out of the records, and who may go on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache

from desktop.actions.cards import card
from desktop.actions.deadlines import periods
from desktop.actions.desk import Desk
from desktop.actions.signed_originals import signed_originals
from desktop.actions.takers import taking_part
from desktop.actions.voids import standing_agreements
from desktop.store.links import mediation_events_of, prints_of, signatures_of, steps_of
from desktop.store.reader import Reader
from resources import read_text
from sync.records.agreement_state import effective_on
from sync.records.confirm_checks import ALONE, CHECKS
from sync.records.errors import Refused
from sync.records.matters import Matter
from sync.records.mediation_periods import mediation_period
from sync.records.mediations import Agreement, Mediation
from sync.records.papers import PaperKind, WentOn
from sync.records.persons import Answer, Organisation, Person
from sync.records.print_rules import Case, Finding, Rule, Table, Weight, findings, gone_on, unmet
from sync.records.text import check_text
from sync.records.times import BEIJING

CHECKED = frozenset({PaperKind.AGREEMENT, PaperKind.CONFIRMATION_APPLICATION, PaperKind.REVIEW_APPLICATION})
"""The papers that have rules."""
REASON_LENGTH = 500

Reasons = Mapping[str, str] | str
"""The reason for each rule by its name, or one for all."""


class RulesUnmet(Refused):
    """A paper that is not printed: ``findings`` say why, each with its key and its values."""

    def __init__(self, found: tuple[Finding, ...]) -> None:
        super().__init__("actions.print_rules_unmet", count=len(found))
        self.findings = found


@cache
def table() -> Table:
    """Return the rules that hold here (resources/print/rules.toml)."""
    read = tomllib.loads(read_text("print", "rules.toml"))
    rules = tuple(
        Rule(row["name"], Weight(row["weight"]), frozenset(PaperKind(paper) for paper in row["papers"]))
        for row in read["rule"]
    )
    return Table(rules, {name: tuple(words) for name, words in read["words"].items()})


@cache
def laws(language: str) -> Mapping[str, str]:
    """Return law and article of each rule by its name."""
    return {row["name"]: row[f"law_{language}"] for row in tomllib.loads(read_text("print", "rules.toml"))["rule"]}


def print_findings(desk: Desk, paper: PaperKind, subject: str) -> tuple[Finding, ...]:
    """Return the checklist of a paper before its first print; () for papers without rules, and for reprints of an
    agreement, or where its signed original is kept: its paper is out."""
    with desk.store.read() as reader:
        if paper is PaperKind.AGREEMENT and (
            signed_originals(reader, subject) or any(p.paper is paper for p in prints_of(reader, subject))
        ):
            return ()
        return found_by(reader, desk, paper, subject)


def found_by(reader: Reader, desk: Desk, paper: PaperKind, subject: str) -> tuple[Finding, ...]:
    """Return the checklist of a paper as its records stand now."""
    if paper not in CHECKED:
        return ()
    return findings(_case(reader, desk, paper, subject), table(), CHECKS, ALONE)


def must_hold(reader: Reader, desk: Desk, paper: PaperKind, subject: str, reasons: Reasons) -> tuple[WentOn, ...]:
    """Return what the print keeps about rules that do not hold; RulesUnmet where one stops it or lacks a reason."""
    found = found_by(reader, desk, paper, subject)
    given = {f.rule: reasons for f in found} if isinstance(reasons, str) else reasons
    for reason in given.values():
        check_text(reason, field="reason", lines=False, limit=REASON_LENGTH)
    if left := unmet(found, given):
        raise RulesUnmet(left)
    return gone_on(found, given)


def _case(reader: Reader, desk: Desk, paper: PaperKind, subject: str) -> Case:
    agreement = reader.find(subject, Agreement)
    mediation: Mediation = card(reader, agreement.mediation if agreement else subject, Mediation)
    if agreement is None:
        agreement = next(reversed(standing_agreements(reader, mediation.id)), None)
    matter: Matter = card(reader, mediation.matter, Matter)
    taking = tuple(taking_part(reader, mediation.id))
    cards = {p.party: reader.get(p.party) for p in taking}
    effective = effective_on(agreement, signatures_of(reader, agreement.id)) if agreement else None
    due_by = periods(reader, desk.now()).due_by
    return Case(
        paper=paper,
        agreement=agreement,
        mediation=mediation,
        matter=matter,
        taking=taking,
        names={party: str(getattr(value, "name", "")) for party, value in cards.items()},
        numbered=frozenset(party for party, value in cards.items() if _numbered(value)),
        effective=effective,
        confirm_by=due_by("confirmation", effective).last_day if effective else None,
        review_by=due_by("labour-review", effective).last_day if effective else None,
        limit=_limit(reader, desk, mediation, matter),
        today=desk.now().astimezone(BEIJING).date(),
        events=tuple(mediation_events_of(reader, mediation.id)),
    )


def _numbered(party: object) -> bool:
    if isinstance(party, Organisation):
        return bool(party.credit_code)
    return isinstance(party, Person) and party.document.answer is Answer.GIVEN and bool(party.document.number)


def _limit(reader: Reader, desk: Desk, mediation: Mediation, matter: Matter) -> date:
    """Return the last day for reaching an agreement, as the law or the parties set it (mediation_periods.py)."""
    events, steps = mediation_events_of(reader, mediation.id), steps_of(reader, matter.id)
    period, counted = mediation_period(mediation, matter, events, steps), periods(reader, desk.now())
    return counted.due_by(period.kind, period.start, period.rests, period.extensions, now=desk.now()).last_day
