"""A district with people, stations and orders in a real store, for the tests of its pages; its clock can be set."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
import uvicorn

from sync.protocol.news import HEARTBEAT_SECONDS
from sync.protocol.signed import public_of, sign
from sync.records.arrival_codes import PURPOSE, ArrivalCode, written
from sync.records.dispatch_rules import Length
from sync.records.kinds import STAFF_PREFIX, STORE_PREFIX, new_id, new_identity
from sync.records.media import sniffed
from sync.records.orders import DispatchOrder, OrderLimits, OrderReply, ReplyKind
from sync.records.papers import Attachment
from sync.records.record import Made
from sync.records.station_keys import StationKey, key_id
from sync.records.times import BEIJING
from sync.records.units import Level, Role
from sync.server import admin
from sync.server.news import News
from sync.server.pace import pace_of_pages
from sync.server.people import hash_password
from sync.server.settings import Settings
from sync.server.station_keys import publish
from sync.server.store.devices import Device, put_device, set_status
from sync.server.store.files import file_size, put_file
from sync.server.store.orders import load
from sync.server.store.people import set_password
from sync.server.store.projections import add_own
from sync.server.store.store import DistrictStore, district
from sync.server.web.site import build_pages
from sync.server.web.visitor import Site

PASSWORD = "Guangming-2026"
STATION_SECRET = bytes(range(32))
NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


class _Server(uvicorn.Server):
    """Ends the lines of open pages as `sync.server.serve` does, for it would wait for them."""

    news: News

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.news.end()
        await super().shutdown(sockets)


class PagesServer:
    """The pages behind a real HTTP server on a free port of loopback, in a thread."""

    def __init__(self, app: Any, news: News) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = _Server(uvicorn.Config(app, lifespan="off", log_level="warning", access_log=False))
        self._server.news = news
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)

    def close(self) -> None:
        """End the server."""
        self._server.should_exit = True
        self._thread.join(15)
        self._socket.close()


@dataclass
class PagesDistrict:
    """``units`` and ``staff`` are identities by name; every user signs in with their name and `PASSWORD`."""

    store: DistrictStore
    now: datetime = NOW
    units: dict[str, str] = field(default_factory=dict)
    staff: dict[str, str] = field(default_factory=dict)
    station_store: str = field(default_factory=lambda: new_identity(STORE_PREFIX))
    settings: Settings = field(default_factory=Settings)
    news: News = field(init=False)
    _server: PagesServer | None = None
    _clients: list[requests.Session] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.news = News(self.store, 10, HEARTBEAT_SECONDS)

    def site(self, *, secure: bool = False) -> Site:
        """What the pages stand on, with this district's clock."""
        return Site(
            store=self.store,
            secure=secure,
            now=lambda: self.now,
            idle=timedelta(minutes=10),
            longest=timedelta(hours=12),
            name="光明区",
            public_url="",
            news=self.news,
            pace=pace_of_pages(self.settings),
        )

    @property
    def address(self) -> str:
        """Where the pages are served."""
        if self._server is None:
            self._server = PagesServer(build_pages(self.site()), self.news)
        return self._server.address

    def browser(self, **headers: str) -> WebBrowser:
        """A fresh browser on the pages."""
        client = requests.Session()
        client.trust_env = False
        client.headers.update({"Accept-Language": "zh-CN", **headers})
        self._clients.append(client)
        return WebBrowser(client, self.address)

    def close(self) -> None:
        """Close the browsers, the server and the store."""
        for client in self._clients:
            client.close()
        if self._server is not None:
            self._server.close()
        self.news.rest()
        self.store.close()

    def signed_in(self, name: str) -> WebBrowser:
        """A browser in which ``name`` is signed in."""
        browser = self.browser()
        browser.sign_in(name, PASSWORD)
        return browser

    def add_unit(self, name: str, level: Level, *, department: bool = False) -> str:
        """Add a unit below the district."""
        if department:
            identity = admin.add_department(self.store, name, level, "")
        else:
            identity = admin.add_station(self.store, name, level, "", "").unit
        self.units[name] = identity
        return identity

    def add_user(self, name: str, unit: str, role: Role, password: str = PASSWORD) -> str:
        """Add somebody who has already set their password."""
        made = admin.add_user(self.store, name, unit, [role])
        with self.store.write() as conn:
            set_password(conn, made.staff, name, hash_password(password), self.now)
        self.staff[name] = made.staff
        return made.staff

    def add_order(
        self,
        subject: str,
        departments: list[str],
        *,
        minutes_ago: int = 20,
        number: str = "",
        text: str = "",
        leader_minutes: int = 0,
        terms: tuple[Length, Length, Length] | None = None,
        grade: str = "yellow",
    ) -> str:
        """Let the community issue an order to ``departments`` (names), 60 minutes to report in, 72 hours to resolve.

        ``terms`` are what the rules say of reporting in, of the leader and of the end.
        """
        report, arrive, resolve = terms or (None, None, None)
        issued = (self.now - timedelta(minutes=minutes_ago)).astimezone(BEIJING)
        limits = OrderLimits(
            rule_version="default-1",
            report_minutes=60,
            leader_rank="科级",
            resolve_hours=72,
            report_by=issued + timedelta(minutes=60),
            resolve_by=issued + timedelta(hours=72),
            arrive_by=issued + timedelta(minutes=leader_minutes) if leader_minutes else None,
            report=report,
            arrive=arrive,
            resolve=resolve,
        )
        order = DispatchOrder(
            id=new_id("dispatch_order"),
            made=self.made_at_station(issued),
            number=number or "(2026)光明发令第12号",
            matter=new_id("matter"),
            issuing_unit=self.units["凤凰社区"],
            issuer=new_identity(STAFF_PREFIX),
            issuer_name="陈书记",
            issuer_post="社区党委书记",
            authority="区信访联席办授权〔2025〕3号",
            departments=tuple(self.units[name] for name in departments),
            grade=grade,
            subject=subject,
            text=text or "请到现场处置。",
            place="凤凰社区服务站二楼",
            contact="登记员 李芳 0755-23456789",
            issued_at=issued,
            limits=limits,
        )
        with self.store.write() as conn:
            add_own(conn, order, self.units["凤凰社区"], self.now)
        return order.id

    def add_witnessed(
        self, order: str, department: str, kind: ReplyKind, *, seen: tuple[str, ...] = (), **said: str
    ) -> str:
        """Let the community write down what it saw of a department."""
        at = self.now.astimezone(BEIJING)
        reply = OrderReply(
            id=new_id("order_reply"),
            made=self.made_at_station(at),
            order=order,
            department=self.units[department],
            kind=kind,
            seen=seen,
            happened_at=at,
            witnessed=True,
            **said,
        )
        with self.store.write() as conn:
            add_own(conn, reply, self.units["凤凰社区"], self.now)
        return reply.id

    def add_file(
        self, subject: str, content: bytes, *, name: str = "现场.jpg", unit: str = "凤凰社区", **said: Any
    ) -> Attachment:
        """Let a station of ``unit`` (name) attach a file to a record, whose bytes have come; ``said`` as its record."""
        made = replace(self.made_at_station(self.now.astimezone(BEIJING)), unit=self.units[unit])
        digest = hashlib.sha256(content).hexdigest()
        values = {"media_type": sniffed(content) or "", "size": len(content), "digest": digest, **said}
        record = Attachment(id=new_id("attachment"), made=made, subject=subject, name=name, **values)
        with self.store.write() as conn:
            add_own(conn, record, self.units[unit], self.now)
            if content and file_size(conn, digest) is None:
                put_file(conn, self.store.sealer, digest, content, self.now)
        return record

    def made_at_station(self, at: datetime) -> Made:
        """Who made a record at the community's desk."""
        return Made(by=new_identity(STAFF_PREFIX), unit=self.units["凤凰社区"], store=self.station_store, at=at)

    def arrival_code(self, order: str, department: str, *, secret: bytes = b"", at: datetime | None = None) -> str:
        """What the community's desk shows when ``department`` (name) arrives, signed by ``secret`` or its own key."""
        public = public_of(STATION_SECRET)
        made = self.made_at_station(self.now)
        announced = StationKey(
            id=new_id("station_key"),
            made=made,
            key=key_id(public),
            public=public.hex(),
            unit=made.unit,
            store=made.store,
            starts_at=self.now,
        )
        with self.store.write() as conn:
            publish(conn, [announced], self.now)
        code = ArrivalCode(order, self.units[department], new_identity("non"), at or self.now)
        return written(sign(PURPOSE, code.statement(), secret or STATION_SECRET))

    def add_device(self, unit: str, **status: object) -> str:
        """Enrol a desk of ``unit`` (name) and note what it last said."""
        device = new_identity("dev")
        store = new_identity(STORE_PREFIX)
        with self.store.write() as conn:
            put_device(conn, Device(device, self.units[unit], store, b"\0" * 32, "Linux-6.1", self.now, None))
            if status:
                set_status(conn, device, **status)
        return device


