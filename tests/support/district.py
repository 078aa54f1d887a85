"""A district store on either database, and a station as the district sees it: a device, a store, and frames."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sync.client.enrolment import NewDevice, new_device
from sync.protocol.messages import Answer, Enrol, Frame, Push
from sync.protocol.version import VERSION
from sync.records.canonical import Sealed, seal
from sync.records.kinds import STAFF_PREFIX, STORE_PREFIX, kind_of_value, new_id, new_identity
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind
from sync.records.record import Made, Record
from sync.records.units import Level, Role, StaffMember
from sync.records.visits import Channel, Visit
from sync.server import admin
from sync.server.enrolment import enrol
from sync.server.push import push
from sync.server.settings import Settings
from sync.server.station import Station, identify
from sync.server.store.store import DistrictStore
from tests.support.orders import an_order, limits

SETTINGS = Settings()
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlcipher", "postgresql"])
def district_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DistrictStore]:
    """An initialised district on each of the two databases."""
    if request.param == "postgresql":
        store = DistrictStore.create(request.getfixturevalue("postgres_url"), os.urandom(32))
    else:
        store = DistrictStore.create(f"sqlite:///{tmp_path / 'district.db'}", os.urandom(32))
    admin.init(store, tmp_path / "ca.key", "光明区", "http://127.0.0.1")
    yield store
    store.close()


def first_staff(name: str, store: str) -> StaffMember:
    """The record that a new station says who it is with: it does not know its unit yet."""
    staff = new_identity(STAFF_PREFIX)
    made = Made(by=staff, unit="", store=store, at=AT)
    return StaffMember(id=new_id("staff_member"), made=made, staff=staff, name=name, unit="", roles=(Role.REGISTRAR,))


def secret_of(code: str) -> str:
    """The one-time part of an enrolment code."""
    return code.split("-")[1]


@dataclass
class Desk:
    """A station's end without a store of its own: it makes records and hands them in."""

    district: DistrictStore
    unit: str
    device: NewDevice
    store: str
    staff: str
    sealed: list[Sealed] = field(default_factory=list)

    @property
    def authorization(self) -> str:
        """The header of its requests."""
        return f"Bearer {self.device.device}.{self.device.secret}"

    def who(self) -> Station:
        """This desk as the district knows it now."""
        with self.district.read() as conn:
            return identify(conn, self.authorization)

    def made(self, **changes: Any) -> Made:
        """Who writes here."""
        return Made(**({"by": self.staff, "unit": self.unit, "store": self.store, "at": AT} | changes))

    def push(self, *records: Record | Sealed) -> list[Answer]:
        """Hand in one page."""
        frames = [Frame.of(r if isinstance(r, Sealed) else sealed(r)) for r in records]
        return push(self.district, self.who(), Push(self.store, frames), SETTINGS).answers

    def reasons(self, *records: Record | Sealed) -> list[str]:
        """Hand in one page; the reasons of its answers, empty where they are not refusals."""
        return [answer.reason for answer in self.push(*records)]

    def visit(self, text: str = "楼上漏水", **changes: Any) -> Visit:
        """A visit of this desk."""
        return visit(self.made(), text, **changes)


def sealed(record: Record) -> Sealed:
    """Seal a record under the name of its kind."""
    return seal(kind_of_value(record).name, record)


def visit(made: Made, text: str = "楼上漏水", **changes: Any) -> Visit:
    """A visit with what is required of it."""
    values = {"id": new_id("visit"), "made": made, "channel": Channel.WALK_IN, "happened_at": AT, "text": text}
    return Visit(**(values | changes))


def order(made: Made, department: str, **changes: Any) -> DispatchOrder:
    """A dispatch order to one department."""
    values = {
        "number": "(2026)凤凰发令第1号",
        "matter": new_id("matter"),
        "departments": (department,),
        "issued_at": AT,
        "limits": limits(made, report_minutes=30, resolve_hours=48, report_by=AT, resolve_by=AT),
    }
    return an_order(made, **(values | changes))


def reply(made: Made, to: DispatchOrder, kind: ReplyKind, **changes: Any) -> OrderReply:
    """A witnessed reply to an order."""
    values = {
        "id": new_id("order_reply"),
        "made": made,
        "order": to.id,
        "department": to.departments[0],
        "kind": kind,
        "happened_at": AT,
        "witnessed": True,
    }
    return OrderReply(**(values | changes))


def enrol_desk(district: DistrictStore, unit_name: str = "凤凰社区", staff_name: str = "王登记") -> Desk:
    """Enrol a desk of the unit called ``unit_name`` (made where there is none)."""
    code = secret_of(admin.add_station(district, unit_name, Level.COMMUNITY, "", "").code)
    device, store = new_device(new_identity("dev")), new_identity(STORE_PREFIX)
    staff = first_staff(staff_name, store)
    asked = Enrol(VERSION, code, store, device.device, device.digest, Frame.of(sealed(staff)))
    answer = enrol(district, asked, SETTINGS)
    return Desk(district, answer.unit, device, store, staff.staff)
