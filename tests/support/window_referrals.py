"""Referrals at a window's desk: one waits, one is under way with something confided, one to legal aid has a result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from desktop.actions.desk import Desk
from desktop.actions.passwords import hash_password
from desktop.actions.referrals import result_draft, write_result
from desktop.session import Session
from desktop.store.credentials import set_password_hash
from desktop.store.store import Store
from sync.records.kinds import STAFF_PREFIX, new_id, new_identity
from sync.records.matters import Help, Matter, Nature, Step, StepKind
from sync.records.participations import Participation, PartyRole
from sync.records.persons import Person
from sync.records.units import Role, StaffMember, role_fields
from tests.support.window_desk import NOW, PASSWORD, WindowDesk

COUNSELLOR = "陈静"
SECRET = "夜里睡不着，想起去年的事"


@dataclass(frozen=True)
class Referred:
    """The ids of the referrals, and the matter of the one that waits."""

    matter: str
    waiting: str
    under_way: str
    over: str
    results: tuple[str, ...] = ()


def counsels(desk: WindowDesk, store: Store, name: str, *roles: Role) -> Desk:
    """Let somebody who counsels, and has ``roles`` beside, work here; returns her desk."""
    identity = new_identity(STAFF_PREFIX)
    lead = desk.desk(store)
    known, further = role_fields((*roles, Role.COUNSELLOR))
    member = StaffMember(
        id=new_id("staff_member"), made=lead.made(), staff=identity, name=name, unit=desk.unit, roles=known,
        further=further, telephone="13800000002",
    )  # fmt: skip
    with store.write() as work:
        work.add(member)
        set_password_hash(work, identity, hash_password(PASSWORD), NOW)
    session = Session(identity, name, member.held, desk.unit, "甲子塘社区综合服务站")
    return Desk(store, session, now=lambda: NOW)


def referred(desk: WindowDesk) -> Referred:
    """Refer three matters; one counsellor, who does nothing else, has written a first session."""
    store = desk.store()
    her = counsels(desk, store, COUNSELLOR)
    made = refer_three(desk.desk(store), her)
    store.close()
    return made


def refer_three(lead: Desk, her: Desk) -> Referred:
    """The same at a store that is open."""
    mother, waiting = _refer(lead, "女儿不肯上学，母亲求助", Help.COUNSELLING, her.session.staff, days=1)
    _, under_way = _refer(lead, "邻里纠纷后一方情绪低落", Help.COUNSELLING, None, days=9)
    _, over = _refer(lead, "工伤待遇争议，申请法律援助", Help.LEGAL_AID, None, days=20)
    results = (
        _write(her, under_way, days=6, text="本人到访，谈了一次，建议再谈。", kept=SECRET, due_on="2026-11-27"),
        _write(lead, over, days=12, text="区法律援助处已受理，指派律师。"),
    )
    return Referred(mother, waiting, under_way, over, results)


def _write(desk: Desk, referral: str, days: int, **given: str) -> str:
    at = NOW - timedelta(days=days)
    there = replace(desk, now=lambda: at)
    return write_result(there, referral, {**result_draft(there, referral), "happened_at": at.isoformat(), **given}).id


def _refer(desk: Desk, title: str, help_: Help, to: str | None, days: int) -> tuple[str, str]:
    at, matter, person = NOW - timedelta(days=days), new_id("matter"), new_id("person")
    made, step = replace(desk.made(), at=at), new_id("step")
    part = new_id("participation")
    with desk.store.write() as work:
        for record in (
            Matter(id=matter, made=made, title=title, nature=Nature.SERVICE, unit=desk.session.unit, discovered_at=at),
            Person(id=person, made=made, name="林秀芳", phones=("13812345678",)),
            Participation(id=part, made=made, subject=matter, party=person, role=PartyRole.APPLICANT),
            Step(
                id=step, made=made, matter=matter, kind=StepKind.REFERRED, happened_at=at, help=help_, to_staff=to,
                text="请了解情况，有结果请写在这里。",
            ),
        ):  # fmt: skip
            work.add(record)
    return matter, step
