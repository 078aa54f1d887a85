"""One suite for the district's store on SQLCipher and on PostgreSQL: what a station may rely on."""

from __future__ import annotations

import hashlib
import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from sync.client.enrolment import new_device
from sync.protocol.codec import decode
from sync.protocol.messages import Enrol, Frame, Hello, MoveStore, Pull, ReceiptAsked, State
from sync.protocol.version import MAX_RECORD_BYTES, OLDEST, VERSION
from sync.records.audit import AuditAction, AuditEntry, Erasure
from sync.records.canonical import Sealed, digest, record_hash, seal
from sync.records.cards import Revision
from sync.records.errors import Damaged, Refused
from sync.records.ids import new_uuid7, uuid8
from sync.records.kinds import STORE_PREFIX, new_id, new_identity
from sync.records.orders import ReplyKind
from sync.records.papers import Attachment, NumberLease, Series
from sync.records.persons import Person
from sync.records.record import Record
from sync.records.sameness import Sameness, Verdict
from sync.records.times import BEIJING
from sync.records.units import Level, Role, StaffMember
from sync.server import admin, attachments, exchange
from sync.server.enrolment import enrol, new_code
from sync.server.leasing import top_up
from sync.server.settings import Settings
from sync.server.station import NotKnown, Revoked, identify
from sync.server.store import people_schema, records
from sync.server.store.check import check
from sync.server.store.directory import get_staff
from sync.server.store.leases import Ahead, ahead, open_leases
from sync.server.store.migrate import bring_up, create
from sync.server.store.orders import load
from sync.server.store.projections import add_own
from sync.server.store.refusals import open_refusals, refusals, refusals_of
from sync.server.store.schema import content, dispatch_order, metadata, order_department
from sync.server.store.store import DistrictStore, district
from tests.support.district import AT, SETTINGS, Desk, enrol_desk, first_staff, order, reply, sealed, visit


def hello(desk: Desk, **changes: object) -> object:
    said = {"protocol": VERSION, "oldest": OLDEST, "program": "test", "store": desk.store, "now": datetime.now(UTC)}
    return exchange.hello(desk.district, desk.who(), Hello(**(said | changes)), SETTINGS)  # type: ignore[arg-type]


def pull_all(desk: Desk, cursor: int = 0, limit: int = 2000) -> tuple[list[Sealed], int]:
    found: list[Sealed] = []
    while True:
        page = exchange.pull(desk.district, desk.who(), Pull(desk.store, cursor, limit))
        found += [numbered.record.sealed() for numbered in page.records]
        cursor = page.cursor
        if not page.more:
            return found, cursor


