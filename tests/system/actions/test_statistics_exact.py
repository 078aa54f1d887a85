"""The statistics against a plain look at every record: random mediations, every kind of period, both bases of dates."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import select

from desktop.actions.dispute_types import dispute_types
from desktop.actions.statistics import count
from desktop.store import cases
from desktop.store.tables import record
from sync.records.kinds import new_id
from sync.records.matters import Matter, Nature
from sync.records.mediations import (
    Agreement,
    AgreementForm,
    FollowUp,
    Host,
    Mediation,
    MediationOrigin,
    Outcome,
    PartyBlock,
    Term,
)
from sync.records.record import Record
from sync.records.statistics import TOTAL, DateBasis, parse_period
from sync.records.times import BEIJING
from sync.records.visits import Category
from tests.system.actions.conftest import Station

BEGIN = datetime(2025, 11, 1, tzinfo=BEIJING)
PERIODS = ("2026-01", "2026-02", "2026Q1", "2025", "2026H1", "2026", "2025-12-30..2026-01-02", "2020")


def filled(station: Station, many: int, seed: int) -> None:
    """Add random mediations with what may come of them; times stand at midnights and month ends as well."""
    dice, desk = random.Random(seed), station.desk
    with desk.store.write() as work:
        for _ in range(many):
            at = BEGIN + timedelta(hours=dice.randrange(24 * 200), seconds=dice.choice((0, 0, 1, -1)))
            matter = Matter(
                id=new_id("matter"), made=desk.made(), title="事", nature=Nature.DISPUTE, unit=desk.session.unit,
                category=dice.choice(list(Category)), discovered_at=at,
            )  # fmt: skip
            outcome = dice.choice((Outcome.OPEN, Outcome.ENDED, Outcome.AGREED))
            mediation = Mediation(
                id=new_id("mediation"), made=desk.made(), matter=matter.id, unit=desk.session.unit,
                host=dice.choice((Host.PEOPLE, Host.PEOPLE, Host.POLICE)), started_at=at,
                outcome=Outcome.OPEN if outcome is Outcome.ENDED else outcome,
                origin=dice.choice((None, *MediationOrigin)), crime_persons=dice.choice((None, None, 2)),
                petition_persons=dice.choice((None, None, 30)),
            )  # fmt: skip
            work.add(matter)
            work.add(mediation)
            if outcome is Outcome.ENDED:
                work.revise(mediation.id, {"outcome": "ended", "ended_reason": "分歧"}, desk.made())
            if outcome is Outcome.AGREED:
                for made in agreement(station, mediation, dice):
                    work.add(made)


def agreement(station: Station, mediation: Mediation, dice: random.Random) -> list[Record]:
    drawn = (mediation.started_at + timedelta(days=dice.randrange(40))).date()
    desk, parties = (
        station.desk,
        tuple(PartyBlock(party=f"per_{s}", side=s, role="applicant", name="甲") for s in (1, 2)),
    )
    first = Agreement(
        id=new_id("agreement"), made=desk.made(), number="", mediation=mediation.id, matter=mediation.matter,
        committee="会", unit=mediation.unit, parties=parties, mediators=("",), facts="事", copies=3, drawn_on=drawn,
        terms=tuple(Term(text="付", amount_fen=dice.choice((None, 0, 1, 99_999))) for _ in range(dice.randrange(1, 4))),
        form=dice.choice(list(AgreementForm)), total_fen=dice.choice((None, 12_345)),
    )  # fmt: skip
    found: list[Record] = [first]
    if dice.random() < 0.3:
        fields = {"id": new_id("agreement"), "version": 2, "amends": first.id, "amend_reason": "改"}
        later = type(first)(**{name: getattr(first, name) for name in first.__dataclass_fields__} | fields)
        found.append(later)
    for _ in range(dice.randrange(3)):
        seen = datetime(drawn.year, drawn.month, drawn.day, 9, tzinfo=BEIJING) + timedelta(days=dice.randrange(60))
        found.append(
            FollowUp(
                id=new_id("follow_up"),
                made=desk.made(),
                subject=found[-1].id if len(found) < 3 else first.id,
                happened_at=seen,
                performed=dice.choice(("all", "part", "")),
                text="回访",
            )
        )
    return found


def plainly(station: Station, first: date, last: date, basis: DateBasis) -> Counter[tuple[str, str]]:
    """Count by a plain look at every record, in other words than the program's."""
    with station.store.read() as reader:
        ids = list(reader.conn.scalars(select(record.c.id)))
        everything = list(reader.current(ids).values())
        edits = {i: reader.revisions_of(i) for i in ids if i.startswith("med_")}
    matters = {m.id: m for m in everything if isinstance(m, Matter)}
    papers = [a for a in everything if isinstance(a, Agreement)]
    amended = {a.amends for a in papers}
    told: Counter[tuple[str, str]] = Counter()
    for m in (m for m in everything if isinstance(m, Mediation) and m.host is Host.PEOPLE):
        row, begun = matters[m.matter].category.value, m.started_at.astimezone(BEIJING).date()
        paper = next((a for a in papers if a.mediation == m.id and a.id not in amended), None)
        seen = [
            f.happened_at.astimezone(BEIJING).date()
            for f in everything
            if isinstance(f, FollowUp) and paper is not None and f.subject == paper.id and f.performed == "all"
        ]
        ended = [r.made.at.date() for r in edits[m.id] if r.fields.get("outcome") == "ended"]

        def add(name: str, day: date | None, value: int = 1, row: str = row, begun: date = begun) -> None:
            by = begun if basis is DateBasis.ACCEPTED else day
            if day is not None and by is not None and first <= by <= last:
                for each in (row, TOTAL):
                    told[each, name] += value

        add("accepted", begun)
        add(m.origin.value if m.origin else "origin_unsaid", begun)
        for name, persons in (("crime", m.crime_persons), ("petition", m.petition_persons)):
            if persons:
                add(f"{name}_cases", begun)
                add(f"{name}_persons", begun, persons)
        if paper is not None:
            add("agreed", paper.drawn_on)
            add("oral" if paper.form is AgreementForm.ORAL else "written", paper.drawn_on)
            terms = sum(t.amount_fen or 0 for t in paper.terms)
            add("amount", paper.drawn_on, terms if paper.total_fen is None else paper.total_fen)
        if seen:
            add("performed", min(seen))
        if ended and paper is None:
            add("ended", max(ended))
    return Counter({key: value for key, value in told.items() if value})


def test_every_number_is_what_a_plain_look_counts(station: Station) -> None:
    filled(station, 250, 20261129)
    for written in PERIODS:
        period = parse_period(written)
        for basis in DateBasis:
            table = count(station.desk, period, basis)
            found = {(row, m.value): n.value for (row, m), n in table.numbers.items()}
            assert found == dict(plainly(station, period.first, period.last, basis)), (written, basis)
            assert all(set(n.cases) == set(dict.fromkeys(n.cases)) for n in table.numbers.values())
    assert len(count(station.desk, parse_period("2025-11-01..2026-12-31")).numbers) > 80
    assert dispute_types().version


def test_counting_walks_the_small_tables_and_never_all_records(station: Station) -> None:
    filled(station, 3, 1)
    asked = {cases._ACCEPTED: (0, 1), cases._AGREED: ("2026", "2027"), cases._ENDED: (), cases._VISITED: ("", "")}
    with station.store.read() as reader:
        for statement, values in asked.items():
            plan = [str(row[3]) for row in reader.sql(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()]
            assert not [step for step in plan if step in ("SCAN record", "SCAN a", "SCAN f")], plan
