"""What is due here: over all agreements, or of one; with the clocks that the district sets."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from desktop.actions.calendars import calendar_in_force
from desktop.actions.clock import believed_now
from desktop.actions.deadlines import deadline_rules, rules_in_force
from desktop.actions.desk import Desk
from desktop.store.due import Standing, standing_agreements, standing_of
from desktop.store.reader import Reader
from resources import read_text
from sync.records.calendars import Calendar
from sync.records.court_confirmation import ACCEPT, DECIDE, EXTENDED, court_course
from sync.records.deadlines import Rule
from sync.records.due import Clocks, Due, due_of
from sync.records.mediations import Outcome
from sync.records.open_clocks import Standing as Stands
from sync.records.papers import PaperKind
from sync.records.signing import signing
from sync.records.times import BEIJING
from sync.records.visits import Category

SOON_DAYS: Final = 3
"""So many days before the last one it is told."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """One thing that is due: of which agreement, about what, and how many days are left (below 0: overdue)."""

    due: Due
    agreement: str
    mediation: str
    number: str
    title: str
    parties: str
    text: str
    days: int

    @property
    def standing(self) -> Stands:
        """How it stands, as a clock does: it has a last day and no hour."""
        if self.days < 0:
            return Stands.OVERDUE
        return Stands.SOON if self.days <= SOON_DAYS else Stands.RUNNING


@cache
def _ahead() -> int:
    return int(tomllib.loads(read_text("dictionaries", "agreement_clocks.toml"))["ahead"])


def clocks(rules: Mapping[str, Rule] | None = None) -> Clocks:
    """Return the clocks of ``rules`` by kind, of the program's own where none are given."""
    by = rules if rules is not None else deadline_rules()
    law, visits = (by["confirmation"], by["labour-review"]), (by["follow-up-term"], by["follow-up-effect"])
    return Clocks(*law, *visits, {kind: by[kind] for kind in (ACCEPT, DECIDE, EXTENDED)}, ahead=_ahead())


def due_rows(desk: Desk) -> tuple[DueRow, ...]:
    """Return what is due of all agreements that stand, the most urgent first."""
    with desk.store.read() as reader:
        return all_due(reader, _today(reader, desk))


def all_due(reader: Reader, today: date) -> tuple[DueRow, ...]:
    """Return what is due of all agreements that stand as it is on ``today``, the most urgent first."""
    calendar, by = calendar_in_force(reader, today), clocks(rules_in_force(reader, today))
    rows = [row for standing in standing_agreements(reader, today) for row in _rows(standing, by, calendar, today)]
    return tuple(sorted(rows, key=lambda r: (r.days, r.number)))


def due_of_agreement(desk: Desk, agreement_id: str) -> tuple[DueRow, ...]:
    """Return what is due of one agreement, the most urgent first."""
    with desk.store.read() as reader:
        return due_in(reader, agreement_id, _today(reader, desk))


def due_in(reader: Reader, agreement_id: str, today: date) -> tuple[DueRow, ...]:
    """Return what is due of one agreement on ``today``, nothing where a later version replaced it."""
    calendar, by = calendar_in_force(reader, today), clocks(rules_in_force(reader, today))
    found = standing_of(reader, [agreement_id], today)
    return tuple(row for standing in found for row in _rows(standing, by, calendar, today))


def _today(reader: Reader, desk: Desk) -> date:
    """The day that it is believed to be."""
    return believed_now(reader, desk.now()).now.astimezone(BEIJING).date()


def _rows(standing: Standing, by: Clocks, calendar: Calendar, today: date) -> Iterator[DueRow]:
    paper = standing.agreement
    if standing.mediation.outcome is Outcome.ENDED:
        return
    state = signing(paper, standing.signatures)
    asked = {
        p.paper
        for p in standing.prints
        if state.effective is not None and p.made.at.astimezone(BEIJING).date() >= state.effective
    }
    applied, reviewed = PaperKind.CONFIRMATION_APPLICATION in asked, PaperKind.REVIEW_APPLICATION in asked
    labour = standing.matter.category is Category.LABOUR
    labour = labour and not reviewed
    court = court_course(standing.events, paper.id)
    found = due_of(paper, state, standing.visits, by, calendar, today, labour=labour, applied=applied, court=court)
    for due in found:
        yield DueRow(
            due=due,
            agreement=paper.id,
            mediation=paper.mediation,
            number=paper.number,
            title=standing.matter.title,
            parties="、".join(block.name for block in paper.parties),
            text=paper.terms[due.term - 1].text if due.term else "",
            days=(due.on - today).days,
        )
