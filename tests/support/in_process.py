"""A real district store and real station stores in one process, joined by messages that a test can lose.

What is left out is HTTP alone: every message is packed and unpacked as on the wire.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from desktop.store.journal import StoreJournal
from desktop.store.store import Store
from sync.client.downloads import fetch
from sync.client.enrolment import NewDevice, new_device, parse_code
from sync.client.file_lane import GONE
from sync.client.journal import FileToSend
from sync.protocol import codec
from sync.protocol.messages import (
    Enrol,
    Exchange,
    Exchanged,
    Frame,
    Hello,
    MoveStore,
    Pull,
    Pulled,
    Push,
    Pushed,
    Receipt,
    ReceiptAsked,
    Welcome,
)
from sync.protocol.version import VERSION
from sync.records.canonical import seal
from sync.records.errors import Refused, Unavailable
from sync.records.kinds import STAFF_PREFIX, STORE_PREFIX, new_id, new_identity
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.records.units import Level, Role, StaffMember
from sync.server import admin, attachments, exchange, one_trip, uploads
from sync.server.enrolment import enrol
from sync.server.push import push
from sync.server.receipt_keys import Signer, ready
from sync.server.secret_files import write_secret
from sync.server.settings import Settings
from sync.server.station import identify, see
from sync.server.store.store import DistrictStore

T = TypeVar("T")
RECEIPT_SECRET = bytes(range(1, 33))
SETTINGS = Settings(
    lease_visit=20, lease_order=5, lease_agreement=5, signer=Signer(Path("receipt.key"), secret=RECEIPT_SECRET)
)
DISTRICT_KEY = bytes(range(32))
UNIT_NAME = "凤凰社区"


@dataclass
class Weather:
    """What happens to the next messages: True at the front loses the request, or the answer after it was acted on,

    repeats it, or keeps it back (``late``) until a later message was answered.
    """

    lose_request: list[bool] = field(default_factory=list)
    lose_answer: list[bool] = field(default_factory=list)
    repeat: list[bool] = field(default_factory=list)
    delay: list[bool] = field(default_factory=list)
    late: list[Callable[[], object]] = field(default_factory=list)

    def calm(self) -> None:
        """Nothing more happens; what is late is still on its way."""
        for fates in (self.lose_request, self.lose_answer, self.repeat, self.delay):
            fates.clear()


def _strikes(fates: list[bool]) -> bool:
    return fates.pop(0) if fates else False


def _heard_late(act: Callable[[], object]) -> None:
    """Nobody waits for this answer any more; an id that was moved from meanwhile is refused."""
    with contextlib.suppress(Refused):
        act()


class LossyDistrict:
    """Keeps sync.client.district.District over a `DistrictStore`, through ``weather``."""

    def __init__(
        self, store: DistrictStore, device: NewDevice, weather: Weather, settings: Settings | None = None
    ) -> None:
        self._store, self._own = store, settings
        self._authorization = f"Bearer {device.device}.{device.secret}"
        self.weather = weather

    @property
    def _settings(self) -> Settings:
        return self._own or SETTINGS

    def hello(self, hello: Hello) -> Welcome:
        return self._say(hello, Hello, Welcome, lambda who, m: exchange.hello(self._store, who, m, self._settings))

    def exchange(self, said: Exchange) -> Exchanged:
        return self._say(
            said, Exchange, Exchanged, lambda _, m: one_trip.answer(self._store, self._seen(), m, self._settings)
        )

    def push(self, page: Push) -> Pushed:
        return self._say(page, Push, Pushed, lambda who, m: push(self._store, who, m, self._settings))

    def pull(self, ask: Pull) -> Pulled:
        return self._say(ask, Pull, Pulled, lambda who, m: exchange.pull(self._store, who, m))

    def receipt(self, asked: ReceiptAsked) -> Receipt:
        return self._say(
            asked, ReceiptAsked, Receipt, lambda who, m: exchange.receipt(self._store, who, m, self._settings)
        )

    def move(self, asked: MoveStore) -> Welcome:
        return self._say(asked, MoveStore, Welcome, lambda who, m: exchange.move(self._store, who, m, self._settings))

    def put_file(self, digest: str, content: bytes) -> None:
        self._through(lambda: attachments.take(self._store, self._who(), digest, content))

    def begin_upload(self, file: FileToSend) -> str:
        wanted = uploads.Wanted(file.size, file.digest, file.record, "")
        return self._through(lambda: uploads.begin(self._store, self._who(), wanted, secrets.token_urlsafe(24))).upload

    def upload_stands(self, name: str) -> int | None:
        try:
            return self._through(lambda: uploads.find(self._store, self._who(), name)).received
        except Refused as error:
            if error.key != GONE:
                raise
            return None

    def send_piece(self, name: str, offset: int, piece: bytes) -> int:
        return self._through(lambda: uploads.add(self._store, self._who(), name, offset, piece)).received

    def get_file(self, digest: str) -> bytes:
        return fetch(self, digest)

    def file_from(self, digest: str, start: int) -> Iterator[bytes]:
        yield self._through(lambda: attachments.give(self._store, self._who(), digest))[start:]

    def _seen(self) -> Any:
        with self._store.look() as conn:
            return see(conn, self._authorization)

    def _who(self) -> Any:
        with self._store.read() as conn:
            return identify(conn, self._authorization)

    def _say(self, message: Any, asked: type, answer: type[T], act: Callable[[Any, Any], Any]) -> T:
        heard = codec.unpack(codec.pack(message), asked)
        packed = self._through(lambda: codec.pack(act(self._who(), heard)))
        return codec.unpack(packed, answer)

    def _through(self, act: Callable[[], T]) -> T:
        if _strikes(self.weather.lose_request):
            raise Unavailable("exchange.no_answer", address="test")
        if _strikes(self.weather.delay):
            self.weather.late.append(act)
            raise Unavailable("exchange.no_answer", address="test")
        done = act()
        if _strikes(self.weather.repeat):
            done = act()
        while self.weather.late:
            _heard_late(self.weather.late.pop(0))
        if _strikes(self.weather.lose_answer):
            raise Unavailable("exchange.no_answer", address="test")
        return done


def new_district(folder: Path) -> DistrictStore:
    """Make an embedded, encrypted district with its authority and one administrator."""
    store = DistrictStore.create(f"sqlite:///{folder / 'district.db'}", DISTRICT_KEY)
    admin.init(store, folder / "ca.key", "光明区", "http://127.0.0.1")
    write_secret(folder / "receipt.key", RECEIPT_SECRET.hex().encode())
    ready(store, folder / "receipt.key")
    return store


@dataclass
class Desk:
    """One desk of a station: its store, its clock (which may be wrong), and its line to the district."""

    store: Store
    key: bytes
    staff: str
    unit: str
    device: NewDevice
    district: LossyDistrict
    clock_off: timedelta = timedelta(0)

    def made(self) -> Made:
        """Who writes here, by this desk's clock."""
        return Made(by=self.staff, unit=self.unit, store=self.store.id, at=datetime.now(BEIJING) + self.clock_off)

    @property
    def journal(self) -> StoreJournal:
        """The journal of the desk's store."""
        return StoreJournal(self.store)


