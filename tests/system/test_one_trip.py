"""A whole exchange in one request, between real stores: what it settles, what it leaves to the pages, and writes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from desktop.actions.clock import anchor, believed_now
from desktop.actions.mass_change import GuardedJournal, MassChange
from desktop.store import clock, proved
from desktop.store.journal import StoreJournal
from desktop.store.mass_change import Limit
from desktop.store.receipts import list_receipts
from desktop.store.work import Work
from sync.client import background, day_end
from sync.client.district import LineBroke
from sync.protocol import receipts
from sync.protocol.messages import Exchange, Exchanged, Pull, Pulled, Push, Pushed, Receipt, ReceiptAsked
from sync.protocol.pages import page_of
from sync.protocol.receipts import TimeSaid, sign_time
from sync.protocol.signed import public_of
from sync.records.audit import Erasure
from sync.records.chain import first_link
from sync.records.errors import QianshaoError, Refused, Unavailable
from sync.records.kinds import new_id
from sync.records.persons import Person
from sync.records.station_keys import StationKey, key_id
from sync.records.times import BEIJING
from sync.records.visits import Channel, Visit
from sync.server import one_trip, receipt_check, receipt_keys
from sync.server.store.devices import set_status, stations
from sync.server.store.journals import came, lines, put_came, put_run
from sync.server.store.records import directory
from sync.server.store.schema import counter, journal_run, receipt, record, station_status
from sync.server.store.store import DistrictStore
from tests.support import in_process
from tests.support.in_process import SETTINGS, Desk, LossyDistrict, enrol_desk, new_district


class Counted(LossyDistrict):
    """Notes which requests were made."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.district._store, desk.device, desk.district.weather)
        self.asked: list[str] = []

    def _say(self, message: Any, asked: type, answer: Any, act: Any) -> Any:
        self.asked.append(asked.__name__)
        return super()._say(message, asked, answer, act)


@pytest.fixture
def district(tmp_path: Path) -> Iterator[DistrictStore]:
    store = new_district(tmp_path)
    yield store
    assert receipt_check.verify(store).faults == ()
    store.close()


@pytest.fixture
def desk(tmp_path: Path, district: DistrictStore) -> Iterator[Desk]:
    made = enrol_desk(tmp_path, district, "李文静")
    run(made)
    yield made
    made.store.close()


@pytest.fixture
def other(tmp_path: Path, district: DistrictStore, desk: Desk) -> Iterator[Desk]:
    made = enrol_desk(tmp_path, district, "赵登记")
    run(made)
    run(desk)
    yield made
    made.store.close()


def write(desk: Desk, count: int = 1) -> list[str]:
    made = desk.made()
    visits = [
        Visit(id=new_id("visit"), made=made, channel=Channel.PHONE, happened_at=made.at, text=f"第{number}件")
        for number in range(count)
    ]
    with desk.store.write() as work:
        for visit in visits:
            work.add(visit)
    return [visit.id for visit in visits]


def run(desk: Desk, line: LossyDistrict | None = None, journal: Any = None) -> day_end.DayEnd:
    return day_end.run(journal or desk.journal, line or desk.district, "test")


def holds(desk: Desk, ids: list[str]) -> bool:
    with desk.store.read() as reader:
        return all(reader.sealed(record_id) is not None for record_id in ids)


