"""A mediation as it is told: its sides, its record, its agreement with the signatures that it still lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from desktop.actions.accounts import masked
from desktop.actions.consents import wills_of
from desktop.actions.deadlines import periods
from desktop.actions.due import due_in
from desktop.actions.signed_originals import signed_original, signed_originals
from desktop.actions.signing import signing_of
from desktop.store.links import agreements_of, follow_ups_of, mediation_events_of, signatures_of, steps_of
from desktop.store.names import names_by_side, party_names
from desktop.store.reader import Reader
from desktop.store.units import staff_names
from desktop.ui.models.status import Status
from desktop.ui.models.statuses import due_status, outcome_status, signing_status
from desktop.ui.stories.files import files_told
from desktop.ui.stories.mediation_events import side_name, told_event
from desktop.ui.stories.parts import conflicts, in_time, parties, prints
from desktop.ui.stories.story import Event, Story
from desktop.ui.words import day, moment, money, one_line
from resources import Wording
from sync.records.agreement_state import effective_on
from sync.records.deadlines import Assumed
from sync.records.matters import Matter
from sync.records.mediation_events import MediationEvent, MediationEventKind, open_suspensions, suspended_for
from sync.records.mediation_periods import mediation_period
from sync.records.mediations import Agreement, Mediation, Outcome, Term
from sync.records.seen import standing, versions
from sync.records.times import BEIJING

SHARES_TOLD = 12
"""So many of those who share an agreement are told one by one."""


def mediation_story(
    words: Wording, now: Callable[[], datetime], reader: Reader, mediation_id: str, *, covered: bool = False
) -> Story:
    """Tell one mediation with its latest agreement; ``now`` is the desk's clock.

    ``covered`` is for a screen that the parties look at too: what one side said alone is not told.
    """
    mediation = reader.get(mediation_id)
    assert isinstance(mediation, Mediation)  # noqa: S101 the list holds nothing else
    names = staff_names(reader)
    agreements = sorted(agreements_of(reader, mediation.id), key=lambda a: a.version)
    latest = agreements[-1] if agreements else None
    matter = reader.find(mediation.matter, Matter)
    happened = mediation_events_of(reader, mediation.id)
    rested = suspended_for(happened, now())
    facts = (
        *parties(reader, words, mediation.id),
        (words("forms.field_mediators"), words("window.list_comma").join(names.get(m, m) for m in mediation.mediators)),
        (words("forms.field_committee"), mediation.committee),
        (words("forms.field_mediation_place"), mediation.place),
        (words("forms.field_rights_told_at"), moment(mediation.rights_told_at)),
        *_wills(words, reader, mediation),
        (words("forms.field_facts"), mediation.facts),
        (words("forms.field_disputed"), mediation.disputed),
        (words("forms.field_ended_reason"), mediation.ended_reason),
        *_going_on(words, mediation, now()),
        *_period(words, reader, mediation, matter, happened, now()),
        *(() if covered else _contacts(words, happened)),
        (words("window.suspended_days"), words("window.days", count=-(-rested // timedelta(days=1))) if rested else ""),
        *(_agreed(words, now(), reader, latest) if latest else ()),
        *(_due(words, reader, latest, now()) if latest else ()),
    )
    return Story(
        mediation.id,
        matter.title if matter else words("window.kind_mediation"),
        latest.number if latest else "",
        statuses=(*_statuses(words, reader, mediation, latest), *_resting(words, happened)),
        facts=facts,
        warnings=conflicts(reader, words, mediation.id),
        events=_events(words, reader, mediation, agreements, matter, happened, covered=covered),
        files=files_told(reader, words, mediation.id),
    )


def _wills(words: Wording, reader: Reader, mediation: Mediation) -> list[tuple[str, str]]:
    """Whether each party agrees, when and how it said so; of many the first, those who refuse before the others."""
    found = wills_of(reader, mediation.id)
    names, told = party_names(reader, [will.party for will in found]), []
    for will in sorted(found, key=lambda w: w.agrees is not False)[:SHARES_TOLD]:
        said = words("window.will_unsaid")
        if will.event is not None and will.event.manner is not None:
            answer = words("forms.answer_agrees" if will.agrees else "forms.answer_refuses")
            how = words(f"records.contactmanner_{will.event.manner.value}")
            said = f"{answer}  {moment(will.event.happened_at)}  {how}"
        elif will.agrees:
            said = words("window.will_for_all")
        told.append(f"{names.get(will.party, '')}  {said}")
    return [(words("forms.consent_title"), "\n".join(told))] if told else []


def _contacts(words: Wording, happened: Sequence[MediationEvent]) -> list[tuple[str, str]]:
    """How often one side or another was tried to be reached, and how often in vain."""
    tried = [e for e in standing(happened)[0].values() if e.kind is MediationEventKind.CONTACT]
    missed = sum(not e.reached for e in tried)
    return [(words("window.contacts"), words("window.contacts_made", count=len(tried), missed=missed))] if tried else []


def _going_on(words: Wording, mediation: Mediation, now: datetime) -> list[tuple[str, str]]:
    """How many days an open mediation has been going on, its first one counted, whatever it rested meanwhile."""
    if mediation.outcome is not Outcome.OPEN:
        return []
    days = (now.astimezone(BEIJING).date() - mediation.started_at.astimezone(BEIJING).date()).days + 1
    return [(words("window.mediation_day"), words("window.mediation_day_of", count=days))] if days > 0 else []


def _period(
    words: Wording,
    reader: Reader,
    mediation: Mediation,
    matter: Matter | None,
    happened: Sequence[MediationEvent],
    now: datetime,
) -> list[tuple[str, str]]:
    """Until when an open mediation may last, and why it ends then."""
    if mediation.outcome is not Outcome.OPEN:
        return []
    period = mediation_period(mediation, matter, happened, steps_of(reader, mediation.matter))
    counted = periods(reader, now)
    ends = counted.due_by(period.kind, period.start, period.rests, period.extensions, now=now)
    told = [day(ends.last_day), *(words(one.key, **dict(one.values)) for one in ends.assumed)]
    return [(words("window.mediation_until"), "  ".join(told))]


def _statuses(words: Wording, reader: Reader, mediation: Mediation, latest: Agreement | None) -> tuple[Status, ...]:
    told = [
        outcome_status(words, mediation.outcome.value),
        Status(words(f"records.host_{mediation.host.value}"), "calm"),
    ]
    if latest is not None:
        told.append(signing_status(words, signing_of(reader, latest), day))
        if original := signed_original(reader, latest.id):
            told.append(Status(words("window.signed_original", digest=original.digest[:8]), "calm", "file"))
    return tuple(told)


def _resting(words: Wording, happened: Sequence[MediationEvent]) -> list[Status]:
    since = [day(s.happened_at.astimezone(BEIJING).date()) for s in open_suspensions(happened)[:1]]
    return [Status(words("window.suspended_since", day=begun), "warn", "clock") for begun in since]


def _pays(words: Wording, term: Term, sides: Mapping[int, str]) -> str:
    if not (term.payer and term.payee):
        return ""
    return words("window.pays", payer=side_name(words, term.payer, sides), payee=side_name(words, term.payee, sides))


def side_names_of(words: Wording, agreement: Agreement) -> dict[int, str]:
    """Return the names of an agreement's parties by side."""
    sides: dict[int, str] = {}
    for party in agreement.parties:
        sides[party.side] = words("window.list_comma").join(filter(None, (sides.get(party.side), party.name)))
    return sides


