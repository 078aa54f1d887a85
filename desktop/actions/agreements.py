"""Agreements: conclude a mediation, record signatures, change a signed agreement by a new version."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from datetime import date, datetime

from desktop.actions.blank_forms import blank_meant
from desktop.actions.cards import card
from desktop.actions.consents import must_not_be_refused
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.directory import staff_name
from desktop.actions.drafts import handed_in
from desktop.actions.editions import newest
from desktop.actions.matters import yuan
from desktop.actions.party_blocks import party_blocks
from desktop.actions.reading import Answers
from desktop.actions.shares import read_shares_of, share_rows
from desktop.actions.signatures import agreement
from desktop.actions.signatures import sign as sign
from desktop.actions.signatures import signature_draft as signature_draft
from desktop.actions.units import COMMITTEE, committee_name, short_name
from desktop.actions.voids import standing_agreements
from desktop.forms.form import Draft
from desktop.forms.mediations import AGREEMENT_FORM, WITHOUT, WRITTEN_ONLY
from desktop.forms.questions import fresh
from desktop.forms.terms import SIDES
from desktop.store.links import agreements_of, signatures_of
from desktop.store.names import names_by_side
from desktop.store.store import Reader, Work
from sync.records.case_requirements import check_agreement, written_only
from sync.records.errors import Refused, RuleBroken
from sync.records.folds import effective_on
from sync.records.kinds import new_id
from sync.records.matters import Matter
from sync.records.mediations import Agreement, AgreementForm, Host, Mediation, Outcome, Term
from sync.records.papers import Series
from sync.records.shares import one_each
from sync.records.times import BEIJING

CLAUSES = {Host.PEOPLE: "agreement-2", Host.ADMINISTRATIVE: "administrative_agreement-1"}
"""The version of the fixed sentences that this program prints (resources/print), by whoever mediates."""
_SERIES = {Host.PEOPLE: Series.AGREEMENT, Host.ADMINISTRATIVE: Series.ADMINISTRATIVE}
_SAID = ("facts", "disputed", "responsibility", "performance", "remaining")


def agreement_draft(desk: Desk, mediation_id: str, amends: str | None = None, without: Collection[str] = ()) -> Draft:
    """Open AGREEMENT_FORM with the mediation's facts, or with the agreement that is to be changed.

    ``without`` are parties who left or would not sign: the new version is among those who remain. Who was left out of
    the version that is changed stays so.
    """
    with desk.store.read() as reader:
        mediation: Mediation = card(reader, mediation_id, Mediation)
        before = None if amends is None else agreement(reader, amends)
        without = [*without, *_left_out(reader, before)]
        sides = names_by_side(reader, mediation_id, without)
        matter: Matter = card(reader, mediation.matter, Matter)
    given: Draft = {"facts": mediation.facts, "disputed": mediation.disputed}
    if before is not None:
        given = {name: getattr(before, name) for name in _SAID}
        given |= {"amends": before.id, "form": before.form.value, "terms": [_term_row(t) for t in before.terms]}
        given["total"] = "" if before.total_fen is None else yuan(before.total_fen)
        given["shares"] = share_rows(before.shares)
        given["extra_copies"] = before.copies - len(before.parties) - 1
        given["in_part"] = mediation.outcome is Outcome.AGREED_IN_PART
    given[WRITTEN_ONLY], given[WITHOUT] = written_only(matter), without
    given[SIDES] = {str(side): "、".join(names) for side, names in sides.items()}
    given["read_by"] = desk.session.name
    given["read_at"] = desk.now().replace(second=0, microsecond=0).isoformat()
    given["drawn_on"] = desk.now().astimezone(BEIJING).date().isoformat()
    return fresh(AGREEMENT_FORM, "agreement", given)


def _left_out(reader: Reader, before: Agreement | None) -> list[str]:
    """Return the parties that the version before ``before`` had and it has not."""
    first = reader.find(before.amends, Agreement) if before is not None and before.amends else None
    if before is None or first is None:
        return []
    kept = {block.party for block in before.parties}
    return [block.party for block in first.parties if block.party not in kept]


def _term_row(term: Term) -> Draft:
    amount = "" if term.amount_fen is None else yuan(term.amount_fen)
    sides = {"payer": str(term.payer or "") or None, "payee": str(term.payee or "") or None}
    due = term.due_on.isoformat() if term.due_on else None
    return {"text": term.text, "amount": amount, "due_on": due, "early_reason": term.early_reason, **sides}


def conclude(desk: Desk, mediation_id: str, draft: Draft) -> Done:
    """Conclude a mediation by AGREEMENT_FORM's draft: the agreement, its number, the mediation's outcome.

    人民调解法 29: parties, facts, terms, manner and time of performance. Labour matters (劳动争议调解仲裁法 14) and
    petition matters (信访工作条例 33) are never oral. An agreement is not overwritten: a change is a new version
    with a number of its own, a reason and signatures of its own.
    """
    desk.must_may("agreement")
    answers = Answers.of(AGREEMENT_FORM, draft)
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id", ""))):
            return done
        mediation: Mediation = card(work, mediation_id, Mediation)
        _must_be_ready(mediation)
        matter: Matter = card(work, mediation.matter, Matter)
        drawn = _read(desk, work, answers, draft, mediation)
        check_agreement(drawn, matter)
        must_not_be_refused(work, mediation_id, {block.party for block in drawn.parties})
        if mediation.host is Host.ADMINISTRATIVE and drawn.form is AgreementForm.ORAL:
            raise RuleBroken("actions.administrative_is_written", field="form")
        year = drawn.made.at.astimezone(BEIJING).year
        if answers.yes("one_each") and drawn.shares and not drawn.amends:
            ids = [drawn.id, *(new_id("agreement") for _ in drawn.shares[1:])]
            number = _add_each(desk, work, one_each(drawn, ids), matter, mediation)
            _concluded(desk, work, answers, draft, drawn)
            return Done(drawn.id, number, work.changes)
        blank = blank_meant(work, _SERIES[mediation.host], answers.line("paper_number"))
        if blank is not None:
            number = blank.number
        else:
            number = work.allocate(_SERIES[mediation.host], desk.session.unit, short_name(work, desk.session), year)
        work.add(dataclasses.replace(drawn, number=number, blank=blank.id if blank is not None else None))
        _concluded(desk, work, answers, draft, drawn)
    return Done(drawn.id, number, work.changes)


def _concluded(desk: Desk, work: Work, answers: Answers, draft: Draft, drawn: Agreement) -> None:
    outcome = Outcome.AGREED_IN_PART if answers.yes("in_part") else Outcome.AGREED
    work.revise(drawn.mediation, {"outcome": outcome}, drawn.made)
    handed_in(work, desk, AGREEMENT_FORM, draft)


def _add_each(desk: Desk, work: Work, each: list[Agreement], matter: Matter, mediation: Mediation) -> str:
    """Record an agreement for each person, all or none; returns the first number and the last."""
    numbers = []
    for one in each:
        check_agreement(one, matter)
        year = one.made.at.astimezone(BEIJING).year
        unit, short = desk.session.unit, short_name(work, desk.session)
        numbers.append(work.allocate(_SERIES[mediation.host], unit, short, year))
        work.add(dataclasses.replace(one, number=numbers[-1]))
    return numbers[0] if len(numbers) == 1 else f"{numbers[0]} … {numbers[-1]}"


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """An agreement that stands: whose it is, and since when it is in effect, None while a signature is missing."""

    id: str
    number: str
    names: str
    effective_on: date | None


def agreements_that_stand(desk: Desk, mediation_id: str) -> list[Standing]:
    """Return a mediation's agreements that no later version replaces and whose number is not void."""
    with desk.store.read() as reader:
        return [
            Standing(
                paper.id,
                paper.number,
                "、".join(share.name for share in paper.shares) or paper.parties[0].name,
                effective_on(paper, signatures_of(reader, paper.id)),
            )
            for paper in standing_agreements(reader, mediation_id)
        ]


