"""A file older than what its district knows of it: a machine set back, a backup restored; or a district set back."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desktop.store import held, proved
from desktop.store.files import put_file
from desktop.store.store import Store
from sync.client import background, day_end
from sync.client.file_lane import FileLane, send_all
from sync.protocol.messages import Answer, MoveStore, State
from sync.records.audit import Erasure
from sync.records.kinds import new_id
from sync.records.papers import Attachment, Series
from sync.records.times import BEIJING
from sync.server.store.files import file_size
from sync.server.store.store import DistrictStore
from tests.support.district import visit
from tests.support.in_process import DISTRICT_KEY, Desk, LossyDistrict, enrol_desk, new_district
from tests.support.sticks import carrier

PAPER = b"%PDF-1.7\n" + os.urandom(3000)
DIGEST = hashlib.sha256(PAPER).hexdigest()


@dataclass
class There:
    """The district, which may be set back."""

    store: DistrictStore


@pytest.fixture
def there(tmp_path: Path) -> Iterator[There]:
    one = There(new_district(tmp_path))
    yield one
    one.store.close()


@pytest.fixture
def desk(tmp_path: Path, there: There) -> Iterator[Desk]:
    made = enrol_desk(tmp_path, there.store, "李文静")
    yield made
    made.store.close()


@pytest.fixture
def other(tmp_path: Path, there: There) -> Iterator[Desk]:
    made = enrol_desk(tmp_path, there.store, "赵登记")
    yield made
    made.store.close()


def write(desk: Desk, count: int = 1, *, numbered: bool = False) -> tuple[list[str], list[str]]:
    """Keep visits; returns their ids and numbers."""
    ids, numbers = [], []
    for n in range(count):
        made = desk.made()
        with desk.store.write() as work:
            year = datetime.now(BEIJING).year
            number = work.allocate(Series.VISIT, desk.unit, "凤凰", year) if numbered else None
            kept = visit(made, f"第{n}件", number=number)
            work.add(kept)
        ids.append(kept.id)
        numbers += [number] if number else []
    return ids, numbers


def run(desk: Desk) -> day_end.DayEnd:
    return day_end.run(desk.journal, desk.district, "test")


def here(desk: Desk) -> set[str]:
    with desk.store.read() as reader:
        return {row[0] for row in reader.sql("SELECT id FROM record WHERE kind = 'visit'")}


def today(desk: Desk) -> proved.Today:
    begin = datetime.now(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    with desk.store.read() as reader:
        return proved.today(reader, begin, begin + timedelta(days=1))


def attach(desk: Desk, subject: str) -> str:
    named = Attachment(
        id=new_id("attachment"),
        made=desk.made(),
        subject=subject,
        name="工资条.pdf",
        media_type="application/pdf",
        size=len(PAPER),
        digest=DIGEST,
    )
    with desk.store.write() as work:
        work.add(named)
        put_file(work, DIGEST, PAPER)
    return named.id


def send_files(desk: Desk) -> None:
    send_all(FileLane(desk.journal, desk.district, in_pieces=True), pause=lambda *_: None)


def bytes_at(there: There) -> int | None:
    with there.store.read() as conn:
        return file_size(conn, DIGEST)


def set_back(path: Path, then: Path) -> None:
    """Put the file of yesterday in the place of today's."""
    shutil.copyfile(then, path)
    for rest in path.parent.glob(f"{path.name}-*"):
        rest.unlink()


@pytest.fixture
def noticed(desk: Desk, tmp_path: Path) -> Callable[[], tuple[list[str], list[str]]]:
    """A machine that was set back, and whose day end has shown it; gives what was written there since the copy."""

    def make() -> tuple[list[str], list[str]]:
        write(desk, 2, numbered=True)
        run(desk)
        desk.store.close()
        shutil.copyfile(desk.store.path, tmp_path / "older.db")
        desk.store = Store.open(desk.store.path, desk.key)
        lost = write(desk, 4, numbered=True)
        run(desk)
        desk.store.close()
        set_back(desk.store.path, tmp_path / "older.db")
        desk.store = Store.open(desk.store.path, desk.key, take_up=True)
        write(desk)
        run(desk)
        told = today(desk).proof
        assert told is not None
        assert told.differs
        return lost

    return make


