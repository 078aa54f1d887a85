"""A transaction is one, whether a statement goes to the driver or is built with SQLAlchemy; a save is a small one."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlcipher3 import dbapi2

import desktop.store
from desktop.store import raw
from desktop.store.store import Store
from desktop.store.tables import draft, link, meta, names, record, with_ids
from sync.records.errors import Refused, Unavailable
from tests.support.desk_store import Desk

MOST_PAGES = 10
"""A person, a visit, a participation: each page of them is encrypted. Ids and links in the order of kinds were four."""
FRAME = 4096 + 24


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk.new(tmp_path)
    yield desk
    desk.store.close()


def kept(store: Store) -> tuple[int, list[str]]:
    """Return how many records there are, as both ways of asking say, and the notes of a test."""
    with store.read() as reader:
        by_driver = reader.sql("SELECT count(*) FROM record").fetchone()[0]
        assert by_driver == len(reader.conn.execute(select(record.c.line)).all())
        return by_driver, list(reader.conn.scalars(select(meta.c.value).where(meta.c.key == "test")))


def test_both_ways_of_writing_are_committed_together(desk: Desk) -> None:
    with desk.store.write() as work:
        work.add(desk.visit())
        work.conn.execute(insert(meta), {"key": "test", "value": "kept"})
        work.sql("UPDATE meta SET value = value || ' twice' WHERE key = 'test'")

    assert kept(desk.store) == (1, ["kept twice"])


def test_both_ways_of_writing_are_rolled_back_together(desk: Desk) -> None:
    def broken() -> None:
        with desk.store.write() as work:
            work.add(desk.visit())
            work.conn.execute(insert(meta), {"key": "test", "value": "lost"})
            work.sql("UPDATE meta SET value = 'lost too' WHERE key = 'test'")
            raise Refused("store.missing")

    for _ in range(2):  # the connection is fit for use afterwards
        with pytest.raises(Refused):
            broken()
        assert kept(desk.store) == (0, [])
    with desk.store.write() as work:
        work.add(desk.visit())
    assert kept(desk.store) == (1, [])


def test_a_reader_sees_one_snapshot_by_both_ways(desk: Desk) -> None:
    with desk.store.read() as reader:
        before = reader.sql("SELECT count(*) FROM record").fetchone()
        with desk.store.write() as work:
            work.add(desk.visit())
        assert reader.sql("SELECT count(*) FROM record").fetchone() == before
        assert not reader.conn.execute(select(record.c.line)).all()

    assert kept(desk.store)[0] == 1


def test_a_reader_cannot_keep_a_writer_waiting_and_more_readers_than_are_kept_may_come(desk: Desk) -> None:
    readers = [desk.store.read() for _ in range(12)]
    for reader in readers:
        assert not reader.__enter__().conn.execute(select(draft.c.id)).all()
    with desk.store.write() as work:
        work.add(desk.visit())
    for reader in readers:
        reader.__exit__(None, None, None)

    assert kept(desk.store)[0] == 1


def test_a_writer_that_another_program_keeps_waiting_is_told_so_and_nothing_is_half_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Store.open(desk.store.path, desk.key)
    try:
        monkeypatch.setattr(raw, "BUSY_SECONDS", 0.3)

        def meanwhile() -> None:
            with desk.store.write() as work:
                work.add(desk.visit())

        with other.write() as work:
            work.add(desk.visit())
            with pytest.raises(Unavailable):
                meanwhile()
        meanwhile()
        assert kept(desk.store)[0] == 2
    finally:
        other.close()


def save(desk: Desk, times: int = 1) -> None:
    """Keep visits of somebody new, each a person, a visit and a participation, in one transaction."""
    with desk.store.write() as work:
        for _ in range(times):
            visit = desk.visit(
                "楼上卫生间长期渗水，客厅天花板发霉脱落，物业以维修资金不足为由一直拖延，希望社区出面协调。"
            )
            person = desk.person()
            for value in (person, visit, desk.takes_part(person.id, visit.id)):
                work.add(value)


def test_records_are_written_by_few_statements_and_stand_as_they_were_kept(desk: Desk) -> None:
    ran: list[str] = []
    desk.store._writing().driver.set_trace_callback(ran.append)
    save(desk)
    of_one_save = [statement for statement in ran if "INSERT INTO record(" in statement]
    ran.clear()
    with desk.store.write() as work:
        kept_ones = [work.add_new(desk.visit(f"第{number}次来访")) for number in range(21)]
    of_many = [statement for statement in ran if "INSERT INTO record(" in statement]

    assert (len(of_one_save), len(of_many)) == (1, 3)
    with desk.store.read() as reader:
        lines = reader.sql("SELECT id FROM record ORDER BY line").fetchall()[3:]
        types = set(reader.sql("SELECT typeof(hash), typeof(salt), typeof(body), typeof(link) FROM record").fetchall())
        assert [reader.sealed(one.id) for one in kept_ones] == kept_ones
    assert [record_id for (record_id,) in lines] == [one.id for one in kept_ones]
    assert types == {("blob", "blob", "blob", "blob")}


def test_a_save_writes_few_pages(desk: Desk) -> None:
    save(desk, 1500)  # then no two tables and no two kinds lie on one page
    desk.store._writing().driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log = Path(f"{desk.store.path}-wal")
    pages = []
    for _ in range(45):  # fewer than a save has the index written for
        before = log.stat().st_size
        save(desk)
        pages.append((log.stat().st_size - before) / FRAME)

    assert statistics.median(pages) <= MOST_PAGES


def test_what_is_asked_by_an_id_or_by_what_a_record_names_is_found_by_an_index(desk: Desk) -> None:
    save(desk, 20)
    with desk.store.read() as reader:
        ids = [row[0] for row in reader.sql("SELECT id FROM record").fetchall()]
        for one in ids:
            assert reader.get(one).id == one
        assert set(reader.current(ids)) == reader.known([*ids, "vis_", "", "abc"]) == set(ids)
        named = {subject for (subject,) in reader.sql("SELECT subject FROM link").fetchall()}
        assert named <= set(ids)
        asked = (
            select(record.c.line).where(with_ids(ids)),
            select(link.c.line).where(names(ids[0]), link.c.via == "participation.party"),
        )
        for statement in asked:
            plan = str(statement.compile(reader.conn, compile_kwargs={"literal_binds": True}))
            steps = [row[3] for row in reader.sql(f"EXPLAIN QUERY PLAN {plan}")]
            assert not [step for step in steps if step.startswith(("SCAN record", "SCAN link"))], steps


def test_no_statement_asks_by_an_id_past_its_index() -> None:
    """Such a condition is right, and walks through all records (projections.AT_ID says how it is written)."""
    past = re.compile(
        r"record\.c\.id( ==|\.in_)|link\.c\.subject( ==|\.in_)|(record\.id|link\.subject) (= \?|IN)"
        r"|record WHERE id (=|IN)|link WHERE subject (=|IN)"
    )
    modules = sorted(Path(desktop.store.__file__).parent.glob("*.py"))
    assert len(modules) > 50
    found = {module.name: past.findall(module.read_text(encoding="utf-8")) for module in modules}
    assert {name: some for name, some in found.items() if some and name != "projections.py"} == {}


def test_the_same_id_is_not_kept_twice_by_the_file_itself(desk: Desk) -> None:
    save(desk)
    again = """
        INSERT INTO record(line, id, kind, state, origin, readable, hash, salt, body)
        SELECT line + 100, id, kind, state, origin, readable, hash, salt, body FROM record
    """
    with pytest.raises(dbapi2.IntegrityError, match="record_id"), desk.store.write() as work:
        work.sql(again)
