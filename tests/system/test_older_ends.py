"""An end of an earlier version beside one of this: both stores as real older programs left them, and their own words.

What tests/fixtures/both_ends.py kept: a desk and its district in the evening, before their exchange, and that exchange
as the older program's two ends said it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from desktop.actions.care import look_after
from desktop.store import identity
from desktop.store.check import full_check, rebuild_projections
from desktop.store.journal import StoreJournal
from desktop.store.persons import list_persons
from desktop.store.raw import raw_connection
from desktop.store.store import Store
from sync.client import background, day_end
from sync.client.enrolment import NewDevice
from sync.protocol import codec, messages
from sync.protocol.pages import page_of
from sync.protocol.version import ONE_TRIP, VERSION
from sync.records.errors import Refused
from sync.records.persons import Person
from sync.server import exchange
from sync.server.push import push
from sync.server.receipt_keys import ready
from sync.server.secret_files import write_secret
from sync.server.station import identify
from sync.server.store import records as district_records
from sync.server.store.check import check
from sync.server.store.store import DistrictStore
from tests.support.in_process import DISTRICT_KEY, RECEIPT_SECRET, SETTINGS, LossyDistrict, Weather

FIXTURES = Path(__file__).parent.parent / "fixtures"
VERSIONS = sorted(path.parent.name for path in FIXTURES.glob("v*/evening.msgpack"))


@dataclass
class Evening:
    """The two stores, opened by this program, and what the older ends said: names of messages and their bytes."""

    store: Store
    district: DistrictStore
    device: NewDevice
    said: list[dict[str, Any]]

    @property
    def line(self) -> LossyDistrict:
        return LossyDistrict(self.district, self.device, Weather())

    def card(self) -> Person:
        """The person that both desks edited."""
        with self.store.read() as reader:
            (found,) = (row for row in list_persons(reader) if reader.folded(row.id).heads != (row.id,))
            value = reader.get(found.id)
        assert isinstance(value, Person)
        return value


@pytest.fixture(params=VERSIONS)
def evening(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    """One version's evening, at the place where the older program had its store: elsewhere it would be a copy."""
    kept = FIXTURES / request.param
    told = msgspec.msgpack.decode((kept / "evening.msgpack").read_bytes())
    for name in ("evening-desk.db", "evening-district.db"):
        shutil.copyfile(kept / name, tmp_path / name)
    with closing(raw_connection(tmp_path / "evening-desk.db", bytes.fromhex(told["key"]))) as raw:
        (place,) = raw.execute("SELECT value FROM meta WHERE key = ?", (identity.PLACE,)).fetchone()
    monkeypatch.setattr(identity, "place_of", lambda _path: place)
    store = Store.open(tmp_path / "evening-desk.db", bytes.fromhex(told["key"]))
    district = DistrictStore.open(f"sqlite:///{tmp_path / 'evening-district.db'}", DISTRICT_KEY)
    with closing(store), closing(district):
        if not (tmp_path / "receipt.key").exists():
            write_secret(tmp_path / "receipt.key", RECEIPT_SECRET.hex().encode())
        ready(district, tmp_path / "receipt.key")
        yield Evening(store, district, NewDevice(told["device"], told["secret"]), told["said"])


def test_two_older_versions_are_kept() -> None:
    assert len(VERSIONS) >= 2


def test_both_ends_are_brought_up_and_exchange(evening: Evening) -> None:
    journal = StoreJournal(evening.store)
    assert journal.standing().unsent == 2
    end = day_end.run(journal, evening.line, "test")
    assert (end.receipt.agreed, end.proved, end.refused, end.unsent) == (True, True, 0, 0)
    assert end.pulled > 0
    card = evening.card()
    assert (card.address, card.note) == ("光明区凤凰街道塘家社区", "下午在家"), "two desks' edits are one card"
    assert ONE_TRIP in journal.standing().capabilities
    assert day_end.run(StoreJournal(evening.store), evening.line, "test").proved, "and in one request from then on"
    while look_after(evening.store, bool):
        pass
    assert not rebuild_projections(evening.store)
    assert full_check(evening.store).finished
    assert check(evening.district) == {}


