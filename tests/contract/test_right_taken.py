"""A request may last as long as its sender likes: where its right was taken meanwhile, nothing of it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from sync.protocol.messages import Exchange, Frame, Hello, MoveStore, Push, ReceiptAsked
from sync.protocol.version import OLDEST, VERSION
from sync.records.errors import Refused
from sync.records.kinds import STORE_PREFIX, new_id, new_identity
from sync.records.papers import Attachment
from sync.server import admin, attachments, exchange, one_trip, uploads
from sync.server.push import push
from sync.server.station import Revoked, Seen, see
from sync.server.store.schema import file, lease, record, upload
from sync.server.store.store import DistrictStore
from tests.support.district import SETTINGS, Desk, enrol_desk, sealed

PAPER = b"%PDF-1.7 a wage slip of November" * 40
DIGEST = hashlib.sha256(PAPER).hexdigest()
Act = Callable[[], object]


@dataclass
class Begun:
    """Requests of a desk that was known when they began."""

    desk: Desk
    paper: Attachment
    seen: Seen
    under_way: str

    def words(self) -> dict[str, Act]:
        """Every word that keeps something."""
        store, who = self.desk.district, self.seen.station
        now = datetime.now(UTC)
        hello = Hello(VERSION, OLDEST, "x", self.desk.store, now)
        page = Push(self.desk.store, [Frame.of(sealed(self.desk.visit("拖欠工资")))])
        asked = ReceiptAsked(self.desk.store, 0, 0, {}, hashlib.sha256(b"").hexdigest(), 0, 0)
        wanted = uploads.Wanted(len(PAPER), DIGEST, self.paper.id, "")
        return {
            "push": lambda: push(store, who, page, SETTINGS),
            "exchange": lambda: one_trip.answer(store, self.seen, Exchange(hello, b"", page, asked), SETTINGS),
            "file": lambda: attachments.take(store, who, DIGEST, PAPER),
            "begin": lambda: uploads.begin(store, who, wanted, "another-name"),
            "piece": lambda: uploads.add(store, who, self.under_way, 0, PAPER),
            "hello": lambda: exchange.hello(store, who, hello, SETTINGS),
        }

    def kept(self) -> tuple[int, ...]:
        """How much the district has."""
        with self.desk.district.read() as conn:
            tables = (record, lease, file, upload)
            received = conn.execute(select(func.sum(upload.c.received))).scalar_one()
            return (*(conn.execute(select(func.count()).select_from(t)).scalar_one() for t in tables), received)


@pytest.fixture
def begun(district_store: DistrictStore) -> Begun:
    desk = enrol_desk(district_store)
    paper = Attachment(
        id=new_id("attachment"),
        made=desk.made(),
        subject=new_id("agreement"),
        name="工资条.pdf",
        media_type="application/pdf",
        size=len(PAPER),
        digest=DIGEST,
    )
    assert desk.reasons(paper) == [""]
    uploads.begin(district_store, desk.who(), uploads.Wanted(len(PAPER), DIGEST, paper.id, ""), "under-way")
    with district_store.read() as conn:
        return Begun(desk, paper, see(conn, desk.authorization), "under-way")


@pytest.mark.parametrize("word", ["push", "exchange", "file", "begin", "piece", "hello"])
def test_a_device_that_was_revoked_since_has_nothing_kept(begun: Begun, word: str) -> None:
    act = begun.words()[word]
    admin.revoke_device(begun.desk.district, begun.desk.device.device)
    before = begun.kept()
    with pytest.raises(Revoked):
        act()
    assert begun.kept() == before


@pytest.mark.parametrize("word", ["push", "exchange", "file", "begin", "piece", "hello"])
def test_a_store_that_was_retired_since_has_nothing_kept(begun: Begun, word: str) -> None:
    act = begun.words()[word]
    moved = MoveStore(begun.desk.store, new_identity(STORE_PREFIX))
    exchange.move(begun.desk.district, begun.desk.who(), moved, SETTINGS)
    before = begun.kept()
    with pytest.raises(Refused, match=r"protocol\.store_retired"):
        act()
    assert begun.kept() == before


@pytest.mark.parametrize("word", ["push", "exchange", "file", "piece"])
def test_else_it_is_kept(begun: Begun, word: str) -> None:
    before = begun.kept()
    begun.words()[word]()
    assert begun.kept() != before


def test_a_revoked_device_moves_no_store(begun: Begun) -> None:
    who = begun.desk.who()
    admin.revoke_device(begun.desk.district, begun.desk.device.device)
    with pytest.raises(Revoked):
        exchange.move(begun.desk.district, who, MoveStore(begun.desk.store, new_identity(STORE_PREFIX)), SETTINGS)
