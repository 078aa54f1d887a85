"""Where moments are late or soon late, as the district tells who oversees units: by unit, and of one its matters."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from sync.records.audit import Erasure
from sync.records.kinds import new_id
from sync.records.matters import Nature, StepKind
from sync.records.rule_tables import TableName
from sync.records.times import BEIJING
from sync.records.units import Level, Role
from sync.records.waiting_moments import moment_clocks
from sync.server import rule_tables
from sync.server.moments import EVERY_SECONDS, MomentKeeper
from sync.server.store import waited as waits
from sync.server.store.check import check
from sync.server.store.matters import load_matters
from sync.server.store.orders import storable
from sync.server.store.records import lock_numbers
from sync.server.store.schema import waited
from sync.server.web import late_moments
from tests.support.cost import Meter
from tests.support.district_pages import PagesDistrict
from tests.support.passed_matters import add_matter, add_step, keep
from tests.support.watched_orders import below_a_street

LIMITS = """
[all]
accepted = 30
resolved = 600
acknowledged = 60
fed_back = 60
"""


def ago(pages: PagesDistrict, **length: float) -> datetime:
    return (pages.now - timedelta(**length)).astimezone(BEIJING)


def rows(pages: PagesDistrict) -> set[tuple[str, str, str, datetime]]:
    with pages.store.read() as conn:
        return {tuple(row) for row in conn.execute(select(waited))}


def wanted(pages: PagesDistrict, *matters: str) -> set[tuple[str, str, str, datetime]]:
    """What the fold of each matter waits for."""
    with pages.store.read() as conn:
        here = load_matters(conn, matters).values()
        return {
            (one.matter.id, clock.kind, one.scope, storable(clock.at))
            for one in here
            for clock in moment_clocks(one.matter.nature, one.state)
        }


def test_what_matters_wait_for_is_counted_in_behind_what_arrives(pages: PagesDistrict) -> None:
    keeper = MomentKeeper(pages.store)
    first = add_matter(pages, "楼上漏水", discovered_at=ago(pages, hours=30))
    second = add_matter(pages, "食堂退费", discovered_at=ago(pages, hours=2))
    accused = add_matter(pages, "检举", nature=Nature.ACCUSATION)
    assert rows(pages) == set(), "no push pays for it"
    assert not keeper.look()
    assert rows(pages) == wanted(pages, first, second)
    accepted = add_step(pages, first, StepKind.ACCEPTED)
    resolved = add_step(pages, first, StepKind.RESOLVED, accepted, hours_ago=1, text="已修好")
    assert not keeper.look()
    assert rows(pages) == wanted(pages, first, second)
    assert {kind for matter, kind, *_ in rows(pages) if matter == first} == {
        "moment-acknowledged.service",
        "moment-fed_back.service",
    }
    assert check(pages.store) == {}
    erased = Erasure(
        id=new_id("erasure"), made=pages.made_at_station(ago(pages, minutes=1)), target=resolved, reason="误录"
    )
    keep(pages, erased)
    assert not keeper.look()
    assert rows(pages) == wanted(pages, first, second), "an erased step counts no more"
    add_step(pages, second, StepKind.CLOSED, text="已退")
    keeper.look()
    assert {matter for matter, *_ in rows(pages)} == {first}
    assert accused not in {matter for matter, *_ in rows(pages)}


def test_it_goes_on_in_steps_and_says_how_much_is_not_counted_in(
    pages: PagesDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    matters = [add_matter(pages, f"第{n}件") for n in range(5)]
    boss = pages.signed_in("周敏")
    boss.get("/stations/moments")
    assert "条新到的记录没有计入" not in boss.text(), "what came a moment ago is no news"
    monkeypatch.setattr(late_moments, "BEHIND", 0)
    boss.get("/stations/moments")
    assert "条新到的记录没有计入" in boss.text()
    monkeypatch.setattr(waits, "_SPAN", 7)
    more, steps = True, []
    while more:
        with pages.store.write() as conn:
            lock_numbers(conn)
            more = waits.catch_up(conn, 2)
        steps.append(len({matter for matter, *_ in rows(pages)}))
    assert steps == sorted(steps)
    assert len(set(steps)) > 2, "a little at a time"
    assert rows(pages) == wanted(pages, *matters)
    boss.get("/stations/moments")
    assert "条新到的记录没有计入" not in boss.text()
    assert EVERY_SECONDS < 60


def test_units_stand_with_what_is_late_and_soon_late_and_lead_to_their_matters(pages: PagesDistrict) -> None:
    add_matter(pages, "很晚的", discovered_at=ago(pages, days=9))  # accepted and resolved are late
    add_matter(pages, "快到的", discovered_at=ago(pages, hours=21))  # of a day three hours are left
    add_matter(pages, "还早的", discovered_at=ago(pages, hours=1))
    add_matter(pages, "不写明的", discovered_at=ago(pages, days=2), must_report=True)
    MomentKeeper(pages.store).look()
    boss = pages.signed_in("周敏")
    boss.get("/stations")
    assert 'href="/stations/moments"' in boss.page
    boss.get("/stations/moments")
    shown = boss.text()
    assert "凤凰社区" in shown
    assert "3 项 第一时间受理 2 第一时间化解 1 1 项 第一时间受理 1" in " ".join(shown.split())
    boss.get(f"/stations/moments?unit={pages.units['凤凰社区']}")
    lines = boss.text()
    assert lines.index("很晚的") < lines.index("快到的")
    assert "还早的" not in lines
    assert "不写明的" not in lines
    assert "第一时间受理超时 8 天" in lines
    assert "第一时间受理快到期，还有 3 小时" in lines
    boss.get("/stations/moments?unit=uni_nowhere")
    assert boss.status == 404


def test_a_limit_that_the_district_sets_holds_at_once(pages: PagesDistrict) -> None:
    add_matter(pages, "楼上漏水", discovered_at=ago(pages, hours=1))
    MomentKeeper(pages.store).look()
    boss = pages.signed_in("周敏")
    boss.get("/stations/moments")
    assert "没有超时或快到时限的事项" in boss.text()
    rule_tables.publish(pages.store, TableName.MOMENT_LIMITS, LIMITS, now=pages.now)
    boss.get(f"/stations/moments?unit={pages.units['凤凰社区']}")
    assert "第一时间受理超时 30 分钟" in boss.text()


def test_a_street_sees_what_is_below_it_and_a_department_nothing(pages: PagesDistrict) -> None:
    below_a_street(pages)
    elsewhere = pages.add_unit("别处社区", Level.COMMUNITY)
    add_matter(pages, "这里的", discovered_at=ago(pages, days=3))
    moved = add_matter(pages, "别处的", discovered_at=ago(pages, days=3))
    MomentKeeper(pages.store).look()
    with pages.store.write() as conn:
        conn.execute(waited.update().where(waited.c.matter == moved).values(unit=elsewhere))
    pages.add_user("孙看", "区人力资源局", Role.VIEWER)
    viewer = pages.signed_in("孙看")
    viewer.get("/stations/moments")
    assert viewer.status == 403
    for name, here, there in (("林街", True, False), ("周敏", True, True)):
        browser = pages.signed_in(name)
        browser.get("/stations/moments")
        assert (("凤凰社区" in browser.text()), ("别处社区" in browser.text())) == (here, there), name
        for unit, seen in ((pages.units["凤凰社区"], here), (elsewhere, there)):
            browser.get(f"/stations/moments?unit={unit}")
            assert browser.status == (200 if seen else 404), (name, unit)


def test_what_is_turned_is_every_matter_once(pages: PagesDistrict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_moments, "PAGE", 2)
    titles = [f"第{n}件" for n in range(5)]
    for n, title in enumerate(titles):
        add_matter(pages, title, discovered_at=ago(pages, days=2, minutes=9 - n))
    MomentKeeper(pages.store).look()
    boss = pages.signed_in("周敏")
    seen: list[str] = []
    for start in (0, 2, 4):
        boss.get(f"/stations/moments?unit={pages.units['凤凰社区']}&start={start}")
        seen += [title for title in titles if title in boss.text()]
        assert ("下一页" in boss.text()) == (start < 4)
    assert seen == titles


def test_what_the_page_reads_follows_what_is_late_and_not_what_waits(pages: PagesDistrict) -> None:
    """Beside one matter that is late others wait, a few and eight times as many."""
    add_matter(pages, "楼上漏水", discovered_at=ago(pages, days=3))
    MomentKeeper(pages.store).look()
    meter, at = Meter(pages.store), 0

    def reads() -> int:
        with pages.store.read() as conn:
            limits = late_moments.limits_at(conn, pages.now)
            return meter.of(lambda: late_moments.count_waits(conn, late_moments.ends_at(conn, limits, pages.now), None))

    def fill(count: int) -> None:
        nonlocal at
        kind, unit, since = "moment-accepted.service", pages.units["凤凰社区"], pages.now
        some = [{"matter": f"mat_{at + n}", "kind": kind, "unit": unit, "since": since} for n in range(count)]
        at += count
        with pages.store.write() as conn:
            conn.execute(waited.insert(), some)

    fill(1_000)
    few = reads()
    fill(8_000)
    assert reads() <= 2 * few
