"""A station's store for tests, and records to put into it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop.store.index import catch_up
from desktop.store.store import Store
from sync.records.kinds import new_id
from sync.records.matters import Matter, Nature, Step, StepKind
from sync.records.orders import DispatchOrder, OrderLimits
from sync.records.papers import NumberLease, Series
from sync.records.participations import Participation, PartyRole
from sync.records.persons import Answer, Document, DocumentType, Person
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.records.visits import Channel, Visit

UNIT = "uni_0198a0000000700080000000000000aa"
STAFF = "sta_0198a0000000700080000000000000bb"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=BEIJING)


@dataclass
class Desk:
    """A store with its key, and the records that a clerk at it makes."""

    store: Store
    key: bytes
    indexed: bool = False
    """Whether what is kept stands in the search index at once."""

    @classmethod
    def new(cls, folder: Path) -> Desk:
        """Make an empty store in ``folder``."""
        key = os.urandom(32)
        return cls(Store.create(folder / "store.db", key, unit=UNIT), key)

    @property
    def made(self) -> Made:
        """Who enters a record at this desk."""
        return Made(by=STAFF, unit=UNIT, store=self.store.id, at=NOW)

    def visit(self, text: str = "楼上漏水", **fields: Any) -> Visit:
        """A walk-in."""
        said: dict[str, Any] = {"channel": Channel.WALK_IN, "happened_at": NOW, **fields}
        return Visit(id=said.pop("id", new_id("visit")), made=self.made, text=text, **said)

    def person(self, name: str = "黎平桂", number: str = "", **fields: Any) -> Person:
        """A resident, with a document where a ``number`` is given."""
        if number:
            fields["document"] = Document(answer=Answer.GIVEN, type=DocumentType.CITIZEN, number=number)
        return Person(id=new_id("person"), made=self.made, name=name, **fields)

    def takes_part(self, party: str, subject: str, role: PartyRole = PartyRole.VISITOR, **fields: Any) -> Participation:
        """Somebody's part in something."""
        return Participation(
            id=new_id("participation"), made=self.made, subject=subject, party=party, role=role, **fields
        )

    def matter(self, title: str = "漏水纠纷", **fields: Any) -> Matter:
        """A dispute."""
        said: dict[str, Any] = {"nature": Nature.DISPUTE, "discovered_at": NOW, **fields}
        return Matter(id=new_id("matter"), made=self.made, title=title, unit=UNIT, **said)

    def step(self, matter: str, kind: StepKind, **fields: Any) -> Step:
        """A move of a matter."""
        return Step(id=new_id("step"), made=self.made, matter=matter, kind=kind, happened_at=NOW, **fields)

    def order(self, matter: str, number: str = "(2026)光明发令第1号", **fields: Any) -> DispatchOrder:
        """A dispatch order to one department."""
        limits = OrderLimits(report_minutes=30, leader_rank="科", resolve_hours=48, report_by=NOW, resolve_by=NOW)
        said: dict[str, Any] = {
            "issuing_unit": UNIT,
            "issuer": STAFF,
            "issuer_name": "书记",
            "authority": "授权书",
            "departments": ("uni_0198a0000000700080000000000000cc",),
            "subject": "渗水",
            "text": "请到场",
            "issued_at": NOW,
            "limits": limits,
            **fields,
        }
        return DispatchOrder(id=new_id("dispatch_order"), made=self.made, number=number, matter=matter, **said)

    def lease(self, first: int, last: int, series: Series = Series.VISIT, store: str = "") -> NumberLease:
        """A block of numbers of 2026."""
        return NumberLease(
            id=new_id("number_lease"),
            made=self.made,
            series=series,
            unit=UNIT,
            year=2026,
            store=store or self.store.id,
            first=first,
            last=last,
        )

    def keep(self, *records: Any) -> None:
        """Add records in one transaction."""
        with self.store.write() as work:
            for record in records:
                work.add(record)
        if self.indexed:
            catch_up(self.store)