def clauses(reader: Reader, host: Host, form: AgreementForm, at: datetime) -> str:
    """Return the edition of the clauses that an agreement gets now: the district's newest, or the program's."""
    ours = CLAUSES.get(host, CLAUSES[Host.PEOPLE])
    oral = form is AgreementForm.ORAL and host is Host.PEOPLE
    name = "oral_agreement" if oral else ours.rpartition("-")[0]
    return newest(reader, name, at.astimezone(BEIJING).date()) or ours


def _must_be_ready(mediation: Mediation) -> None:
    if mediation.host not in CLAUSES:
        raise Refused("actions.not_peoples_mediation")
    if mediation.host is Host.ADMINISTRATIVE and (not mediation.committee or mediation.committee.endswith(COMMITTEE)):
        # A department that mediates makes an agreement of its own, under its own seal, not a 人民调解协议书.
        raise Refused("actions.administrative_needs_body")
    if mediation.outcome is Outcome.ENDED:
        raise Refused("actions.mediation_ended")
    if mediation.rights_told_at is None:
        raise Refused("actions.rights_not_told")


def _read(desk: Desk, work: Work, answers: Answers, draft: Draft, mediation: Mediation) -> Agreement:
    before = _before(work, answers, mediation)
    drawn_on = answers.day("drawn_on") or desk.now().astimezone(BEIJING).date()
    if drawn_on > desk.now().astimezone(BEIJING).date():
        raise RuleBroken("actions.in_the_future", field="drawn_on")
    blocks = party_blocks(work, mediation.id, drawn_on, draft.get(WITHOUT) or ())
    form = answers.choice("form", AgreementForm, AgreementForm.WRITTEN)
    return Agreement(
        id=str(draft.get("_id") or new_id("agreement")),
        made=desk.made(),
        amends=before.id if before else None,
        amend_reason=answers.line("amend_reason"),
        number="",
        mediation=mediation.id,
        matter=mediation.matter,
        version=before.version + 1 if before else 1,
        form=form,
        committee=mediation.committee or committee_name(work, desk.session),
        unit=desk.session.unit,
        parties=blocks,
        mediators=tuple(staff_name(work, m) for m in mediation.mediators),
        recorder=mediation.recorder,
        facts=answers.text("facts"),
        disputed=answers.text("disputed"),
        terms=_terms(answers),
        performance=answers.text("performance"),
        copies=len(blocks) + 1 + answers.whole("extra_copies"),
        clause_version=clauses(work, mediation.host, form, desk.now()),
        drawn_on=drawn_on,
        total_fen=answers.fen("total"),
        read_by=answers.line("read_by"),
        read_at=_read_at(answers, desk),
        responsibility=answers.text("responsibility"),
        remaining=answers.text("remaining") if answers.yes("in_part") else "",
        shares=read_shares_of(work, answers, blocks, before.shares if before else ()),
    )


