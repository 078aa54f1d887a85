"""Content by months, on both databases: where it lies, and that nothing is skipped while it is away."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from sync.protocol.messages import Pull
from sync.records.audit import Erasure
from sync.records.canonical import Sealed, seal
from sync.records.cards import Revision
from sync.records.errors import Unavailable
from sync.records.kinds import new_id
from sync.records.persons import Person
from sync.records.record import Made
from sync.server import exchange
from sync.server.store import migrate, records
from sync.server.store.cards import conflict_counts
from sync.server.store.engine import open_engine, parse_url
from sync.server.store.months import have_month, month_of, part_of
from sync.server.store.schema import to_number
from sync.server.store.store import DistrictStore
from tests.support.district import AT, Desk, enrol_desk, sealed

NOVEMBER = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)
DECEMBER = NOVEMBER + timedelta(seconds=1)
JANUARY = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)


def received(store: DistrictStore, desk: Desk, at: datetime, count: int = 3) -> list[Sealed]:
    """Let the other desk's visits come at ``at``."""
    visits = [sealed(desk.visit(f"第{n}件")) for n in range(count)]
    with store.write() as conn:
        records.append(conn, [records.New(s, desk.unit, desk.store, desk.unit) for s in visits], at)
    return visits


def months(conn: Connection) -> dict[str, int]:
    """The month of each record's content; on PostgreSQL by the part that holds it."""
    if conn.dialect.name != "postgresql":
        return {row[0]: row[1] for row in conn.exec_driver_sql("SELECT id, month FROM content")}
    rows = conn.exec_driver_sql("SELECT id, month, tableoid::regclass::text FROM content").all()
    assert all(part == part_of(month) for _, month, part in rows)
    return {row[0]: row[1] for row in rows}


def pulled(store: DistrictStore, desk: Desk, limit: int = 2) -> list[Sealed]:
    """All visits that a desk pulls, in small pages."""
    found: list[Sealed] = []
    cursor, more = 0, True
    while more:
        page = exchange.pull(store, desk.who(), Pull(desk.store, cursor, limit))
        found += [numbered.record.sealed() for numbered in page.records]
        cursor, more = page.cursor, page.more
    return [one for one in found if one.kind == "visit"]


def test_content_lies_in_the_month_of_its_receipt_by_beijing_time(district_store: DistrictStore) -> None:
    one, two = enrol_desk(district_store), enrol_desk(district_store, staff_name="赵登记")
    came = {at: received(district_store, one, at) for at in (NOVEMBER, DECEMBER, JANUARY, NOVEMBER)}
    assert [month_of(at) for at in (NOVEMBER, DECEMBER, JANUARY)] == [202611, 202612, 202701]
    with district_store.read() as conn:
        lies = months(conn)
    assert {lies[s.id] for s in came[DECEMBER]} == {202612}
    assert {lies[s.id] for s in came[JANUARY]} == {202701}
    assert len(pulled(district_store, two)) == 12, "a page goes over the end of a month"
    target = came[DECEMBER][0]
    gone = Erasure(id=new_id("erasure"), made=one.made(), target=target.id, reason="当事人要求")
    assert one.reasons(gone) == [""]
    with district_store.read() as conn:
        assert records.read(conn, target.id) == Sealed(target.kind, target.id, target.hash, b"", b"")


def test_a_month_that_was_not_made_after_all_is_made_again(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)

    def fail() -> None:
        with district_store.write() as conn:
            records.lock_numbers(conn)
            have_month(conn, 202701)
            raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            fail()
    assert len(received(district_store, desk, JANUARY)) == 3
    with district_store.read() as conn:
        assert 202701 in months(conn).values()


def test_a_month_that_was_met_again_before_it_was_undone_is_made_again(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)

    def fail() -> None:
        with district_store.write() as conn:
            records.lock_numbers(conn)
            for _ in range(2):  # a page, and the numbers that are leased because of it
                have_month(conn, 202701)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(received(district_store, desk, JANUARY)) == 3
    with district_store.read() as conn:
        assert 202701 in months(conn).values()


