"""A record that meets a mistake in the district's program costs itself, and nothing that stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from sync.client import day_end
from sync.protocol.messages import Frame, Push, State
from sync.records.kinds import new_id, new_identity
from sync.records.mediations import Mediation
from sync.records.record import Record
from sync.records.visits import Visit
from sync.server import push as pushing
from sync.server import receipt_check, receipt_keys
from sync.server.secret_files import write_secret
from sync.server.sifting import FAULT
from sync.server.store.store import DistrictStore
from tests.support import in_process
from tests.support.district import Desk, enrol_desk, order, sealed, visit

BUG = pytest.mark.allowed_log("bug: record ")
LATEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def desk(district_store: DistrictStore) -> Desk:
    return enrol_desk(district_store)


def fails_at(texts: set[str], monkeypatch: pytest.MonkeyPatch, error: Callable[[], Exception]) -> None:
    """Plant a mistake: what is told after a record was kept fails at visits with these texts."""
    goes = pushing._tell

    def tell(conn: Any, listed: list[tuple[Record, int, str]], at: datetime) -> None:
        if any(isinstance(record, Visit) and record.text in texts for record, _, _ in listed):
            raise error()
        goes(conn, listed, at)

    monkeypatch.setattr(pushing, "_tell", tell)


def test_times_that_no_clock_shows_are_refused_by_themselves(desk: Desk) -> None:
    late = order(desk.made(), new_identity("uni"), issued_at=LATEST)
    answers = desk.reasons(desk.visit("照常"), late, desk.visit("最晚", happened_at=LATEST), desk.visit("也照常"))
    assert answers == ["", "protocol.unreadable_record", "protocol.unreadable_record", ""]
    assert desk.reasons(visit(desk.made(at=LATEST)), desk.visit("第三件")) == ["protocol.unreadable_record", ""]


@BUG
def test_a_mistake_at_one_record_costs_that_record(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    visits = [sealed(desk.visit(f"第{n}件")) for n in range(20)]
    fails_at({"第3件", "第17件"}, monkeypatch, lambda: ZeroDivisionError())
    answers = desk.push(*visits)
    refused = [n for n, answer in enumerate(answers) if answer.state is State.REFUSED]
    assert (refused, {answers[n].reason for n in refused}) == ([3, 17], {FAULT})
    numbers = [answer.seq for answer in answers if answer.seq]
    assert numbers == list(range(numbers[0], numbers[0] + 18)), "a trial takes no number"
    assert desk.push(*visits) == answers, "said again, it is answered alike"
    monkeypatch.undo()
    assert desk.reasons(visits[3], visits[17]) == ["", ""], "mended, they are taken"


def test_a_mistake_that_no_record_makes_is_none_of_a_record(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "cursor_of", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        desk.push(desk.visit())


def test_a_database_that_is_away_is_no_mistake(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_at({"楼上漏水"}, monkeypatch, lambda: OperationalError("", {}, Exception()))
    with pytest.raises(OperationalError):
        desk.push(desk.visit())
    monkeypatch.undo()
    assert desk.reasons(desk.visit()) == [""]


@pytest.fixture
def station(district_store: DistrictStore, tmp_path: Path) -> Iterator[in_process.Desk]:
    write_secret(tmp_path / "receipt.key", in_process.RECEIPT_SECRET.hex().encode())
    receipt_keys.ready(district_store, tmp_path / "receipt.key")
    made = in_process.enrol_desk(tmp_path, district_store, "李文静")
    yield made
    made.store.close()


@BUG
def test_an_id_with_a_null_character_costs_its_record_alone(
    station: in_process.Desk, district_store: DistrictStore
) -> None:
    made = station.made()
    odd = Mediation(id=new_id("mediation"), made=made, matter="mat_\x00", unit=made.unit, started_at=made.at)
    page = Push(station.store.id, [Frame.of(sealed(record)) for record in (visit(made), odd, visit(made))])
    answers = station.district.push(page).answers
    assert [answer.reason for answer in answers] == ["", FAULT if district_store.postgres else "", ""]


@BUG
def test_a_day_ends_with_its_receipt_and_the_record_is_held(
    station: in_process.Desk, district_store: DistrictStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails_at({"第2件"}, monkeypatch, lambda: ZeroDivisionError())
    with station.store.write() as work:
        for n in range(5):
            work.add(visit(station.made(), f"第{n}件"))
    ended = day_end.run(station.journal, station.district, "test")
    assert ended.proved
    standing = station.journal.standing()
    assert (standing.unsent, standing.held) == (0, 1)
    assert receipt_check.verify(district_store).faults == ()