def build_district(store: DistrictStore) -> PagesDistrict:
    """Return an initialised district with two departments, a community, and one person of each role."""
    pages = PagesDistrict(store)
    with store.read() as conn:
        pages.units["光明区"] = district(conn).unit
    pages.add_unit("凤凰社区", Level.COMMUNITY)
    pages.add_unit("区人力资源局", Level.DISTRICT, department=True)
    pages.add_unit("区住房建设局", Level.DISTRICT, department=True)
    pages.add_user("王丽", "区人力资源局", Role.DEPARTMENT)
    pages.add_user("赵刚", "区住房建设局", Role.DEPARTMENT)
    pages.add_user("周敏", "光明区", Role.DISPATCHER)
    pages.add_user("吴涛", "光明区", Role.VIEWER)
    pages.add_user("郑洁", "光明区", Role.SYSTEM)
    pages.add_user("冯安", "光明区", Role.SECURITY)
    pages.add_user("褚明", "光明区", Role.AUDIT)
    return pages


def embedded_district(folder: Path) -> PagesDistrict:
    """Make such a district with an embedded store in ``folder``."""
    store = DistrictStore.create(f"sqlite:///{folder / 'district.db'}", os.urandom(32))
    admin.init(store, folder / "ca.key", "光明区", "http://127.0.0.1")
    return build_district(store)


