"""Signing in offline, lock-out, passwords, colleagues, drafts and the station's log, on a real store."""

from __future__ import annotations

import pytest

from desktop.actions.audit import note
from desktop.actions.drafts import discard, keep_draft, take_up, waiting_drafts
from desktop.actions.signing_in import colleagues, password_is_due, session_again, sign_in
from desktop.actions.staff import add_staff, set_password
from desktop.actions.visits import log_visit
from desktop.forms.staff import STAFF_FORM
from desktop.forms.visits import VISIT_FORM
from desktop.store.credentials import password_hash
from desktop.store.tally import records
from desktop.store.units import staff
from sync.records.audit import AuditAction, AuditEntry
from sync.records.errors import Refused, RuleBroken
from sync.records.units import Role
from tests.system.actions.conftest import Station

GOOD = "Guang-Ming-2026"
OTHER = "Feng-Huang-2026"


def _set(station: Station, name: str = "王小明", password: str = GOOD) -> None:
    draft = {"password": password, "password_again": password}
    set_password(station.desk, station.people[name], draft)


def _log(station: Station) -> list[tuple[AuditEntry, str]]:
    with station.store.read() as reader:
        found = [(i, h) for kind, i, h in records(reader) if kind == "audit_entry"]
        entries = [(reader.get(i), h.hex()) for i, h in sorted(found)]
    return [(e, h) for e, h in entries if isinstance(e, AuditEntry)]


def test_who_has_a_password_signs_in_without_a_network(station: Station) -> None:
    assert colleagues(station.store) == []
    _set(station)
    assert colleagues(station.store) == ["王小明"]
    session = sign_in(station.store, " 王小明 ", GOOD, station.clock)
    assert (session.staff, session.roles) == (station.people["王小明"], frozenset({Role.REGISTRAR}))
    assert (session.unit, session.unit_name) == (station.store.unit, "凤凰社区")
    assert session_again(station.store, session.staff) == session


@pytest.mark.usefixtures("shipped_argon2")
def test_the_password_is_kept_as_argon2id_and_in_no_record(station: Station) -> None:
    _set(station)
    with station.store.read() as reader:
        kept = password_hash(reader, station.people["王小明"])
    assert kept is not None
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=2$")
    assert GOOD not in kept
    assert GOOD.encode() not in station.store.path.read_bytes()


@pytest.mark.parametrize("name", ["王小明", "没有此人"])
def test_a_wrong_pair_has_one_answer(station: Station, name: str) -> None:
    _set(station)
    with pytest.raises(RuleBroken) as broken:
        sign_in(station.store, name, "wrong", station.clock)
    assert (broken.value.key, broken.value.field) == ("actions.wrong_password", "password")


def test_five_failures_lock_the_name_for_half_an_hour(station: Station) -> None:
    _set(station)
    for _ in range(4):
        with pytest.raises(RuleBroken):
            sign_in(station.store, "王小明", "wrong", station.clock)
    with pytest.raises(Refused) as locked:
        sign_in(station.store, "王小明", "wrong", station.clock)
    assert locked.value.values == {"until": "12:30"}
    station.clock.later(minutes=29)
    with pytest.raises(Refused):
        sign_in(station.store, "王小明", GOOD, station.clock)
    station.clock.later(minutes=2)
    assert sign_in(station.store, "王小明", GOOD, station.clock).name == "王小明"
    actions = [entry.action for entry, _ in _log(station)]
    assert actions.count(AuditAction.SIGN_IN_FAILED) == 5
    assert actions[-1] is AuditAction.SIGNED_IN


def test_the_log_is_a_chain_of_hashes(station: Station) -> None:
    _set(station)
    sign_in(station.store, "王小明", GOOD, station.clock)
    with station.store.write() as work:
        note(work, station.desk.made(), AuditAction.EXPORTED, "vis_x", "rows=3")
    log = _log(station)
    assert len(log) == 3
    assert [entry.previous for entry, _ in log] == ["", *(hash_ for _, hash_ in log[:-1])]


