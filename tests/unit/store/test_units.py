"""The directory as a station's store tells it."""

from __future__ import annotations

from pathlib import Path

from desktop.store.units import unit_of, units
from sync.records.audit import Erasure
from sync.records.kinds import UNIT_PREFIX, new_id, new_identity
from sync.records.units import Level, OrgUnit
from tests.support.desk_store import Desk


def _unit(desk: Desk, unit: str, name: str, amends: str | None = None) -> OrgUnit:
    return OrgUnit(
        id=new_id("org_unit"), made=desk.made, unit=unit, name=name, level=Level.COMMUNITY, parent=None, amends=amends
    )


def test_one_unit_is_what_the_whole_directory_says_of_it(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    first, second = new_identity(UNIT_PREFIX), new_identity(UNIT_PREFIX)
    old = _unit(desk, first, "凤凰社区")
    desk.keep(old, _unit(desk, second, "东坑社区"))
    desk.keep(_unit(desk, first, "凤凰社区居民委员会", amends=old.id))
    with desk.store.read() as reader:
        whole = units(reader)
        assert whole[first].name == "凤凰社区居民委员会"
        assert {identity: unit_of(reader, identity) for identity in (first, second)} == whole
        assert unit_of(reader, new_identity(UNIT_PREFIX)) is None
    desk.store.close()


def test_a_unit_that_is_remembered_is_asked_for_again_when_one_is_written(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    unit = new_identity(UNIT_PREFIX)
    old = _unit(desk, unit, "凤凰社区")
    new = _unit(desk, unit, "凤凰社区居民委员会", amends=old.id)

    def named() -> str:
        with desk.store.write() as work:
            return getattr(unit_of(work, unit), "name", "")

    assert named() == ""
    desk.keep(old)
    assert named() == named() == "凤凰社区"
    with desk.store.write() as work:
        assert unit_of(work, unit) == old
        work.add(new)
        assert unit_of(work, unit) == new
    assert named() == "凤凰社区居民委员会"
    with desk.store.write() as work:
        work.add(Erasure(id=new_id("erasure"), made=desk.made, target=new.id, reason="测试"))
    assert named() == "凤凰社区"
    desk.store.close()
