"""Keys that sign papers, between real stores and a real district: announced, published, replaced, revoked, foreign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.actions.desk import Desk
from desktop.actions.proving import Finding, Verdict, prove, prove_text
from desktop.actions.signing_keys import keys_of, rotate, stamp
from desktop.config import Home
from desktop.keys import WrappedKeys
from desktop.printing.marking import mark_copy
from desktop.printing.proof import Stamp
from desktop.printing.reading_back import read_back
from desktop.session import Session
from desktop.store.editions import published_keys
from sync.client import day_end
from sync.records.errors import Refused
from sync.records.kinds import new_id
from sync.records.station_keys import StationKey
from sync.records.units import Role
from sync.server import admin, station_keys
from sync.server.store.store import DistrictStore
from tests.support import in_process, sheets
from tests.support.codes import copied
from tests.support.sheets import render
from tests.system.test_proofs import with_other_outlines

LEAD = frozenset({Role.REGISTRAR, Role.MEDIATOR, Role.STATION_LEAD})


class Ends:
    """A district and desks that exchange with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.district: DistrictStore = in_process.new_district(folder)
        with self.district.read() as conn:
            self.unit = station_keys.district(conn).unit
        self.lines: dict[str, in_process.Desk] = {}
        self.desks: dict[str, Desk] = {}

    def desk(self, name: str, unit: str = "凤凰社区") -> Desk:
        """Enrol a desk with keys of its own under a passphrase: the machine has no keyring service."""
        line = in_process.enrol_desk(self.folder / unit, self.district, name, unit)
        with line.store.write() as work:
            work.set_meta("district", self.unit)
        keys = WrappedKeys(Home(self.folder / unit / name).make().keys_path, "一句足够长的恢复口令")
        session = Session(line.staff, name, LEAD, line.unit, unit)
        self.lines[name], self.desks[name] = line, Desk(line.store, session, keys=keys)
        self.exchange(name)
        return self.desks[name]

    def exchange(self, *names: str) -> None:
        """Let desks end their day, one after the other."""
        for name in names:
            line = self.lines[name]
            assert day_end.run(line.journal, line.district, program="test").receipt.agreed

    def listed(self) -> dict[str, station_keys.Published]:
        """What the district publishes."""
        with self.district.read() as conn:
            return station_keys.published_keys(conn)


@pytest.fixture
def ends(tmp_path: Path) -> Iterator[Ends]:
    made = Ends(tmp_path)
    yield made
    for desk in made.desks.values():
        desk.store.close()
    made.district.close()


def printed(signs: Stamp) -> bytes:
    return render(replace(sheets.AGREEMENT, stamp=signs))


def one(found: list[Finding]) -> Finding:
    assert len(found) == 1
    return found[0]


def test_a_paper_is_genuine_everywhere_once_its_key_is_published(ends: Ends) -> None:
    ours, theirs = ends.desk("甲"), ends.desk("乙", "东坑社区")
    pdf = printed(stamp(ours))
    assert one(prove(ours, pdf)).verdict is Verdict.UNPUBLISHED
    assert one(prove(theirs, pdf)).verdict is Verdict.UNKNOWN_KEY
    ends.exchange("甲", "甲", "乙")
    for desk in (ours, theirs):
        found = one(prove(desk, pdf))
        assert (found.verdict, found.number, found.unit) == (Verdict.GENUINE, sheets.AGREEMENT.number, "凤凰社区")
        assert (found.paper, found.copy, found.pages) == ("人民调解协议书", 1, (1, 2))
    assert [(key.ours, key.published) for key in keys_of(ours)] == [(True, True)]
    assert stamp(ours).key == stamp(ours).key


def test_a_copy_a_copied_text_and_the_code_alone_say_what_they_are(ends: Ends) -> None:
    desk = ends.desk("甲")
    pdf = printed(stamp(desk))
    ends.exchange("甲", "甲")
    marked = mark_copy(pdf, sheets.AGREEMENT.template, 3)
    code = read_back(pdf)[0].code
    shown = mark_copy(pdf, sheets.AGREEMENT.template, 3, preview=True)
    assert one(prove(desk, shown)).verdict is Verdict.PREVIEW
    assert (one(prove(desk, marked)).verdict, one(prove(desk, marked)).copy) == (Verdict.GENUINE, 3)
    text = f"{copied(marked)}\n{code}\n"
    assert (one(prove_text(desk, text)).verdict, one(prove_text(desk, text)).copy) == (Verdict.GENUINE, 3)
    assert one(prove_text(desk, code)).verdict is Verdict.CODE_ONLY
    assert one(prove(desk, code.encode())).verdict is Verdict.CODE_ONLY
    altered = text.replace("31,000.00", "81,000.00")
    assert altered != text
    assert one(prove_text(desk, altered)).verdict is Verdict.ALTERED


