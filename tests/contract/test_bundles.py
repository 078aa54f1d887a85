"""A bundle's way to the district and back, with real files, real station stores, and a district on either database."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select

from desktop.store.backup import backup, restore
from desktop.store.files import put_file
from desktop.store.held import list_closed
from desktop.store.store import Store
from resources import wording
from sync.client import bundles, day_end, one_trip, pages
from sync.protocol import age, bundle, bundle_reading, bundle_writing
from sync.protocol.bundle import HEAD_BYTES, Answers, Closing, Direction, FilePiece, Item
from sync.protocol.bundle_writing import MB
from sync.protocol.messages import MoveStore
from sync.protocol.signed import public_of
from sync.records.audit import Erasure
from sync.records.errors import Damaged, QianshaoError, Refused
from sync.records.kinds import STORE_PREFIX, new_id, new_identity
from sync.records.papers import Attachment
from sync.records.persons import Person
from sync.records.visits import Channel, Visit
from sync.server import receipt_check
from sync.server.bundle_keys import signing_secret
from sync.server.store import records as district_records
from sync.server.store.devices import revoke
from sync.server.store.schema import file, lease
from sync.server.store.store import DistrictStore, district
from tests.support import sticks
from tests.support.district import district_store as district_store
from tests.support.full_disk import full_after
from tests.support.in_process import Desk, enrol_desk
from tests.support.postgres import postgres_url as postgres_url
from tests.support.sticks import Carrier, carrier

PASSPHRASE = "a recovery passphrase 2026"


@pytest.fixture
def desk(district_store: DistrictStore, tmp_path: Path) -> Iterator[Desk]:
    """A desk that was enrolled and then never had a network."""
    made = enrol_desk(tmp_path, district_store, "甲")
    yield made
    made.store.close()


@pytest.fixture
def stick(desk: Desk, tmp_path: Path) -> Carrier:
    """Its stick."""
    return carrier(desk, tmp_path)


def log(desk: Desk, text: str = "楼上漏水") -> Visit:
    made = desk.made()
    visit = Visit(id=new_id("visit"), made=made, channel=Channel.WALK_IN, happened_at=made.at, text=text)
    with desk.store.write() as work:
        work.add(visit)
    return visit


def attach(desk: Desk, visit: Visit, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    record = Attachment(
        id=new_id("attachment"),
        made=desk.made(),
        subject=visit.id,
        name="照片.pdf",
        media_type="application/pdf",
        size=len(content),
        digest=digest,
    )
    with desk.store.write() as work:
        work.add(record)
        put_file(work, digest, content)
    return digest


def held_at(store: DistrictStore) -> dict[str, bytes]:
    with store.read() as conn:
        return {i: h for _, i, h in district_records.lines(conn)}


def refusal(carried: Carrier, store: DistrictStore, *files: Path, **options: object) -> QianshaoError:
    before = held_at(store)
    with pytest.raises(QianshaoError) as caught:
        carried.import_at(store, files, **options)
    assert held_at(store) == before, "nothing is half-applied"
    return caught.value


def test_a_station_without_network_lives_by_stick_alone(
    district_store: DistrictStore, desk: Desk, stick: Carrier
) -> None:
    for trip in range(3):
        visits = [log(desk, f"第{trip}趟") for _ in range(5)]
        written = stick.write(district_store)
        done = stick.import_at(district_store, written.files)
        assert (done.refused, done.again, done.agreed) == (0, None, True)
        back = stick.read(done.answers)
        assert back.accepted == done.records
        assert back.receipt is not None
        assert back.receipt.agreed
        standing = desk.journal.standing()
        assert (standing.unsent, standing.held) == (0, 0)
        assert standing.receipt_chain == back.receipt.chain
        there = held_at(district_store)
        assert all(visit.id in there for visit in visits)
    with desk.store.read() as reader:
        leases = reader.conn.exec_driver_sql("SELECT count(*) FROM record WHERE kind = 'number_lease'").scalar()
    assert leases, "numbers came back on the stick"
    assert day_end.run(desk.journal, desk.district, "test").receipt.agreed, "and the network goes on from there"


def test_a_bundle_that_comes_again_gets_the_same_receipt(
    district_store: DistrictStore, desk: Desk, stick: Carrier
) -> None:
    log(desk)
    written = stick.write(district_store)
    first = stick.import_at(district_store, written.files)
    there = held_at(district_store)
    log(desk)
    day_end.run(desk.journal, desk.district, "test")
    again = stick.import_at(district_store, written.files)
    assert again.again is not None
    assert again.receipt == first.receipt
    assert held_at(district_store).items() >= there.items()
    assert stick.read(again.answers).refused == 0
    assert stick.read(first.answers).refused == 0
    assert day_end.run(desk.journal, desk.district, "test").receipt.agreed


def test_what_only_the_stick_has_of_a_machine_that_broke_reaches_the_district_and_the_restored_store(
    district_store: DistrictStore, desk: Desk, stick: Carrier, tmp_path: Path
) -> None:
    before = log(desk, "备份之前")
    backup(desk.store, desk.key, tmp_path / "copy.qsb", PASSPHRASE, lambda *_: None)
    after = log(desk, "备份之后")
    paper = attach(desk, after, b"%PDF-1.7 wage slip")
    written = stick.write(district_store)
    former = desk.store.id
    desk.store.close()
    restore(tmp_path / "copy.qsb", tmp_path / "restored.db", PASSPHRASE, desk.key)
    desk.store = Store.open(tmp_path / "restored.db", desk.key)
    desk.district.move(MoveStore(former, desk.store.id))
    assert day_end.run(desk.journal, desk.district, "test").receipt.agreed, "the restored store goes on by itself"
    assert after.id not in held_at(district_store)
    leased = leases_of(district_store, former)
    done = stick.import_at(district_store, written.files)
    assert (done.retired, done.refused, done.receipt, done.files) == (True, 0, "", 1)
    assert {before.id, after.id} <= held_at(district_store).keys()
    again = stick.import_at(district_store, written.files)
    assert (again.retired, again.refused, again.records) == (True, 0, done.records)
    assert day_end.run(desk.journal, desk.district, "test").receipt.agreed
    with desk.store.read() as reader:
        assert reader.sealed(after.id) is not None, "the machine has again what it lost"
    with district_store.read() as conn:
        assert conn.execute(select(file.c.digest)).scalars().all() == [paper]
    assert leases_of(district_store, former) == leased, "nobody uses numbers of a store that speaks no more"
    assert receipt_check.verify(district_store).faults == ()


def leases_of(store: DistrictStore, desk: str) -> int:
    with store.read() as conn:
        return len(conn.execute(select(lease.c.store).where(lease.c.store == desk)).all())


def test_what_is_refused_in_the_middle_leaves_nobody_reading(
    district_store: DistrictStore, desk: Desk, stick: Carrier
) -> None:
    attach(desk, log(desk), os.urandom(4 * MB))  # more pieces than the reading goes ahead
    foreign = new_identity(STORE_PREFIX)
    proof = bundle.prove(desk.device.digest, public_of(stick.signing), foreign, desk.device.device)
    written = stick.write(district_store, store=foreign, proof=proof)
    assert refusal(stick, district_store, *written.files).key == "protocol.foreign_store"
    assert "bundle" not in {thread.name for thread in threading.enumerate()}


def test_network_first_stick_late(district_store: DistrictStore, desk: Desk, stick: Carrier) -> None:
    visit = log(desk)
    written = stick.write(district_store)
    outcome = day_end.run(desk.journal, desk.district, "test")
    upto = desk.journal.standing().receipt_upto
    done = stick.import_at(district_store, written.files)
    stick.read(done.answers)
    assert outcome.receipt.agreed
    assert visit.id in held_at(district_store)
    with desk.store.read() as reader:
        rows = reader.conn.exec_driver_sql("SELECT count(*) FROM record WHERE id = ?", (visit.id,)).scalar()
    assert rows == 1
    assert desk.journal.standing().receipt_upto >= upto, "a late answer takes nothing back"
    assert day_end.run(desk.journal, desk.district, "test").receipt.agreed


def test_a_refused_record_is_held_and_the_rest_goes_on(
    district_store: DistrictStore, desk: Desk, stick: Carrier
) -> None:
    foreign = dataclasses.replace(desk.made(), unit="uni_0198a0000000700080000000000000aa")
    bad = Visit(id=new_id("visit"), made=foreign, channel=Channel.PHONE, happened_at=foreign.at, text="别人的")
    with desk.store.write() as work:
        work.add(bad)
    good = log(desk)
    done = stick.import_at(district_store, stick.write(district_store).files)
    assert done.refused == 1
    back = stick.read(done.answers)
    assert (back.refused, desk.journal.standing().held, desk.journal.standing().unsent) == (1, 1, 0)
    assert good.id in held_at(district_store)
    assert bad.id not in held_at(district_store)


def test_files_travel_in_parts_and_are_settled(district_store: DistrictStore, desk: Desk, stick: Carrier) -> None:
    visit = log(desk)
    digests = [attach(desk, visit, b"%PDF-1.7\n" + os.urandom(9 * MB) + b"\n%%EOF\n") for _ in range(5)]
    written = stick.write(district_store, part_bytes=20 * MB)
    assert len(written.files) == 3
    assert all(path.stat().st_size <= 20 * MB for path in written.files)
    error = refusal(stick, district_store, *written.files[:2])
    assert (error.key, error.values["missing"]) == ("bundle.missing_part", 3)
    assert refusal(stick, district_store, *written.files, written.files[0]).key == "bundle.doubled_part"
    log(desk)
    other = stick.write(district_store, part_bytes=20 * MB)
    mixed = (written.files[0], other.files[1], written.files[2])
    assert refusal(stick, district_store, *mixed).key == "bundle.mixed_parts"
    done = stick.import_at(district_store, tuple(reversed(written.files)))
    assert done.files == 5
    back = stick.read(done.answers)
    assert back.files == 5
    assert list(desk.journal.unsent_files()) == []
    for digest in digests:
        assert hashlib.sha256(desk.district.get_file(digest)).hexdigest() == digest


def test_what_a_stick_carries_names_nobody(district_store: DistrictStore, desk: Desk, stick: Carrier) -> None:
    log(desk, "黎平桂说楼上漏水")
    written = stick.write(district_store)
    content = written.files[0].read_bytes()
    assert "黎平桂".encode() not in content
    if os.name == "posix":
        assert written.files[0].stat().st_mode & 0o077 == 0
    done = stick.import_at(district_store, written.files)
    with pytest.raises(Refused, match=r"bundle\.wrong_key"):
        dataclasses.replace(stick, identity=age.new_identity()).read(done.answers)


def test_refusals_in_one_sentence_each(
    district_store: DistrictStore, desk: Desk, stick: Carrier, tmp_path: Path
) -> None:
    log(desk)
    written = stick.write(district_store)
    whole = written.files[0].read_bytes()

    def with_(content: bytes) -> str:
        path = tmp_path / "changed.qsb"
        path.write_bytes(content)
        return refusal(stick, district_store, path).key

    assert with_(b"") == "bundle.truncated"
    assert with_(whole[:100]) == "bundle.truncated"
    assert with_(whole[:-1]) == "bundle.truncated"
    assert with_(whole[: HEAD_BYTES + 10]) == "bundle.truncated"
    assert with_(b"PK\x03\x04" + whole[4:]) == "bundle.not_a_bundle"
    assert with_(b"QSB0" + whole[4:]) == "bundle.old_version"
    assert with_(b"QSB9" + whole[4:]) == "bundle.old_version"
    assert with_(whole + b"x") == "bundle.altered"
    for at in (5, 200, 800, HEAD_BYTES + 5, HEAD_BYTES + 300, len(whole) - 1):
        assert with_(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]) == "bundle.altered", at
    key = stick.key_file.read_bytes()
    stick.key_file.write_text(age.new_identity())
    assert refusal(stick, district_store, *written.files).key == "bundle.wrong_key"
    stick.key_file.write_bytes(key)
    done = stick.import_at(district_store, written.files)
    assert refusal(stick, district_store, *done.answers).key == "bundle.wrong_direction_up"
    with pytest.raises(Refused, match=r"bundle\.wrong_direction_down"):
        stick.read(written.files)


def test_foreign_bundles_are_refused(district_store: DistrictStore, desk: Desk, stick: Carrier, tmp_path: Path) -> None:
    log(desk)
    wrong = stick.write(district_store, district="uni_0198a0000000700080000000000000aa")
    assert refusal(stick, district_store, *wrong.files).key == "bundle.wrong_district"
    unknown = stick.write(district_store, device="dev_0198a0000000700080000000000000aa")
    assert refusal(stick, district_store, *unknown.files).key == "bundle.foreign_signer"
    thief = dataclasses.replace(stick, signing=hashlib.sha256(b"thief").digest())
    unproven = thief.write(district_store, proof="00" * 32)
    assert refusal(stick, district_store, *unproven.files).key == "bundle.foreign_signer"
    other = enrol_desk(tmp_path / "else", district_store, "乙")
    # Somebody else's content under one's own head: the first item inside says whose it is.
    written = stick.write(district_store)
    theirs = carrier(other, tmp_path)
    with district_store.read() as conn:
        unit = district(conn).unit
    head = theirs.head(unit, size=written.heads[0].size, sha256=written.heads[0].sha256)
    stolen = tmp_path / "stolen.qsb"
    stolen.write_bytes(bundle.pack_head(head, theirs.signing) + written.files[0].read_bytes()[HEAD_BYTES:])
    assert refusal(theirs, district_store, stolen).key == "bundle.altered"
    other.store.close()


def test_an_answer_that_another_key_signed_is_refused_and_settles_nothing(
    district_store: DistrictStore, desk: Desk, stick: Carrier
) -> None:
    log(desk)
    first = stick.import_at(district_store, stick.write(district_store).files)
    stick.read(first.answers)
    log(desk)
    done = stick.import_at(district_store, stick.write(district_store).files)
    content = done.answers[0].read_bytes()
    with done.answers[0].open("rb") as file:
        head, _ = bundle.read_head(file, done.answers[0])
    done.answers[0].write_bytes(bundle.pack_head(head, hashlib.sha256(b"thief").digest()) + content[HEAD_BYTES:])
    unsent = desk.journal.standing().unsent
    with pytest.raises(Refused, match=r"bundle\.foreign_district"):
        stick.read(done.answers)
    assert desk.journal.standing().unsent == unsent
    done.answers[0].write_bytes(content)
    assert stick.read(done.answers).refused == 0
    assert desk.journal.standing().unsent == 0


def test_a_revoked_device_is_cut_off_and_its_records_are_recovered_on_demand(
    district_store: DistrictStore, desk: Desk, stick: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = log(desk)
    short = dataclasses.replace(sticks.SETTINGS, lease_visit=4000)  # its numbers run short
    monkeypatch.setattr(sticks, "SETTINGS", short)
    leased = leases_of(district_store, desk.store.id)
    written = stick.write(district_store)
    with district_store.write() as conn:
        revoke(conn, desk.device.device, datetime.now(UTC))
    assert refusal(stick, district_store, *written.files).key == "bundle.stale_device"
    done = stick.import_at(district_store, written.files, revoked=True)
    assert done.refused == 0
    assert visit.id in held_at(district_store)
    back = stick.read(done.answers)
    assert (back.accepted, back.pulled, back.receipt) == (done.records, 0, None)
    assert leases_of(district_store, desk.store.id) == leased > 0, "and no numbers for what speaks no more"


def test_a_full_stick_keeps_no_file_and_no_record_is_lost(
    district_store: DistrictStore, desk: Desk, stick: Carrier
) -> None:
    attach(desk, log(desk), b"%PDF-1.7\n" + os.urandom(3 * MB) + b"\n%%EOF\n")
    with pytest.raises(Refused, match=r"bundle\.disk_full"):
        stick.write(district_store, while_writing=full_after(MB))
    assert list(stick.folder.iterdir()) == []
    done = stick.import_at(district_store, stick.write(district_store).files)
    assert (done.refused, done.files) == (0, 1)


def test_an_import_that_broke_off_is_finished_by_the_next_one(
    district_store: DistrictStore, desk: Desk, stick: Carrier
) -> None:
    with desk.store.write() as work:
        for number in range(2100):
            made = desk.made()
            work.add(Person(id=new_id("person"), made=made, name=f"居民{number}"))
    written = stick.write(district_store)

    class Stopped(Exception):
        pass

    def stop(_done: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        stick.import_at(district_store, written.files, report=stop)
    assert [path.suffix for path in stick.folder.iterdir()] == [".qsb"], "no half answer is left"
    done = stick.import_at(district_store, written.files)
    assert (done.again, done.refused) == (None, 0)
    back = stick.read(done.answers)
    assert back.receipt is not None
    assert back.receipt.agreed
    assert desk.journal.standing().unsent == 0


NONSENSE: Final = FilePiece("00" * 32, 10, 7, b"abc")
"""A piece of a file of which nothing came before it."""


def test_an_inside_that_makes_no_sense_after_the_first_page_is_told_as_it_is(
    district_store: DistrictStore, desk: Desk, stick: Carrier
) -> None:
    day_end.run(desk.journal, desk.district, "test")
    nothing = stick.write(district_store, more=[NONSENSE])
    assert refusal(stick, district_store, *nothing.files).key == "bundle.altered", "nothing was imported"
    visit = log(desk)
    written = stick.write(district_store, more=[NONSENSE])
    with pytest.raises(Damaged, match=r"bundle\.broken_within") as told:
        stick.import_at(district_store, written.files)
    assert visit.id in held_at(district_store)
    assert "已经导入" in wording("zh")(told.value.key)
    assert "was imported" in wording("en")(told.value.key)
    assert not list(stick.folder.glob("*.qsr")), "and no half answer is left"
    done = stick.import_at(district_store, stick.write(district_store).files)
    assert (done.refused, stick.read(done.answers).refused) == (0, 0)
    assert desk.journal.standing().unsent == 0


def test_an_answer_that_makes_no_sense_after_its_first_page_is_told_as_it_is(
    district_store: DistrictStore, desk: Desk, stick: Carrier
) -> None:
    log(desk)
    done = stick.import_at(district_store, stick.write(district_store).files)
    whole = _items_of(done.answers, stick)
    broken = _answer(district_store, stick, done.answers[0], [whole[0], NONSENSE])
    with pytest.raises(Damaged, match=r"bundle\.altered"):
        stick.read((broken,))
    assert desk.journal.standing().unsent > 0, "nothing was taken in"
    answers = next(number for number, item in enumerate(whole) if isinstance(item, Answers))
    broken = _answer(district_store, stick, done.answers[0], [*whole[: answers + 1], NONSENSE])
    with pytest.raises(Damaged, match=r"bundle\.broken_within"):
        stick.read((broken,))
    assert desk.journal.standing().unsent == 0, "what it answered for before that is settled"
    back = stick.read(done.answers)
    assert back.receipt is not None
    assert back.receipt.agreed


def _items_of(answers: tuple[Path, ...], stick: Carrier) -> list[Item]:
    opened = bundle_reading.open_bundle(answers, Direction.DOWN)
    return [item for item in bundle_reading.items(opened, stick.identity) if not isinstance(item, Closing)]


def _answer(store: DistrictStore, stick: Carrier, like: Path, said: list[Item]) -> Path:
    """An answer under the district's own signature that says ``said``."""
    head = bundle_reading.open_bundle([like], Direction.DOWN).heads[0]
    with store.read() as conn:
        secret = signing_secret(conn, sticks.SETTINGS)
    recipient, folder = age.recipient_of(stick.identity), like.parent / "broken"
    folder.mkdir(exist_ok=True)
    return bundle_writing.write(
        bundle.closed(iter(said)), head, folder, lambda *_: like.name, recipient, secret, 20 * MB
    ).files[0]