def test_what_it_had_written_comes_back_though_it_exchanged_before_it_was_opened_anew(
    desk: Desk, noticed: Callable[[], tuple[list[str], list[str]]]
) -> None:
    ids, _ = noticed()
    write(desk)
    background.run(desk.journal, desk.district, "test", lambda: False)
    former = desk.store.id
    desk.store.close()
    desk.store = Store.open(desk.store.path, desk.key)
    assert desk.store.id != former
    desk.district.move(MoveStore(former, desk.store.id))
    write(desk)
    run(desk)
    assert set(ids) <= here(desk)
    write(desk)
    assert run(desk).proved


def test_no_number_is_given_twice_once_it_was_noticed(
    desk: Desk, noticed: Callable[[], tuple[list[str], list[str]]]
) -> None:
    _, given = noticed()
    _, now = write(desk, 4, numbered=True)
    background.run(desk.journal, desk.district, "test", lambda: False)  # leases that were given meanwhile come down
    _, then = write(desk, 4, numbered=True)
    former = desk.store.id
    desk.store.close()
    desk.store = Store.open(desk.store.path, desk.key)
    desk.district.move(MoveStore(former, desk.store.id))
    _, offline = write(desk, 2, numbered=True)
    run(desk)
    _, later = write(desk, 4, numbered=True)
    numbers = [*given, *now, *then, *offline, *later]
    assert len(set(numbers)) == len(numbers) == 18
    assert all("-" not in number.partition("-")[2] for number in later), "leased again"


def test_a_record_that_was_held_in_a_backup_and_taken_since_is_held_no_more(desk: Desk, tmp_path: Path) -> None:
    (refused,), _ = write(desk)
    sent = next(one for one in desk.journal.unsent(100, 1 << 20, 0)[0] if one.id == refused)
    desk.journal.settle([Answer(sent.id, sent.hash, State.REFUSED, reason="protocol.unknown_staff")])
    desk.store.close()
    shutil.copyfile(desk.store.path, tmp_path / "backup.db")
    desk.store = Store.open(desk.store.path, desk.key)
    with desk.store.write() as work:
        held.send_again(work, refused)
    assert run(desk).proved
    former = desk.store.id
    desk.store.close()
    (tmp_path / "elsewhere").mkdir()
    restored = tmp_path / "elsewhere" / "store.db"
    shutil.copyfile(tmp_path / "backup.db", restored)
    shutil.copyfile(f"{desk.store.path}.id", f"{restored}.id")
    desk.store = Store.open(restored, desk.key, take_up=True)
    desk.district.move(MoveStore(former, desk.store.id))
    write(desk)
    run(desk)
    assert run(desk).proved
    assert (desk.journal.standing().held, desk.journal.standing().unsent) == (0, 0)


def test_an_answer_by_stick_that_was_overtaken_sets_no_proof_back(desk: Desk, there: There, tmp_path: Path) -> None:
    write(desk, 3)
    run(desk)
    write(desk, 10)
    stick = carrier(desk, tmp_path)
    done = stick.import_at(there.store, stick.write(there.store).files)
    write(desk, 5)
    assert run(desk).proved
    before = today(desk)
    assert before.written == before.signed
    stick.read(done.answers)
    assert today(desk) == before


def test_bytes_go_up_again_whose_first_attachment_was_erased_meanwhile(desk: Desk, other: Desk, there: There) -> None:
    (one, two), _ = write(desk, 2)
    first = attach(desk, one)
    run(desk)
    send_files(desk)
    run(other)
    attach(desk, two)  # the same picture at another visit, which the district has not heard of
    with other.store.write() as work:
        work.add(Erasure(id=new_id("erasure"), made=other.made(), target=first, reason="误登"))
    run(other)
    assert bytes_at(there) is None
    assert run(desk).files_waiting == 1
    send_files(desk)
    assert bytes_at(there) == len(PAPER)


def test_bytes_go_up_again_to_a_district_that_was_set_back(
    desk: Desk, other: Desk, there: There, tmp_path: Path
) -> None:
    def opened() -> None:
        there.store = DistrictStore.open(f"sqlite:///{tmp_path / 'district.db'}", DISTRICT_KEY)
        for one in (desk, other):
            one.district = LossyDistrict(there.store, one.device, one.district.weather)

    (one,), _ = write(desk)
    run(desk)
    run(other)
    there.store.close()
    shutil.copyfile(tmp_path / "district.db", tmp_path / "yesterday.db")
    opened()
    attach(desk, one)
    run(desk)
    send_files(desk)
    there.store.close()
    set_back(tmp_path / "district.db", tmp_path / "yesterday.db")
    opened()
    write(other, 20)
    run(other)
    write(desk)
    for _ in range(3):
        run(desk)
    send_files(desk)
    assert bytes_at(there) == len(PAPER)
