"""Laws of the exchange: a district and three desks of two units, under all that may happen to messages and stores.

The stores, the district and the messages are the real ones (tests/support/in_process.py); after any history, once
the weather is calm, every record that a desk said it had kept is at the district once, and all ends agree.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop.store import chain, proved
from desktop.store.check import rebuild_projections
from desktop.store.same import joined_with, said_about
from desktop.store.store import Store
from sync.client import day_end
from sync.protocol.messages import MoveStore, Pull
from sync.records.audit import Erasure
from sync.records.canonical import Sealed
from sync.records.errors import Refused, Unavailable
from sync.records.kinds import new_id
from sync.records.persons import Person
from sync.records.sameness import Sameness, Verdict, pair_of
from sync.records.times import BEIJING
from sync.records.visits import Channel, Visit
from sync.server import receipt_check
from sync.server.store import records as district_records
from sync.server.store.store import DistrictStore
from tests.support.in_process import DISTRICT_KEY, Desk, LossyDistrict, Weather, enrol_desk, new_district

UNITS = {"甲": "凤凰社区", "乙": "凤凰社区", "丙": "塘尾社区"}
DESKS = st.sampled_from(list(UNITS))
EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "25"))
"""`make machine` asks for ten thousand; a session (installer/session.sh) lets no variable of the program itself in."""
_ALL_TIME = (datetime(2000, 1, 1, tzinfo=BEIJING), datetime(2100, 1, 1, tzinfo=BEIJING))
HISTORIES = itertools.count(1)
"""Histories told so far: `make machine` says after each 500 how many there were (shrinking a failure tells more)."""
FATES = st.lists(st.booleans(), max_size=6)


@cache
def _first_morning() -> tuple[Path, dict[str, Desk]]:
    """A district and its three desks after their first exchange, all closed: making them takes longest.

    A store is one file at one place, so each history goes on in the same folder, filled anew from the copy beside it.
    """
    root = Path(tempfile.mkdtemp(prefix="laws"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    now = root / "now"
    now.mkdir()
    district = new_district(now)
    desks = {name: enrol_desk(now, district, name, unit) for name, unit in UNITS.items()}
    for desk in desks.values():
        day_end.run(desk.journal, desk.district, "test")
        desk.store.close()
    district.close()
    shutil.copytree(now, root / "first")
    return now, desks


class Exchange(RuleBasedStateMachine):
    """Three desks write, edit, erase, exchange and change machines, and messages are lost, said twice and late."""

    @initialize()
    def begin(self) -> None:
        """A district and three enrolled desks that have spoken once."""
        folder, first = _first_morning()
        shutil.rmtree(folder)
        shutil.copytree(folder.with_name("first"), folder)
        self.folder = folder
        self.district = DistrictStore.open(f"sqlite:///{folder / 'district.db'}", DISTRICT_KEY)
        self.desks = {
            name: replace(
                desk,
                store=Store.open(folder / f"{name}.db", desk.key),
                district=LossyDistrict(self.district, desk.device, Weather()),
            )
            for name, desk in first.items()
        }
        self.kept: dict[str, Sealed] = {}
        self.erased: set[str] = set()
        self.persons: list[str] = []
        self.edits: list[tuple[str, str]] = []
        self.machines = 0

    def teardown(self) -> None:
        """Let the stores go."""
        if hasattr(self, "desks"):
            for desk in self.desks.values():
                desk.store.close()
            self.district.close()
        if (told := next(HISTORIES)) % 500 == 0:
            print(f"{told} histories of {EXAMPLES}", flush=True)

    @rule(name=DESKS, text=st.text("漏水欠薪𬱖·", min_size=1, max_size=8))
    def log_visit(self, name: str, text: str) -> None:
        """A visit and a person are kept in one transaction."""
        desk = self.desks[name]
        made = desk.made()
        person = Person(id=new_id("person"), made=made, name=text)
        visit = Visit(id=new_id("visit"), made=made, channel=Channel.WALK_IN, happened_at=made.at, text=text)
        with desk.store.write() as work:
            kept = [work.add(person), work.add(visit)]
        self.kept |= {sealed.id: sealed for sealed in kept}
        self.persons.append(person.id)

    @precondition(lambda self: self.persons)
    @rule(name=DESKS, data=st.data(), phone=st.sampled_from(["13800000001", "13800000002"]))
    def edit_person(self, name: str, data: st.DataObject, phone: str) -> None:
        """An edit of a card that this desk holds, having seen what stands there."""
        desk = self.desks[name]
        person = data.draw(st.sampled_from(self.persons))
        with desk.store.write() as work:
            if work.sealed(person) is None or person in self.erased:
                return
            kept = work.revise(person, {data.draw(st.sampled_from(["note", "address"])): phone}, desk.made())
        if kept is not None:
            self.kept[kept.id] = kept
            self.edits.append((kept.id, person))

    @precondition(lambda self: len(self.persons) > 1)
    @rule(name=DESKS, data=st.data(), verdict=st.sampled_from(Verdict))
    def judge_two_cards(self, name: str, data: st.DataObject, verdict: Verdict) -> None:
        """Somebody says of two cards that they are one person's, or not, having seen what was said here before."""
        desk = self.desks[name]
        one, other = (data.draw(st.sampled_from(self.persons)) for _ in range(2))
        with desk.store.write() as work:
            if one == other or work.sealed(one) is None or work.sealed(other) is None:
                return
            stands = said_about(work, one).pairs.get(pair_of(one, other))
            seen = stands.heads if stands else ()
            said = Sameness(
                id=new_id("sameness"), made=desk.made(), leading=one, other=other, verdict=verdict, seen=seen
            )
            self.kept[said.id] = work.add(said)

    @precondition(lambda self: self.persons)
    @rule(name=DESKS, data=st.data())
    def erase(self, name: str, data: st.DataObject) -> None:
        """A station lead destroys the content of a person's card that is here."""
        desk = self.desks[name]
        target = data.draw(st.sampled_from(self.persons))
        with desk.store.write() as work:
            if work.sealed(target) is None or target in self.erased:
                return
            kept = work.add(Erasure(id=new_id("erasure"), made=desk.made(), target=target, reason="本人要求"))
        self.kept[kept.id] = kept
        self.erased.add(target)

    @rule(name=DESKS, hours=st.integers(-100_000, 100_000))
    def set_clock(self, name: str, hours: int) -> None:
        """The desk's clock jumps."""
        self.desks[name].clock_off = timedelta(hours=hours)

    @rule(name=DESKS, requests=FATES, answers=FATES, twice=FATES, late=FATES)
    def exchange(
        self, name: str, requests: list[bool], answers: list[bool], twice: list[bool], late: list[bool]
    ) -> None:
        """A day end, cut off wherever a message is lost or late."""
        desk = self.desks[name]
        weather = desk.district.weather
        weather.lose_request, weather.lose_answer = list(requests), list(answers)
        weather.repeat, weather.delay = list(twice), list(late)
        try:
            day_end.run(desk.journal, desk.district, "test")
        except Unavailable:
            pass
        finally:
            desk.district.weather.calm()

    @rule(name=DESKS)
    def reopen(self, name: str) -> None:
        """The desk is switched off and on."""
        desk = self.desks[name]
        path = desk.store.path
        desk.store.close()
        desk.store = type(desk.store).open(path, desk.key)

    @rule(name=DESKS)
    def change_machine(self, name: str) -> None:
        """The file is copied to another machine and goes on there under a new id; the first one is heard no more."""
        desk = self.desks[name]
        former, path = desk.store.id, desk.store.path
        desk.store.close()
        self.machines += 1
        there = path.with_name(f"{name}-{self.machines}.db")
        for file in path.parent.glob(f"{path.name}*"):
            shutil.copy(file, there.with_name(file.name.replace(path.name, there.name)))
        desk.store = type(desk.store).open(there, desk.key)
        assert desk.store.id != former
        desk.district.move(MoveStore(former, desk.store.id))
        with pytest.raises(Refused, match="store_retired"):
            desk.district.pull(Pull(former, 0, 10))

    @invariant()
    def nothing_of_one_unit_is_at_a_desk_of_another(self) -> None:
        """Point 8: a desk holds the directories and what its own unit made."""
        if not hasattr(self, "desks"):
            return
        for name, desk in self.desks.items():
            others = {d.store.unit for n, d in self.desks.items() if UNITS[n] != UNITS[name]}
            with desk.store.read() as reader:
                bodies = reader.conn.exec_driver_sql("SELECT body FROM record WHERE kind IN ('visit', 'person')").all()
            assert not any(unit.encode() in row[0] for unit in others for row in bodies)

    @invariant()
    def nothing_is_settled_that_the_district_has_not(self) -> None:
        """Law 2: whatever a desk holds as settled stands at the district with the same hash."""
        if not hasattr(self, "desks"):
            return
        with self.district.read() as conn:
            there = {i: h for _, i, h in district_records.lines(conn)}
        for desk in self.desks.values():
            with desk.store.read() as reader:
                settled = reader.conn.exec_driver_sql("SELECT id, hash FROM record WHERE district_seq > 0").all()
            assert all(there.get(i) == h for i, h in settled)

    @invariant()
    def no_more_is_called_signed_for_than_the_district_has(self) -> None:
        """What is said of today comes from a verified receipt, and each record that it covers is at the district."""
        if not hasattr(self, "desks"):
            return
        with self.district.read() as conn:
            there = {i: h for _, i, h in district_records.lines(conn)}
        for desk in self.desks.values():
            with desk.store.read() as reader:
                told = proved.today(reader, *_ALL_TIME)
                proof = told.proof
                # A store that changed machines begins a journal anew: ordinals of the former one are not this proof's.
                covered = reader.sql(
                    "SELECT id, hash FROM record"
                    " WHERE line >= ? AND state = 'settled' AND ordinal <= ? AND district_seq <= ?",
                    (chain.journal_from(reader.sql), *((proof.ordinal, proof.upto) if proof else (0, 0))),
                ).fetchall()
            assert told.signed == len(covered)
            assert all(there.get(i) == h for i, h in covered)

    def teardown_checks(self) -> None:
        """Calm weather: two rounds, and everything agrees."""
        for name in [*UNITS, *UNITS]:
            self.exchange(name, [], [], [], [])
        with self.district.read() as conn:
            there = {i: (k, h) for k, i, h in district_records.lines(conn)}
        for sealed in self.kept.values():
            assert there.get(sealed.id) == (sealed.kind, sealed.hash)
        for desk in self.desks.values():
            outcome = day_end.run(desk.journal, desk.district, "test")
            assert outcome.receipt.agreed
            assert (outcome.unsent, outcome.held, outcome.pushed) == (0, 0, 0)
            assert outcome.proved
            with desk.store.read() as reader:
                told = proved.today(reader, *_ALL_TIME)
                assert (told.signed, told.lacks) == (told.written, ())
                assert not chain.verify(reader.sql, reader.store).broken
        assert receipt_check.verify(self.district).faults == ()
        self._nothing_is_left_of_what_was_erased()
        self._same_cards()

    def _nothing_is_left_of_what_was_erased(self) -> None:
        edits = {i for i, card in self.edits if card in self.erased}
        with self.district.read() as conn:
            here = {k.id: k for k in district_records.read_many(conn, self.erased | edits)}
        assert all(sealed.erased for sealed in here.values())
        assert here.keys() == self.erased | edits

    def _same_cards(self) -> None:
        views, joins = {}, {}
        for name, desk in self.desks.items():
            with desk.store.read() as reader:
                here = [p for p in self.persons if reader.sealed(p) is not None]
                for target in self.erased & set(here):
                    sealed = reader.sealed(target)
                    assert sealed is not None
                    assert sealed.erased
                views[name] = {p: reader.folded(p) for p in here if p not in self.erased}
                joins[name] = joined_with(reader, here)
            assert rebuild_projections(desk.store) == {}
        assert views["甲"] == views["乙"]
        assert joins["甲"] == joins["乙"], "both desks show the same cards together"
        assert len(self.persons) == len(views["甲"]) + len(views["丙"]) + len(self.erased)