@pytest.mark.parametrize("password", ["alllowercase", "12345678", "Ab1-", "ABCDEFG1", "密码密码密码密码"])
def test_a_weak_password_is_refused(station: Station, password: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        _set(station, password=password)
    assert broken.value.field == "password"


def test_ones_own_password_needs_the_old_one(station: Station) -> None:
    _set(station)
    desk, own = station.desks["王小明"], station.people["王小明"]
    new = {"password": OTHER, "password_again": OTHER}
    with pytest.raises(RuleBroken) as broken:
        set_password(desk, own, {**new, "old_password": "wrong"})
    assert broken.value.field == "old_password"
    with pytest.raises(RuleBroken):
        set_password(desk, own, {"password": GOOD, "password_again": GOOD, "old_password": GOOD})
    with pytest.raises(RuleBroken) as differs:
        set_password(desk, own, {"password": OTHER, "password_again": GOOD, "old_password": GOOD})
    assert differs.value.field == "password_again"
    set_password(desk, own, {**new, "old_password": GOOD})
    assert sign_in(station.store, "王小明", OTHER, station.clock).staff == own
    assert not password_is_due(station.store, own, station.clock)
    station.clock.later(days=91)
    assert password_is_due(station.store, own, station.clock)


def test_only_a_station_lead_sets_colleagues_passwords_and_adds_them(station: Station) -> None:
    desk = station.desks["王小明"]
    with pytest.raises(Refused, match="only_lead"):
        set_password(desk, station.people["李文静"], {"password": GOOD, "password_again": GOOD})
    secrets = {"password": GOOD, "password_again": GOOD}
    draft = station.draft("staff", name="赵敏", roles=["registrar", "mediator"], **secrets)
    with pytest.raises(Refused, match="only_lead"):
        add_staff(desk, draft)
    done = add_staff(station.desk, draft)
    assert add_staff(station.desk, draft).id == done.id
    assert sign_in(station.store, "赵敏", GOOD, station.clock).roles == {Role.REGISTRAR, Role.MEDIATOR}
    with pytest.raises(RuleBroken) as broken:
        add_staff(station.desk, station.draft("staff", name="赵敏", roles=["registrar"], **secrets))
    assert broken.value.field == "name"
    with pytest.raises(RuleBroken) as roles:
        add_staff(station.desk, station.draft("staff", name="钱进", roles=["dispatcher"], **secrets))
    assert roles.value.field == "roles"


def test_a_draft_waits_for_its_typist_and_goes_when_it_is_handed_in(station: Station) -> None:
    draft = station.draft("visit", name="张伟", text="漏")
    kept = keep_draft(station.desk, VISIT_FORM, draft, title="张伟")
    assert kept == draft["_id"]
    keep_draft(station.desk, VISIT_FORM, {**draft, "text": "漏水"}, title="张伟")
    (row,) = waiting_drafts(station.desk)
    assert (row.title, row.form_version) == ("张伟", VISIT_FORM.version)
    assert waiting_drafts(station.desks["王小明"]) == []
    _, again = take_up(station.desk, kept)
    assert again["text"] == "漏水"
    log_visit(station.desk, again)
    assert waiting_drafts(station.desk) == []
    keep_draft(station.desk, VISIT_FORM, again, title="张伟")
    assert waiting_drafts(station.desk) == []


def test_a_draft_can_be_thrown_away_and_never_keeps_a_secret(station: Station) -> None:
    draft = station.draft("staff", name="赵敏", password=GOOD, password_again=GOOD)
    kept = keep_draft(station.desk, STAFF_FORM, draft)
    assert GOOD not in str(take_up(station.desk, kept)[1])
    discard(station.desk, kept)
    discard(station.desk, kept)
    with pytest.raises(Refused):
        take_up(station.desk, kept)


def test_a_counsellor_is_added_with_a_number_and_without_a_password(station: Station) -> None:
    draft = station.draft("staff", name="陈静", roles=["counsellor"])
    with pytest.raises(RuleBroken) as broken:
        add_staff(station.desk, draft)
    assert (broken.value.field, broken.value.key) == ("telephone", "actions.counsellor_number")
    done = add_staff(station.desk, {**draft, "telephone": "13800000002"})
    with station.store.read() as reader:
        (member,) = [s for s in staff(reader).values() if s.name == "陈静"]
    assert (member.roles, member.further, member.held) == ((), ("counsellor",), {Role.COUNSELLOR})
    assert "陈静" not in colleagues(station.store)
    with pytest.raises(RuleBroken):
        sign_in(station.store, "陈静", GOOD, station.clock)
    set_password(station.desk, done.id, {"password": GOOD, "password_again": GOOD})
    assert sign_in(station.store, "陈静", GOOD, station.clock).roles == {Role.COUNSELLOR}
    both = station.draft("staff", name="孙悦", roles=["registrar", "counsellor"], telephone="13800000003")
    add_staff(station.desk, {**both, "password": GOOD, "password_again": GOOD})
    assert sign_in(station.store, "孙悦", GOOD, station.clock).roles == {Role.REGISTRAR, Role.COUNSELLOR}
