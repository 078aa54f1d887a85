"""Today and the day end say how many records the district has signed for, from a verified receipt and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QLabel

from desktop.actions.receipt_words import headline
from desktop.actions.receipt_words import lacking as lacking_of
from desktop.store import proved
from desktop.store.receipts import list_receipts
from sync.protocol.receipts import Statement, Told
from tests.gui.walk import Walk


def test_the_day_end_says_what_is_signed_for_and_what_is_lacking(walk: Walk) -> None:
    store = walk.application.store
    assert store is not None
    with store.read() as reader:
        upto = reader.sql("SELECT max(ordinal) FROM record").fetchone()[0]
        link = proved.link_at(reader, upto).hex()
        assert list_receipts(reader) == []
    page = walk.shell.day_end
    walk.shell.turn("day_end")
    walk.settle()
    receipt = page.findChild(QLabel, "day_end.receipt")
    lacking = page.findChild(QLabel, "day_end.lacking")
    assert receipt is not None
    assert lacking is not None
    assert "签收" not in receipt.text()

    statement = Statement(
        district="uni_0",
        number=1,
        id="rcp_1",
        store=store.id,
        unit=store.unit,
        after=0,
        upto=upto,
        counts={},
        digest="",
        agreed=True,
        chain="",
        at=datetime.now(UTC),
        journals=(Told(store.id, upto, link),),
    )
    with store.write() as work:
        work.sql("UPDATE record SET state = 'settled', district_seq = ordinal WHERE ordinal < ?", (upto,))
        work.sql("INSERT INTO receipt VALUES ('rcp_1', 0, 1, ?)", (_MESSAGE,))
        assert proved.note(work, statement)
    page.refresh()
    walk.settle()
    start = walk.shell.tools.desk.now().replace(hour=0, minute=0, second=0, microsecond=0)
    with store.read() as reader:
        told = proved.today(reader, start, start + timedelta(days=1))
    words = walk.shell.tools.words
    assert receipt.text() == headline(words, told)
    assert f"今日 {told.written} 条，区级已签收 {told.signed} 条" in receipt.text()
    assert lacking.text() == "\n".join(lacking_of(words, told))

    walk.shell.turn("today")
    walk.shell.today.refresh()
    walk.settle()
    said = [part.text() for part in walk.shell.today.findChildren(QLabel)]
    assert words("receipts.lacking") in said, "one record still waits, whenever it was written"

    walk.shell.turn("day_end")
    with store.write() as work:
        differs = _MESSAGE.replace(b'"rcp_1"', b'"rcp_2"').replace(b"true", b"false").replace(b"T00", b"T01")
        work.sql("INSERT INTO receipt VALUES ('rcp_2', 1, 0, ?)", (differs,))
    page.refresh()
    walk.settle()
    assert receipt.text() == words("exchange.receipt_differs"), "an older proof hides no receipt that differs"
    assert lacking.text() == ""
    walk.shell.turn("today")
    walk.shell.today.refresh()
    walk.settle()
    said = [part.text() for part in walk.shell.today.findChildren(QLabel)]
    assert words("window.receipt_differs") in said


_MESSAGE = (
    b'{"id":"rcp_1","store":"s","unit":"u","after":0,"upto":1,"counts":{},"digest":"","agreed":true,"chain":"",'
    b'"at":"2026-11-29T00:00:00Z","signed":"c2lnbmVk"}'
)
