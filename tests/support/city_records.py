"""The records of one part of a city's years: each part is made by itself from its number, and always the same."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sync.records.kinds import KINDS
from sync.records.matters import Matter, Nature, Step, StepKind
from sync.records.mediations import (
    Agreement,
    FollowUp,
    Mediation,
    Outcome,
    PartyBlock,
    Signature,
    SignatureManner,
    SignerRole,
    Term,
)
from sync.records.numbers import format_number
from sync.records.orders import DispatchOrder, OrderLimits, OrderReply, ReplyKind
from sync.records.papers import Series
from sync.records.participations import Participation, PartyRole
from sync.records.persons import Answer, Document, DocumentType, Organisation, Person
from sync.records.record import Made, Record
from sync.records.visits import Category, Channel, Visit
from tests.support.city_words import CLAUSES, PLACES, TRADES, name_of, text_of

PART = 1000
"""Visits of one part."""
PERSONS, FIRMS = 300, 15
"""New persons and organisations of one part."""
UNIT_SHORT = "光明"
_STEPS = (StepKind.ACCEPTED, StepKind.HANDLED, StepKind.RESOLVED, StepKind.CLOSED)
_CATEGORIES = tuple(Category)
_CHANNELS = (Channel.WALK_IN, Channel.WALK_IN, Channel.PHONE, Channel.OUTREACH, Channel.NETWORK)


@dataclass(frozen=True, slots=True)
class City:
    """Whose store it is and which years it tells of."""

    made: Made
    departments: tuple[str, ...]
    since: datetime
    until: datetime
    visits: int
    seed: int = 20261125

    def part(self, number: int) -> Iterator[Record]:
        """Yield the records of part ``number`` in the order in which they were made."""
        return _Part(self, number).records()

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return -(-self.visits // PART)


class _Part:
    def __init__(self, city: City, number: int) -> None:
        self._city = city
        self._number = number
        self._dice = random.Random(f"{city.seed}:{number}")
        self._step = (city.until - city.since) / city.visits
        self._first = number * PART
        self._count = min(PART, city.visits - self._first)
        self._at = city.since + self._step * self._first
        self._firms = number * FIRMS

    def records(self) -> Iterator[Record]:
        dice = self._dice
        persons = iter(range(self._number * PERSONS, (self._number + 1) * PERSONS))
        firms = iter(range(self._number * FIRMS, (self._number + 1) * FIRMS))
        known = self._number * PERSONS
        for turn in range(self._count):
            self._at = self._city.since + self._step * (self._first + turn)
            fresh = turn * PERSONS // PART != (turn + 1) * PERSONS // PART or not known
            who = next(persons, None) if fresh else None
            if who is None:
                # Most of those who come again came lately.
                who = known - 1 - int(known * dice.random() ** 3)
            else:
                known += 1
                yield self._person(who)
            if turn % (PART // FIRMS) == 0 and (firm := next(firms, None)) is not None:
                self._firms = firm + 1
                yield self._organisation(firm)
            yield from self._visit(turn, self._id("person", who))

    def _id(self, kind: str, number: int | None = None) -> str:
        """An id as a desk makes them; with a number the same in every part that names it."""
        milliseconds = int(self._at.timestamp() * 1000)
        if number is None:
            tail = self._dice.getrandbits(62)
        else:
            digest = hashlib.blake2b(f"{self._city.seed}:{kind}:{number}".encode(), digest_size=8).digest()
            tail = int.from_bytes(digest, "big") >> 2
            milliseconds = int((self._city.since + self._step * (number * PART // _EACH[kind])).timestamp() * 1000)
        return f"{KINDS[kind].prefix}_{milliseconds:012x}7{tail & 0xFFF:03x}{tail | 0b10 << 62:016x}"

    def _made(self) -> Made:
        return replace(self._city.made, at=self._at)

    def _person(self, number: int) -> Person:
        dice = self._dice
        district = dice.choice(("0311", "0306", "1900", "5281"))
        born = f"{dice.randrange(1940, 2008)}{dice.randrange(1, 13):02d}{dice.randrange(1, 29):02d}"
        document = Document(
            answer=Answer.GIVEN,
            type=DocumentType.CITIZEN,
            number=f"44{district}{born}{dice.randrange(1000):03d}{dice.choice('0123456789X')}",
        )
        return Person(
            id=self._id("person", number),
            made=self._made(),
            name=name_of(dice),
            document=document if dice.random() < 0.9 else Document(),
            phones=(f"1{dice.choice('35789')}{dice.randrange(10**9):09d}",) if dice.random() < 0.95 else (),
            address=(
                f"光明区{dice.choice(PLACES)}{dice.randrange(1, 400)}号{dice.randrange(1, 30)}栋{dice.randrange(999)}"
            ),
        )

    def _organisation(self, number: int) -> Organisation:
        dice = self._dice
        return Organisation(
            id=self._id("organisation", number),
            made=self._made(),
            name=f"深圳市{name_of(dice)[-2:]}{dice.choice(TRADES)}有限公司",
            credit_code=f"91440300MA{dice.randrange(36**4):05X}{dice.randrange(10**3):03d}",
            legal_representative=name_of(dice),
            phones=(f"0755-{dice.randrange(10**8):08d}",),
        )

    def _visit(self, turn: int, who: str) -> Iterator[Record]:
        dice, made = self._dice, self._made()
        matter = self._matter(made) if dice.random() < 0.12 else None
        visit = Visit(
            id=self._id("visit"),
            made=made,
            channel=dice.choice(_CHANNELS),
            happened_at=self._at - timedelta(minutes=dice.randrange(1, 30)),
            number=format_number(Series.VISIT, UNIT_SHORT, self._at.year, self._first + turn + 1),
            text=text_of(dice),
            category=dice.choice(_CATEGORIES),
            matter=matter.id if matter else None,
        )
        if matter:
            yield matter
        yield visit
        yield self._takes_part(visit.id, who, PartyRole.VISITOR)
        if matter:
            yield from self._case(matter, who)

    def _takes_part(self, subject: str, party: str, role: PartyRole, side: int = 0) -> Participation:
        return Participation(
            id=self._id("participation"), made=self._made(), subject=subject, party=party, role=role, side=side
        )

    def _matter(self, made: Made) -> Matter:
        dice = self._dice
        return Matter(
            id=self._id("matter"),
            made=made,
            title=f"{dice.choice(PLACES)}{dice.choice(CLAUSES)[:12]}",
            nature=dice.choice(tuple(Nature)),
            category=dice.choice(_CATEGORIES),
            unit=made.unit,
            place=dice.choice(PLACES),
            discovered_at=self._at,
        )

    def _case(self, matter: Matter, who: str) -> Iterator[Record]:
        dice = self._dice
        yield self._takes_part(matter.id, who, PartyRole.APPLICANT, 1)
        firm = dice.randrange(self._number * FIRMS, self._firms)
        yield self._takes_part(matter.id, self._id("organisation", firm), PartyRole.RESPONDENT, 2)
        seen: tuple[str, ...] = ()
        for kind in _STEPS[: dice.choice((0, 1, 1, 2, 4, 4))]:
            step = Step(
                id=self._id("step"), made=self._made(), matter=matter.id, kind=kind, seen=seen,
                happened_at=self._at, text=dice.choice(CLAUSES),
            )  # fmt: skip
            seen = (step.id,)
            yield step
        if dice.random() < 0.1:
            yield from self._order(matter)
        if dice.random() < 0.2:
            yield from self._mediation(matter, who)

    def _order(self, matter: Matter) -> Iterator[Record]:
        dice, department = self._dice, self._dice.choice(self._city.departments)
        limits = OrderLimits(
            report_minutes=30, leader_rank="科", resolve_hours=48,
            report_by=self._at + timedelta(minutes=30), resolve_by=self._at + timedelta(hours=48),
        )  # fmt: skip
        order = DispatchOrder(
            id=self._id("dispatch_order"), made=self._made(), matter=matter.id, issuing_unit=matter.unit,
            number=format_number(Series.ORDER, UNIT_SHORT, self._at.year, dice.randrange(1, 10**6)),
            issuer=self._city.made.by, issuer_name=name_of(dice), authority="授权书", departments=(department,),
            subject=matter.title, text=dice.choice(CLAUSES), issued_at=self._at, limits=limits,
        )  # fmt: skip
        yield order
        for kind in (ReplyKind.SIGNED, ReplyKind.REPORTED_IN, ReplyKind.RESOLVED)[: dice.randrange(4)]:
            yield OrderReply(
                id=self._id("order_reply"), made=self._made(), order=order.id, department=department, kind=kind,
                happened_at=self._at, witnessed=True, text=dice.choice(CLAUSES), officer=name_of(dice),
            )  # fmt: skip

    def _mediation(self, matter: Matter, who: str) -> Iterator[Record]:
        dice = self._dice
        agreed = dice.random() < 0.65
        mediation = Mediation(
            id=self._id("mediation"), made=self._made(), matter=matter.id, unit=matter.unit, started_at=self._at,
            facts=text_of(dice), disputed=matter.title, outcome=Outcome.AGREED if agreed else Outcome.OPEN,
        )  # fmt: skip
        yield mediation
        yield self._takes_part(mediation.id, who, PartyRole.APPLICANT, 1)
        if not agreed:
            return
        agreement = Agreement(
            id=self._id("agreement"), made=self._made(), mediation=mediation.id, matter=matter.id, unit=matter.unit,
            number=format_number(Series.AGREEMENT, UNIT_SHORT, self._at.year, dice.randrange(1, 10**6)),
            committee=f"{UNIT_SHORT}人民调解委员会", mediators=(self._city.made.by,), facts=mediation.facts, copies=3,
            parties=tuple(PartyBlock(party=who, side=side, role="applicant", name=name_of(dice)) for side in (1, 2)),
            terms=(Term(text=dice.choice(CLAUSES), amount_fen=dice.randrange(10**7)),), drawn_on=self._at.date(),
        )  # fmt: skip
        yield agreement
        for role in (SignerRole.PARTY, SignerRole.MEDIATOR, SignerRole.COMMITTEE):
            yield Signature(
                id=self._id("signature"), made=self._made(), paper=agreement.id, signer_role=role, name=name_of(dice),
                manner=SignatureManner.SIGNED, signed_at=self._at,
            )  # fmt: skip
        if dice.random() < 0.5:
            yield FollowUp(
                id=self._id("follow_up"),
                made=self._made(),
                subject=agreement.id,
                happened_at=self._at,
                text=text_of(dice),
            )


_EACH = {"person": PERSONS, "organisation": FIRMS}