def replies_of(pages: PagesDistrict, order: str) -> list[OrderReply]:
    """The replies to an order, as they lie at the district."""
    with pages.store.read() as conn:
        loaded = load(conn, order)
    assert loaded is not None
    return loaded[1]


def minute(pages: PagesDistrict, minutes: int = 0) -> str:
    """A moment on the wall clock, ``minutes`` from now, as a browser sends it."""
    return (pages.now.astimezone(BEIJING) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")


@dataclass
class WebBrowser:
    """One browser: it keeps cookies, and sends the forms of the page that it last saw."""

    client: requests.Session
    base: str
    status: int = 0
    page: str = ""
    address: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, address: str) -> str:
        """Open an address."""
        return self._keep(self.client.get(urljoin(self.base, address), timeout=30))

    def post(self, address: str, fields: dict[str, str], files: Sequence[tuple[str, Any]] = (), **headers: str) -> str:
        """Send a form; with ``files`` in parts, as a browser does."""
        url = urljoin(self.base, address)
        return self._keep(self.client.post(url, data=fields, files=files or None, headers=headers, timeout=30))

    def _keep(self, answer: requests.Response) -> str:
        answer.encoding = "utf-8"
        self.status, self.page, self.headers = answer.status_code, answer.text, answer.headers
        self.address = answer.url.removeprefix(self.base)
        return self.page

    def hidden(self, marker: str = "") -> dict[str, str]:
        """Return the hidden fields of the first form of the page that holds ``marker``."""
        for form in re.findall(r"<form.*?</form>", self.page, re.DOTALL):
            if marker in form:
                pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
                return {name: unescape(value) for name, value in pairs}
        raise AssertionError(f"no form with {marker!r} on the page")

    def sign_in(self, name: str, password: str) -> str:
        """Fill and send the sign-in form."""
        self.get("/")
        return self.post("/", {**self.hidden('name="password"'), "sign_in_name": name, "password": password})

    def answer_form(self, order: str, kind: ReplyKind, **fields: str) -> dict[str, str]:
        """Open an order and return its form for ``kind``, filled."""
        self.get(f"/orders/{order}")
        return {**self.hidden(f'name="kind" value="{kind.value}"'), **fields}

    def text(self) -> str:
        """Return the page's text as one line."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.page)).split())
