"""Receipts between real stores: what they prove, what they name as missing, and which are never taken."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.actions.receipt_check import check, check_file, expect_key
from desktop.actions.receipt_words import headline, lacking
from desktop.store import chain, district_keys, proved
from desktop.store.receipts import list_receipts
from desktop.store.store import Store
from resources import wording
from sync.client import day_end
from sync.protocol import receipts, signed
from sync.protocol.messages import (
    Answer,
    Exchange,
    Exchanged,
    Hello,
    MoveStore,
    Push,
    Pushed,
    Receipt,
    ReceiptAsked,
    State,
    Welcome,
)
from sync.records.errors import Damaged, QianshaoError, Refused, RuleBroken, Unavailable
from sync.records.kinds import new_id
from sync.records.times import BEIJING
from sync.records.visits import Channel, Visit
from sync.server import receipt_check, receipt_keys
from sync.server.push import push
from sync.server.station import identify
from sync.server.store.journals import came
from sync.server.store.schema import journal_run, record
from sync.server.store.store import DistrictStore
from tests.support import in_process
from tests.support.in_process import RECEIPT_SECRET, SETTINGS, Desk, LossyDistrict, enrol_desk, new_district


@pytest.fixture
def district(tmp_path: Path) -> Iterator[DistrictStore]:
    store = new_district(tmp_path)
    yield store
    store.close()


@pytest.fixture
def desk(tmp_path: Path, district: DistrictStore) -> Iterator[Desk]:
    made = enrol_desk(tmp_path, district, "李文静")
    yield made
    made.store.close()


def write(desk: Desk, count: int = 1) -> list[str]:
    """Keep visits, each in a transaction of its own."""
    found = []
    for number in range(count):
        made = desk.made()
        visit = Visit(id=new_id("visit"), made=made, channel=Channel.PHONE, happened_at=made.at, text=f"第{number}件")
        with desk.store.write() as work:
            work.add(visit)
        found.append(visit.id)
    return found


def today(desk: Desk) -> proved.Today:
    start = datetime.now(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    with desk.store.read() as reader:
        return proved.today(reader, start, start + timedelta(days=1))


def run(desk: Desk, line: LossyDistrict | None = None) -> day_end.DayEnd:
    return day_end.run(desk.journal, line or desk.district, "test")


def test_what_was_written_today_is_signed_for_by_a_verified_receipt(desk: Desk, district: DistrictStore) -> None:
    write(desk, 5)
    assert (today(desk).written, today(desk).signed, today(desk).proof) == (5, 0, None)
    end = run(desk)
    assert end.proved
    told = today(desk)
    assert (told.written, told.signed, told.lacks) == (5, 5, ())
    write(desk, 2)
    told = today(desk)
    assert (told.written, told.signed) == (7, 5)
    assert told.lacks == (proved.Lack("visit", "unsent", 2),)
    found = receipt_check.verify(district)
    assert (found.faults, found.receipts, found.signed, found.lines) == ((), 1, 1, 5)


def test_what_another_desk_wrote_is_not_counted_as_ours(desk: Desk, district: DistrictStore, tmp_path: Path) -> None:
    other = enrol_desk(tmp_path, district, "赵登记")
    try:
        write(other, 3)
        run(other)
        write(desk, 1)
        run(desk)
        assert (today(desk).written, today(desk).signed) == (1, 1)
    finally:
        other.store.close()


def test_a_refused_record_is_named_by_its_kind_and_the_rest_is_signed_for(desk: Desk, district: DistrictStore) -> None:
    made = dataclasses.replace(desk.made(), by="sta_0190a0a0a0a07000800000000000000f")
    refused = Visit(id=new_id("visit"), made=made, channel=Channel.PHONE, happened_at=made.at, text="谁写的?")
    with desk.store.write() as work:
        work.add(refused)
    write(desk, 2)
    end = run(desk)
    assert (end.proved, end.held) == (True, 1)
    told = today(desk)
    assert (told.written, told.signed, told.lacks) == (3, 2, (proved.Lack("visit", "held", 1),))
    assert receipt_check.verify(district).faults == ()


def test_what_the_district_lost_is_named_and_sent_again(desk: Desk, district: DistrictStore) -> None:
    write(desk, 4)
    run(desk)
    write(desk, 3)
    with district.write() as conn:  # as after a backup that was put back: the lines and records 3 and 4 are gone
        now = came(conn, desk.store.id)
        conn.execute(journal_run.delete().where(journal_run.c.store == desk.store.id))
        conn.exec_driver_sql("DELETE FROM journal")
    end = run(desk)
    assert end.proved
    assert (today(desk).written, today(desk).signed) == (7, 7)
    with district.read() as conn:
        after = came(conn, desk.store.id)
    assert (after.upto, after.most) == (now.upto + 3, now.most + 3)
    assert receipt_check.verify(district).faults == ()


def test_counting_what_is_signed_for_looks_at_none_of_it(desk: Desk, district: DistrictStore, tmp_path: Path) -> None:
    """Neither what this desk wrote today and the district signed for, nor what it pulled with the receipt."""

    def steps() -> int:
        counted = 0

        def count() -> None:
            nonlocal counted
            counted += 1

        with desk.store.read() as reader:
            reader._handle.driver.set_progress_handler(count, 10)
        today(desk)
        with desk.store.read() as reader:
            reader._handle.driver.set_progress_handler(None, 10)
        return counted

    write(desk, 3)
    run(desk)
    few = steps()
    other = enrol_desk(tmp_path, district, "赵登记")
    try:
        write(other, 150)
        run(other)
    finally:
        other.store.close()
    write(desk, 150)
    run(desk)
    assert (today(desk).written, today(desk).signed) == (153, 153)
    assert steps() <= few + 10  # the descent into an index may be a page deeper
    write(desk, 1)
    assert today(desk).lacks == (proved.Lack("visit", "unsent", 1),)


def test_a_gap_that_cannot_be_closed_stays_named(desk: Desk, district: DistrictStore) -> None:
    ids = write(desk, 3)
    with desk.store.write() as work:
        work.sql("DELETE FROM link WHERE line IN (SELECT line FROM record WHERE id = ?)", (ids[1],))
        work.sql("DELETE FROM visit WHERE line IN (SELECT line FROM record WHERE id = ?)", (ids[1],))
        work.sql("DELETE FROM record WHERE id = ?", (ids[1],))
    end = run(desk)
    assert end.receipt.agreed
    assert not end.proved
    told = today(desk)
    assert told.proof is not None
    assert told.proof.missing == ((2, 2),)
    assert (told.written, told.signed, told.lacks) == (3, 1, (proved.Lack("visit", "uncovered", 1),))
    with desk.store.read() as reader:
        assert chain.verify(reader.sql, reader.store).broken == (3,)
    assert [fault.key for fault in receipt_check.verify(district).faults] == ["district.receipts_missing"]


def test_a_copy_that_speaks_as_the_same_store_is_noticed_and_takes_a_new_id(
    desk: Desk, district: DistrictStore, tmp_path: Path
) -> None:
    write(desk, 2)
    run(desk)
    desk.store.close()
    shutil.copyfile(desk.store.path, tmp_path / "older.db")
    desk.store = Store.open(desk.store.path, desk.key)
    write(desk, 2)
    run(desk)
    desk.store.close()
    shutil.copyfile(tmp_path / "older.db", desk.store.path)  # a machine set back to yesterday: same place, same id
    for rest in desk.store.path.parent.glob(f"{desk.store.path.name}-*"):
        rest.unlink()
    old = desk.store.id
    desk.store = Store.open(desk.store.path, desk.key, take_up=True)
    assert desk.store.id == old
    write(desk, 1)
    end = run(desk)
    assert not end.proved
    told = today(desk)
    assert told.proof is not None
    assert (told.proof.differs, told.signed) == (True, 0)
    desk.store.close()
    desk.store = Store.open(desk.store.path, desk.key)
    assert desk.store.id != old
    desk.district.move(MoveStore(old, desk.store.id))
    write(desk, 1)
    assert run(desk).proved
    assert (today(desk).written, today(desk).signed) == (1, 1)
    with district.read() as conn:
        assert came(conn, old).forked == 1
        assert (came(conn, desk.store.id).upto, came(conn, desk.store.id).forked) == (1, 0)


class OneByOne(LossyDistrict):
    """A district that knows no pages."""

    def hello(self, hello: Hello) -> Welcome:
        return msgspec.structs.replace(super().hello(hello), capabilities=())


class Lying(LossyDistrict):
    """A line on which somebody changes receipts."""

    change: Callable[[Receipt], Receipt]

    def receipt(self, asked: ReceiptAsked) -> Receipt:
        return self.change(super().receipt(asked))

    def exchange(self, said: Exchange) -> Exchanged:
        heard = super().exchange(said)
        return msgspec.structs.replace(heard, receipt=self.change(heard.receipt) if heard.receipt else None)


def lying(desk: Desk, change: Callable[[Receipt], Receipt]) -> Lying:
    line = Lying(desk.district._store, desk.device, desk.district.weather)
    line.change = change
    return line


def _with(receipt: Receipt, secret: bytes = RECEIPT_SECRET, **fields: Any) -> Receipt:
    """A receipt that says something else, signed again by ``secret``."""
    statement = receipts.verified(receipt.signed, [signed.signer_of(receipt.signed)])
    said = msgspec.structs.replace(statement, **fields)
    shared = {name: value for name, value in fields.items() if name in Receipt.__struct_fields__}
    return msgspec.structs.replace(receipt, signed=receipts.sign(said, secret), **shared)


LIES: dict[str, Callable[[Receipt], Receipt]] = {
    "cut off": lambda r: msgspec.structs.replace(r, signed=r.signed[:-1]),
    "altered": lambda r: msgspec.structs.replace(r, signed=r.signed[:-3] + b"000"),
    "said otherwise": lambda r: msgspec.structs.replace(r, digest="0" * 64),
    "counted otherwise": lambda r: msgspec.structs.replace(r, counts={"visit": 99}),
    "another key": lambda r: _with(r, bytes(range(5, 37))),
    "another district": lambda r: _with(r, district="uni_other"),
    "another store": lambda r: _with(r, store="sto_other"),
    "other numbers": lambda r: _with(r, after=r.after + 1),
    "not signed any more and other numbers": lambda r: msgspec.structs.replace(r, signed=b"", upto=r.upto + 1),
}


@pytest.mark.parametrize("before", [0, 1], ids=["by pages", "in one request"])
@pytest.mark.parametrize("lie", LIES)
def test_a_receipt_that_is_not_the_districts_own_is_never_taken(desk: Desk, lie: str, before: int) -> None:
    """The first exchange goes by pages, for what the district can is not known yet; later ones are one request."""
    if before:
        write(desk, 1)
        run(desk)
    write(desk, 3)
    with pytest.raises(QianshaoError):
        run(desk, lying(desk, LIES[lie]))
    assert today(desk).signed == before
    with desk.store.read() as reader:
        assert len(list_receipts(reader)) == before
    assert run(desk).proved
    assert today(desk).signed == 3 + before


def test_yesterdays_receipt_is_not_taken_for_today(desk: Desk) -> None:
    write(desk, 2)
    heard: list[Receipt] = []

    def listen(receipt: Receipt) -> Receipt:
        heard.append(receipt)
        return receipt

    run(desk, lying(desk, listen))
    write(desk, 1)
    with pytest.raises(Refused, match=r"exchange\.receipt_differs"):
        run(desk, lying(desk, lambda _: heard[0]))
    assert (today(desk).written, today(desk).signed) == (3, 2)
    assert run(desk).proved


def test_a_receipt_for_another_desk_proves_nothing_here(desk: Desk, district: DistrictStore, tmp_path: Path) -> None:
    other = enrol_desk(tmp_path, district, "赵登记")
    try:
        write(other, 1)
        foreign = run(other).receipt
        write(desk, 1)
        with pytest.raises(Refused, match=r"exchange\.receipt_differs"):
            run(desk, lying(desk, lambda _: foreign))
        assert today(desk).signed == 0
    finally:
        other.store.close()


def test_a_receipt_of_an_older_district_is_kept_and_never_called_proof(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(desk, 2)
    monkeypatch.setattr(in_process, "SETTINGS", dataclasses.replace(SETTINGS, signer=None))
    end = run(desk)
    assert end.receipt.agreed
    assert (end.receipt.signed, end.proved) == (b"", False)
    assert (today(desk).written, today(desk).signed) == (2, 0)
    monkeypatch.undo()
    assert run(desk).proved
    assert today(desk).signed == 2


def test_an_older_station_gets_what_it_always_got(desk: Desk, district: DistrictStore) -> None:
    """It says no ordinals and passes over what it does not know: its records are covered by number and digest."""
    write(desk, 2)

    class Older(OneByOne):
        def push(self, page: Push) -> Pushed:
            return super().push(Push(page.store, [msgspec.structs.replace(f, ordinal=0) for f in page.records]))

    end = run(desk, Older(district, desk.device, desk.district.weather))
    assert (end.receipt.agreed, end.refused) == (True, 0)
    with district.read() as conn:
        assert came(conn, desk.store.id).most == 0
    write(desk, 1)
    assert run(desk).proved, "brought up to date, it is asked for what came without ordinals"
    assert today(desk).signed == 3


def test_a_new_key_that_the_old_one_signed_for_is_followed(
    desk: Desk, district: DistrictStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(desk, 1)
    run(desk)
    path = tmp_path / "receipt.key"
    before = receipt_keys.Signer(path).secret_of(signed.public_of(RECEIPT_SECRET))
    keys = receipt_keys.rotate(district, path)
    assert len(keys.successions) == 1
    assert path.stat().st_mode & 0o077 == 0
    assert not path.with_name("receipt.key.new").exists()
    monkeypatch.setattr(in_process, "SETTINGS", dataclasses.replace(SETTINGS, signer=receipt_keys.Signer(path)))
    write(desk, 1)
    assert run(desk).proved
    assert desk.journal.trusted() == keys.publics
    assert signed.public_of(before) == keys.publics[0]
    assert receipt_check.verify(district).faults == ()


def test_a_key_that_nobody_signed_for_stops_before_anything_is_sent_until_a_person_brings_it(
    desk: Desk, district: DistrictStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(desk)
    path = tmp_path / "receipt.key"
    path.unlink()
    with pytest.raises(Refused, match=r"district\.no_key_file"):
        receipt_keys.ready(district, path)
    keys = receipt_keys.rotate(district, path, lost=True)
    monkeypatch.setattr(
        in_process, "SETTINGS", dataclasses.replace(SETTINGS, signer=receipt_keys.ready(district, path))
    )
    (visit,) = write(desk, 1)
    with pytest.raises(Refused, match=r"exchange\.district_key_changed") as caught:
        run(desk)
    assert caught.value.values["fingerprint"] == signed.fingerprint(keys.present)
    with district.read() as conn:
        assert conn.execute(record.select().where(record.c.id == visit)).first() is None
    with desk.store.write() as work:
        district_keys.expect(work, "0000 1111")
    with pytest.raises(Refused, match=r"exchange\.district_key_changed"):
        run(desk)
    with desk.store.write() as work:
        district_keys.expect(work, signed.fingerprint(keys.present).upper())
    assert run(desk).proved
    assert today(desk).signed == 1


def test_the_first_key_is_made_once_and_its_file_is_the_owners_alone(district: DistrictStore, tmp_path: Path) -> None:
    path = tmp_path / "receipt.key"
    assert path.stat().st_mode & 0o077 == 0
    path.chmod(0o644)
    with pytest.raises(Refused, match=r"district\.open_key_file"):
        receipt_keys.ready(district, path)
    path.chmod(0o600)
    path.write_text("ff" * 32)
    with pytest.raises(Refused, match=r"district\.receipt_key_differs"):
        receipt_keys.ready(district, path)
    path.write_text("no key")
    with pytest.raises(Damaged, match=r"district\.damaged_key"):
        receipt_keys.ready(district, path)


@pytest.mark.parametrize("stop", ["before the store knows it", "before the file is in its place"])
def test_a_rotation_that_was_stopped_is_finished_or_forgotten(
    district: DistrictStore, tmp_path: Path, stop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "receipt.key"

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        if stop == "before the store knows it":
            broken.setattr(receipt_keys, "_put", stopped)
        else:
            broken.setattr(Path, "replace", stopped)
        with pytest.raises(KeyboardInterrupt):
            receipt_keys.rotate(district, path)
    signer = receipt_keys.ready(district, path)
    with district.read() as conn:
        keys = receipt_keys.known_keys(conn)
    assert len(keys.publics) == (1 if stop == "before the store knows it" else 2)
    assert signed.public_of(signer.secret_of(keys.present)) == keys.present
    assert receipt_keys.rotate(district, path).publics[:-1] == keys.publics


def test_the_district_names_a_record_that_it_lost(desk: Desk, district: DistrictStore) -> None:
    ids = write(desk, 3)
    run(desk)
    with district.write() as conn:
        conn.execute(record.delete().where(record.c.id == ids[1]))
    keys = [fault.key for fault in receipt_check.verify(district).faults]
    assert keys == ["district.receipts_lost", "district.receipts_digest"]


def test_the_same_page_said_by_two_copies_counts_each_line_once(desk: Desk, district: DistrictStore) -> None:
    write(desk, 3)
    frames, _ = desk.journal.frames(10, 1 << 20, 0)
    with district.read() as conn:
        who = identify(conn, f"Bearer {desk.device.device}.{desk.device.secret}")
    page = Push(desk.store.id, list(reversed(frames)))
    assert push(district, who, Push(desk.store.id, frames[2:]), SETTINGS).missing == ((1, 2),)
    assert push(district, who, page, SETTINGS).missing == ()
    assert push(district, who, page, SETTINGS).missing == ()
    with district.read() as conn:
        now = came(conn, desk.store.id)
    assert (now.upto, now.most, now.forked) == (3, 3, 0)
    with desk.store.read() as reader:
        assert proved.link_at(reader, 3) == now.link


@pytest.mark.parametrize("step", ["hello", "push", "pull", "receipt"])
@pytest.mark.parametrize("lost", ["request", "answer"])
def test_a_line_that_breaks_at_any_step_never_makes_the_count_greater(desk: Desk, step: str, lost: str) -> None:
    write(desk, 3)
    at = ["hello", "push", "pull", "receipt"].index(step)
    fates = [False] * at + [True]
    weather = desk.district.weather
    weather.lose_request, weather.lose_answer = (fates, []) if lost == "request" else ([], fates)
    with pytest.raises(Unavailable):
        run(desk)
    weather.calm()
    assert today(desk).signed == 0
    assert run(desk).proved
    assert (today(desk).written, today(desk).signed) == (3, 3)


def test_welcome_says_who_signs(desk: Desk, district: DistrictStore) -> None:
    heard: list[Welcome] = []

    class Listening(LossyDistrict):
        def hello(self, hello: Any) -> Welcome:
            heard.append(super().hello(hello))
            return heard[-1]

    run(desk, Listening(district, desk.device, desk.district.weather))
    assert "signed-receipts" in heard[0].capabilities
    assert heard[0].key == signed.public_of(RECEIPT_SECRET)


def test_an_answer_by_the_hash_alone_is_what_settles_and_not_the_receipt(desk: Desk) -> None:
    """A receipt that comes without the answers of a push proves nothing of what still waits here."""
    (visit,) = write(desk, 1)

    class Silent(OneByOne):
        def push(self, page: Push) -> Pushed:
            answers = super().push(page).answers
            return Pushed([Answer(a.id, bytes(32), State.ACCEPTED, a.seq) for a in answers])

    end = run(desk, Silent(desk.district._store, desk.device, desk.district.weather))
    assert end.unsent == 1
    assert (today(desk).written, today(desk).signed) == (1, 0)
    with desk.store.read() as reader:
        assert reader.sealed(visit) is not None
    assert run(desk).proved
    assert today(desk).signed == 1


def test_receipts_are_numbered_by_the_district(desk: Desk) -> None:
    numbers = []
    for _ in range(3):
        write(desk, 1)
        numbers.append(receipts.verified(run(desk).receipt.signed, desk.journal.trusted()).number)
    assert numbers == [1, 2, 3]


def test_receipts_are_checked_offline_and_every_record_is_covered_or_named(desk: Desk) -> None:
    write(desk, 3)
    run(desk)
    write(desk, 1)
    run(desk)
    write(desk, 2)
    found = check(desk.store)
    assert (found.faults, found.receipts, found.signed) == ((), 2, 2)
    assert (found.written, found.covered) == (6, 4)
    assert found.lacks == (proved.Lack("visit", "unsent", 2),)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE record SET hash = zeroblob(32) WHERE ordinal = 2", "receipts.digest"),
        ("UPDATE record SET link = zeroblob(32) WHERE ordinal = 3", "receipts.broken"),
        ("UPDATE record SET district_seq = NULL WHERE ordinal = 1", "receipts.digest"),
        ("DELETE FROM receipt WHERE at = (SELECT min(at) FROM receipt)", "receipts.gone"),
        (
            "UPDATE receipt SET message = replace(message, '\"agreed\":true', '\"agreed\":false')",
            "protocol.signed_forged",
        ),
    ],
)
def test_whatever_was_altered_afterwards_is_found(desk: Desk, statement: str, fault: str) -> None:
    write(desk, 2)
    run(desk)
    write(desk, 2)
    run(desk)
    with desk.store.write() as work:
        work.sql(statement)
    keys = {one.key for one in check(desk.store).faults}
    assert keys & {fault, "receipts.chain"}
    assert fault in keys or fault == "receipts.gone"


def test_a_receipt_in_a_file_is_checked_by_itself(desk: Desk, tmp_path: Path) -> None:
    write(desk, 1)
    given = run(desk).receipt
    path = tmp_path / "receipt.qsr"
    path.write_bytes(given.signed)
    assert check_file(desk.store, path).id == given.id
    path.write_bytes(given.signed[:-1])
    with pytest.raises(Damaged, match=r"protocol\.signed_forged"):
        check_file(desk.store, path)
    path.write_bytes(_with(given, bytes(range(5, 37))).signed)
    with pytest.raises(Refused, match=r"protocol\.signed_by_another"):
        check_file(desk.store, path)
    path.write_bytes(b"")
    with pytest.raises(Damaged, match=r"protocol\.signed_unreadable"):
        check_file(desk.store, path)
    with pytest.raises(Unavailable, match=r"receipts\.no_file"):
        check_file(desk.store, tmp_path / "none.qsr")


def test_what_is_said_of_today_comes_from_the_proof_alone(desk: Desk) -> None:
    for language, sentence in (("zh", "今日 3 条，区级已签收 2 条"), ("en", "3 today, 2 signed for by the district")):
        words = wording(language)
        if language == "zh":
            write(desk, 2)
            assert headline(words, today(desk)) == ""
            run(desk)
            write(desk, 1)
        assert headline(words, today(desk)).startswith(sentence)
        assert len(lacking(words, today(desk))) == 1


@pytest.mark.parametrize("said", ["", "12", "x" * 32, "é" * 32])
def test_a_fingerprint_that_is_none_is_refused(desk: Desk, said: str) -> None:
    with pytest.raises(RuleBroken, match=r"receipts\.bad_fingerprint"):
        expect_key(desk.store, said)
