"""Enrolment, day end, backup and restore by their verbs, against a real district on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.actions import clock
from desktop.actions.backups import back_up, restore
from desktop.actions.day_end import DayEnd, Underway, run_day_end
from desktop.actions.desk import Desk
from desktop.actions.enrolment import enrol
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.mediation_events import correction_draft, event_draft, note_event
from desktop.actions.mediations import mediation_draft_from, open_mediation
from desktop.actions.papers import issue_paper
from desktop.actions.sending import FileProgress, send_files
from desktop.actions.sheets import registration_sheet
from desktop.actions.signing_in import sign_in
from desktop.actions.visits import log_visit
from desktop.config import Home
from desktop.forms.questions import fresh
from desktop.forms.visits import VISIT_FORM
from desktop.keys import WrappedKeys
from desktop.store.journal import StoreJournal
from desktop.store.links import prints_of
from desktop.store.store import Store
from desktop.store.tally import records
from desktop.store.units import staff, units
from sync.records.believed import Believed, ClockDoubt
from sync.records.canonical import digest
from sync.records.errors import Refused, RuleBroken, Unavailable
from sync.records.papers import PaperKind
from sync.records.units import Role
from sync.rehearsal.processes import DistrictProcess
from tests.support.breaking_line import BreakingLine, Moment
from tests.support.district_process import DistrictHere
from tests.support.silent import listening

PASSWORD = "Guang-Ming-2026"
PASSPHRASE = "a long recovery passphrase"


@dataclass
class Enrolled:
    """A district that runs, and a station that was enrolled there by its verb."""

    district: DistrictProcess
    code: str
    home: Home
    keys: WrappedKeys
    store: Store
    desk: Desk

    def day_end(self, desk: Desk | None = None) -> DayEnd:
        desk = desk or self.desk
        return run_day_end(desk, self.home, keys=self.keys)

    def send_files(self) -> FileProgress:
        return send_files(self.desk, self.home, keys=self.keys)

    def held_alike(self, store: Store) -> bool:
        """Whether both ends, each from its own store, compute the same digest over this station's records."""
        with store.read() as reader:
            here = digest(list(records(reader)))
        return here == str(self.district.records("--station", self.desk.session.unit_name)["digest"])

    def held_there(self, store: Store) -> bool:
        """Whether the district holds everything that this store holds, with the same hashes."""
        with store.read() as reader:
            here = {f"{kind} {i} {h.hex()}" for kind, i, h in records(reader)}
        return bool(here) and here <= set(self.district.verb("records", "--lines").splitlines())


def _visit(desk: Desk, text: str = "漏水") -> str:
    given = {"name": "张伟", "text": text, "happened_at": desk.now().isoformat()}
    return log_visit(desk, fresh(VISIT_FORM, "visit", given)).number


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DistrictProcess]:
    """One district for all tests; each station is alone in it, but for the directory."""
    with DistrictHere(tmp_path_factory.mktemp("district")) as district:
        district.init()
        district.verb("department", "add", "区住房和建设局")
        district.serve()
        yield district


def _code(district: DistrictProcess, station: str) -> str:
    contact = ("--telephone", "0755-2345 6789", "--address", "凤凰路1号")
    return district.last_line("station", "add", station, "--level", "community", *contact)


@pytest.fixture
def enrolled(district: DistrictProcess, tmp_path: Path) -> Iterator[Enrolled]:
    """A station that has just been enrolled."""
    code = _code(district, f"凤凰社区{tmp_path.name[-12:]}")
    home = Home(tmp_path / "home").make()
    keys = WrappedKeys(home.keys_path, PASSPHRASE)
    store = enrol(home, keys, district.url, code, "李文静", PASSWORD)
    desk = Desk(store, sign_in(store, "李文静", PASSWORD))
    made = Enrolled(district, code, home, keys, store, desk)
    yield made
    made.store.close()


def test_enrolment_makes_a_store_and_its_first_staff_member(enrolled: Enrolled) -> None:
    session = enrolled.desk.session
    assert session.roles == {Role.REGISTRAR, Role.MEDIATOR, Role.STATION_LEAD}
    assert session.unit_name.startswith("凤凰社区")
    assert enrolled.home.settings.device.startswith("dev_")
    assert not (enrolled.home.path / "enrolment.json").exists()
    with pytest.raises(Refused, match="exists"):
        enrol(enrolled.home, enrolled.keys, enrolled.district.url, enrolled.code, "李文静", PASSWORD)


