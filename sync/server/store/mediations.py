"""Mediations as the district folds them, by the functions of a station: how each stands, and which clock runs.

Their clocks are kept as they run, not as they end: an end moves when the district publishes another calendar
(mediation_pages.py counts it when somebody looks).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, select

from sync.records.kinds import is_a
from sync.records.matters import Nature
from sync.records.mediation_events import MediationEvent, SuspensionReason, open_suspensions
from sync.records.mediation_periods import MediationPeriod, mediation_period
from sync.records.mediations import Agreement, FollowUp, Mediation
from sync.records.open_clocks import OpenClock, mediation_clocks
from sync.records.record import Record
from sync.server.store.bulk import among
from sync.server.store.cards import folded_cards
from sync.server.store.directory import clean
from sync.server.store.matters import MatterHere, load_matters
from sync.server.store.orders import storable
from sync.server.store.records import decoded
from sync.server.store.schema import mediation, mediation_fact, record

MediationFact = MediationEvent | Agreement | FollowUp
R = TypeVar("R", bound=Record)
_EVENT: Final = "mediation_event"
_KINDS: Final = {MediationEvent: _EVENT, Agreement: "agreement", FollowUp: "follow_up"}
_AT_ONCE: Final = 1000


class Told(StrEnum):
    """What a clock's time is: the start from which its rule counts, the end that the parties agreed on, or a start
    from which something rested or was added to.
    """

    START = "start"
    AGREED = "agreed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class MediationHere:
    """A mediation at the district: its card with every edit, whose it is, its matter where that is here and of the same
    unit, and everything that happened in it.
    """

    mediation: Mediation
    unit: str
    matter: MatterHere | None
    events: tuple[MediationEvent, ...]

    @property
    def period(self) -> MediationPeriod:
        """How long it lasts."""
        steps = self.matter.steps if self.matter else ()
        return mediation_period(self.mediation, self.matter.matter if self.matter else None, self.events, steps)

    @property
    def clocks(self) -> tuple[OpenClock, ...]:
        """What runs of it: one clock, or none."""
        steps = self.matter.steps if self.matter else ()
        return mediation_clocks(self.mediation, self.matter.matter if self.matter else None, self.events, steps)

    @property
    def hidden(self) -> bool:
        """Whether nobody may see it on a page: an accusation is for the body that reads it (信访工作条例 30)."""
        return self.matter is not None and self.matter.matter.nature is Nature.ACCUSATION


def put_mediation_facts(conn: Connection, facts: Iterable[tuple[MediationFact, str]]) -> set[str]:
    """List what belongs to mediations (with its scope); returns the mediations in which something happened."""
    rows, touched = [], set[str]()
    for fact, scope in facts:
        about = clean(fact.subject if isinstance(fact, FollowUp) else fact.mediation)[:64]
        rows.append({"record": fact.id, "about": about, "kind": _KINDS[type(fact)], "scope": scope})
        if isinstance(fact, MediationEvent):
            touched.add(about)
    if rows:
        conn.execute(mediation_fact.insert(), rows)
    return touched


def refold_mediations(conn: Connection, mediations: Collection[str], matters: Collection[str] = ()) -> None:
    """Fold ``mediations``, and those of ``matters``, and write how each stands."""
    some = set(mediations)
    if matters:
        of = among(conn, mediation.c.matter, matters)
        some |= set(conn.execute(select(mediation.c.record).where(of)).scalars())
    if not some:
        return
    numbers = {
        n.id: n.seq for n in conn.execute(select(record.c.id, record.c.seq).where(among(conn, record.c.id, some)))
    }
    conn.execute(mediation.delete().where(among(conn, mediation.c.record, some)))
    rows = [_row(here, numbers[name]) for name, here in load_mediations(conn, numbers).items() if not here.hidden]
    if rows:
        conn.execute(mediation.insert(), rows)


def _row(here: MediationHere, seq: int) -> dict[str, object]:
    value, clock = here.mediation, next(iter(here.clocks), None)
    rests = open_suspensions(here.events)[-1:] if clock else ()
    moved = clock is not None and (clock.agreed or clock.rests)
    told = (Told.AGREED if clock and clock.agreed else Told.MOVED) if moved else Told.START
    return {
        "record": value.id,
        "unit": here.unit,
        "matter": clean(value.matter)[:64],
        "host": value.host.value,
        "outcome": value.outcome.value,
        "resting": "".join((event.reason or SuspensionReason.OTHER).value for event in rests),
        "seq": seq,
        "clock": here.period.kind,
        "told": told.value,
        "clock_at": storable(clock.at) if clock else None,
    }


def load_mediations(conn: Connection, ids: Collection[str]) -> dict[str, MediationHere]:
    """Return those of ``ids`` that are mediations here, folded; what another unit's station said counts for nothing."""
    cards = {card.id: card for card in folded_cards(conn, ids) if isinstance(card.value, Mediation)}
    if not cards:
        return {}
    values = {name: card.value for name, card in cards.items() if isinstance(card.value, Mediation)}
    matters = load_matters(conn, {value.matter for value in values.values()})
    events: dict[str, list[MediationEvent]] = {}
    for event in _facts(conn, {name: card.unit for name, card in cards.items()}, MediationEvent):
        events.setdefault(event.mediation, []).append(event)
    found = {}
    for name, value in values.items():
        matter, unit = matters.get(value.matter), cards[name].unit
        own = matter if matter is not None and matter.scope == unit else None
        found[name] = MediationHere(value, unit, own, tuple(events.get(name, ())))
    return found