def test_an_erasure_wins_over_a_late_stick(district_store: DistrictStore, desk: Desk, stick: Carrier) -> None:
    person = Person(id=new_id("person"), made=desk.made(), name="要被删除的人")
    with desk.store.write() as work:
        work.add(person)
    late = stick.write(district_store)
    with desk.store.write() as work:
        work.add(Erasure(id=new_id("erasure"), made=desk.made(), target=person.id, reason="本人要求"))
    day_end.run(desk.journal, desk.district, "test")
    done = stick.import_at(district_store, late.files)
    stick.read(done.answers)
    with district_store.read() as conn:
        kept = {k.id: k for k in district_records.read_many(conn, [person.id])}
    assert kept[person.id].erased
    with desk.store.read() as reader:
        sealed = reader.sealed(person.id)
    assert sealed is not None
    assert sealed.erased


@pytest.mark.parametrize("way", ["network", "stick"])
def test_what_was_erased_before_it_went_and_its_erasure_in_a_later_page_are_both_taken_in_the_end(
    district_store: DistrictStore, desk: Desk, stick: Carrier, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (one_trip, pages, bundles):
        monkeypatch.setattr(module, "MAX_PAGE_RECORDS", 2)

    def exchange() -> None:
        if way == "network":
            day_end.run(desk.journal, desk.district, "test")
        else:
            stick.read(stick.import_at(district_store, stick.write(district_store).files).answers)

    visit = log(desk)
    for _ in range(4):
        log(desk)
    with desk.store.write() as work:
        work.add(Erasure(id=new_id("erasure"), made=desk.made(), target=visit.id, reason="本人要求"))
    exchange()
    assert desk.journal.left().held == 0
    exchange()
    assert (desk.journal.left().held, desk.journal.left().unsent) == (0, 0)
    with desk.store.read() as reader:
        ours = reader.sealed(visit.id)
        (was,) = list_closed(reader, 9)
    with district_store.read() as conn:
        (there,) = district_records.read_many(conn, [visit.id])
    assert ours == there
    assert (was.id, was.reason) == (visit.id, "protocol.no_content")


def test_leftovers_of_a_pulled_stick_are_swept(district_store: DistrictStore, desk: Desk, stick: Carrier) -> None:
    left = stick.folder / ".qianshao-writing-abcd"
    left.write_bytes(b"half")
    log(desk)
    written = stick.write(district_store)
    assert sorted(stick.folder.iterdir()) == list(written.files)


def test_a_stick_that_is_away_and_too_little_room(stick: Carrier, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"bundle\.no_folder"):
        bundle_writing.check_room(tmp_path / "gone", 1)
    with pytest.raises(Refused, match=r"bundle\.no_room"):
        bundle_writing.check_room(tmp_path, 1 << 60)
    with pytest.raises(QianshaoError, match=r"bundle\.stick_gone"):
        stick.read((tmp_path / "gone.qsr",))
