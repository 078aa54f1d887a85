"""Hostile bundles: files altered at any place, and well-signed ones whose inside is anything at all.

Whatever it is, it is refused in one sentence of ours, nothing of it is kept, and no half answer is left.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from resources import wording
from sync.protocol import age, bundle, bundle_reading
from sync.protocol.bundle import HEAD_BYTES, Direction
from sync.records.errors import QianshaoError
from sync.records.kinds import new_id
from sync.records.visits import Channel, Visit
from sync.server import bundle_keys
from sync.server.store import records as district_records
from sync.server.store.store import DistrictStore, district
from tests.support.in_process import enrol_desk, new_district
from tests.support.sticks import Carrier, carrier

SLOW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
WORDS = wording("zh")


class Ends:
    """A district, a desk's stick and one good bundle on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.district: DistrictStore = new_district(folder)
        self.desk = enrol_desk(folder, self.district, "甲")
        self.stick: Carrier = carrier(self.desk, folder)
        made = self.desk.made()
        with self.desk.store.write() as work:
            work.add(Visit(id=new_id("visit"), made=made, channel=Channel.PHONE, happened_at=made.at, text="漏水"))
        self.file = self.stick.write(self.district).files[0]
        self.whole = self.file.read_bytes()
        self.others = self.folder / "hostile"
        self.others.mkdir()

    def held(self) -> list[tuple[str, str, bytes]]:
        with self.district.read() as conn:
            return list(district_records.lines(conn))

    def refuses(self, content: bytes) -> str:
        path = self.others / "any.qsb"
        path.write_bytes(content)
        before = self.held()
        with pytest.raises(QianshaoError) as caught:
            self.stick.import_at(self.district, (path,))
        assert self.held() == before
        assert [each.name for each in self.others.iterdir()] == ["any.qsb"]
        assert WORDS(caught.value.key, **caught.value.values)
        return caught.value.key

    def inside(self, content: bytes) -> bytes:
        """A file whose head and encryption are as they should be, and whose inside is ``content``."""
        recipient = bundle_keys.ready(self.district, self.stick.key_file)
        with self.district.read() as conn:
            unit = district(conn).unit
        head = self.stick.head(unit)
        stream = bytearray()
        first = bundle.pack_item(bundle.Within(head.bundle, 1, head.store))
        age.encrypt(_Bytes(first + content), stream.extend, recipient)
        head = msgspec.structs.replace(head, size=len(stream), sha256=hashlib.sha256(stream).hexdigest())
        return bundle.pack_head(head, self.stick.signing) + bytes(stream)


class _Bytes:
    def __init__(self, content: bytes) -> None:
        self._content = memoryview(content)

    def read(self, size: int = -1, /) -> bytes:
        piece, self._content = self._content[:size], self._content[size:]
        return bytes(piece)


@pytest.fixture(scope="module")
def ends() -> Iterator[Ends]:
    """Both ends, made once: nothing that is tried here changes them."""
    with tempfile.TemporaryDirectory(prefix="hostile") as folder:
        made = Ends(Path(folder))
        yield made
        made.desk.store.close()
        made.district.close()


@SLOW
@given(data=st.data())
def test_a_file_that_was_altered_anywhere_is_refused(ends: Ends, data: st.DataObject) -> None:
    whole = ends.whole
    at = data.draw(st.one_of(st.integers(0, len(whole) - 1), st.integers(0, 1200), st.integers(HEAD_BYTES, 5000)))
    at = min(at, len(whole) - 1)
    how = data.draw(st.sampled_from(["flip", "cut", "insert", "drop", "repeat"]))
    piece = data.draw(st.binary(min_size=1, max_size=40))
    changed = {
        "flip": whole[:at] + bytes([whole[at] ^ (piece[0] or 1)]) + whole[at + 1 :],
        "cut": whole[:at],
        "insert": whole[:at] + piece + whole[at:],
        "drop": whole[:at] + whole[at + len(piece) :],
        "repeat": whole[:at] + whole[at : at + len(piece)] + whole[at:],
    }[how]
    assert ends.refuses(changed) in {
        "bundle.altered",
        "bundle.truncated",
        "bundle.not_a_bundle",
        "bundle.old_version",
    }


@SLOW
@given(content=st.binary(max_size=3000))
@example(b"")
@example(b"\xff\xff\xff\xff")
@example(b"\x00\x00\x00\x00")
def test_an_inside_of_anything_is_refused(ends: Ends, content: bytes) -> None:
    ends.refuses(ends.inside(content))


@SLOW
@given(data=st.data())
def test_good_items_in_a_wrong_order_or_altered_are_refused(ends: Ends, data: st.DataObject) -> None:
    opened = bundle_reading.open_bundle((ends.file,), Direction.UP)
    identity = bundle_keys.read_identity(ends.stick.key_file)
    items = list(bundle_reading.items(opened, identity))
    sent = items[0]
    assert isinstance(sent, bundle.Sent)
    wrong = [
        sent,
        bundle.Closing(0),
        bundle.Closing(-1),
        bundle.Within("x", 1, "y"),
        bundle.FilePiece("0" * 64, 5, 3, b"ab"),
        bundle.FilePiece("0" * 64, -1, 0, b""),
        bundle.FilePiece("0" * 64, 2**40, 0, b"abc"),
        replace_recipient(sent),
    ]
    drawn = data.draw(st.lists(st.sampled_from(wrong), max_size=5))
    packed = b"".join(bundle.pack_item(item) for item in drawn)
    ends.refuses(ends.inside(packed))


def replace_recipient(sent: bundle.Sent) -> bundle.Sent:
    return msgspec.structs.replace(sent, recipient="age1nobody")


def test_what_expands_without_end_is_refused(ends: Ends) -> None:
    bomb = zstandard.ZstdCompressor().compress(b"\0" * (64 * 1024 * 1024))
    assert ends.refuses(ends.inside(len(bomb).to_bytes(4, "big") + bomb)) == "bundle.unreadable"
