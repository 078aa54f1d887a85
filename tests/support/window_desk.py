"""A home with an enrolled store for tests of the window: a station, its directory, three people and their passwords."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from desktop.actions.desk import Desk
from desktop.actions.passwords import hash_password
from desktop.config import Home
from desktop.keys import Keys, WrappedKeys, new_key
from desktop.session import Session
from desktop.store.credentials import set_password_hash
from desktop.store.store import Store, Work
from sync.records.kinds import STAFF_PREFIX, UNIT_PREFIX, new_id, new_identity
from sync.records.papers import NumberLease, Series
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.records.units import Level, MediatorAppointment, OrgUnit, Role, StaffMember

PASSPHRASE = "the window's own tests"
PASSWORD = "Qianshao-2026"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=BEIJING)

REGISTRAR, LEAD, SECRETARY = "陈晓梅", "李国强", "王建华"
_ROLES = {
    REGISTRAR: (Role.REGISTRAR, Role.MEDIATOR),
    LEAD: (Role.REGISTRAR, Role.MEDIATOR, Role.STATION_LEAD, Role.ISSUING_SECRETARY),
    SECRETARY: (Role.ISSUING_SECRETARY,),
}


@dataclass(frozen=True)
class WindowDesk:
    """The home, and the identities of its station and people by name."""

    home: Home
    unit: str
    staff: dict[str, str]
    keys: Keys | None = None

    def store(self) -> Store:
        """Open the store beside the window, as a command-line verb does."""
        from desktop.store.opening import read_id

        keys = self.keys or WrappedKeys(self.home.keys_path, PASSPHRASE)
        return Store.open(self.home.store_path, keys.store_key(read_id(self.home.store_path)))

    def desk(self, store: Store, name: str = LEAD) -> Desk:
        """Sit down at ``store`` without the window."""
        session = Session(self.staff[name], name, frozenset(_ROLES[name]), self.unit, "甲子塘社区综合服务站")
        return Desk(store, session, now=lambda: NOW)


def enrolled_home(folder: Path, keys: Keys | None = None) -> WindowDesk:
    """Make a home as enrolment and a first exchange leave it; a passphrase wraps its keys unless ``keys`` are given."""
    home = Home(folder).make()
    if keys is None:
        os.environ["QIANSHAO_PASSPHRASE"] = PASSPHRASE
        keys = WrappedKeys(home.keys_path, PASSPHRASE)
    unit = new_identity(UNIT_PREFIX)
    key = new_key()
    store = Store.create(home.store_path, key, unit=unit, at=NOW)
    keys.set_store_key(store.id, key)
    staff = {name: new_identity(STAFF_PREFIX) for name in _ROLES}
    made = Made(by="", unit=unit, store=store.id, at=NOW)
    with store.write() as work:
        _directory(work, made, unit, staff)
        hashed = hash_password(PASSWORD)
        for identity in staff.values():
            set_password_hash(work, identity, hashed, NOW)
        work.set_meta("import_key", "11" * 32)
        work.set_meta("unit_name", "甲子塘社区综合服务站")
    store.close()
    return WindowDesk(home, unit, staff, keys)


def _directory(work: Work, made: Made, unit: str, staff: dict[str, str]) -> None:
    street, district = new_identity(UNIT_PREFIX), new_identity(UNIT_PREFIX)
    places = [
        (district, "光明区", Level.DISTRICT, None, False),
        (street, "凤凰街道", Level.STREET, district, False),
        (unit, "甲子塘社区综合服务站", Level.COMMUNITY, street, False),
        *(
            (new_identity(UNIT_PREFIX), name, Level.DISTRICT, district, True)
            for name in ("区住房和建设局", "区人力资源局", "区城管和综合执法局", "市公安局光明分局")
        ),
    ]
    for identity, name, level, parent, department in places:
        work.add(
            OrgUnit(
                id=new_id("org_unit"), made=made, unit=identity, name=name, level=level, parent=parent,
                department=department, committee="光明" if identity == unit else "",
            )
        )  # fmt: skip
    for name, roles in _ROLES.items():
        work.add(
            StaffMember(id=new_id("staff_member"), made=made, staff=staff[name], name=name, unit=unit, roles=roles)
        )
    for name in (REGISTRAR, LEAD):
        office = MediatorAppointment(
            id=new_id("mediator_appointment"), made=made, staff=staff[name], committee=unit, starts_on=date(2026, 1, 1)
        )
        work.add(office)
    for series in Series:
        work.add(
            NumberLease(
                id=new_id("number_lease"), made=made, series=series, unit=unit, year=2026, store=work.store,
                first=1, last=500,
            )
        )  # fmt: skip