def _read_at(answers: Answers, desk: Desk) -> datetime | None:
    read_at = answers.moment("read_at")
    if read_at is not None and read_at > desk.now():
        raise RuleBroken("actions.in_the_future", field="read_at")
    return read_at


def _terms(answers: Answers) -> tuple[Term, ...]:
    rows = answers.rows("terms")
    return tuple(
        Term(
            text=r.text("text"),
            amount_fen=r.fen("amount"),
            due_on=r.day("due_on"),
            payer=int(r.word("payer") or 0),
            payee=int(r.word("payee") or 0),
            early_reason=r.line("early_reason"),
        )
        for r in rows
    )


def _before(reader: Reader, answers: Answers, mediation: Mediation) -> Agreement | None:
    """Return the version that is changed; only the last one of its line can be."""
    amends = answers.record("amends", "agreement")
    if amends is None:
        return None
    before = agreement(reader, amends)
    versions = agreements_of(reader, mediation.id)
    if before.mediation != mediation.id or any(a.amends == amends for a in versions):
        raise Refused("actions.not_last_version")
    return before


def effect_date(desk: Desk, agreement_id: str) -> date | None:
    """The day on which the last necessary signature or seal was put (人民调解法 29, 30); None while one is missing."""
    with desk.store.read() as reader:
        return effective_on(agreement(reader, agreement_id), signatures_of(reader, agreement_id))
