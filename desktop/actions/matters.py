"""Matters: open one from a visit, edit its card."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from desktop.actions.attachments import take_files
from desktop.actions.cards import card, revise_card
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.drafts import handed_in
from desktop.actions.parties import keep_parties, party_rows, party_values
from desktop.actions.reading import Answers
from desktop.actions.rule_tables import sources
from desktop.actions.takers import stand_instead, take_part, taking_part
from desktop.actions.visit_history import standing_visit
from desktop.forms.form import Draft
from desktop.forms.matters import MATTER_FORM
from desktop.forms.questions import fresh
from desktop.store.store import Reader, Work
from sync.records.case_requirements import check_matter
from sync.records.errors import Refused, RuleBroken
from sync.records.graphemes import cut
from sync.records.kinds import new_id
from sync.records.matters import ExternalNumber, Matter, Nature
from sync.records.participations import PartyRole
from sync.records.requirements import check_representatives
from sync.records.times import BEIJING
from sync.records.visits import Category, Channel

TITLE_LENGTH = 30
"""How much of a visit's text is proposed as the matter's title."""

_ROLE_IN_MATTER = {
    PartyRole.VISITOR: PartyRole.APPLICANT,
    PartyRole.REPRESENTATIVE: PartyRole.APPLICANT,
    PartyRole.REPORTER: PartyRole.REPORTER,
}
"""Companions are not parties because they came along; who reported stays hidden."""


_SOURCE = {
    Channel.WALK_IN: "registrar",
    Channel.PHONE: "registrar",
    Channel.LETTER: "registrar",
    Channel.NETWORK: "registrar",
    Channel.GRID_REPORT: "grid_worker",
    Channel.VOLUNTEER_REPORT: "volunteer",
}
"""Which of the source groups a channel proposes (resources/dictionaries/sources.toml)."""


def matter_draft_from(desk: Desk, visit_id: str) -> Draft:
    """Open MATTER_FORM with what the visit tells: title, category, text, place, time and parties."""
    with desk.store.read() as reader:
        visit = standing_visit(reader, visit_id)
        rows: dict[str, Draft] = {}
        for part in taking_part(reader, visit.root):
            role = _ROLE_IN_MATTER.get(part.role)
            if role is not None:
                row = {**party_values(reader.get(part.party)), "role": role.value}
                rows.setdefault(part.party, {**row, "side": 1 if role is PartyRole.APPLICANT else None})
    told = visit.stands
    given = {
        "title": cut(told.text.split("\n", 1)[0], TITLE_LENGTH),
        "category": told.category.value,
        "category_word": told.category_word,
        "text": told.text,
        "place": told.place,
        "discovered_at": told.happened_at.isoformat(),
        "discovered_by": desk.session.name,
        "source": _SOURCE.get(told.channel, ""),
        "parties": list(rows.values()),
    }
    return fresh(MATTER_FORM, "matter", given)


def open_matter(desk: Desk, visit_id: str | None, draft: Draft) -> Done:
    """Open a matter from MATTER_FORM's draft; the visit, where one is named, is amended to belong to it."""
    desk.must_may("matter")
    answers = Answers.of(MATTER_FORM, draft)
    made = desk.made()
    fields = _fields(answers, desk)
    matter = Matter(id=str(draft.get("_id") or new_id("matter")), made=made, unit=desk.session.unit, **fields)
    check_matter(matter)
    if matter.nature is Nature.ACCUSATION:
        raise RuleBroken("actions.accusation_is_sealed", field="nature")
    with desk.store.write() as work:
        if done := already_there(work, matter.id):
            return done
        work.add(matter)
        take_files(desk, work, draft, matter.id)
        take_part(work, made, matter.id, keep_parties(work, made, answers))
        if visit_id is not None:
            _belong(desk, work, visit_id, matter)
        handed_in(work, desk, MATTER_FORM, draft)
    return Done(matter.id, changes=work.changes)


