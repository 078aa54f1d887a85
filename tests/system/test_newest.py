"""What no index knows of the newest records yet is found all the same, counted right, and given out once only."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlcipher

from desktop.store import index, leases, newest
from desktop.store.check import rebuild_projections
from desktop.store.clock import heard
from desktop.store.columns import to_micros
from desktop.store.groups import counts
from desktop.store.journal import StoreJournal, count_unsent
from desktop.store.known import earlier_visits
from desktop.store.leaves import leaf, spine
from desktop.store.listing import Filter, lines_of
from desktop.store.mass_change import outgoing
from desktop.store.matters import list_matters
from desktop.store.persons import list_persons
from desktop.store.projections import HAPPENED_AT
from desktop.store.proved import today
from desktop.store.search import search
from desktop.store.store import Store
from desktop.store.today import count_visits
from desktop.store.visits import list_visits
from sync.protocol.messages import Answer, State
from sync.records.audit import Erasure
from sync.records.canonical import canonical
from sync.records.kinds import new_id
from sync.records.numbers import desk_suffix
from sync.records.papers import Series
from sync.records.record import Made, Record
from sync.records.visits import Channel, Visit
from tests.support.desk_store import NOW, UNIT, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk.new(tmp_path)
    yield desk
    desk.store.close()


def beyond(desk: Desk) -> int:
    """How many lines lie beyond the note."""
    with desk.store.read() as reader:
        last = reader.sql("SELECT coalesce(max(line), 0) FROM record").fetchone()[0]
        return int(last) - newest.listed_through(reader)


def caught_up(desk: Desk) -> None:
    with desk.store.write() as work:
        newest.catch_up(work)
    assert beyond(desk) == 0


def numbered(desk: Desk, times: int) -> list[str]:
    """Log visits with numbers, each in a transaction of its own."""
    given = []
    for _ in range(times):
        with desk.store.write() as work:
            given.append(work.allocate(Series.VISIT, UNIT, "光明", 2026))
            work.add(desk.visit(number=given[-1]))
    return given


def written(desk: Desk) -> list[int]:
    """The serials that the rows of the leases say come next."""
    with desk.store.read() as reader:
        return [row[0] for row in reader.sql("SELECT next FROM lease ORDER BY first").fetchall()]


def opened_again(desk: Desk) -> None:
    desk.store.close()
    desk.store = Store.open(desk.store.path, desk.key)


def test_lines_beyond_the_note_stay_few_whatever_waits_however_long(desk: Desk) -> None:
    first = desk.visit("从未发出")
    desk.keep(first)
    for n in range(3 * newest.MOST_BEYOND):
        desk.keep(desk.person(f"人{n}"))
        assert beyond(desk) < newest.MOST_BEYOND
    desk.keep(*(desk.visit(f"{n}") for n in range(2 * newest.MOST_BEYOND)))
    assert beyond(desk) == 0, "many at once leave nothing"
    assert StoreJournal(desk.store).unsent(1, 1, 0)[0][0].id == first.id


def test_numbers_go_on_where_the_rows_do_not_know_of_the_last_ones(desk: Desk) -> None:
    desk.keep(desk.lease(1, 5), desk.lease(6, 8))
    given = numbered(desk, 4)
    assert written(desk) == [1, 6], "no number costs a row of its own"
    with desk.store.read() as reader:
        assert leases.left(reader, Series.VISIT, UNIT, 2026) == 4
    opened_again(desk)
    given += numbered(desk, 3)
    opened_again(desk)
    given += numbered(desk, 3)
    suffix = desk_suffix(desk.store.id)
    assert given == [*(f"光明登2026-{n:06d}" for n in range(1, 9)), *(f"光明登2026-{n:06d}-{suffix}" for n in (1, 2))]
    with desk.store.read() as reader:
        assert leases.left(reader, Series.VISIT, UNIT, 2026) == 0
    desk.keep(desk.lease(9, 9))
    assert numbered(desk, 2) == ["光明登2026-000009", f"光明登2026-000003-{suffix}"], "a lease comes first at once"
    opened_again(desk)
    desk.keep(desk.lease(10, 10))
    assert numbered(desk, 2) == ["光明登2026-000010", f"光明登2026-000004-{suffix}"]


def test_a_number_is_not_given_out_again_when_its_record_is_erased(desk: Desk) -> None:
    desk.keep(desk.lease(1, 9))
    with desk.store.write() as work:
        visit = desk.visit(number=work.allocate(Series.VISIT, UNIT, "光明", 2026))
        work.add(visit)
    assert beyond(desk) > 0
    opened_again(desk)
    desk.keep(Erasure(id=new_id("erasure"), made=desk.made, target=visit.id, reason="本人要求"))
    opened_again(desk)
    assert numbered(desk, 1) == ["光明登2026-000002"]


def test_a_number_whose_record_does_not_tell_whose_it_is_stands_in_its_row_at_once(desk: Desk) -> None:
    desk.keep(desk.lease(1, 9))
    with desk.store.write() as work:
        number = work.allocate(Series.VISIT, UNIT, "光明", 2026)
        work.add(replace(desk.visit(number=number), made=replace(desk.made, unit="uni_other")))
    opened_again(desk)
    assert numbered(desk, 1) == ["光明登2026-000002"]


def test_a_number_of_what_was_broken_off_is_given_out_again_and_no_other(desk: Desk) -> None:
    desk.keep(desk.lease(1, 9))
    numbered(desk, 2)

    def broken_off() -> None:
        with desk.store.write() as work:
            work.add(desk.visit(number=work.allocate(Series.VISIT, UNIT, "光明", 2026)))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        broken_off()
    assert numbered(desk, 1) == ["光明登2026-000003"]


KILLED = """
import os, sys
from pathlib import Path
from desktop.store.store import Store
from sync.records.papers import Series
from tests.support.desk_store import UNIT, Desk
key = bytes.fromhex(sys.stdin.read())
desk = Desk(Store.open(Path(sys.argv[1]), key), key)
for turn in range(40):
    visit, person = desk.visit(f"来访{turn}"), desk.person(f"来访人{turn}")
    with desk.store.write() as work:
        number = work.allocate(Series.VISIT, UNIT, "光明", 2026)
        work.add(person)
        work.add(desk.visit(f"来访{turn}", number=number))
    print(number, flush=True)