def enrol_desk(
    folder: Path, district: DistrictStore, name: str, unit_name: str = UNIT_NAME, parent: str = "凤凰街道"
) -> Desk:
    """Enrol a desk of ``unit_name`` under ``parent`` with a first staff member called ``name``."""
    code = parse_code(admin.add_station(district, unit_name, Level.COMMUNITY, parent, "").code)
    device, store_id, staff = new_device(new_identity("dev")), new_identity(STORE_PREFIX), new_identity(STAFF_PREFIX)
    made = Made(by=staff, unit="", store=store_id, at=datetime.now(BEIJING))
    first = StaffMember(
        id=new_id("staff_member"),
        made=made,
        staff=staff,
        name=name,
        unit="",
        roles=(Role.REGISTRAR, Role.MEDIATOR, Role.STATION_LEAD),
    )
    asked = Enrol(VERSION, code.secret, store_id, device.device, device.digest, Frame.of(seal("staff_member", first)))
    answer = enrol(district, asked, SETTINGS)
    key = os.urandom(32)
    folder.mkdir(parents=True, exist_ok=True)
    store = Store.create(folder / f"{name}.db", key, unit=answer.unit, store_id=store_id)
    return Desk(store, key, staff, answer.unit, device, LossyDistrict(district, device, Weather()))
