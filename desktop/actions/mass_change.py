"""An exchange that would erase or rewrite much at once stops, and the station lead is asked; the answer is logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.actions.audit import note
from desktop.actions.desk import Desk, Done
from desktop.config import Home
from desktop.store import mass_change
from desktop.store.journal import StoreJournal
from desktop.store.mass_change import RECEIVED, SENT, Limit, Question
from desktop.store.reader import Reader
from desktop.store.said import title_of
from desktop.store.store import Store, Work
from sync.client.journal import Concluded
from sync.protocol.messages import Answer, Frame, Numbered, Receipt
from sync.protocol.receipts import Statement
from sync.records.audit import AuditAction
from sync.records.errors import Refused
from sync.records.kinds import kind_of
from sync.records.text import check_text
from sync.records.units import Role


class MassChange(Refused):
    """The exchange stopped before it sent or applied what a person must agree to first."""

    def __init__(self, asked: Question) -> None:
        self.asked = asked
        key = "exchange.mass_declined" if asked.declined else f"exchange.mass_{asked.direction}"
        super().__init__(key, erased=asked.erased, rewritten=asked.rewritten, stored=asked.stored)


@dataclass(frozen=True, slots=True)
class Named:
    """A record that would change: its id, its kind's name, and its title here."""

    id: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Told:
    """A question with the first of the records that it is about."""

    asked: Question
    named: tuple[Named, ...]


class GuardedJournal(StoreJournal):
    """The journal of a store that stops an exchange before it changes more than ``limit``."""

    def __init__(self, store: Store, limit: Limit | None = None) -> None:
        super().__init__(store)
        self._limit = limit or Limit()

    def frames(self, limit_records: int, limit_bytes: int, after: int) -> tuple[list[Frame], int]:
        """As `StoreJournal.frames`; MassChange before the first page where too much would be sent."""
        if after == 0:
            self.must_be_usual()
        return super().frames(limit_records, limit_bytes, after)

    def must_be_usual(self) -> None:
        """MassChange where what is unsent would change too much and nobody has agreed to it."""
        with self._store.read() as reader:
            if not self._is_unusual(reader):
                return
            changed = mass_change.outgoing(reader)
        with self._store.write() as work:
            asked = mass_change.ask(work, SENT, changed)
        raise MassChange(asked)

    def take(self, records: Sequence[Numbered], cursor: int) -> int:
        """As `StoreJournal.take`; MassChange before a page is applied with which it would be too much."""
        self._look(records)
        return super().take(records, cursor)

    def keep_receipt(self, receipt: Receipt, statement: Statement | None = None) -> bool:
        """As `StoreJournal.keep_receipt`; the exchange has ended, and with it what was allowed and has gone."""
        proves = super().keep_receipt(receipt, statement)
        self._over()
        return proves

    def conclude(
        self,
        answers: Sequence[Answer],
        records: Sequence[Numbered],
        cursor: int,
        receipt: Receipt | None,
        statement: Statement | None,
    ) -> Concluded:
        """As `StoreJournal.conclude`; MassChange before the page is applied, with the answers settled."""
        try:
            self._look(records)
        except MassChange:
            self.settle(answers)
            raise
        done = super().conclude(answers, records, cursor, receipt, statement)
        if done.kept:
            self._over()
        return done

    def _look(self, records: Sequence[Numbered]) -> None:
        if any(n.record.kind in mass_change.CHANGING for n in records):
            with self._store.write() as work:
                asked = self._count(work, records)
            if asked is not None:
                raise MassChange(asked)

    def _over(self) -> None:
        """What still waits stays as it was decided: the receipt may be for a bundle that was written before."""
        with self._store.read() as reader:
            noted = mass_change.is_noted(reader)
        if noted:
            with self._store.write() as work:
                waits = self._limit.exceeded(mass_change.outgoing(work))
                mass_change.settle(work, *((RECEIVED,) if waits else (SENT, RECEIVED)))

    def _is_unusual(self, reader: Reader) -> bool:
        if not self._limit.exceeded(mass_change.outgoing(reader)):
            return False
        agreed = mass_change.allowed(reader, SENT)
        return not agreed or self._limit.exceeded(mass_change.outgoing(reader, agreed))

    def _count(self, work: Work, records: Sequence[Numbered]) -> Question | None:
        changed = mass_change.incoming(work, records)
        agreed = mass_change.allowed(work, RECEIVED)
        if self._limit.exceeded(changed) and (not agreed or self._limit.exceeded(changed, agreed)):
            return mass_change.ask(work, RECEIVED, changed)
        mass_change.note_incoming(work, changed)
        return None


def limit_of(home: Home) -> Limit:
    """Return how much may change at once, as the settings of this home say."""
    settings = home.settings
    return Limit(settings.mass_change_percent, settings.mass_change_least)


def open_question(desk: Desk) -> Told | None:
    """Return what waits for the station lead's answer, with the first of the records by their titles."""
    with desk.store.read() as reader:
        asked = mass_change.question(reader)
        if asked is None:
            return None
        values = reader.current(asked.named)
        erased = reader.known(asked.named)
    named = []
    for record_id in asked.named:
        kind, value = kind_of(record_id), values.get(record_id)
        if record_id in erased:
            named.append(Named(record_id, kind.name if kind else "", title_of(value) if value else ""))
    return Told(asked, tuple(named))


def answer(desk: Desk, *, go_on: bool, reason: str = "") -> Done:
    """Let the exchange go on or not; Refused where nothing was asked, or this person is not the station lead."""
    if not desk.session.may(Role.STATION_LEAD):
        raise Refused("exchange.mass_not_lead")
    check_text(reason, field="reason", lines=False, limit=200)
    with desk.store.write() as work:
        asked = mass_change.question(work)
        if asked is None:
            raise Refused("exchange.mass_nothing")
        mass_change.answer(work, asked, go_on=go_on)
        said = "allowed" if go_on else "declined"
        counts = f"{asked.direction} {said} erased={asked.erased} rewritten={asked.rewritten} stored={asked.stored}"
        note(work, desk.made(), AuditAction.MASS_CHANGE, desk.store.id, f"{counts} {reason}".strip())
    return Done(desk.store.id, changes=work.changes)