def test_a_pushed_record_is_kept_to_the_byte(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    pushed = sealed(desk.visit("𬱖某·阿卜杜拉 \u0000 来访"))
    (answer,) = desk.push(pushed)
    assert answer.state is State.ACCEPTED
    with district_store.read() as conn:
        assert records.read(conn, pushed.id) == pushed


def test_saying_it_twice_gives_the_same_answers(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    page = [sealed(desk.visit(f"第{n}件")) for n in range(5)]
    first = desk.push(*page)
    assert desk.push(*page) == first
    assert [a.seq for a in first] == list(range(first[0].seq, first[0].seq + 5))


def test_another_record_under_the_same_id_is_refused_and_the_first_one_stands(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    first = desk.visit()
    desk.push(first)
    other = visit(desk.made(), "另一件事", id=first.id)
    assert desk.reasons(other) == ["protocol.id_taken"]
    with district_store.read() as conn:
        assert "漏水" in records.read(conn, first.id).body.decode()
        assert [(r.id, r.reason) for r in refusals(conn)] == [(first.id, "protocol.id_taken")]


def open_now(desk: Desk) -> list[tuple[str, str | None]]:
    with desk.district.read() as conn:
        found = refusals_of(conn, {desk.store}, 100)
        counted = open_refusals(conn).get(desk.device.device, 0)
    assert counted == sum(one.replaced_by is None for one in found)
    return [(one.id, one.replaced_by) for one in found]


def closing(desk: Desk, subject: str, by: str, what: str = "mended") -> AuditEntry:
    said = {"action": AuditAction.HELD, "subject": subject, "detail": f"{what} {by}"}
    return AuditEntry(id=new_id("audit_entry"), made=desk.made(), **said)  # type: ignore[arg-type]


def test_a_refused_record_among_others_blocks_none_and_says_its_field(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    stranger = visit(desk.made(by=new_identity("stf")))
    answers = desk.push(desk.visit("一"), stranger, desk.visit("三"))
    assert [a.state for a in answers] == [State.ACCEPTED, State.REFUSED, State.ACCEPTED]
    assert (answers[1].reason, answers[1].values) == ("protocol.unknown_staff", {"field": "made.by"})
    assert open_now(desk) == [(stranger.id, None)]


def test_a_record_that_no_other_desk_could_take_is_refused_by_itself(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    answers = desk.push(desk.visit("一"), desk.visit("长" * (MAX_RECORD_BYTES // 3)), desk.visit("三"))
    assert [(a.state, a.reason) for a in answers] == [
        (State.ACCEPTED, ""), (State.REFUSED, "protocol.record_too_large"), (State.ACCEPTED, ""),
    ]  # fmt: skip
    most = desk.visit("长" * (MAX_RECORD_BYTES // 3 - 1000))
    assert [a.state for a in desk.push(most)] == [State.ACCEPTED]


def test_a_correction_takes_the_place_of_what_was_refused(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    stranger = sealed(visit(desk.made(by=new_identity("stf"))))
    again = visit(desk.made(by=new_identity("stf")), amends=stranger.id)
    desk.push(stranger)
    assert desk.reasons(again) == ["protocol.unknown_staff"]
    assert open_now(desk) == [(again.id, None), (stranger.id, again.id)]
    mended = desk.visit("三", amends=again.id)
    assert desk.reasons(mended) == [""]
    desk.push(stranger)  # refused once more, it is no more open than it was
    assert dict(open_now(desk)) == {again.id: mended.id, stranger.id: again.id}


def test_what_the_stations_log_closes_leaves_the_open_ones_and_only_by_what_was_judged(
    district_store: DistrictStore,
) -> None:
    desk = enrol_desk(district_store)
    neighbour = enrol_desk(district_store, "甲子塘社区", "钱登记")
    stranger = visit(desk.made(by=new_identity("stf")))
    desk.push(stranger)
    other = desk.visit("代替")
    desk.push(closing(desk, stranger.id, other.id))  # not here yet
    desk.push(closing(desk, stranger.id, "nonsense"), closing(desk, stranger.id, other.id, "wished_away"))
    neighbour.push(closing(neighbour, stranger.id, neighbour.staff))
    theirs = neighbour.visit("别处")
    neighbour.push(theirs, closing(neighbour, stranger.id, theirs.id))
    desk.push(closing(desk, stranger.id, theirs.id))
    assert open_now(desk) == [(stranger.id, None)]
    desk.push(other, closing(desk, stranger.id, other.id, "given_up"))
    assert open_now(desk) == [(stranger.id, other.id)]


def test_what_is_accepted_after_all_leaves_the_list(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    pushed = sealed(desk.visit())
    broken = Sealed(pushed.kind, pushed.id, pushed.hash, pushed.salt, pushed.body + b" ")
    assert desk.reasons(broken) == ["protocol.bad_hash"]
    assert open_now(desk) == [(pushed.id, None)]
    assert desk.reasons(pushed) == [""]
    assert open_now(desk) == []


def test_the_same_ledger_row_from_two_desks_is_merged(district_store: DistrictStore) -> None:
    one, two = enrol_desk(district_store), enrol_desk(district_store, staff_name="赵登记")
    row = "vis_" + uuid8(b"the keyed digest of a row")
    first, twin = sealed(one.visit(id=row)), sealed(two.visit(id=row))
    one.push(first)
    (answer,) = two.push(twin)
    assert (answer.state, answer.standing, answer.hash) == (State.MERGED, first.hash, twin.hash)


def test_a_station_pulls_its_unit_and_the_directories_and_not_what_it_pushed(district_store: DistrictStore) -> None:
    one, two = enrol_desk(district_store), enrol_desk(district_store, staff_name="赵登记")
    stranger = enrol_desk(district_store, "玉塘社区", "钱登记")
    mine, theirs = sealed(one.visit("一")), sealed(stranger.visit("外"))
    one.push(mine)
    stranger.push(theirs)
    seen_by_two = {s.id for s in pull_all(two)[0]}
    assert mine.id in seen_by_two
    assert theirs.id not in seen_by_two
    assert mine.id not in {s.id for s in pull_all(one)[0]}
    kinds = {s.kind for s in pull_all(one)[0]}
    assert kinds == {"org_unit", "staff_member", "number_lease"}


def test_every_desk_of_a_unit_can_hold_the_same_records(district_store: DistrictStore) -> None:
    one, two = enrol_desk(district_store), enrol_desk(district_store, staff_name="赵登记")
    one.push(one.visit("一"))
    two.push(two.visit("二"))
    with district_store.read() as conn:
        held = [records.tally(conn, desk.who().scopes) for desk in (one, two)]
        assert held == [records.tally(conn)] * 2, "number leases name their store, and are for the whole unit"
    assert one.store.encode() in b"".join(s.body for s in pull_all(two)[0] if s.kind == "number_lease")


def enrol_restored(district_store: DistrictStore, unit_name: str, former: Desk) -> Desk:
    """Enrol a store that says that it was restored from the store of ``former``."""
    code = admin.add_station(district_store, unit_name, Level.COMMUNITY, "", "").code.split("-")[1]
    device, store = new_device(new_identity("dev")), new_identity(STORE_PREFIX)
    staff = first_staff("赵登记", store)
    frame = Frame.of(sealed(staff))
    asked = Enrol(VERSION, code, store, device.device, device.digest, frame, former=(former.store,))
    return Desk(district_store, enrol(district_store, asked, SETTINGS).unit, device, store, staff.staff)


def test_a_restored_store_that_is_enrolled_anew_speaks_for_what_it_was_before(district_store: DistrictStore) -> None:
    lost = enrol_desk(district_store)
    unsent = sealed(lost.visit("还没报送"))
    new = enrol_restored(district_store, "凤凰社区", lost)
    assert new.reasons(unsent) == [""]
    with pytest.raises(Revoked):
        lost.who()


def test_nobody_speaks_for_a_store_of_another_unit(district_store: DistrictStore) -> None:
    other = enrol_desk(district_store, "玉塘社区", "钱登记")
    new = enrol_restored(district_store, "凤凰社区", other)
    assert other.push(other.visit())[0].state is State.ACCEPTED, "it was not revoked"
    assert new.who().stores == {new.store}


def test_pages_of_any_size_give_every_record_once(district_store: DistrictStore) -> None:
    one, two = enrol_desk(district_store), enrol_desk(district_store, staff_name="赵登记")
    one.push(*(one.visit(f"第{n}件") for n in range(23)))
    whole, end = pull_all(two)
    for limit in (1, 7, 24):
        part, cursor = pull_all(two, limit=limit)
        assert (part, cursor) == (whole, end)


def test_a_page_stops_at_its_size_and_holds_one_record_at_least(district_store: DistrictStore) -> None:
    one = enrol_desk(district_store)
    with district_store.read() as conn:
        before = records.latest(conn)
    one.push(one.visit("长" * 3000), one.visit("长" * 3000), one.visit("短"))
    with district_store.read() as conn:
        page, cursor, more = records.pull(conn, {one.unit}, "", before, 10, 1000)
        assert (len(page), more, cursor) == (1, True, page[0].seq)


def test_both_ends_agree_on_a_receipt_and_the_chain_goes_on(district_store: DistrictStore) -> None:
    one, two = enrol_desk(district_store), enrol_desk(district_store, staff_name="赵登记")
    one.push(*(one.visit(f"第{n}件") for n in range(3)))
    held, cursor = pull_all(two)
    counts = {kind: sum(s.kind == kind for s in held) for kind in {s.kind for s in held}}
    own = digest([(s.kind, s.id, s.hash) for s in held])
    asked = ReceiptAsked(two.store, 0, cursor, counts, own, 0, 0)
    first = exchange.receipt(district_store, two.who(), asked, SETTINGS)
    assert first.agreed
    assert first.chain == hashlib.sha256(own.encode()).hexdigest()
    assert exchange.receipt(district_store, two.who(), asked, SETTINGS).id == first.id
    nothing = ReceiptAsked(two.store, cursor, cursor, {}, digest([]), 0, 0, chain=first.chain)
    assert exchange.receipt(district_store, two.who(), nothing, SETTINGS).agreed
    broken = ReceiptAsked(two.store, cursor, cursor, {}, digest([]), 0, 0, chain="0" * 64)
    assert not exchange.receipt(district_store, two.who(), broken, SETTINGS).agreed


def test_a_receipt_over_something_else_is_not_agreed(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    asked = ReceiptAsked(desk.store, 0, 1, {"visit": 1}, "0" * 64, 0, 0)
    assert not exchange.receipt(district_store, desk.who(), asked, SETTINGS).agreed
    with pytest.raises(Refused, match=r"protocol\.district_behind"):
        exchange.receipt(district_store, desk.who(), ReceiptAsked(desk.store, 0, 10**9, {}, "", 0, 0), SETTINGS)


@pytest.mark.parametrize("early", [False, True])
def test_an_erasure_destroys_content_and_salt_early_or_late(district_store: DistrictStore, early: bool) -> None:
    desk = enrol_desk(district_store)
    target = sealed(desk.visit("应当删除"))
    erasure = Erasure(id=new_id("erasure"), made=desk.made(), target=target.id, reason="当事人要求")
    for page in ([erasure], [target]) if early else ([target], [erasure]):
        assert [a.state for a in desk.push(*page)] == [State.ACCEPTED]
    with district_store.read() as conn:
        kept = records.read(conn, target.id)
    assert (kept.body, kept.salt, kept.hash) == (b"", b"", target.hash)
    assert desk.push(target)[0].state is State.ACCEPTED
    with district_store.read() as conn:
        assert records.read(conn, target.id).erased


def test_an_erasure_in_the_page_of_its_target_leaves_nothing(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    target = sealed(desk.visit("应当删除"))
    gone = Sealed(target.kind, target.id, target.hash, b"", b"")
    erasure = Erasure(id=new_id("erasure"), made=desk.made(), target=target.id, reason="当事人要求")
    assert desk.reasons(gone) == ["protocol.no_content"]
    assert desk.reasons(gone, erasure) == ["", ""]


def test_one_unit_cannot_erase_what_another_wrote(district_store: DistrictStore) -> None:
    desk, stranger = enrol_desk(district_store), enrol_desk(district_store, "玉塘社区", "钱登记")
    early, late = sealed(desk.visit("早")), sealed(desk.visit("晚"))
    desk.push(late)
    erasures = [
        Erasure(id=new_id("erasure"), made=stranger.made(), target=target.id, reason="") for target in (early, late)
    ]
    assert stranger.reasons(*erasures) == ["", "protocol.out_of_scope"]
    desk.push(early)
    with district_store.read() as conn:
        assert records.read(conn, early.id) == early
        assert records.read(conn, late.id) == late


def test_orders_and_replies_fold_in_any_order_of_arrival(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    department = admin.add_department(district_store, "住建局", Level.DISTRICT, "")
    secretary = admin.add_staff(district_store, "李书记", desk.unit, [Role.ISSUING_SECRETARY])
    for replies_first in (False, True):
        issued = order(desk.made(by=secretary), department)
        came = reply(desk.made(), issued, ReplyKind.REPORTED_IN)
        pages = [[came], [issued]] if replies_first else [[issued], [came]]
        for page in pages:
            assert desk.reasons(*page) == [""]
        with district_store.read() as conn:
            row = conn.execute(dispatch_order.select().where(dispatch_order.c.record == issued.id)).one()
            part = conn.execute(order_department.select().where(order_department.c.record == issued.id)).one()
            assert (row.state, row.subject, part.department, part.state) == (
                "reported_in",
                issued.subject,
                department,
                "reported_in",
            )
            assert load(conn, issued.id) == (issued, [came], [])


def test_an_erased_reply_no_longer_counts(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    department = admin.add_department(district_store, "住建局", Level.DISTRICT, "")
    secretary = admin.add_staff(district_store, "李书记", desk.unit, [Role.ISSUING_SECRETARY])
    issued = order(desk.made(by=secretary), department)
    came = reply(desk.made(), issued, ReplyKind.RESOLVED)
    desk.push(issued, came, Erasure(id=new_id("erasure"), made=desk.made(), target=came.id, reason="写错"))
    with district_store.read() as conn:
        assert conn.execute(dispatch_order.select()).one().state == "issued"


def test_numbers_are_leased_ahead_and_topped_up_as_they_are_used(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    year = datetime.now(BEIJING).year
    with district_store.read() as conn:
        assert _left(conn, desk.store)[Series.VISIT, year] == SETTINGS.lease_visit
    used = [desk.visit(number=f"凤凰登{year}-{n:06d}") for n in (1, 2, 300)]
    desk.push(*used)
    with district_store.read() as conn:
        assert _left(conn, desk.store)[Series.VISIT, year] == SETTINGS.lease_visit - 300 + SETTINGS.lease_visit
    hello(desk)
    with district_store.read() as conn:
        assert _left(conn, desk.store)[Series.VISIT, year] == 2 * SETTINGS.lease_visit - 300
    assert _firsts(desk, year) == [1, SETTINGS.lease_visit + 1]


def test_no_two_stores_of_a_unit_share_a_number(district_store: DistrictStore) -> None:
    desks = [enrol_desk(district_store, staff_name=name) for name in ("王登记", "赵登记")]
    year = datetime.now(BEIJING).year
    assert sorted(first for desk in desks for first in _firsts(desk, year)) == [1, SETTINGS.lease_visit + 1]


def _left(conn: Connection, store: str) -> Ahead:
    return ahead(open_leases(store).ask(conn))


def _firsts(desk: Desk, year: int) -> list[int]:
    """The first serials of a store's own leases for visits of one year: in December there are the next year's, too."""
    leases = [cast(NumberLease, decode(s)) for s in pull_all(desk)[0] if s.kind == "number_lease"]
    own = (desk.store, Series.VISIT, year)
    return [lease.first for lease in leases if (lease.store, lease.series, lease.year) == own]


def test_a_restored_store_moves_and_the_old_id_never_speaks_again(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    pushed, unsent = sealed(desk.visit("已报送")), sealed(desk.visit("未报送"))
    desk.push(pushed)
    old, new = desk.store, new_identity(STORE_PREFIX)
    for _ in range(2):
        exchange.move(district_store, desk.who(), MoveStore(old, new), SETTINGS)
    with pytest.raises(Refused, match=r"protocol\.store_retired"):
        desk.push(desk.visit())
    desk.store = new
    assert desk.reasons(pushed, unsent) == ["", ""]
    pulled, _ = pull_all(desk)
    assert pushed.id in {s.id for s in pulled}, "what the old id pushed after the backup comes back"
    with pytest.raises(Refused, match=r"protocol\.store_known"):
        exchange.move(district_store, desk.who(), MoveStore(new, old), SETTINGS)


def test_another_devices_store_cannot_be_taken_over(district_store: DistrictStore) -> None:
    desk, other = enrol_desk(district_store), enrol_desk(district_store, staff_name="赵登记")
    with pytest.raises(Refused, match=r"protocol\.foreign_store"):
        exchange.move(district_store, desk.who(), MoveStore(other.store, new_identity(STORE_PREFIX)), SETTINGS)


def test_files_are_for_units_whose_records_name_them(district_store: DistrictStore) -> None:
    desk, stranger = enrol_desk(district_store), enrol_desk(district_store, "玉塘社区", "钱登记")
    content = b"%PDF-1.7 \x00 paper"
    name = hashlib.sha256(content).hexdigest()
    with pytest.raises(Refused, match=r"protocol\.no_such_file"):
        attachments.take(district_store, desk.who(), name, content)
    paper = Attachment(
        id=new_id("attachment"),
        made=desk.made(),
        subject=new_id("agreement"),
        name="协议书.pdf",
        media_type="application/pdf",
        size=len(content),
        digest=name,
    )
    desk.push(paper)
    with pytest.raises(Refused, match=r"protocol\.bad_file"):
        attachments.take(district_store, desk.who(), name, content + b" ")
    for _ in range(2):
        attachments.take(district_store, desk.who(), name, content)
    assert attachments.give(district_store, desk.who(), name) == content
    with pytest.raises(Refused, match=r"protocol\.no_such_file"):
        attachments.give(district_store, stranger.who(), name)
    desk.push(Erasure(id=new_id("erasure"), made=desk.made(), target=paper.id, reason="误传"))
    with pytest.raises(Refused, match=r"protocol\.no_such_file"):
        attachments.give(district_store, desk.who(), name)


def test_a_revoked_device_is_told_so_and_a_wrong_secret_is_not_told_why(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    with district_store.read() as conn:
        for wrong in ("", "Bearer", f"Bearer {desk.device.device}.wrong", "Bearer dev_x.\x00", "Basic " + "x" * 9000):
            with pytest.raises(NotKnown):
                identify(conn, wrong)
    admin.revoke_device(district_store, desk.device.device)
    with pytest.raises(Revoked):
        desk.who()


def test_a_role_that_was_taken_away_covers_work_done_before_the_station_knew(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    _, cursor = pull_all(desk)
    pull_all(desk, cursor)  # tells the district how far the station is
    entry = next(s for s in pull_all(desk)[0] if s.kind == "staff_member" and desk.staff in s.body.decode())
    pull_all(desk, cursor)
    first = decode(entry)
    with district_store.write() as conn:
        here = district(conn)
        gone = type(first)(
            id=new_id("staff_member"),
            made=desk.made(by="", unit=here.unit, store=here.store),
            amends=first.id,
            staff=desk.staff,
            name="王登记",
            unit=desk.unit,
            roles=(),
            left_on=AT.date(),
        )
        add_own(conn, gone, desk.unit, datetime.now(UTC))
    assert desk.reasons(desk.visit("离任前登记")) == [""]
    _, cursor = pull_all(desk, cursor)
    pull_all(desk, cursor)
    assert desk.reasons(desk.visit("离任后登记")) == ["protocol.unknown_staff"]


def test_a_lead_amends_what_the_district_said_of_the_units_staff(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    stranger = enrol_desk(district_store, "玉塘社区", "钱登记")
    added = admin.add_staff(district_store, "李登记", desk.unit, [Role.REGISTRAR])
    (first,) = [decode(s) for s in pull_all(desk)[0] if s.kind == "staff_member" and added in s.body.decode()]
    assert isinstance(first, StaffMember)

    def amended(by: Desk) -> StaffMember:
        made = by.made()
        return replace(first, id=new_id("staff_member"), made=made, unit=by.unit, amends=first.id, name="李敏")

    assert stranger.reasons(amended(stranger)) == ["protocol.foreign_unit"]
    assert desk.reasons(amended(desk)) == [""]
    with district_store.read() as conn:
        assert get_staff(conn, added).name == "李敏"


def test_a_record_that_was_amended_before_it_came_does_not_hold(district_store: DistrictStore) -> None:
    """A station hands in its own record of its first staff member after the district has confirmed them."""
    desk = enrol_desk(district_store)
    (confirmed,) = [decode(s) for s in pull_all(desk)[0] if s.kind == "staff_member" and desk.staff in s.body.decode()]
    assert isinstance(confirmed, StaffMember)
    assert confirmed.amends
    own = replace(confirmed, id=confirmed.amends, made=desk.made(), amends=None, name="旧名")
    assert desk.reasons(own) == [""]
    with district_store.read() as conn:
        assert get_staff(conn, desk.staff).name == "王登记"


def test_a_code_that_is_a_day_old_is_refused(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    with district_store.write() as conn:
        old = new_code(conn, desk.unit, datetime.now(UTC) - timedelta(hours=24, seconds=1))
        good = new_code(conn, desk.unit, datetime.now(UTC) - timedelta(hours=23, minutes=59))
    for code, taken in ((old, False), (good, True)):
        device, store = new_device(new_identity("dev")), new_identity(STORE_PREFIX)
        first = Frame.of(sealed(first_staff("赵登记", store)))
        asked = Enrol(VERSION, code, store, device.device, device.digest, first)
        if taken:
            assert enrol(district_store, asked, SETTINGS).unit == desk.unit
        else:
            with pytest.raises(Refused, match=r"protocol\.code_refused"):
                enrol(district_store, asked, SETTINGS)


def test_records_of_a_newer_program_are_kept_and_passed_on(district_store: DistrictStore) -> None:
    one, two = enrol_desk(district_store), enrol_desk(district_store, staff_name="赵登记")
    plain = sealed(one.visit())
    body = plain.body.replace(b'"text":', b'"later":{"a":[1]},"text":')
    newer = Sealed("visit", plain.id, record_hash("visit", plain.id, plain.salt, body), plain.salt, body)
    unknown_id = f"zzz_{new_uuid7()}"
    body = plain.body.replace(plain.id.encode(), unknown_id.encode())
    unknown = Sealed(
        "later_kind", unknown_id, record_hash("later_kind", unknown_id, plain.salt, body), plain.salt, body
    )
    assert one.reasons(newer, unknown) == ["", ""]
    pulled = {s.id: s for s in pull_all(two)[0]}
    assert (pulled[newer.id], pulled[unknown_id]) == (newer, unknown)


def test_a_revision_of_a_card_travels(district_store: DistrictStore) -> None:
    desk, stranger = enrol_desk(district_store), enrol_desk(district_store, "玉塘社区", "钱登记")
    person = Person(id=new_id("person"), made=desk.made(), name="张三")
    edit = Revision(id=new_id("revision"), made=desk.made(), card=person.id, seen=(person.id,), fields={"note": "改"})
    assert desk.reasons(person, edit) == ["", ""]
    foreign = Revision(
        id=new_id("revision"), made=stranger.made(), card=person.id, seen=(person.id,), fields={"name": "李四"}
    )
    assert stranger.reasons(foreign) == ["protocol.out_of_scope"]


def test_what_was_said_of_two_cards_travels_and_stays_within_the_unit(district_store: DistrictStore) -> None:
    one, two = enrol_desk(district_store), enrol_desk(district_store, staff_name="赵登记")
    stranger = enrol_desk(district_store, "玉塘社区", "钱登记")
    cards = [Person(id=new_id("person"), made=one.made(), name=name) for name in ("张华生", "张華生")]

    def said(desk: Desk, verdict: Verdict, *seen: str) -> Sealed:
        leading, other = (card.id for card in cards)
        return sealed(
            Sameness(id=new_id("sameness"), made=desk.made(), leading=leading, other=other, verdict=verdict, seen=seen)
        )

    joining = said(one, Verdict.SAME)
    assert one.reasons(*cards, joining) == ["", "", ""]
    assert two.reasons(said(two, Verdict.WITHDRAWN, joining.id)) == [""]
    assert joining in pull_all(two)[0]
    assert stranger.reasons(said(stranger, Verdict.SAME)) == ["protocol.out_of_scope"]
    wrong = Sameness(id=new_id("sameness"), made=one.made(), leading="x", other=cards[0].id, verdict=Verdict.SAME)
    assert one.reasons(wrong) == ["protocol.bad_id"]


def test_numbers_follow_commits_so_that_no_reader_skips_a_late_one(district_store: DistrictStore) -> None:
    """Writers push at once while a reader follows with seq > cursor: it sees every record exactly once."""
    writers = [enrol_desk(district_store, staff_name=f"登记{n}") for n in "甲乙丙"]
    reader = enrol_desk(district_store, staff_name="读者")
    _, cursor = pull_all(reader)
    done = threading.Event()
    failures: list[BaseException] = []
    pushed: list[str] = []

    def write(desk: Desk) -> None:
        try:
            for n in range(12):
                page = [sealed(desk.visit(f"{n}-{k}")) for k in range(1 + n % 4)]
                assert all(a.state is State.ACCEPTED for a in desk.push(*page))
                pushed.extend(s.id for s in page)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=write, args=(desk,)) for desk in writers]
    for thread in threads:
        thread.start()
    threading.Thread(target=lambda: ([t.join() for t in threads], done.set())).start()
    seen: list[str] = []
    while True:
        finished = done.is_set()
        new, cursor = pull_all(reader, cursor, limit=3)
        seen += [s.id for s in new if s.kind == "visit"]
        if finished and not new:
            break
    assert not failures
    assert sorted(seen) == sorted(pushed)
    assert len(seen) == len(set(seen)) == 3 * (1 + 2 + 3 + 4) * 3


def test_a_failed_write_leaves_nothing(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    with district_store.read() as conn:
        before = records.tally(conn), records.latest(conn)

    def fail_late() -> None:
        with district_store.write() as conn:
            records.append(conn, [records.New(sealed(desk.visit()), desk.unit, desk.store, desk.unit)], AT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_late()
    with district_store.read() as conn:
        assert (records.tally(conn), records.latest(conn)) == before


def test_the_tally_is_the_digest_over_the_sorted_lines(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    desk.push(desk.visit(), desk.visit())
    with district_store.read() as conn:
        found = list(records.lines(conn))
        counts, value = records.tally(conn)
        upto = records.latest(conn) - 1
        assert sum(records.tally(conn, upto=upto)[0].values()) == sum(counts.values()) - 1
    text = "".join(sorted(f"{kind} {id_} {hash_.hex()}\n" for kind, id_, hash_ in found))
    assert value == hashlib.sha256(text.encode()).hexdigest()
    assert counts["visit"] == 2


def test_a_store_of_a_newer_program_is_refused(district_store: DistrictStore) -> None:
    with district_store.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match=r"district\.newer_store"):
        bring_up(district_store._engine)


def test_a_store_is_made_once(district_store: DistrictStore) -> None:
    with pytest.raises(Refused, match=r"district\.exists"):
        create(district_store._engine)


def test_migrations_make_exactly_the_declared_tables(district_store: DistrictStore) -> None:
    assert people_schema.account.metadata is metadata
    with district_store.read() as conn:
        opts = {"compare_type": True, "include_name": lambda name, *_: not re.fullmatch(r"content_\d{6}", name or "")}
        context = MigrationContext.configure(conn, opts=opts)
        assert compare_metadata(context, metadata) == []


def nested(record: Record) -> Sealed:
    """The record with an unknown field that is nested deeper than any reader goes, truly hashed."""
    plain = sealed(record)
    body = plain.body[:-1] + b',"zz":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    return replace(plain, body=body, hash=record_hash(plain.kind, plain.id, plain.salt, body))


def test_hostile_values_are_answered_and_never_break_the_page(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    department = admin.add_department(district_store, "住建局", Level.DISTRICT, "")
    secretary = admin.add_staff(district_store, "李书记", desk.unit, [Role.ISSUING_SECRETARY])
    good = sealed(desk.visit("正常"))
    odd = order(desk.made(by=secretary), department, subject="\x00题\x00", departments=("\x00", department))
    page = [
        good,
        Sealed("visit", "vis_\x00", b"x" * 32, b"s" * 16, b"{}"),
        Sealed("vi\x00sit", good.id, b"x" * 32, b"s" * 16, b"{}"),
        seal("visit", desk.visit("盐太短"), b"short"),
        Sealed("visit", new_id("visit"), b"x" * 32, b"s" * 16, b"[" * 5000),
        nested(desk.visit("套了十万层")),
        sealed(Erasure(id=new_id("erasure"), made=desk.made(), target="a\x00b", reason="")),
        sealed(odd),
        sealed(reply(desk.made(), odd, ReplyKind.SIGNED, happened_at=datetime(1, 1, 1))),
        sealed(reply(desk.made(), odd, ReplyKind.SIGNED, happened_at=datetime(1, 1, 1, tzinfo=UTC))),
    ]
    states = [answer.state for answer in desk.push(*page)]
    kept = [State.ACCEPTED, *[State.REFUSED] * 6, State.ACCEPTED, State.REFUSED, State.ACCEPTED]
    assert states == kept
    assert [answer.state for answer in desk.push(*page)] == kept


def test_the_lists_say_what_the_records_say_and_can_be_made_anew(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    department = admin.add_department(district_store, "住建局", Level.DISTRICT, "")
    secretary = admin.add_staff(district_store, "李书记", desk.unit, [Role.ISSUING_SECRETARY])
    year = datetime.now(UTC).year
    gone, issued = desk.visit(), order(desk.made(by=secretary), department, number=f"({year})凤凰发令第3号")
    paper = Attachment(
        id=new_id("attachment"),
        made=desk.made(),
        subject=issued.id,
        name="单.pdf",
        media_type="",
        size=1,
        digest="0" * 64,
    )
    came, wrong = (reply(desk.made(), issued, kind) for kind in (ReplyKind.REPORTED_IN, ReplyKind.RESOLVED))
    late = Erasure(id=new_id("erasure"), made=desk.made(), target=wrong.id, reason="写错")
    early = Erasure(id=new_id("erasure"), made=desk.made(), target=gone.id, reason="要求")
    assert desk.reasons(came, wrong, paper, early, desk.visit(number=f"凤凰登{year}-000400")) == [""] * 5
    assert desk.reasons(issued, gone, late) == [""] * 3
    assert check(district_store) == {}
    with district_store.write() as conn:
        conn.execute(dispatch_order.update().values(state="resolved"))
        conn.execute(order_department.delete())
    assert check(district_store) == {"dispatch_order": 2, "order_department": 1}
    assert check(district_store, repair=True) == {"dispatch_order": 2, "order_department": 1}
    assert check(district_store) == {}
    with district_store.write() as conn:
        conn.execute(content.update().where(content.c.id == issued.id).values(body=b"{}"))
    with pytest.raises(Damaged, match=r"district\.damaged_record"):
        check(district_store)


def test_settings_of_leases_are_obeyed(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    with district_store.write() as conn:
        other = new_identity(STORE_PREFIX)
        december = datetime(2030, 12, 31, 16, 0, tzinfo=UTC)  # 2031-01-01 in Beijing
        top_up(conn, district(conn), desk.unit, other, Settings(lease_visit=7), december)
        left = _left(conn, other)
        assert left[Series.VISIT, 2031] == 7
        assert (Series.VISIT, 2030) not in left