def test_an_older_desk_is_understood_by_this_district(evening: Evening) -> None:
    """Word by word as its program packed them; what it is answered it can read: what it knows of is all there."""
    acts = {
        "Hello": lambda who, said: exchange.hello(evening.district, who, said, SETTINGS),
        "Push": lambda who, said: push(evening.district, who, said, SETTINGS),
        "Pull": lambda who, said: exchange.pull(evening.district, who, said),
        "ReceiptAsked": lambda who, said: exchange.receipt(evening.district, who, said, SETTINGS),
    }
    assert {word["asked"] for word in evening.said} == set(acts)
    for word in evening.said:
        said = codec.unpack(word["request"], getattr(messages, word["asked"]))
        with evening.district.read() as conn:
            who = identify(conn, f"Bearer {evening.device.device}.{evening.device.secret}")
        answered = codec.unpack(codec.pack(acts[word["asked"]](who, said)), getattr(messages, word["answer"]))
        then = codec.unpack(word["response"], getattr(messages, word["answer"]))
        if isinstance(answered, messages.Pushed):
            assert [(a.id, a.hash, a.state) for a in answered.answers] == [
                (a.id, a.hash, a.state) for a in then.answers
            ]
            assert (answered.digest, answered.missing) == (then.digest, then.missing)
        elif isinstance(answered, messages.Pulled):
            assert (answered.more, (answered.page is None)) == (then.more, (then.page is None))
            assert [n.record.id for n in answered.records] == [n.record.id for n in then.records]
        elif isinstance(answered, messages.Receipt):
            assert (answered.agreed, answered.counts, answered.digest) == (True, then.counts, then.digest)
            assert answered.chain == then.chain
        else:
            assert answered.protocol == then.protocol


def test_an_older_district_is_understood_by_this_desk(evening: Evening) -> None:
    words = iter(evening.said)

    class Older:
        """A district of which only its words are left."""

        def _say(self, _message: Any, asked: str) -> Any:
            word = next(words)
            assert word["asked"] == asked, "this desk says what the older one said, in its order"
            return codec.unpack(word["response"], getattr(messages, word["answer"]))

        def hello(self, said: Any) -> Any:
            return self._say(said, "Hello")

        def push(self, said: Any) -> Any:
            return self._say(said, "Push")

        def pull(self, said: Any) -> Any:
            return self._say(said, "Pull")

        def receipt(self, said: Any) -> Any:
            return self._say(said, "ReceiptAsked")

    end = day_end.run(StoreJournal(evening.store), Older(), "test")  # type: ignore[arg-type]  # files stay here
    assert (end.receipt.agreed, end.refused, end.unsent) == (True, 0, 0)
    assert end.proved == bool(end.receipt.signed), "one that signs nothing proves nothing"
    assert list(words) == []
    assert evening.card().note == "下午在家"


@pytest.mark.parametrize("run", [day_end.run, lambda *said: background.run(*said, bool)])
def test_a_district_that_this_desk_cannot_understand_is_sent_nothing(evening: Evening, run: Callable[..., Any]) -> None:
    class Newer(LossyDistrict):
        def hello(self, hello: messages.Hello) -> messages.Welcome:
            return structs.replace(super().hello(hello), protocol=VERSION + 1, program="qianshao 9.9")

        def push(self, page: messages.Push) -> messages.Pushed:
            raise AssertionError("nothing is sent")

    journal = StoreJournal(evening.store)
    with pytest.raises(Refused, match=r"exchange\.version") as told:
        run(journal, Newer(evening.district, evening.device, Weather()), "test")
    assert told.value.values == {"theirs": "qianshao 9.9", "ours": "test"}
    assert journal.standing().unsent == 2


def test_a_desk_that_this_district_cannot_understand_has_nothing_of_its_request_kept(evening: Evening) -> None:
    journal = StoreJournal(evening.store)
    standing = journal.standing()
    word = structs.replace(day_end.hello(standing, "test"), protocol=VERSION + 1, oldest=VERSION + 1)
    frames, _ = journal.frames(10, 1 << 20, 0)
    asked = day_end.receipt_asked(journal, standing)
    said = messages.Exchange(word, b"", messages.Push(standing.store, [], page_of(frames)), asked)
    with pytest.raises(Refused, match=r"protocol\.version"):
        evening.line.exchange(said)
    with evening.district.read() as conn:
        assert district_records.read_many(conn, [frame.id for frame in frames]) == []