def term_line(words: Wording, term: Term, sides: Mapping[int, str]) -> str:
    """Return a term on one line: what, how much, who pays whom, until when."""
    amount = words("window.yuan", amount=money(term.amount_fen)) if term.amount_fen is not None else ""
    parts = (term.text, amount, _pays(words, term, sides), day(term.due_on), term.early_reason)
    return " ".join(part for part in parts if part)


def _shares(words: Wording, agreement: Agreement) -> list[tuple[str, str]]:
    """What each of many persons is owed, the first of them; an account by its last digits."""
    told = []
    for share in agreement.shares[:SHARES_TOLD]:
        parts = (share.period, words("window.yuan", amount=money(share.amount_fen)), masked(share.account_tail))
        told.append((share.name, " ".join(part for part in parts if part)))
    more = len(agreement.shares) - len(told)
    return [*told, *([(words("window.shares"), words("window.shares_more", count=more))] if more else [])]


def _agreed(words: Wording, now: datetime, reader: Reader, agreement: Agreement) -> tuple[tuple[str, str], ...]:
    sides = side_names_of(words, agreement)
    terms = [
        (words("window.term", number=at), term_line(words, term, sides)) for at, term in enumerate(agreement.terms, 1)
    ]
    effective = effective_on(agreement, signatures_of(reader, agreement.id))
    confirm = day(periods(reader, now).due_by("confirmation", effective).last_day) if effective else ""
    total = words("window.yuan", amount=money(agreement.total_fen)) if agreement.total_fen is not None else ""
    scans = "、".join(file.name for file in signed_originals(reader, agreement.id))
    return (
        (words("window.original"), words("window.original_counts", files=scans) if scans else ""),
        *terms,
        *_shares(words, agreement),
        (words("window.total"), total),
        (words("forms.field_responsibility"), agreement.responsibility),
        (words("forms.field_remaining"), agreement.remaining),
        (words("forms.field_performance"), agreement.performance),
        (words("window.read_aloud"), f"{agreement.read_by} {moment(agreement.read_at)}".strip()),
        (words("window.copies"), str(agreement.copies)),
        (words("window.confirm_until"), confirm),
    )