def test_a_month_that_was_taken_away_is_said_and_nothing_is_skipped(district_store: DistrictStore) -> None:
    one, two = enrol_desk(district_store), enrol_desk(district_store, staff_name="赵登记")
    came = [*received(district_store, one, NOVEMBER), *received(district_store, one, DECEMBER)]
    with district_store.write() as conn:
        if district_store.postgres:
            conn.exec_driver_sql("ALTER TABLE content DETACH PARTITION content_202612")
        else:
            conn.exec_driver_sql("CREATE TABLE content_202612 AS SELECT * FROM content WHERE month = 202612")
            conn.exec_driver_sql("DELETE FROM content WHERE month = 202612")
    with pytest.raises(Unavailable, match=r"protocol\.content_away"):
        pulled(district_store, two)
    assert one.reasons(one.visit("照常报送")) == [""], "what comes now goes on"
    with district_store.read() as conn:
        assert records.tally(conn)[0]["visit"] == 7, "and receipts, which need no content"
    with district_store.write() as conn:
        if district_store.postgres:
            conn.exec_driver_sql(
                "ALTER TABLE content ATTACH PARTITION content_202612 FOR VALUES FROM (202612) TO (202701)"
            )
        else:
            conn.exec_driver_sql("INSERT INTO content SELECT * FROM content_202612")
    assert pulled(district_store, two)[:6] == came


@pytest.mark.parametrize("district_store", ["postgresql"], indirect=True)
def test_one_record_is_looked_for_in_its_month_alone(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    (wanted, *_) = [received(district_store, desk, at, 2000)[0] for at in (NOVEMBER, DECEMBER, JANUARY)]
    with district_store.write() as conn:
        conn.exec_driver_sql("ANALYZE")
        asked = "SELECT body FROM record LEFT JOIN content USING (month, seq) WHERE record.id = ANY(%(ids)s)"
        plan = conn.exec_driver_sql(f"EXPLAIN (ANALYZE, COSTS OFF) {asked}", {"ids": [wanted.id]}).scalars().all()
    looked = [line for line in plan if " on content_" in line and "never executed" not in line]
    assert len(looked) == 1, plan
    assert "content_202611" in looked[0]


@pytest.fixture(params=["sqlcipher", "postgresql"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, bytes]:
    """Where a store of the schema 0002 is, and its key; it holds a card with two edits, received in two months."""
    url = f"sqlite:///{tmp_path / 'district.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    else:
        (tmp_path / "district.db").touch()
    key = os.urandom(32)
    engine = open_engine(parse_url(url), key)
    with migrate._alone(engine) as conn:
        migrate._upgrade(conn, "0002")
        mark = "%s" if conn.dialect.name == "postgresql" else "?"
        for seq, one in enumerate(card_with_edits(), 1):
            at = to_number(NOVEMBER if seq == 1 else DECEMBER)
            values = (one.id, one.kind, one.hash, one.salt, one.body, seq, "unt_x", "sto_x", "unt_x", at, True)
            names = "id, kind, hash, salt, body, seq, scope, origin, unit, received_at, readable"
            conn.exec_driver_sql(f"INSERT INTO record ({names}) VALUES ({', '.join([mark] * 11)})", values)
        conn.exec_driver_sql("UPDATE counter SET value = 3 WHERE name = 'seq'")
    engine.dispose()
    return url, key


def card_with_edits() -> list[Sealed]:
    """A person, and what two desks set differently without seeing each other."""
    person = Person(id=new_id("person"), made=Made(by="sta_x", unit="unt_x", store="sto_x", at=AT), name="张三")
    edits = [
        Revision(
            id=new_id("revision"), made=person.made, card=person.id, seen=(person.id,), fields={"address": address}
        )
        for address in ("甲", "乙")
    ]
    return [seal("person", person), *(seal("revision", edit) for edit in edits)]


def test_a_store_of_before_keeps_everything(older: tuple[str, bytes]) -> None:
    url, key = older
    store = DistrictStore.open(url, key)
    with store.read() as conn:
        kept = records.read_many(conn, [row[0] for row in conn.exec_driver_sql("SELECT id FROM record")])
        assert [one.kind for one in kept] == ["person", "revision", "revision"]
        assert all(one.intact() for one in kept)
        assert sorted(months(conn).values()) == [202611, 202612, 202612]
        assert conflict_counts(conn) == {"unt_x": 1}
        assert records.latest(conn) == 3
    store.close()