def test_a_slip_says_the_telephone_and_address_that_the_district_gave_the_station(enrolled: Enrolled) -> None:
    enrolled.day_end()
    given = {"name": "张伟", "text": "漏水", "happened_at": enrolled.desk.now().isoformat()}
    visit = log_visit(enrolled.desk, fresh(VISIT_FORM, "visit", given)).id
    with enrolled.store.read() as reader:
        receipt = registration_sheet(reader, enrolled.desk.session, visit).receipt
    assert receipt is not None
    assert (receipt.contact, receipt.phone, receipt.address) == ("李文静", "0755-23456789", "凤凰路1号")


def test_a_day_end_leaves_both_ends_with_the_same_records(enrolled: Enrolled) -> None:
    number = _visit(enrolled.desk)
    end = enrolled.day_end()
    assert (end.agreed, end.unsent, end.held, end.refused) == (True, 0, 0, 0)
    assert end.pushed == end.acknowledged > 3
    assert enrolled.held_alike(enrolled.store)
    with enrolled.store.read() as reader:
        assert "区住房和建设局" in {u.name for u in units(reader).values()}
        assert staff(reader)[enrolled.desk.session.staff].made.by == ""
    again = enrolled.day_end()
    assert (again.agreed, again.pushed, again.pulled) == (True, 0, 0)
    assert _visit(enrolled.desk) != number


def test_after_the_first_exchange_numbers_come_from_the_districts_lease(enrolled: Enrolled) -> None:
    assert "-" in _visit(enrolled.desk).split("登", 1)[1].split("-", 1)[1]
    enrolled.day_end()
    serial = _visit(enrolled.desk).split("登", 1)[1].split("-", 1)[1]
    assert serial.isdigit()


def test_an_interrupted_enrolment_is_finished_by_the_same_call(district: DistrictProcess, tmp_path: Path) -> None:
    code = _code(district, "长圳社区")
    home = Home(tmp_path / "home").make()
    keys = WrappedKeys(home.keys_path, PASSPHRASE)
    with pytest.raises(Unavailable):
        enrol(home, keys, "http://127.0.0.1:9", code, "李文静", PASSWORD)
    assert not home.store_path.exists()
    note = (home.path / "enrolment.json").read_text(encoding="ascii")
    enrol(home, keys, district.url, code, "李文静", PASSWORD).close()
    assert home.settings.device in note
    other = Home(tmp_path / "other").make()
    with pytest.raises(Refused):
        enrol(other, WrappedKeys(other.keys_path, PASSPHRASE), district.url, code, "王五", PASSWORD)


def test_a_bad_name_password_or_code_makes_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").make()
    keys = WrappedKeys(home.keys_path, PASSPHRASE)
    with pytest.raises(RuleBroken):
        enrol(home, keys, "http://127.0.0.1:9", "QS1-X", " ", PASSWORD)
    with pytest.raises(RuleBroken):
        enrol(home, keys, "http://127.0.0.1:9", "QS1-X", "李文静", "weak")
    with pytest.raises(Refused, match="bad_code"):
        enrol(home, keys, "http://127.0.0.1:9", "QS1-X", "李文静", PASSWORD)
    assert [p.name for p in home.path.iterdir()] == []


def test_a_day_end_without_a_network_loses_nothing(enrolled: Enrolled) -> None:
    _visit(enrolled.desk)
    enrolled.home.save(replace(enrolled.home.settings, district_url="http://127.0.0.1:9"))
    with pytest.raises(Unavailable):
        enrolled.day_end()
    assert StoreJournal(enrolled.store).standing().unsent > 3


@pytest.mark.parametrize(("verb", "older"), [("push", True), ("pull", True), ("exchange", False)])
@pytest.mark.parametrize("moment", [Moment.HALFWAY, Moment.ANSWERED])
def test_a_day_end_goes_on_from_where_the_line_broke(
    enrolled: Enrolled, verb: str, older: bool, moment: Moment
) -> None:
    enrolled.day_end()
    _visit(enrolled.desk)
    told: list[Underway] = []
    with BreakingLine(enrolled.district.url) as line:
        line.older = older
        enrolled.home.save(replace(enrolled.home.settings, district_url=line.url))
        line.break_at(verb, moment, lambda: None)
        end = run_day_end(enrolled.desk, enrolled.home, told.append, keys=enrolled.keys)
        assert line.broke.is_set()
    assert (end.agreed, end.unsent, end.refused) == (True, 0, 0)
    assert enrolled.held_alike(enrolled.store)
    assert [0 < each.pause <= 1 for each in told if each.pause] == [True]
    carried = [each.carried for each in told]
    assert carried == sorted(carried)
    assert end.carried >= carried[-1] > 0
    assert {each.stage for each in told} >= {"stage_hello", "stage_push", "stage_pull"}