os.kill(os.getpid(), 9)
"""


def test_a_program_killed_before_anything_of_it_was_listed_has_left_nothing_to_mend(desk: Desk) -> None:
    desk.keep(desk.lease(1, 100))
    caught_up(desk)
    command = [sys.executable, "-c", KILLED, str(desk.store.path)]
    ran = subprocess.run(command, input=desk.key.hex(), capture_output=True, text=True, check=False)
    assert ran.returncode == -9
    assert ran.stdout.split() == [f"光明登2026-{n:06d}" for n in range(1, 41)]
    assert beyond(desk) == 80, "nothing of it was written for the lists"
    opened_again(desk)
    with desk.store.read() as reader:
        assert len(list_visits(reader, limit=100)) == len(list_persons(reader, limit=100)) == 40
        assert count_visits(reader, NOW, NOW + timedelta(minutes=1)) == 40
        assert count_unsent(reader) == 81
    assert numbered(desk, 1) == ["光明登2026-000041"]
    assert rebuild_projections(desk.store) == {}


def many(desk: Desk) -> list[Record]:
    """Visits and persons on both sides of the note, the visits not in the order in which they happened."""
    matter = desk.matter()
    kept: list[Record] = [matter]
    desk.keep(matter)
    for n in range(80):
        # Every third visit is told late: among those that the index holds, and the other way round.
        at = NOW + timedelta(minutes=n if n % 3 else n - 90, microseconds=n % 2)
        visit = desk.visit(f"第{n}次漏水", happened_at=at, matter=matter.id)
        person = desk.person(f"第{n}人")
        part = desk.takes_part(person.id, visit.id)
        desk.keep(visit, person, part)
        kept += [visit, person, part]
    gone = kept[-3]
    desk.keep(desk.visit("改过", amends=gone.id, amend_reason="笔误", happened_at=NOW, matter=matter.id))
    later = replace(desk.made, at=NOW + timedelta(minutes=5))
    kept.append(replace(desk.visit("早", happened_at=NOW - timedelta(days=1)), made=later))
    desk.keep(kept[-1])
    assert 0 < beyond(desk) < newest.MOST_BEYOND
    return kept


def asked(desk: Desk) -> dict[str, object]:
    """All that reads the newest records beside the others."""
    with desk.store.read() as reader:
        found: dict[str, object] = {}
        for name in ("visits", "persons"):
            for rising in (False, True):
                for text in ("", "第1"):
                    chosen = Filter(text=text, rising=rising)
                    whole = lines_of(reader, name, chosen)
                    key, lines = None, []
                    while True:
                        part = leaf(reader, name, chosen, key, limit=17)
                        lines += [row.id for row in part.rows]
                        key = part.end
                        if not part.more:
                            break
                    found[f"{name} {rising} {text}"] = list(whole), lines
            ends = spine(reader, name, Filter(), None)
            found[f"{name} spine"] = ends.ends, ends.last
        found["visits by day"] = counts(reader, "visits", Filter(), "day")
        found["visits by category"] = counts(reader, "visits", Filter(), "category")
        found["list"] = [row.id for row in list_visits(reader, limit=500)]
        found["since"] = [row.id for row in list_visits(reader, since=NOW + timedelta(minutes=50), limit=500)]
        found["persons"] = [(row.id, row.visits, row.last_visit_at) for row in list_persons(reader, limit=500)]
        found["matters"] = [(row.id, row.visits) for row in list_matters(reader)]
        moments = [NOW - timedelta(days=1), NOW + timedelta(minutes=79, microseconds=1), NOW + timedelta(minutes=2)]
        found["known"] = sorted(each.visit.id for each in earlier_visits(reader, moments, []))
        found["counted"] = count_visits(reader, NOW, NOW + timedelta(days=1))
        found["unsent"] = count_unsent(reader)
        found["found"] = [hit.id for hit in search(reader, "漏水", states=("unsent",), limit=500)]
        found["stands"] = [hit.id for hit in search(reader, "漏水", limit=500) if hit.stands]
        found["outgoing"] = outgoing(reader)
        found["heard"] = heard(reader, 0, "").newest
        found["today"] = today(reader, NOW - timedelta(days=1), NOW + timedelta(days=400))
    found["frames"] = [frame.id for frame in StoreJournal(desk.store).frames(10_000, 10**9, 0)[0]]
    found["some frames"] = [frame.id for frame in StoreJournal(desk.store).frames(7, 10**9, 150)[0]]
    return found


def test_lists_counts_and_frames_say_the_same_before_and_after(desk: Desk) -> None:
    kept = many(desk)
    before = asked(desk)
    caught_up(desk)
    assert asked(desk) == before
    assert before["heard"] == NOW + timedelta(minutes=5)
    frames = before["frames"]
    assert isinstance(frames, list)
    assert frames[:20] == [record.id for record in kept[:20]]
    assert len(frames) == before["unsent"] == 243
    listed = before["list"]
    assert isinstance(listed, list)
    assert len(listed) == 81
    assert before["matters"] == [(kept[0].id, 80)]
    assert len(before["known"]) == 3  # type: ignore[arg-type]
    assert rebuild_projections(desk.store) == {}


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_sqlite_reads_a_moment_from_a_record_as_a_list_row_keeps_it(at: datetime, zone: timezone) -> None:
    made, at = Made(by="sta_1", unit=UNIT, store="sto_1", at=NOW), at.replace(tzinfo=zone)
    visit = Visit(id=new_id("visit"), made=made, channel=Channel.WALK_IN, happened_at=at, text="")
    asked = f"SELECT {HAPPENED_AT} FROM (SELECT ? AS body) AS record"
    with closing(sqlcipher.connect(":memory:")) as connection:
        assert connection.execute(asked, (canonical(visit),)).fetchone()[0] == to_micros(at)


def test_a_visit_whose_list_row_is_written_at_once_is_listed_once_among_the_newest(desk: Desk) -> None:
    odd, plain = desk.visit(happened_at=(NOW + timedelta(minutes=1)).astimezone(UTC)), desk.visit()
    desk.keep(odd)
    desk.keep(plain)
    for _ in range(2):
        with desk.store.read() as reader:
            assert [row.id for row in list_visits(reader)] == [odd.id, plain.id]
            assert count_visits(reader, NOW, NOW + timedelta(minutes=2)) == 2
        caught_up(desk)


def test_an_answer_settles_what_waits_on_either_side_of_the_note(desk: Desk) -> None:
    many(desk)
    journal = StoreJournal(desk.store)
    frames, _ = journal.frames(10_000, 10**9, 0)
    half = [frame for place, frame in enumerate(frames) if place % 2]
    said = [Answer(frame.id, frame.hash, State.ACCEPTED, seq=n) for n, frame in enumerate(half, 1)]
    refused = Answer(frames[0].id, frames[0].hash, State.REFUSED, reason="protocol.not_yours")
    journal.settle([*said, refused])
    left = [frame.id for frame in journal.frames(10_000, 10**9, 0)[0]]
    assert left == [frame.id for frame in frames[1:] if frame not in half]
    caught_up(desk)
    assert [frame.id for frame in journal.frames(10_000, 10**9, 0)[0]] == left
    # What the district lost is sent again, in its place.
    assert journal.send_missing([(1, 10)]) > 0
    again = [frame.id for frame in journal.frames(10_000, 10**9, 0)[0]]
    assert again[:10] == [frame.id for frame in frames[:10]]
    assert rebuild_projections(desk.store) == {}


def test_an_idle_desk_writes_what_waits_for_the_lists_with_the_index(desk: Desk) -> None:
    many(desk)
    index.catch_up(desk.store)
    assert beyond(desk) == 0


def test_a_rebuild_mends_the_tables_of_what_waits_and_of_persons(desk: Desk) -> None:
    many(desk)
    caught_up(desk)
    with desk.store.write() as work:
        work.sql("DELETE FROM waiting WHERE line % 10 = 0")
        work.sql("DELETE FROM person WHERE line % 20 = 0")
        work.sql("INSERT INTO person(line) SELECT line FROM visit LIMIT 3")
    differed = rebuild_projections(desk.store)
    assert differed.keys() == {"waiting", "person"}
    assert rebuild_projections(desk.store) == {}


def test_no_statement_about_what_waits_walks_through_the_records(desk: Desk) -> None:
    desk.keep(desk.visit("等了很久"))
    caught_up(desk)
    statements: list[str] = []
    with desk.store.read() as reader:
        driver = reader._handle.driver
        driver.set_trace_callback(statements.append)
        count_unsent(reader)
        outgoing(reader)
        heard(reader, 0, "")
        search(reader, "很久", states=("unsent",))
        list_visits(reader)
        list_persons(reader)
        driver.set_trace_callback(None)
        plans = [
            row[3]
            for statement in statements
            if statement.lstrip().startswith("SELECT")
            for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")
        ]
    assert any("waiting" in step for step in plans)
    assert not [step for step in plans if step.startswith("SCAN record") and "INDEX" not in step]