def signed_today(desk: Desk) -> tuple[int, int]:
    start = datetime.now(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    with desk.store.read() as reader:
        told = proved.today(reader, start, start + timedelta(days=1))
    return told.written, told.signed


def kept_at(district: DistrictStore, ids: list[str]) -> int:
    with district.read() as conn:
        return len(conn.execute(record.select().where(record.c.id.in_(ids))).all())


def test_all_that_is_unsent_all_that_came_and_the_receipt_go_in_one_request(desk: Desk, other: Desk) -> None:
    theirs, ours = write(other, 20), write(desk, 30)
    assert run(other).proved
    line = Counted(desk)
    end = run(desk, line)
    assert line.asked == ["Exchange"]
    assert (end.pushed, end.acknowledged, end.pulled, end.unsent, end.proved) == (30, 30, 20, 0, True)
    assert end.receipt.counts["visit"] == 50, "the receipt speaks of what was pushed and of what was pulled"
    assert holds(desk, theirs)
    assert signed_today(desk) == (30, 30)
    assert run(other).pulled == 30
    assert holds(other, ours)


def test_what_the_district_writes_because_of_a_page_comes_down_in_the_same_request(
    desk: Desk, district: DistrictStore
) -> None:
    """Its key on the list of all stations: without it no paper that was signed today is proved tonight."""
    made, public = desk.made(), public_of(bytes(range(32)))
    announced = StationKey(
        id=new_id("station_key"), made=made, key=key_id(public), public=public.hex(), unit=desk.unit,
        store=desk.store.id, starts_at=made.at,
    )  # fmt: skip
    with desk.store.write() as work:
        work.add(announced)
    line = Counted(desk)
    assert run(desk, line).proved
    assert line.asked == ["Exchange"]
    with district.read() as conn:
        (entry,) = [sealed.id for sealed in directory(conn, "station_key")]
    assert holds(desk, [entry])


def test_where_nothing_changed_one_request_writes_nothing_at_either_end(desk: Desk, district: DistrictStore) -> None:
    write(desk)
    first = run(desk).receipt
    with district.read() as conn:
        before = (conn.execute(station_status.select()).all(), conn.execute(receipt.select()).all())
    told = {file.name: file.read_bytes() for file in desk.store.path.parent.glob("*.db*") if "-shm" not in file.name}
    line = Counted(desk)
    for _ in range(3):
        end = run(desk, line)
        assert (end.proved, end.receipt.id) == (True, first.id)
    assert line.asked == ["Exchange"] * 3
    with district.read() as conn:
        assert (conn.execute(station_status.select()).all(), conn.execute(receipt.select()).all()) == before
    now = {file.name: file.read_bytes() for file in desk.store.path.parent.glob("*.db*") if "-shm" not in file.name}
    assert now == told, "not a byte of the station's store or of the district's was written"


def test_what_others_wrote_elsewhere_is_no_news(desk: Desk, district: DistrictStore, tmp_path: Path) -> None:
    """Numbers go on all day at a district: a station that none of them is for gets its receipt again."""
    first = run(desk).receipt
    far = enrol_desk(tmp_path, district, "远", "塘尾社区")
    write(far, 5)
    run(far)
    far.store.close()
    line = Counted(desk)
    second = run(desk, line).receipt
    third = run(desk, line).receipt
    assert line.asked == ["Exchange"] * 2
    assert second.upto > first.upto, "a new unit is in everybody's directory"
    assert third.id == second.id


def test_how_a_station_stands_is_noted_anew_after_a_minute(desk: Desk, district: DistrictStore) -> None:
    run(desk)
    old = datetime.now(UTC) - timedelta(seconds=61)
    with district.write() as conn:
        set_status(conn, desk.device.device, last_hello=old)
    assert run(desk).proved
    with district.read() as conn:
        (row,) = stations(conn)
    assert row.last_hello is not None
    assert datetime.now(UTC) - row.last_hello < timedelta(seconds=30)


def test_a_lost_answer_is_told_again_and_changes_nothing(desk: Desk, district: DistrictStore) -> None:
    ids = write(desk, 3)
    desk.district.weather.lose_answer = [True]
    with pytest.raises(Unavailable):
        run(desk)
    assert (kept_at(district, ids), signed_today(desk)) == (3, (3, 0))
    end = run(desk)
    assert (end.pushed, end.acknowledged, end.proved) == (3, 3, True)
    assert kept_at(district, ids) == 3


def test_more_than_a_page_goes_by_pages(desk: Desk) -> None:
    line = Counted(desk)
    write(desk, 2001)
    assert run(desk, line).proved
    assert line.asked == ["Hello", "Push", "Push", "Pull", "ReceiptAsked"]


def test_where_more_is_to_come_the_pages_go_on_from_there(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_trip, "MAX_PAGE_RECORDS", 7)
    theirs = write(other, 20)
    run(other)
    (mine,) = write(desk)
    line = Counted(desk)
    end = run(desk, line)
    assert line.asked == ["Exchange", "Pull", "ReceiptAsked"]
    assert (end.pushed, end.pulled, end.proved) == (1, 20, True)
    assert holds(desk, theirs)
    assert signed_today(desk) == (1, 1)
    assert mine


def test_an_older_district_is_spoken_to_as_ever(desk: Desk) -> None:
    """It was newer yesterday: the address is not there, and what it can is learnt anew."""

    class Older(Counted):
        def exchange(self, said: Exchange) -> Exchanged:
            self.asked.append("nowhere")
            raise Refused("protocol.no_such_address")

        def hello(self, hello: Any) -> Any:
            return msgspec.structs.replace(super().hello(hello), capabilities=("pages",))

    line = Older(desk)
    write(desk)
    assert run(desk, line).receipt.agreed
    assert line.asked == ["nowhere", "Hello", "Push", "Pull", "ReceiptAsked"]
    assert run(desk, line).receipt.agreed
    assert line.asked[5:] == ["Hello", "ReceiptAsked"]


def test_a_refused_record_is_held_and_the_rest_is_signed_for(desk: Desk) -> None:
    made = dataclasses.replace(desk.made(), by="sta_0190a0a0a0a07000800000000000000f")
    with desk.store.write() as work:
        work.add(Visit(id=new_id("visit"), made=made, channel=Channel.PHONE, happened_at=made.at, text="谁写的?"))
    write(desk, 2)
    line = Counted(desk)
    end = run(desk, line)
    assert line.asked == ["Exchange"]
    assert (end.refused, end.held, end.acknowledged, end.proved) == (1, 1, 2, True)
    assert signed_today(desk) == (3, 2)


def test_a_gap_in_the_journal_is_closed_before_anything_is_called_proved(desk: Desk, district: DistrictStore) -> None:
    ids = write(desk, 4)
    run(desk)
    with district.write() as conn:  # as after a backup that was put back
        now = came(conn, desk.store.id)
        conn.execute(journal_run.delete().where(journal_run.c.store == desk.store.id))
        put_came(conn, dataclasses.replace(now, upto=0, link=first_link(desk.store.id), most=0))
    write(desk, 1)
    line = Counted(desk)
    assert run(desk, line).proved
    assert line.asked == ["Exchange", "Push", "Pull", "ReceiptAsked"]
    assert kept_at(district, ids) == 4


def test_a_gap_in_the_journal_is_told_also_where_only_numbers_are_leased(desk: Desk, district: DistrictStore) -> None:
    write(desk, 4)
    run(desk)
    with district.write() as conn:  # as where a disk lost what it had
        now = came(conn, desk.store.id)
        last = list(lines(conn, desk.store.id, 4, 4))
        conn.execute(journal_run.delete().where(journal_run.c.store == desk.store.id))
        put_run(conn, desk.store.id, last)
        put_came(conn, dataclasses.replace(now, upto=0, link=first_link(desk.store.id)))
    more = dataclasses.replace(SETTINGS, lease_visit=4000)
    line = LossyDistrict(district, desk.device, desk.district.weather, more)
    assert run(desk, line).proved
    with district.read() as conn:
        assert came(conn, desk.store.id) == now, "nothing was called proved before it was here again"


def test_a_key_that_nobody_signed_for_is_shown_before_a_record_is_looked_at(
    desk: Desk, district: DistrictStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = write(desk, 1)
    (tmp_path / "receipt.key").unlink()
    receipt_keys.rotate(district, tmp_path / "receipt.key", lost=True)
    signer = receipt_keys.ready(district, tmp_path / "receipt.key")
    monkeypatch.setattr(in_process, "SETTINGS", dataclasses.replace(SETTINGS, signer=signer))
    line = Counted(desk)
    with pytest.raises(Refused, match=r"exchange\.district_key_changed"):
        run(desk, line)
    assert line.asked == ["Exchange"]
    assert kept_at(district, ids) == 0


def test_a_page_that_was_damaged_on_its_way_is_said_again_one_by_one(desk: Desk) -> None:
    class Damaging(Counted):
        def exchange(self, said: Exchange) -> Exchanged:
            assert said.push.page is not None
            page = msgspec.structs.replace(said.push.page, digest=bytes(32))
            return super().exchange(msgspec.structs.replace(said, push=Push(said.push.store, [], page)))

    write(desk, 2)
    line = Damaging(desk)
    assert run(desk, line).proved
    assert line.asked[:3] == ["Exchange", "Hello", "Push"]


def _without_a_record(heard: Exchanged) -> Exchanged:
    assert heard.pulled is not None
    assert heard.pulled.page is not None
    from sync.protocol.pages import numbered, pulled

    rest = [(n.seq, n.received_at, n.record.sealed()) for n in numbered(heard.pulled)][1:]
    return msgspec.structs.replace(heard, pulled=pulled(rest, heard.pulled.cursor, False))


def _with_another_page(heard: Exchanged) -> Exchanged:
    assert heard.pulled is not None
    assert heard.pulled.page is not None
    page = msgspec.structs.replace(heard.pulled.page, bodies=[b"{}" for _ in heard.pulled.page.bodies])
    return msgspec.structs.replace(heard, pulled=msgspec.structs.replace(heard.pulled, page=page))


def test_a_receipt_over_a_record_that_did_not_come_is_not_kept(desk: Desk, other: Desk) -> None:
    """The district counts what it left out: the station compares with what it holds, by itself and once more."""

    class Short(Counted):
        def exchange(self, said: Exchange) -> Exchanged:
            return _without_a_record(super().exchange(said))

    write(other, 3)
    run(other)
    with desk.store.read() as reader:
        before = len(list_receipts(reader))
    end = run(desk, line := Short(desk))
    assert line.asked == ["Exchange", "ReceiptAsked"]
    assert (end.receipt.agreed, end.proved) == (False, False)
    with desk.store.read() as reader:
        assert [r.agreed for r in list_receipts(reader)][: -before or None] == [False]


def test_a_page_that_came_down_damaged_is_asked_for_again(desk: Desk, other: Desk) -> None:
    class Garbled(Counted):
        def exchange(self, said: Exchange) -> Exchanged:
            return _with_another_page(super().exchange(said))

    theirs = write(other, 3)
    run(other)
    write(desk, 1)
    end = run(desk, line := Garbled(desk))
    assert line.asked == ["Exchange", "Pull", "ReceiptAsked"]
    assert (end.pulled, end.acknowledged, end.proved) == (3, 1, True)
    assert holds(desk, theirs)


def test_answers_to_other_records_than_were_sent_settle_nothing(desk: Desk) -> None:
    class Mistaken(LossyDistrict):
        def exchange(self, said: Exchange) -> Exchanged:
            heard = super().exchange(said)
            assert heard.pushed is not None
            return msgspec.structs.replace(heard, pushed=msgspec.structs.replace(heard.pushed, digest=bytes(32)))

    write(desk, 1)
    line = Mistaken(desk.district._store, desk.device, desk.district.weather)
    with pytest.raises(LineBroke, match=r"strange_answer"):
        run(desk, line)
    assert desk.journal.standing().unsent == 1
    assert run(desk).proved


def test_pages_that_never_end_are_no_word_of_the_district(desk: Desk, other: Desk) -> None:
    class Endless(LossyDistrict):
        def exchange(self, said: Exchange) -> Exchanged:
            return msgspec.structs.replace(super().exchange(said), pulled=None)

        def pull(self, ask: Pull) -> Pulled:
            return msgspec.structs.replace(super().pull(ask), cursor=ask.cursor, more=True)

    write(other, 3)
    run(other)
    write(desk, 1)
    with pytest.raises(LineBroke, match=r"strange_answer"):
        run(desk, Endless(desk.district._store, desk.device, desk.district.weather))
    assert run(desk).pulled == 3


def test_the_receipt_that_stands_is_verified_each_time(desk: Desk) -> None:
    class Forging(LossyDistrict):
        def exchange(self, said: Exchange) -> Exchanged:
            heard = super().exchange(said)
            assert heard.receipt is not None
            forged = msgspec.structs.replace(heard.receipt, signed=heard.receipt.signed[:-3] + b"000")
            return msgspec.structs.replace(heard, receipt=forged)

    run(desk)
    with pytest.raises(QianshaoError):
        run(desk, Forging(desk.district._store, desk.device, desk.district.weather))


def test_much_at_once_is_settled_but_not_applied_until_a_person_agrees(desk: Desk, other: Desk) -> None:
    made = other.made()
    people = [Person(id=new_id("person"), made=made, name=f"甲{n}") for n in range(20)]
    with other.store.write() as work:
        for person in people:
            work.add(person)
    run(other)
    run(desk)
    with other.store.write() as work:
        for person in people:
            work.add(Erasure(id=new_id("erasure"), made=made, target=person.id, reason="误登"))
    run(other)
    write(desk, 2)
    guarded = GuardedJournal(desk.store, Limit(percent=10, least=5))
    line = Counted(desk)
    with pytest.raises(MassChange):
        run(desk, line, guarded)
    assert line.asked == ["Exchange"]
    standing = desk.journal.standing()
    assert standing.unsent == 0, "what was answered for is settled"
    with desk.store.read() as reader:
        assert all(not sealed.erased for person in people if (sealed := reader.sealed(person.id)) is not None)


def test_what_a_station_claims_to_hold_is_compared_before_a_receipt_is_given(
    desk: Desk, district: DistrictStore
) -> None:
    write(desk, 2)
    run(desk)
    heard: list[Receipt | None] = []

    class Boasting(Counted):
        def exchange(self, said: Exchange) -> Exchanged:
            asked = msgspec.structs.replace(said.asked, counts={"visit": 99})
            answer = super().exchange(msgspec.structs.replace(said, asked=asked))
            heard.append(answer.receipt)
            return answer

    write(desk, 1)
    line = Boasting(desk)
    assert run(desk, line).proved, "asked truly by itself, it agrees"
    assert heard == [None]
    assert line.asked == ["Exchange", "ReceiptAsked"]


@pytest.mark.parametrize("fields", [{"upto": 7}, {"after": 5}, {"after": -1}])
def test_a_request_that_contradicts_itself_is_refused(desk: Desk, fields: dict[str, int]) -> None:
    standing = desk.journal.standing()
    hello = day_end.hello(standing, "test")
    asked = msgspec.structs.replace(day_end.receipt_asked(desk.journal, standing), **fields)
    if fields.get("after", 0) > 0:
        asked = msgspec.structs.replace(asked, upto=2)
    said = Exchange(hello, desk.journal.trusted()[-1], Push(standing.store, []), asked)
    with pytest.raises(Refused, match=r"unreadable_message"):
        desk.district.exchange(said)


def test_the_statement_says_the_same_as_the_message(desk: Desk) -> None:
    write(desk, 1)
    given = run(desk).receipt
    statement = receipts.of_receipt(given, desk.journal.trusted())
    assert statement is not None
    assert statement.upto == given.upto
    told = statement.journal(desk.store.id)
    assert told is not None
    assert told.upto == 1


def test_pages_pushed_twice_in_one_trip_get_the_same_answers(desk: Desk) -> None:
    write(desk, 2)
    standing = desk.journal.standing()
    frames, _ = desk.journal.frames(10, 1 << 20, 0)
    said = Exchange(
        day_end.hello(standing, "test"),
        desk.journal.trusted()[-1],
        Push(standing.store, [], page_of(frames)),
        day_end.receipt_asked(desk.journal, standing),
    )
    one, two = desk.district.exchange(said), desk.district.exchange(said)
    assert isinstance(one.pushed, Pushed)
    assert one.pushed == two.pushed
    assert one.receipt is not None
    assert two.receipt is not None
    assert one.receipt.id == two.receipt.id, "asked for again, it is the same receipt"
    assert isinstance(said.asked, ReceiptAsked)


def test_an_exchange_in_the_background_is_one_request_without_a_receipt(
    desk: Desk, other: Desk, district: DistrictStore
) -> None:
    run(other)
    run(desk)
    theirs, ours = write(other, 4), write(desk, 3)
    before = receipts_of(district)
    for each in (other, desk):
        line = Counted(each)
        done = background.run(each.journal, line, "test", lambda: False)
        assert line.asked == ["Exchange"]
        assert (done.pushed, done.refused) == (len(theirs if each is other else ours), 0)
    assert kept_at(district, theirs + ours) == 7
    assert holds(desk, theirs)
    assert receipts_of(district) == before, "nothing was signed"
    assert background.run(desk.journal, Counted(desk), "test", lambda: False) == background.Exchanged(0, 0, 0)
    assert run(desk).proved, "the day end proves all of it"


def test_an_exchange_in_the_background_with_more_than_a_page_goes_on_by_pages(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(desk)
    theirs = write(other, 5)
    run(other)
    monkeypatch.setattr(one_trip, "MAX_PAGE_RECORDS", 2)
    line = Counted(desk)
    done = background.run(desk.journal, line, "test", lambda: False)
    assert (line.asked[0], done.pulled >= 5, holds(desk, theirs)) == ("Exchange", True, True)
    assert "Pull" in line.asked


@pytest.mark.parametrize("by_pages", [False, True])
def test_a_district_that_was_set_back_is_said_and_nothing_is_sent(
    desk: Desk, district: DistrictStore, by_pages: bool
) -> None:
    write(desk, 3)
    run(desk)
    if by_pages:
        desk.journal.note_district("", "", ())
    with district.write() as conn:
        before = conn.execute(select(counter.c.value).where(counter.c.name == "seq")).scalar_one()
        conn.execute(counter.update().where(counter.c.name == "seq").values(value=before - 1))
    ours = write(desk, 2)
    for exchanged in (run, lambda each: background.run(each.journal, each.district, "test", lambda: False)):
        with pytest.raises(Refused, match=r"district_behind"):
            exchanged(desk)
    assert kept_at(district, ours) == 0
    assert desk.journal.standing().unsent == 2
    with district.write() as conn:  # the newest backup is back
        conn.execute(counter.update().where(counter.c.name == "seq").values(value=before))
    assert run(desk).proved
    assert kept_at(district, ours) == 2


def receipts_of(district: DistrictStore) -> int:
    with district.read() as conn:
        return len(conn.execute(receipt.select()).all())


def noting(desk: Desk) -> tuple[StoreJournal, list[datetime]]:
    """Return a journal that notes signed times as the program's does, and the list of those that it noted."""
    noted: list[datetime] = []

    def note(work: Work, at: datetime) -> None:
        noted.append(at)
        anchor(work, at)

    journal = desk.journal
    journal.anchor = note
    return journal, noted


def in_the_background(desk: Desk, journal: StoreJournal, line: LossyDistrict | None = None) -> background.Exchanged:
    return background.run(journal, line or desk.district, "test", lambda: False)


def bytes_of(desk: Desk) -> dict[str, bytes]:
    files = desk.store.path.parent.glob(f"{desk.store.path.name}*")
    return {file.name: file.read_bytes() for file in files if "-shm" not in file.name}


def test_an_exchange_in_the_background_that_writes_notes_the_time_that_the_district_signed(
    desk: Desk, other: Desk, district: DistrictStore
) -> None:
    journal, noted = noting(desk)
    before = datetime.now(UTC)
    write(desk)
    in_the_background(desk, journal)
    assert len(noted) == 1
    assert before <= noted[0] <= datetime.now(UTC)
    with desk.store.read() as reader:
        assert clock.anchored(reader) == noted[0]
        assert believed_now(reader, datetime.now(BEIJING)).doubt is None
        assert believed_now(reader, datetime.now(BEIJING) - timedelta(days=400)).doubt is not None
    told = bytes_of(desk)
    in_the_background(desk, journal)
    assert (len(noted), bytes_of(desk)) == (1, told), "nothing is written where nothing else is"
    write(other)
    run(other)
    in_the_background(desk, journal)
    assert len(noted) == 2, "what came down is written, and the time with it"
    assert noted[1] > noted[0]


def test_a_time_that_another_signed_or_that_is_for_another_store_is_not_believed(desk: Desk) -> None:
    journal, noted = noting(desk)

    class Wrong(LossyDistrict):
        secret, store = in_process.RECEIPT_SECRET, "sto_another"

        def exchange(self, said: Exchange) -> Exchanged:
            heard = super().exchange(said)
            time = TimeSaid(district=heard.welcome.district, store=self.store, at=datetime.now(UTC))
            return msgspec.structs.replace(heard, time=sign_time(time, self.secret))

    line = Wrong(desk.district._store, desk.device, desk.district.weather)
    write(desk)
    in_the_background(desk, journal, line)
    assert noted == []
    line.secret, line.store = bytes(32), desk.store.id
    write(desk)
    with pytest.raises(Refused, match="signed_by_another"):
        in_the_background(desk, journal, line)
    assert noted == []


def test_a_receipt_that_is_given_once_more_does_not_set_the_time_back(desk: Desk) -> None:
    journal, noted = noting(desk)
    write(desk)
    run(desk, journal=journal)
    (first,) = noted
    write(desk)
    in_the_background(desk, journal)
    run(desk, journal=journal)
    with desk.store.read() as reader:
        now = clock.anchored(reader)
    assert now is not None
    assert now >= noted[1] > first
    with desk.store.write() as work:
        anchor(work, first)
    with desk.store.read() as reader:
        assert clock.anchored(reader) == now