def test_a_line_that_never_carries_is_told_in_the_end_and_costs_nothing(enrolled: Enrolled) -> None:
    enrolled.day_end()
    _visit(enrolled.desk)
    with listening() as silent:
        silent.settimeout(10)
        hung_up = threading.Thread(target=lambda: [silent.accept()[0].close() for _ in range(2)])
        hung_up.start()
        enrolled.home.save(replace(enrolled.home.settings, district_url=f"http://127.0.0.1:{silent.getsockname()[1]}"))
        with pytest.raises(Unavailable, match=r"no_answer"):
            run_day_end(enrolled.desk, enrolled.home, keys=enrolled.keys, tries=2)
        hung_up.join()
    assert StoreJournal(enrolled.store).standing().unsent > 0


def test_a_restored_store_speaks_under_its_new_id(enrolled: Enrolled, tmp_path: Path) -> None:
    enrolled.day_end()
    _visit(enrolled.desk, "备份前")
    target = tmp_path / "backup.qsb"
    key = enrolled.keys.store_key(enrolled.store.id)
    with pytest.raises(Refused, match="passphrase_short"):
        back_up(enrolled.desk, key, target, "short")
    made = back_up(enrolled.desk, key, target, PASSPHRASE)
    assert made.size == target.stat().st_size
    enrolled.store.close()
    enrolled.home.store_path.rename(tmp_path / "lost.db")
    store = restore(enrolled.home, enrolled.keys, target, PASSPHRASE)
    assert store.id != enrolled.store.id
    desk = Desk(store, sign_in(store, "李文静", PASSWORD))
    _visit(desk, "恢复后")
    end = enrolled.day_end(desk)
    assert (end.agreed, end.unsent, end.refused) == (True, 0, 0)
    assert enrolled.held_there(store)
    store.close()


def test_a_session_s_record_and_a_correction_reach_the_district(enrolled: Enrolled) -> None:
    enrolled.day_end()
    desk = enrolled.desk
    given = {"name": "张伟", "text": "漏水", "happened_at": desk.now().isoformat()}
    visit = log_visit(desk, fresh(VISIT_FORM, "visit", given)).id
    draft = matter_draft_from(desk, visit)
    firm = {"role": "respondent", "party_kind": "organisation", "name": "某某物业有限公司"}
    matter = open_matter(desk, visit, {**draft, "parties": [*draft["parties"], firm]}).id
    mediation = open_mediation(desk, matter, mediation_draft_from(desk, matter)).id
    told = {"kind": "joint", "present": "张伟", "text": "双方到场"}
    note_event(desk, mediation, event_draft(desk, mediation) | told)
    again = correction_draft(desk, mediation) | {"text": "双方到场并签字", "amend_reason": "漏记"}
    corrected = note_event(desk, mediation, again).id
    issue_paper(desk, PaperKind.MEDIATION_RECORD, corrected)
    enrolled.day_end()
    assert enrolled.held_alike(enrolled.store)
    with enrolled.store.read() as reader:
        assert prints_of(reader, corrected)
        assert reader.sql("SELECT count(*) FROM record WHERE state = 'held'").fetchone()[0] == 0


def test_after_a_signed_day_end_a_clock_that_is_set_is_not_believed(enrolled: Enrolled) -> None:
    _visit(enrolled.desk)
    end = enrolled.day_end()
    assert end.proved

    def told(shift: timedelta) -> Believed:
        with enrolled.store.read() as reader:
            return clock.believed_now(reader, enrolled.desk.now() + shift)

    assert told(timedelta()).doubt is None
    for year in (timedelta(days=365), timedelta(days=-365)):
        assert told(year).doubt is ClockDoubt.MOVED
        assert abs(told(year).now - end.at) < timedelta(minutes=5)
    with pytest.MonkeyPatch.context() as patch:  # the computer was started anew, and its steady clock with it
        patch.setattr(clock, "boot", lambda: "another")
        assert told(timedelta(days=-365)).doubt is ClockDoubt.BEHIND
        assert told(timedelta(days=-365)).now >= end.at
        assert told(timedelta(days=365)).doubt is ClockDoubt.SILENT
        assert told(timedelta(days=365)).earliest <= enrolled.desk.now()
