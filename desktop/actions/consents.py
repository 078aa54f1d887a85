"""The parties' will: who agrees to be mediated and who refuses, when and how each said so (人民调解法 17).

While a party refuses there is no joint session and no agreement: it says that it agrees, or the mediation ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from desktop.actions.cards import card
from desktop.actions.desk import Desk, Done
from desktop.actions.drafts import handed_in
from desktop.actions.reading import Answers
from desktop.changes import Changes
from desktop.forms.consents import AGREES, CONSENT_FORM, REFUSES
from desktop.forms.form import Draft
from desktop.forms.questions import fresh
from desktop.printing.moments import moment_words
from desktop.store.links import agreements_of, mediation_events_of
from desktop.store.names import party_names, standing_participations
from desktop.store.store import Reader, Work
from resources import wording
from sync.records.case_requirements import check_mediation_event
from sync.records.consent import Will, wills
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.mediation_events import ContactManner, MediationEvent, MediationEventKind
from sync.records.mediations import Mediation, Outcome
from sync.records.participations import SIDED
from sync.records.record import Made


def wills_of(reader: Reader, mediation_id: str, until: datetime | None = None) -> tuple[Will, ...]:
    """Return the will of each party on a side, the first side first, of what was said by ``until``."""
    mediation: Mediation = card(reader, mediation_id, Mediation)
    parts = standing_participations(reader, [mediation_id]).get(mediation_id, [])
    parties = [p.party for p in sorted(parts, key=lambda p: (p.side, p.id)) if p.role in SIDED and not p.hidden]
    return wills(mediation, parties, mediation_events_of(reader, mediation_id), until)


def told_wills(reader: Reader, mediation_id: str) -> Iterator[tuple[str, str]]:
    """Each party's name with what it said, when and how, in the words of a paper; a line to write on where it did not.

    Empty where nobody gave an answer of its own."""
    found, said = wills_of(reader, mediation_id), wording("zh")
    if all(will.event is None for will in found):
        return
    names = party_names(reader, [will.party for will in found])
    for will in found:
        told = said("actions.will_open")
        if will.event is not None and will.event.manner is not None:
            answer = said("forms.answer_agrees" if will.agrees else "forms.answer_refuses")
            manner = said(f"records.contactmanner_{will.event.manner.value}")
            told = said("actions.will_told", answer=answer, at=moment_words(will.event.happened_at), manner=manner)
        elif will.agrees:
            told = said("forms.answer_agrees")
        yield names.get(will.party, ""), told


def must_not_be_refused(
    reader: Reader, mediation_id: str, among: Collection[str] | None = None, until: datetime | None = None
) -> None:
    """Raise RuleBroken where a party (of those ``among``) had refused by ``until`` and has not agreed since."""
    against = [
        will
        for will in wills_of(reader, mediation_id, until)
        if will.agrees is False and (among is None or will.party in among)
    ]
    if against:
        names = party_names(reader, [will.party for will in against])
        raise RuleBroken("actions.party_refuses", field="kind", names="、".join(names.values()))


def consent_draft(desk: Desk, mediation_id: str) -> Draft:
    """Open CONSENT_FORM with a row for each party and the answer that stands."""
    now = desk.now().replace(second=0, microsecond=0).isoformat()
    with desk.store.read() as reader:
        found = wills_of(reader, mediation_id)
        names = party_names(reader, [will.party for will in found])
    return fresh(CONSENT_FORM, "mediation_event", {"consents": [_row(w, names.get(w.party, ""), now) for w in found]})


def _row(will: Will, name: str, now: str) -> Draft:
    blank = {"party": will.party, "name": name, "answer": None, "told_at": now, "manner": ContactManner.AT_DESK.value}
    if will.event is None:
        return blank
    manner = will.event.manner.value if will.event.manner else None
    answer = AGREES if will.agrees else REFUSES
    return blank | {"answer": answer, "told_at": will.event.happened_at.isoformat(), "manner": manner}


def note_consents(desk: Desk, mediation_id: str, draft: Draft) -> Done:
    """Record the answers of CONSENT_FORM that differ from what stands; ``Done.id`` is the mediation's.

    With ``others_agree`` every party without an answer agrees, at the time and in the manner of its row. An answer
    ahead of now, or of somebody who is no party, is refused.
    """
    desk.must_may("mediation_event")
    answers, made = Answers.of(CONSENT_FORM, draft), desk.made()
    others = answers.yes("others_agree")
    with desk.store.write() as work:
        stands = {will.party: will for will in wills_of(work, mediation_id)}
        names, noted = party_names(work, stands), 0
        for row in answers.rows("consents"):
            if not row.word("answer") and not others:
                continue
            event = _read(row, mediation_id, names, made)
            if _said_before(stands[event.party].event, event):
                continue
            work.add(event)
            noted += 1
        if not noted:
            raise RuleBroken("actions.nobody_answered", field="consents")
        handed_in(work, desk, CONSENT_FORM, draft)
    return Done(mediation_id, changes=work.changes)


def _read(row: Answers, mediation_id: str, names: dict[str, str], made: Made) -> MediationEvent:
    party = row.record("party", "person", "organisation") or ""
    if party not in names:
        raise RuleBroken("actions.not_a_party", field=row.path("name"))
    event = MediationEvent(
        id=new_id("mediation_event"),
        made=made,
        mediation=mediation_id,
        kind=MediationEventKind.CONSENT,
        happened_at=row.moment_or("told_at", made.at),
        manner=row.choice_or_none("manner", ContactManner),
        present=(names[party],),
        party=party,
        agrees=row.word("answer") != REFUSES,
    )
    try:
        check_mediation_event(event)
    except RuleBroken as broken:
        raise RuleBroken(broken.key, field=row.path(broken.field), **broken.values) from broken
    if event.happened_at > made.at:
        raise RuleBroken("actions.in_the_future", field=row.path("told_at"))
    return event


def _said_before(before: MediationEvent | None, event: MediationEvent) -> bool:
    if before is None:
        return False
    return (before.agrees, before.happened_at, before.manner) == (event.agrees, event.happened_at, event.manner)


def refusing(desk: Desk, mediation_id: str) -> tuple[str, ...]:
    """Return the names of the parties who refuse, where the mediation is still open and nothing was agreed; else ()."""
    with desk.store.read() as reader:
        mediation: Mediation = card(reader, mediation_id, Mediation)
        if mediation.outcome is not Outcome.OPEN or agreements_of(reader, mediation_id):
            return ()
        against = [will.party for will in wills_of(reader, mediation_id) if will.agrees is False]
        return tuple(party_names(reader, against).values())


def end_refused(desk: Desk, mediation_id: str) -> Changes:
    """End a mediation that a party refuses (人民调解法 17, 26); the notice is printed then.

    Refused where nobody refuses (any more), or where something was agreed."""
    desk.must_may("mediation")
    names = refusing(desk, mediation_id)
    if not names:
        raise Refused("actions.nobody_refuses")
    reason = wording("zh")("actions.ended_refused", names="、".join(names))
    with desk.store.write() as work:
        _end(work, mediation_id, reason, desk.made())
    return work.changes


def _end(work: Work, mediation_id: str, reason: str, made: Made) -> None:
    work.revise(mediation_id, {"outcome": Outcome.ENDED, "ended_reason": reason}, made)