def _belong(desk: Desk, work: Work, visit_id: str, matter: Matter) -> None:
    visit = standing_visit(work, visit_id)
    if visit.stands.matter:
        raise Refused("actions.visit_has_matter", matter=visit.stands.matter)
    if matter.nature is Nature.PETITION and matter.category is not Category.LABOUR:
        check_representatives(visit.stands, taking_part(work, visit.root))
    work.add(
        dataclasses.replace(
            visit.stands,
            id=new_id("visit"),
            made=desk.made(),
            matter=matter.id,
            amends=visit.stands.id,
            amend_reason="",
        )
    )


def _fields(answers: Answers, desk: Desk) -> dict[str, Any]:
    """Return the descriptive fields of `Matter` that the form told."""
    external = tuple(
        ExternalNumber(system=row.line("system"), number=row.line("number"), due_on=row.day("due_on"))
        for row in answers.rows("external")
    )
    discovered_at = answers.moment_or("discovered_at", desk.now())
    if discovered_at > desk.now():
        raise RuleBroken("actions.in_the_future", field="discovered_at")
    return {
        "title": answers.line("title"),
        "nature": answers.choice("nature", Nature, Nature.DISPUTE),
        "category": answers.choice("category", Category, Category.OTHER),
        "category_word": answers.line("category_word"),
        "text": answers.text("text"),
        "place": answers.line("place"),
        "amount_fen": answers.fen("amount"),
        "grade": answers.word("grade"),
        "discovered_at": discovered_at,
        "discovered_by": answers.line("discovered_by"),
        "external": external,
        "source": answers.line("source"),
        "must_report": answers.yes("must_report"),
    }


def matter_draft(desk: Desk, matter_id: str) -> tuple[Draft, tuple[str, ...]]:
    """Return MATTER_FORM's draft of a matter with its parties, and the heads that an edit of it has seen."""
    with desk.store.read() as reader:
        matter: Matter = card(reader, matter_id, Matter)
        heads = reader.folded(matter_id).heads
        rows = party_rows(reader, matter_id)
        shown = [p.id for p in taking_part(reader, matter_id)]
    lines = ("title", "text", "place", "grade", "discovered_by", "category_word", "source", "must_report")
    draft: Draft = {name: getattr(matter, name) for name in lines}
    draft |= {"nature": matter.nature.value, "category": matter.category.value}
    draft["amount"] = "" if matter.amount_fen is None else yuan(matter.amount_fen)
    draft["discovered_at"] = matter.discovered_at.isoformat()
    draft["external"] = [
        {"system": e.system, "number": e.number, "due_on": e.due_on.isoformat() if e.due_on else ""}
        for e in matter.external
    ]
    return {**draft, "parties": rows, "_parties": shown}, heads


def _ended_source(reader: Reader, before: Matter, at: datetime) -> str:
    """A group that ended is offered no more: a form that could not show it does not take it away."""
    known = {s.name: s.ended for s in sources(reader, at.astimezone(BEIJING).date())}
    return before.source if known.get(before.source, True) else ""


def yuan(fen: int) -> str:
    """Return an amount as a MONEY field shows it."""
    return f"{fen // 100}.{fen % 100:02d}"


def edit_matter(desk: Desk, matter_id: str, draft: Draft, seen: tuple[str, ...]) -> Done:
    """Revise the fields that differ from what stands; parties that are gone from the rows are withdrawn."""
    desk.must_may("matter")
    answers = Answers.of(MATTER_FORM, draft)
    made = desk.made()
    fields = _fields(answers, desk)
    with desk.store.write() as work:
        before: Matter = card(work, matter_id, Matter)
        fields["source"] = fields["source"] or _ended_source(work, before, made.at)
        check_matter(dataclasses.replace(before, **fields))
        if fields["nature"] is Nature.ACCUSATION and before.nature is not Nature.ACCUSATION:
            raise RuleBroken("actions.accusation_is_sealed", field="nature")
        revise_card(work, made, matter_id, fields, seen)
        stand_instead(work, made, matter_id, keep_parties(work, made, answers), draft.get("_parties"))
        take_files(desk, work, draft, matter_id)
        handed_in(work, desk, MATTER_FORM, draft, matter_id)
    return Done(matter_id, changes=work.changes)
