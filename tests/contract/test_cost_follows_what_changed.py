"""What an exchange reads follows what changed, not what is stored: counted in a small store and in a large one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from msgspec import structs

from sync.client import day_end
from sync.protocol.messages import Frame, Hello, Pull, Push, Receipt, ReceiptAsked, State
from sync.protocol.version import OLDEST, VERSION
from sync.records.kinds import new_id
from sync.records.papers import Attachment
from sync.server import attachments, exchange, receipt_keys
from sync.server.push import push
from sync.server.secret_files import write_secret
from sync.server.station import see
from sync.server.store import records
from sync.server.store.journals import Line, put_run
from sync.server.store.receipts import put_receipt
from sync.server.store.refusals import Refusal, put_refusals
from sync.server.store.schema import attachment, card_edit, erased, file, lease, upload
from sync.server.store.store import Connection, DistrictStore
from tests.support import in_process
from tests.support.cost import DeskMeter, Meter
from tests.support.district import SETTINGS, Desk, enrol_desk, sealed, visit

FEW, MANY = 1, 8
"""How often what is stored besides is stored."""

_SOME = 300
_NEW = 20


@dataclass
class Stored:
    """A desk among many records of its own unit and of others, and how often it has said something."""

    store: DistrictStore
    desk: Desk
    mate: Desk
    first: int = 0
    said: int = 0

    def fill(self, times: int) -> None:
        """Store ``times`` as much again in every table that grows with the work."""
        for _ in range(times):
            visits = [sealed(self.mate.visit(f"第{n}件")) for n in range(3 * _SOME)]
            own = [records.New(s, self.desk.unit, self.mate.store, self.desk.unit) for s in visits[: 2 * _SOME]]
            foreign = [records.New(s, "unt_x", "sto_x", "unt_x") for s in visits[2 * _SOME :]]
            with self.store.write() as conn:
                records.append(conn, [*own, *foreign], datetime.now(UTC))
                self._fill_lists(conn)
        if self.store.postgres:
            with self.store.write() as conn:
                conn.exec_driver_sql("ANALYZE")

    def _fill_lists(self, conn: Connection) -> None:
        d, now = self.desk, datetime.now(UTC)
        names = [new_id("visit") for _ in range(_SOME)]
        for n in range(_SOME):
            run = [Line(self.first + n * 3 + k, new_id("visit"), os.urandom(32)) for k in (1, 2)]
            put_run(conn, d.store, run)  # with a gap behind each: nothing of them is whole yet
            given = Receipt(new_id("visit"), d.store, d.unit, 0, 1, {}, "0" * 64, True, f"{n}", now)
            put_receipt(conn, given)
        self.first += _SOME * 3
        put_refusals(conn, [Refusal(i, b"h" * 32, "visit", d.store, d.unit, "protocol.no_role", now) for i in names])
        common = {"store": d.store, "unit": d.unit, "series": "visit", "year": now.year}
        size = {"first": 1, "last": 500, "used_upto": 500}
        conn.execute(lease.insert(), [{"record": i, **common, **size} for i in names])
        conn.execute(erased.insert(), [{"target": i, "erasure": i, "unit": d.unit} for i in names])
        conn.execute(card_edit.insert(), [{"record": i, "card": i, "unit": d.unit, "seq": 1} for i in names])
        values = [(i, hashlib.sha256(i.encode()).hexdigest()) for i in names]
        conn.execute(
            attachment.insert(),
            [{"record": i, "digest": h, "scope": d.unit, "subject": i, "name": "", "size": 1} for i, h in values],
        )
        conn.execute(file.insert(), [{"digest": h, "size": 1, "received_at": now, "content": b""} for _, h in values])
        rows = [
            {"upload": i, "device": f"dev_{i}", "record": i, "digest": h, "size": 1, "received": 0, "whole": False}
            | {"metadata": "", "made_at": now, "expires_at": now.replace(year=now.year + 1)}
            for i, h in values
        ]
        conn.execute(upload.insert(), rows)

    def works(self) -> dict[str, Callable[[], object]]:
        """One exchange in its words, each of which is asked for as often as one likes."""
        d, who = self.desk, self.desk.who()
        with self.store.read() as conn:
            latest = records.latest(conn)
        year = datetime.now(UTC).year
        self.said += 1
        visits = [d.visit(f"新{n}", number=f"凤登{year}-{self.said:06d}") for n in range(_NEW)]
        top = self.first + 1
        self.first += 2 * _NEW
        frames = [structs.replace(Frame.of(sealed(visit)), ordinal=top + n) for n, visit in enumerate(visits)]
        content = b"%PDF-1.7\n" + os.urandom(500)
        named = hashlib.sha256(content).hexdigest()
        paper = Attachment(
            id=new_id("attachment"),
            made=d.made(),
            subject=visits[0].id,
            name="x.pdf",
            media_type="application/pdf",
            size=len(content),
            digest=named,
        )
        said = Hello(VERSION, OLDEST, "test", d.store, datetime.now(UTC))

        def hand_in() -> None:
            answers = push(self.store, who, Push(d.store, frames), SETTINGS).answers
            assert {answer.state for answer in answers} == {State.ACCEPTED}

        def receipt() -> None:
            with self.store.read() as conn:
                counts, value = records.tally(conn, who.scopes, latest)
                upto = records.latest(conn)
            asked = ReceiptAsked(d.store, latest, upto, counts, value, 0, 0)
            exchange.receipt(self.store, who, asked, SETTINGS)

        def glance() -> None:
            with self.store.look() as conn:
                see(conn, d.authorization)

        return {
            "glance": glance,
            "hello": lambda: exchange.hello(self.store, who, said, SETTINGS),
            "first page of all": lambda: exchange.pull(self.store, who, Pull(d.store, 0, _NEW)),
            "page from the middle": lambda: exchange.pull(self.store, who, Pull(d.store, latest // 2, _NEW)),
            "nothing new": lambda: exchange.pull(self.store, who, Pull(d.store, latest, _NEW)),
            "push": hand_in,
            "the same push": hand_in,
            "new at the other desk": lambda: exchange.pull(
                self.store, self.mate.who(), Pull(self.mate.store, latest, 50)
            ),
            "receipt": receipt,
            "a file's record": lambda: d.push(paper),
            "a file": lambda: attachments.take(self.store, who, named, content),
        }


def test_what_an_exchange_reads_follows_what_changed(district_store: DistrictStore) -> None:
    desk, mate = enrol_desk(district_store), enrol_desk(district_store, staff_name="赵登记")
    stored = Stored(district_store, desk, mate)
    meter = Meter(district_store)
    stored.fill(FEW)
    for work in stored.works().values():
        work()  # caches of either database are warm from here on
    small = {name: meter.of(work) for name, work in stored.works().items()}
    stored.fill(MANY)
    large = {name: meter.of(work) for name, work in stored.works().items()}
    assert meter.of(lambda: whole(district_store)) > 20 * large["page from the middle"], "the measure sees a scan"
    grown = {name: (small[name], large[name]) for name in small if large[name] > small[name] * 1.5 + 100}
    assert grown == {}, f"of {small}"


def test_an_exchange_with_nothing_new_costs_the_same_however_much_is_stored(
    district_store: DistrictStore, tmp_path: Path
) -> None:
    write_secret(tmp_path / "receipt.key", in_process.RECEIPT_SECRET.hex().encode())
    receipt_keys.ready(district_store, tmp_path / "receipt.key")
    desk = in_process.enrol_desk(tmp_path, district_store, "李文静")
    other = in_process.enrol_desk(tmp_path, district_store, "赵登记")
    at_district, at_desk = Meter(district_store), DeskMeter(desk.store)

    def exchange() -> None:
        assert day_end.run(desk.journal, desk.district, "test").proved

    def measured() -> tuple[int, int]:
        exchange()
        exchange()
        return at_district.of(exchange), at_desk.of(exchange)

    def write(each: in_process.Desk, count: int) -> None:
        made = each.made()
        with each.store.write() as work:
            for n in range(count):
                work.add(visit(made, f"第{n}件"))
        day_end.run(each.journal, each.district, "test")

    write(desk, 3)
    write(other, 3)

    def pulled() -> int:
        """What twenty records of the other desk cost this one."""
        write(other, 20)
        return at_desk.of(exchange)

    few, new_of_few = measured(), pulled()
    for _ in range(4):
        write(desk, 20)
        write(other, 200)  # what comes after the last record of its own is the most
        exchange()
    many, new_of_many = measured(), pulled()
    assert few[0] > 0 < few[1], "both are counted"
    assert many[0] <= few[0] * 1.5 + 20, (few, many)
    assert many[1] <= few[1] * 1.2, (few, many)
    assert new_of_many <= new_of_few * 1.2, (new_of_few, new_of_many)
    for each in (desk, other):
        each.store.close()


def whole(store: DistrictStore) -> None:
    """Look at every record, as no exchange may."""
    with store.read() as conn:
        records.of_kind(conn, "nothing")
