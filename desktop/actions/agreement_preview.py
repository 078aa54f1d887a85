"""The paper of an agreement while it is being written: what can be read of the draft so far, set as it would print.

Nothing is recorded, nothing is written to disk, and the paper says on every page that it is a preview.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from desktop.actions.agreements import clauses
from desktop.actions.cards import card
from desktop.actions.desk import Desk
from desktop.actions.directory import staff_name
from desktop.actions.party_blocks import party_blocks
from desktop.actions.reading import Answers
from desktop.actions.shares import shares_so_far
from desktop.actions.sheets import sheet_of
from desktop.actions.units import committee_name
from desktop.forms.form import Draft, by_name
from desktop.forms.mediations import AGREEMENT_FORM, WITHOUT
from desktop.forms.shares import SHARE_ROWS
from desktop.forms.terms import TERM_ROWS, term_rows
from desktop.printing import agreement
from desktop.printing.agreement import Mark
from desktop.store.store import Reader
from sync.records.errors import RuleBroken
from sync.records.mediations import Agreement, AgreementForm, Mediation, Term
from sync.records.times import BEIJING

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LivePaper:
    """A PDF's bytes, and where on it each question of the form is answered."""

    pdf: bytes
    marks: dict[str, Mark] = field(default_factory=dict)


def live_paper(desk: Desk, mediation_id: str, draft: Draft) -> LivePaper:
    """Set the agreement as it stands in AGREEMENT_FORM's ``draft``. An answer that is none yet leaves its place empty.

    Raises what the renderer raises, and RuleBroken where a party has no name.
    """
    with desk.store.read() as reader:
        mediation: Mediation = card(reader, mediation_id, Mediation)
        paper = _so_far(desk, reader, draft, mediation)
        sheet = dataclasses.replace(sheet_of(paper, reader, desk.session), preview=True, manner=desk.manner())
    marks: dict[str, Mark] = {}
    return LivePaper(agreement.render(sheet, marks=marks), marks)


def _so_far(desk: Desk, reader: Reader, draft: Draft, mediation: Mediation) -> Agreement:
    answers = Answers(AGREEMENT_FORM.named, draft)
    drawn_on = _or(lambda: answers.day("drawn_on"), None) or desk.now().astimezone(BEIJING).date()
    blocks = party_blocks(reader, mediation.id, drawn_on, draft.get(WITHOUT) or ())
    read_at: datetime | None = _or(lambda: answers.moment("read_at"), None)
    form = _or(lambda: answers.choice("form", AgreementForm, AgreementForm.WRITTEN), AgreementForm.WRITTEN)
    return Agreement(
        id=str(draft.get("_id") or ""),
        made=desk.made(),
        amends=_or(lambda: answers.record("amends", "agreement"), None),
        number="",
        mediation=mediation.id,
        matter=mediation.matter,
        form=form,
        committee=mediation.committee or committee_name(reader, desk.session),
        unit=desk.session.unit,
        parties=blocks,
        mediators=tuple(staff_name(reader, m) for m in mediation.mediators),
        recorder=mediation.recorder,
        facts=_text(answers, "facts"),
        disputed=_text(answers, "disputed"),
        responsibility=_text(answers, "responsibility"),
        terms=tuple(_term(Answers(by_name(TERM_ROWS), row)) for row in term_rows(draft)),
        performance=_text(answers, "performance"),
        shares=shares_so_far(draft.get("shares") or (), _share_fen),
        remaining=_text(answers, "remaining") if _or(lambda: answers.yes("in_part"), False) else "",
        copies=len(blocks) + 1 + _or(lambda: answers.whole("extra_copies"), 0),
        clause_version=clauses(reader, mediation.host, form, desk.now()),
        drawn_on=drawn_on,
        total_fen=_or(lambda: answers.fen("total"), None),
        read_by=_or(lambda: answers.line("read_by"), ""),
        read_at=read_at,
    )


def _term(row: Answers) -> Term:
    return Term(
        text=_text(row, "text"),
        amount_fen=_or(lambda: row.fen("amount"), None),
        due_on=_or(lambda: row.day("due_on"), None),
        payer=int(_or(lambda: row.word("payer"), "") or 0),
        payee=int(_or(lambda: row.word("payee"), "") or 0),
        early_reason=_or(lambda: row.line("early_reason"), ""),
    )


def _share_fen(row: Mapping[str, Any]) -> int:
    return _or(lambda: Answers(by_name(SHARE_ROWS), dict(row)).fen("amount"), None) or 0


def _text(answers: Answers, name: str) -> str:
    return _or(lambda: answers.text(name), "")


def _or(read: Callable[[], T], otherwise: T) -> T:
    """Return an answer, or what stands in its place while it is half typed: the form says beside it what is wrong."""
    try:
        return read()
    except RuleBroken:
        return otherwise