def papers_of(conn: Connection, here: MediationHere) -> tuple[list[Agreement], list[FollowUp]]:
    """Return every version of the agreements of a mediation, and the return visits on it and on them."""
    name = here.mediation.id
    agreements = _facts(conn, {name: here.unit}, Agreement)
    about = {name: here.unit, **{paper.id: here.unit for paper in agreements}}
    return agreements, _facts(conn, about, FollowUp)


def _facts(conn: Connection, about: Mapping[str, str], type_: type[R]) -> list[R]:
    """Return what belongs to each of ``about``, said by its own unit."""
    of = (among(conn, mediation_fact.c.about, about), mediation_fact.c.kind == _KINDS[type_])
    ids = [row.record for row in conn.execute(select(mediation_fact).where(*of)) if row.scope == about[row.about]]
    return [fact for fact in decoded(conn, ids) if isinstance(fact, type_)]


def forget_of_mediation(conn: Connection, target: str, edited: Collection[str]) -> None:
    """Take what was erased out of the lists: a mediation, what belonged to one, its matter, or an edit of either."""
    touched = {target, *edited, *conn.execute(_about(target)).scalars()}
    conn.execute(mediation_fact.delete().where(mediation_fact.c.record == target))
    named = {name for name in touched if is_a(name, "mediation")}
    refold_mediations(conn, named, {name for name in touched if is_a(name, "matter")})


def _about(fact: str) -> Any:
    return select(mediation_fact.c.about).where(mediation_fact.c.record == fact)


def list_mediations_of_before(conn: Connection) -> None:
    """List the mediations of a store that an older program wrote, with what belongs to them."""
    for names in _pages(conn, (*_KINDS.values(),)):
        said = [fact for fact in decoded(conn, list(names)) if isinstance(fact, MediationFact)]
        put_mediation_facts(conn, [(fact, names[fact.id]) for fact in said])
    for names in _pages(conn, ("mediation",)):
        refold_mediations(conn, names)


def _pages(conn: Connection, kinds: Collection[str]) -> Iterable[dict[str, str]]:
    """Yield (scope by id) of readable records of ``kinds``, page by page."""
    last = 0
    while True:
        query = select(record.c.id, record.c.seq, record.c.scope)
        query = query.where(record.c.seq > last, record.c.kind.in_(kinds), record.c.readable)
        rows = conn.execute(query.order_by(record.c.seq).limit(_AT_ONCE)).all()
        if not rows:
            return
        yield {row.id: row.scope for row in rows}
        last = rows[-1].seq