class ExchangeToTheEnd(Exchange):
    """The same, with the final comparison before the stores are closed."""

    def teardown(self) -> None:
        """Compare, then let go."""
        try:
            if hasattr(self, "desks"):
                self.teardown_checks()
        finally:
            super().teardown()


TestExchangeLaws = ExchangeToTheEnd.TestCase
TestExchangeLaws.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_a_restored_store_gets_what_its_former_self_sent_after_the_backup(tmp_path: Path) -> None:
    """Law 8: the restored store speaks under a new id and is told what was pushed after the backup was made."""
    district = new_district(tmp_path)
    desk = enrol_desk(tmp_path / "甲", district, "甲")
    day_end.run(desk.journal, desk.district, "test")
    now = datetime.now(BEIJING)
    visits = [
        Visit(id=new_id("visit"), made=desk.made(), channel=Channel.PHONE, happened_at=now, text=text)
        for text in ("备份之前", "备份之后")
    ]
    with desk.store.write() as work:
        work.add(visits[0])
    day_end.run(desk.journal, desk.district, "test")
    from desktop.store.backup import backup, restore

    backup(desk.store, desk.key, tmp_path / "copy.qsb", "a recovery passphrase 2026", lambda *_: None)
    with desk.store.write() as work:
        work.add(visits[1])
    day_end.run(desk.journal, desk.district, "test")
    former = desk.store.id
    desk.store.close()
    restored = restore(tmp_path / "copy.qsb", tmp_path / "restored.db", "a recovery passphrase 2026", desk.key)
    desk.store = type(desk.store).open(tmp_path / "restored.db", desk.key) if not hasattr(restored, "id") else restored
    assert desk.store.id != former
    desk.district.move(MoveStore(former, desk.store.id))
    outcome = day_end.run(desk.journal, desk.district, "test")
    assert outcome.receipt.agreed
    with desk.store.read() as reader:
        assert all(reader.sealed(v.id) is not None for v in visits)
    desk.store.close()
    district.close()