def test_an_altered_or_foreign_paper_is_told(ends: Ends) -> None:
    desk = ends.desk("甲")
    signs = stamp(desk)
    ends.exchange("甲", "甲")
    code = read_back(printed(signs))[0].code
    other = render(replace(sheets.AGREEMENT, facts="另一件事。", stamp=_Fixed(code)))
    assert one(prove(desk, other)).verdict is Verdict.ALTERED
    at = len(code) - 20
    flipped = code[:at] + ("A" if code[at] != "A" else "B") + code[at + 1 :]
    assert one(prove_text(desk, flipped)).verdict is Verdict.FORGED
    assert one(prove(desk, render(sheets.AGREEMENT))).verdict is Verdict.NO_CODE
    assert one(prove_text(desk, "一段文字")).verdict is Verdict.NO_CODE
    with pytest.raises(Refused, match=r"proof\.not_text"):
        prove(desk, b"\xff\xfe\x00")


def test_a_font_of_another_program_is_told_although_the_text_is_right(ends: Ends) -> None:
    desk = ends.desk("甲")
    pdf = printed(stamp(desk))
    ends.exchange("甲", "甲")
    found = one(prove(desk, with_other_outlines(pdf)))
    assert (found.verdict, bool(found.text)) == (Verdict.LETTERS, True)


class _Fixed(Stamp):
    """Puts a code on a paper that it was not made for."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._fixed = code

    def code(self, number: str, template: str, text: str) -> str:
        return self._fixed


def test_what_a_replaced_key_signed_stays_good(ends: Ends) -> None:
    desk = ends.desk("甲")
    first = stamp(desk)
    before = printed(first)
    rotate(desk)
    after = printed(stamp(desk))
    ends.exchange("甲", "甲")
    old, new = one(prove(desk, before)), one(prove(desk, after))
    assert (old.verdict, new.verdict) == (Verdict.GENUINE, Verdict.GENUINE)
    assert old.key == first.key != new.key
    assert old.ended_at is not None
    assert new.ended_at is None
    clerk = replace(desk, session=replace(desk.session, roles=frozenset({Role.REGISTRAR})))
    with pytest.raises(Refused, match=r"proof\.lead_only"):
        rotate(clerk)


def test_a_revoked_key_proves_nothing_more_and_says_since_when(ends: Ends) -> None:
    desk, other = ends.desk("甲"), ends.desk("乙", "东坑社区")
    signs = stamp(desk)
    pdf = printed(signs)
    ends.exchange("甲")
    since = datetime.now(UTC) - timedelta(days=3)
    station_keys.revoke_key(ends.district, signs.key, "电脑失窃", since)
    station_keys.revoke_key(ends.district, signs.key, "再次登记")
    ends.exchange("甲", "乙")
    for found in (one(prove(desk, pdf)), one(prove(other, pdf)), one(prove_text(desk, read_back(pdf)[0].code))):
        assert (found.verdict, found.revoked_at, found.reason) == (Verdict.REVOKED, since, "电脑失窃")
    for wrong in ({"key": "00"}, {"key": signs.key, "reason": " "}):
        with pytest.raises(Refused):
            station_keys.revoke_key(ends.district, **{"reason": "x", **wrong})
    with pytest.raises(Refused, match=r"district\.since_later"):
        station_keys.revoke_key(ends.district, signs.key, "x", datetime.now(UTC) + timedelta(days=1))


def test_a_revoked_device_s_keys_are_revoked_with_it(ends: Ends) -> None:
    desk, other = ends.desk("甲"), ends.desk("乙", "东坑社区")
    pdf = printed(stamp(desk))
    ends.exchange("甲")
    admin.revoke_device(ends.district, ends.lines["甲"].device.device)
    ends.exchange("乙")
    assert one(prove(other, pdf)).verdict is Verdict.REVOKED


def test_a_station_can_neither_take_another_s_key_nor_end_or_clear_one(ends: Ends) -> None:
    desk, other = ends.desk("甲"), ends.desk("乙", "东坑社区")
    signs = stamp(desk)
    ends.exchange("甲")
    entry = ends.listed()[signs.key]
    station_keys.revoke_key(ends.district, signs.key, "失窃")
    line = ends.lines["乙"]

    def announced(**changes: object) -> StationKey:
        fields = {"key": entry.key, "public": entry.public.hex(), "unit": line.unit, "store": line.store.id}
        made = {"id": new_id("station_key"), "made": line.made(), "starts_at": datetime.now(UTC)}
        return StationKey(**{**made, **fields, **changes})  # type: ignore[arg-type]

    hostile = [
        announced(),
        announced(unit=entry.unit),
        announced(store=entry.store),
        announced(key="0" * 16),
        announced(public="zz"),
        announced(key="0" * 16, public="00" * 32),
        announced(revoked_at=datetime.now(UTC)),
        announced(ended_at=datetime.now(UTC)),
    ]
    with line.store.write() as work:
        for record in hostile:
            work.add(record)
    ended = day_end.run(line.journal, line.district, program="test")
    assert ended.held == len(hostile)
    assert ends.listed().keys() == {signs.key}
    assert ends.listed()[signs.key].revoked_at is not None
    with other.store.read() as reader:
        assert published_keys(reader)[signs.key].unit == entry.unit


def test_announcements_that_an_older_server_kept_are_published_by_a_repair(ends: Ends) -> None:
    desk = ends.desk("甲")
    signs = stamp(desk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.server.push.publish", lambda *_: None)
        ends.exchange("甲")
    assert ends.listed() == {}
    assert station_keys.publish_waiting(ends.district) == 1
    assert station_keys.publish_waiting(ends.district) == 0
    assert ends.listed().keys() == {signs.key}
