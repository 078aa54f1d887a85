"""Two desks of one station at a real district: one without a window, which issues orders and exchanges by its verbs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.actions.background import Exchanged, exchange_now
from desktop.actions.day_end import DayEnd, run_day_end
from desktop.actions.desk import Desk, wall_clock
from desktop.actions.enrolment import enrol
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.orders import issue_order, order_draft
from desktop.actions.visits import log_visit
from desktop.config import Home
from desktop.forms.questions import fresh
from desktop.forms.visits import VISIT_FORM
from desktop.keys import WrappedKeys
from desktop.session import Session
from desktop.store.store import Store
from desktop.store.units import staff, units
from sync.records.units import Role
from sync.rehearsal.processes import DistrictProcess
from tests.support.district_process import DistrictHere

SECRETARY, DEPARTMENT = "黄志远", "区住房和建设局"
PASSWORD = "Guang-Ming-2026"
PASSPHRASE = "two desks of one station"
SUBJECT = "楼道堆物堵住消防通道"
EVERYTHING = 2**62
"""News up to a number that no desk holds: it asks for whatever there is."""


@dataclass
class Station:
    """An enrolled desk: its store, and its verbs, whoever sits down."""

    store: Store
    home: Home
    keys: WrappedKeys
    name: str
    unit: str

    def at_work(self) -> Desk:
        """The station lead at this desk."""
        return self._sit(self.name, Role.REGISTRAR, Role.MEDIATOR, Role.STATION_LEAD)

    def exchange(self, news: int = EVERYTHING) -> Exchanged:
        """Exchange in the background, once."""
        return exchange_now(self.store, self.home, self.keys, news)

    def day_end(self) -> DayEnd:
        """A person's exchange."""
        return run_day_end(self.at_work(), self.home, lambda *_: None, keys=self.keys)

    def open_matter(self, text: str = SUBJECT) -> str:
        """Log a visit and open its matter."""
        desk = self.at_work()
        given = {"name": "黎平桂", "text": text, "category": "neighbours", "happened_at": desk.now().isoformat()}
        visit = log_visit(desk, fresh(VISIT_FORM, "visit", given)).id
        return open_matter(desk, visit, matter_draft_from(desk, visit)).id

    def issue(self, matter: str) -> str:
        """Issue an order about a matter, in one transaction; returns its number."""
        desk = self._sit(SECRETARY, Role.ISSUING_SECRETARY)
        with self.store.read() as reader:
            department = next(u.unit for u in units(reader).values() if u.name == DEPARTMENT)
        said = {
            "departments": [department],
            "authority": "街道授权〔2026〕1号",
            "grade": "yellow",
            "text": "请到场处置",
        }
        return issue_order(desk, matter, {**order_draft(desk, matter), **said}).number

    def count(self, kind: str) -> int:
        """How many records of a kind are here."""
        with self.store.read() as reader:
            return int(reader.sql("SELECT count(*) FROM record WHERE kind = ?", (kind,)).fetchone()[0])

    def only(self, kind: str) -> str:
        """The id of the one record of a kind."""
        with self.store.read() as reader:
            ((found,),) = reader.sql("SELECT id FROM record WHERE kind = ?", (kind,)).fetchall()
        return str(found)

    def unsent(self) -> int:
        """How many records wait here."""
        with self.store.read() as reader:
            return int(reader.sql("SELECT count(*) FROM record WHERE state = 'unsent'").fetchone()[0])

    def _sit(self, name: str, *roles: Role) -> Desk:
        with self.store.read() as reader:
            who = next(s for s in staff(reader).values() if s.name == name)
        return Desk(self.store, Session(who.staff, name, frozenset(roles), self.store.unit, self.unit), wall_clock)


@contextmanager
def served(folder: Path, db: str = "") -> Iterator[DistrictHere]:
    """Serve a new district with one department."""
    with DistrictHere(folder, db, env={"STATE_DIRECTORY": str(folder)}) as made:
        made.init()
        made.verb("department", "add", DEPARTMENT)
        made.serve()
        yield made


def enrolled(district: DistrictProcess, folder: Path, name: str, unit: str, url: str = "") -> Station:
    """Enrol one more desk of ``unit``, by the server at ``url`` where there are several."""
    os.environ["QIANSHAO_PASSPHRASE"] = PASSPHRASE
    home = Home(folder).make()
    keys = WrappedKeys(home.keys_path, PASSPHRASE)
    code = district.last_line("station", "add", unit, "--level", "community")
    return Station(enrol(home, keys, url or district.url, code, name, PASSWORD), home, keys, name, unit)


def let_issue(district: DistrictProcess, unit: str) -> None:
    """Let somebody issue orders at ``unit``; its desks learn of it by their next exchange."""
    district.verb("staff", "add", SECRETARY, "--station", unit, "--role", "issuing_secretary")