def _due(words: Wording, reader: Reader, agreement: Agreement, now: datetime) -> list[tuple[str, str]]:
    """What is due, with its day and how many days are left; of terms with their number."""
    told = []
    for row in due_in(reader, agreement.id, now.astimezone(BEIJING).date()):
        what = words(f"window.due_{row.due.kind.value}")
        number = words("window.term", number=row.due.term) if row.due.term else ""
        unsure = _unsure(words, row.due.assumed)
        parts = (number, day(row.due.on), due_status(words, row.days).text, unsure)
        told.append((what, "  ".join(part for part in parts if part)))
    return told


def _unsure(words: Wording, assumed: Sequence[Assumed]) -> str:
    """What was taken for granted of a day: that the days off of its year are not entered, in short."""
    short = {"records.assumed_year": "window.due_uncounted"}
    return " ".join(words(short.get(one.key, one.key), **dict(one.values)) for one in assumed)


def _events(
    words: Wording,
    reader: Reader,
    mediation: Mediation,
    agreements: list[Agreement],
    matter: Matter | None,
    happened: Sequence[MediationEvent],
    *,
    covered: bool,
) -> tuple[Event, ...]:
    told: list[tuple[datetime, Event]] = [
        (
            mediation.started_at,
            Event(moment(mediation.started_at), words("window.event_mediation"), "", "mediations", "accent"),
        )
    ]
    comma = words("window.list_comma")
    sides = {side: comma.join(names) for side, names in names_by_side(reader, mediation.id).items()}
    names, lines = staff_names(reader), versions(happened)
    for place, stands in standing(happened)[0].items():
        before = [e for e in lines[place] if e.id != stands.id]
        told.append((stands.happened_at, told_event(words, stands, sides, before, names, covered=covered)))
        told += prints(reader, words, stands.id)
    if matter is not None:
        event = Event(moment(matter.made.at), matter.title, words("window.event_matter"), "matters", "info", matter.id)
        told.append((matter.made.at, event))
    for agreement in agreements:
        title = f"{words('window.kind_agreement')} {agreement.number}"
        told.append(
            (agreement.made.at, Event(moment(agreement.made.at), title, agreement.amend_reason, "agreement", "good"))
        )
        for signature in signatures_of(reader, agreement.id):
            role = words(f"records.signerrole_{signature.signer_role.value}")
            manner = words(f"records.signaturemanner_{signature.manner.value}")
            event = Event(moment(signature.signed_at), f"{role} {signature.name}", manner, "sign", "good")
            told.append((signature.signed_at, event))
        for seen in follow_ups_of(reader, agreement.id):
            text = one_line(seen.text, 120)
            event = Event(moment(seen.happened_at), words("window.kind_follow_up"), text, "visit_again", "info")
            told.append((seen.happened_at, event))
        told += prints(reader, words, agreement.id)
    return in_time(told)
