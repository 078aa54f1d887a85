"""What a visit, a person, an organisation and a participation must say: it depends on the channel and the role."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from sync.records.documents import check_credit_code, check_document, derive
from sync.records.errors import RuleBroken
from sync.records.names import normal_name
from sync.records.participations import AGENTS, SIDED, Participation, PartyRole
from sync.records.persons import Organisation, Person, Sex
from sync.records.telephones import normal_phone
from sync.records.text import check_text
from sync.records.visits import IN_PERSON, Channel, Purpose, Visit

LATE_AFTER: Final = timedelta(days=1)
"""An entry made longer than this after it happened is a later entry from paper (补录) and needs a reason."""

CLOCK_SLACK: Final = timedelta(minutes=10)
MAX_HEADCOUNT: Final = 9_999
MAX_LINE: Final = 500
MAX_REPRESENTATIVES: Final = 5
"""走访形式提出共同信访事项的, 代表不得超过 5 人 (信访工作条例 20); labour disputes have no such cap."""

_HOME: Final = frozenset({"", "中国", "CHN", "CN", "156"})


@dataclass(frozen=True, slots=True)
class Required:
    """What is asked of an entry. ``signature`` says whether the registration sheet has a box to sign."""

    name: bool
    signature: bool
    answer: bool


def required(channel: Channel, purpose: Purpose = Purpose.FIRST) -> Required:
    """Return what is required: a name of those who stand before us, a signature of those who can give one.

    A phone call or a message has no signature, a tip may have no name, a consultation needs its answer only.
    """
    consultation = purpose is Purpose.CONSULTATION
    return Required(
        name=channel in IN_PERSON and not consultation,
        signature=channel in IN_PERSON and not consultation,
        answer=consultation,
    )


class Named(Protocol):
    """Somebody with a name, a card or what was told of one."""

    @property
    def name(self) -> str:
        """The name, empty where nobody told it."""


def check_visit(visit: Visit, visitor: Named | None, signature: bool = False) -> None:
    """Raise RuleBroken for the first thing that ``visit`` lacks; ``signature`` is whether it has been signed.

    Imported rows (``import_key``) come from a ledger that was kept at the time: they need no reason for being late,
    and a clock that runs behind does not refuse them.
    """
    needs = required(visit.channel, visit.purpose)
    if not visit.text.strip():
        raise RuleBroken("records.visit_text_missing", field="text")
    check_text(visit.text)
    check_text(visit.answer, field="answer")
    check_text(visit.remark, field="remark")
    check_text(visit.place, field="place", limit=MAX_LINE)
    if needs.name and not (visitor and visitor.name):
        raise RuleBroken("records.visit_name_missing", field="name", channel=visit.channel.value)
    if needs.answer and not visit.answer.strip():
        raise RuleBroken("records.visit_answer_missing", field="answer")
    if signature and visit.channel not in IN_PERSON:
        raise RuleBroken("records.visit_no_signature", field="signature", channel=visit.channel.value)
    if not 1 <= visit.headcount <= MAX_HEADCOUNT:
        raise RuleBroken("records.headcount_impossible", field="headcount", limit=MAX_HEADCOUNT)
    if not visit.import_key:
        _check_times(visit)


def _check_times(visit: Visit) -> None:
    if visit.happened_at > visit.made.at + CLOCK_SLACK:
        raise RuleBroken("records.visit_in_future", field="happened_at")
    if visit.made.at - visit.happened_at > LATE_AFTER and not visit.late_reason.strip():
        raise RuleBroken("records.late_reason_missing", field="late_reason")


def check_person(person: Person) -> Person:
    """Return ``person`` with name, document and telephones in their stored forms, sex and birth derived if not told.

    What was typed wins over what the number says: both stay editable. A foreigner has a nationality instead of
    an ethnic group. Raises RuleBroken beside the field that has to be mended.
    """
    document = check_document(person.document)
    told = derive(document)
    nationality = person.nationality.strip()
    if person.ethnic_group and nationality.upper() not in _HOME:
        raise RuleBroken("records.ethnic_group_of_foreigner", field="ethnic_group")
    check_text(person.address, field="address", limit=MAX_LINE)
    for field in ("occupation", "employer"):
        check_text(getattr(person, field), field=field, lines=False, limit=MAX_LINE)
    check_text(person.note, field="note")
    return dataclasses.replace(
        person,
        name=normal_name(person.name),
        document=document,
        sex=told.sex if told.sex and person.sex in {Sex.UNKNOWN, Sex.NOT_STATED} else person.sex,
        born_on=person.born_on or told.born_on,
        nationality=check_text(nationality, field="nationality", lines=False, limit=MAX_LINE),
        phones=_phones(person.phones),
    )


def check_organisation(organisation: Organisation) -> Organisation:
    """Return ``organisation`` with credit code, representative and telephones in their stored forms."""
    name = " ".join(check_text(organisation.name, field="name", lines=False, limit=MAX_LINE).split())
    if not name:
        raise RuleBroken("records.organisation_name_missing", field="name")
    check_text(organisation.address, field="address", lines=False, limit=MAX_LINE)
    check_text(organisation.note, field="note")
    return dataclasses.replace(
        organisation,
        name=name,
        credit_code=check_credit_code(organisation.credit_code, doubt=organisation.credit_code_doubt),
        legal_representative=normal_name(organisation.legal_representative, field="legal_representative"),
        phones=_phones(organisation.phones),
    )


def _phones(phones: Iterable[str]) -> tuple[str, ...]:
    numbers = (normal_phone(phone) for phone in phones)
    return tuple(dict.fromkeys(number for number in numbers if number))


def check_participation(participation: Participation) -> None:
    """Raise RuleBroken where a party of a dispute has no side, or an agent no principal, scope or possible dates."""
    if participation.role in SIDED and participation.side < 1:
        raise RuleBroken("records.side_missing", field="side")
    if participation.role in AGENTS and not participation.principal:
        raise RuleBroken("records.principal_missing", field="principal")
    if participation.role is PartyRole.ENTRUSTED_AGENT and not participation.scope.strip():
        raise RuleBroken("records.agent_scope_missing", field="scope")
    if participation.principal == participation.party:
        raise RuleBroken("records.agent_of_oneself", field="principal")
    if participation.starts_on and participation.ends_on and participation.ends_on < participation.starts_on:
        raise RuleBroken("records.dates_backwards", field="ends_on")


def check_sides(participations: Iterable[Participation]) -> None:
    """Raise RuleBroken unless two sides or more are named and every agent's principal is among the parties."""
    standing = [p for p in participations if not p.withdrawn]
    parties = {p.party for p in standing if p.role in SIDED}
    if len({p.side for p in standing if p.role in SIDED and p.role is not PartyRole.THIRD_PARTY}) < 2:
        raise RuleBroken("records.two_sides_needed", field="parties")
    for participation in standing:
        if participation.role in AGENTS and participation.principal not in parties:
            raise RuleBroken("records.principal_missing", field="principal")


def check_representatives(visit: Visit, participations: Iterable[Participation]) -> None:
    """Raise RuleBroken where a petition visit names more than five representatives (信访工作条例 20)."""
    named = sum(p.role is PartyRole.REPRESENTATIVE and not p.withdrawn for p in participations)
    if visit.channel is Channel.WALK_IN and named > MAX_REPRESENTATIVES:
        raise RuleBroken("records.too_many_representatives", field="parties", limit=MAX_REPRESENTATIVES)
