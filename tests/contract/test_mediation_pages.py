"""The pages of mediations, on both databases: who finds which, in which order, and what they never say."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event

from sync.records.kinds import new_id
from sync.records.matters import Nature
from sync.records.mediation_events import MediationEventKind, SuspensionReason
from sync.records.mediations import FollowUp, Host, Outcome
from sync.records.times import BEIJING
from sync.records.units import Role
from sync.records.visits import Category
from sync.server.periods import counting_at
from sync.server.store.check import check
from sync.server.store.erasures import erase
from sync.server.store.log import all_lines
from sync.server.store.mediation_pages import (
    Ends,
    Wanted,
    count_mediations,
    mediations_by_end,
    mediations_by_number,
)
from sync.server.store.mediations import list_mediations_of_before, load_mediations
from sync.server.store.people import set_closed
from sync.server.store.records import lock_numbers
from sync.server.store.schema import mediation, mediation_fact
from tests.support.district_pages import PagesDistrict, WebBrowser
from tests.support.held_mediations import (
    MINUTES,
    SECRET,
    agree,
    edit,
    happened,
    hold,
    keep_of,
    made_by,
    mediations_of_a_day,
)
from tests.support.watched_orders import below_a_street

KIND = MediationEventKind


def titles(browser: WebBrowser, address: str = "/mediations") -> list[str]:
    """The titles of a list as it stands."""
    browser.get(address)
    assert browser.status == 200
    return re.findall(r'data-row id="row-med_[0-9a-f]+"[^>]*>([^<]*)<', browser.page)


def test_the_list_says_what_ends_when_and_how_each_stands(pages: PagesDistrict) -> None:
    mediations_of_a_day(pages)
    browser = pages.signed_in("周敏")
    assert titles(browser) == [
        "楼上漏水，两户争执赔偿",
        "停车位被占，业主与物业争执",
        "十二名工人讨要工资",
        "邻里因噪声推搡",
        "限制知悉的事项",
        "外墙瓷砖脱落砸坏三辆车",
    ]
    text = browser.text()
    for said in ("调解超时", "行政调解", "行业调解", "治安调解", "劳动争议调解还有", "改期再谈", "至 2026-12-03"):
        assert said in text, said
    assert re.search(r"2027-01-15 23:59\s*约定的期限", text)
    assert "打骂老人" not in text
    assert titles(browser, "/mediations?show=overdue") == ["楼上漏水，两户争执赔偿"]
    assert titles(browser, "/mediations?show=resting") == ["外墙瓷砖脱落砸坏三辆车"]
    assert titles(browser, "/mediations?show=agreed") == ["装修拆改承重墙"]
    assert titles(browser, "/mediations?show=ended") == ["宠物伤人"]
    assert titles(browser, "/mediations?host=police") == ["邻里因噪声推搡"]
    assert titles(browser, f"/mediations?unit={pages.units['凤凰社区']}&host=industry") == [
        "停车位被占，业主与物业争执"
    ]
    assert (
        titles(browser, "/mediations?host=nobody&unit=nowhere&show=nothing&after=1_2_x")[0] == "楼上漏水，两户争执赔偿"
    )
    browser.get("/mediations?lang=en")
    assert ("Under way 6" in browser.text(), "Overdue 1" in browser.text()) == (True, True)
    assert check(pages.store) == {}


def test_one_mediation_shows_its_course_and_nothing_that_was_confided(pages: PagesDistrict) -> None:
    long = mediations_of_a_day(pages)
    browser = pages.signed_in("吴涛")
    browser.get(f"/mediations/{long}")
    text = browser.text()
    told = ["中止", "约定调解期限、继续调解", "现场勘查", "背对背会谈", "面对面调解", "单方联系", "开始调解"]
    course = text[text.index("调解经过") :]
    assert sorted(told, key=course.index) == told
    for said in ("物业负责人出差", "等待责任认定", "当事人约定调解至2027-01-15", "改期、中止 1 次", "3 栋北侧外墙"):
        assert said in text, said
    assert text.count("内容保密，不在此显示。") == 2
    for hidden in (SECRET, MINUTES, "瓷砖空鼓", "王某", "李某"):
        assert hidden not in browser.page, hidden


def test_words_that_once_were_a_confidence_are_not_shown_after_a_correction(pages: PagesDistrict) -> None:
    held = hold(pages, "三户争水表")
    first = happened(pages, held, KIND.SEPARATE, side=1, text=SECRET, place="二号谈话室")
    happened(pages, held, KIND.JOINT, amends=first, amend_reason=SECRET, text=SECRET)
    happened(pages, held, KIND.SUSPENDED, reason=SuspensionReason.ADJOURNED, text="改到周五")
    browser = pages.signed_in("周敏")
    browser.get(f"/mediations/{held}")
    assert (SECRET in browser.page, "二号谈话室" in browser.page, "改到周五" in browser.page) == (False, False, True)


def test_a_street_sees_what_is_below_it_and_another_one_nothing(pages: PagesDistrict) -> None:
    below_a_street(pages)
    held = hold(pages, "楼上漏水", days_ago=40)
    mine, other = pages.signed_in("林街"), pages.signed_in("马街")
    assert titles(mine) == ["楼上漏水"]
    mine.get(f"/mediations/{held}")
    assert (mine.status, "楼上漏水" in mine.page) == (200, True)
    unit = pages.units["凤凰社区"]
    for show in ("open", "overdue", "resting", "agreed", "ended"):
        assert titles(other, f"/mediations?show={show}&unit={unit}") == []
    assert "凤凰社区" not in other.page
    assert not re.search(r"[1-9]</span></a></li>", other.page), "no count tells that there is something"
    other.get(f"/mediations/{held}")
    assert (other.status, "楼上漏水" in other.page) == (404, False)


def test_a_viewer_of_the_unit_sees_its_own_alone(pages: PagesDistrict) -> None:
    below_a_street(pages)
    pages.add_user("何看", "凤凰社区", Role.VIEWER)
    held, elsewhere = hold(pages, "楼上漏水"), hold(pages, "街道主持的调解", unit="凤凰街道")
    browser = pages.signed_in("何看")
    assert titles(browser) == ["楼上漏水"]
    browser.get(f"/mediations/{held}")
    assert browser.status == 200
    browser.get(f"/mediations/{elsewhere}")
    assert browser.status == 404


def test_departments_administrators_and_closed_accounts_find_none(pages: PagesDistrict) -> None:
    held = hold(pages, "楼上漏水", unit="凤凰社区")
    pages.add_user("何看", "区人力资源局", Role.VIEWER)
    for who in ("王丽", "何看", "郑洁", "冯安", "褚明"):
        browser = pages.signed_in(who)
        assert 'href="/mediations"' not in browser.page, who
        for address in ("/mediations", f"/mediations/{held}", "/mediations?show=ended"):
            browser.get(address)
            assert (browser.status, "楼上漏水" in browser.page) == (403, False), who
    browser = pages.signed_in("吴涛")
    assert titles(browser) == ["楼上漏水"]
    with pages.store.write() as conn:
        set_closed(conn, pages.staff["吴涛"], True)
    for address in ("/mediations", f"/mediations/{held}"):
        browser.get(address)
        assert (browser.status, "楼上漏水" in browser.page) == (401, False)


def test_pages_of_the_list_join_without_a_gap_whatever_the_kinds(pages: PagesDistrict) -> None:
    held = [hold(pages, f"一般{n}", days_ago=3 + n / 50) for n in range(7)]  # several of one day end together
    held += [hold(pages, f"劳动{n}", days_ago=n - 14, category=Category.LABOUR) for n in range(15, 20)]
    medical = [hold(pages, f"医疗{n}", days_ago=30 + n, category=Category.MEDICAL) for n in range(4)]
    for one in medical[:2]:
        happened(pages, one, KIND.SUSPENDED, days_ago=12, reason=SuspensionReason.APPRAISAL)
    for one, days in ((held[0], 20), (held[9], 1), (held[10], 20)):
        happened(pages, one, KIND.PERIOD_AGREED, until=(pages.now + timedelta(days=days)).date())
    by = counting_at_now(pages)
    with pages.store.read() as conn:
        for wanted in (Wanted("open"), Wanted("overdue"), Wanted("resting"), Wanted("open", host=Host.PEOPLE.value)):
            whole = mediations_by_end(conn, wanted, by, pages.now, limit=99)
            assert count_mediations(conn, wanted, by, pages.now) == len(whole)
            assert [one.due for one in whole] == sorted(one.due for one in whole if one.due)
            for size in (1, 3):
                joined, after = [], None
                while some := mediations_by_end(conn, wanted, by, pages.now, after=after, limit=size):
                    joined += some
                    after = some[-1].place
                assert [one.place for one in joined] == [one.place for one in whole]
        assert len(mediations_by_end(conn, Wanted("open"), by, pages.now, limit=99)) == 16
        for line in mediations_by_end(conn, Wanted("open"), by, pages.now, limit=99):
            assert line.due == by.of(line.here).due, "what the list counts is what the engine counts"
        newest = mediations_by_number(conn, Wanted("agreed"))
    assert newest == []


def counting_at_now(pages: PagesDistrict) -> Ends:
    with pages.store.read() as conn:
        return Ends(counting_at(conn, pages.now.astimezone(BEIJING).date()), pages.now)


def test_the_list_has_pages_and_the_next_one_goes_on(embedded: PagesDistrict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.server.web.mediations.PAGE", 2)
    for n in range(5):
        hold(embedded, f"第{n}件", days_ago=20 - n)
        hold(embedded, f"完{n}件", days_ago=20 - n, outcome=Outcome.AGREED)
    browser = embedded.signed_in("周敏")
    for show, first in (("open", "第"), ("agreed", "完")):
        found, address = [], f"/mediations?show={show}"
        while address:
            found += titles(browser, address)
            more = re.search(r'class="pages"><a[^>]*href="([^"]+)"', browser.page)
            address = f"/mediations{more[1]}".replace("&amp;", "&") if more else ""
        assert found == [f"{first}{n}件" for n in (range(5) if show == "open" else range(4, -1, -1))]


def test_the_end_follows_whatever_comes_later(pages: PagesDistrict) -> None:
    held = hold(pages, "讨薪", days_ago=20)
    assert due(pages, held) == datetime(2026, 12, 4, 23, 59, 59, tzinfo=BEIJING)
    with pages.store.read() as conn:
        matter = load_mediations(conn, [held])[held].mediation.matter
    edit(pages, matter, category="labour")
    assert due(pages, held) == datetime(2026, 11, 19, 23, 59, 59, tzinfo=BEIJING)
    agreed = happened(pages, held, KIND.PERIOD_AGREED, until=date(2027, 2, 1))
    assert due(pages, held) == datetime(2027, 2, 1, 23, 59, 59, tzinfo=BEIJING)
    with pages.store.write() as conn:
        lock_numbers(conn)
        erase(conn, agreed, "era_1", pages.units["凤凰社区"])
    assert due(pages, held) == datetime(2026, 11, 19, 23, 59, 59, tzinfo=BEIJING)
    edit(pages, held, outcome="agreed")
    assert due(pages, held) is None
    with pages.store.write() as conn:
        lock_numbers(conn)
        erase(conn, held, "era_2", pages.units["凤凰社区"])
        assert conn.execute(mediation.select()).all() == []


def due(pages: PagesDistrict, held: str) -> datetime | None:
    by = counting_at_now(pages)
    with pages.store.read() as conn:
        found = mediations_by_end(conn, Wanted("open"), by, pages.now)
    return next((one.due for one in found if one.here.mediation.id == held), None)


def test_what_another_unit_says_of_a_mediation_counts_for_nothing(pages: PagesDistrict) -> None:
    below_a_street(pages)
    held = hold(pages, "讨薪", days_ago=20)
    before = due(pages, held)
    happened(pages, held, KIND.PERIOD_AGREED, unit="马田街道", until=date(2027, 2, 1), text="别的单位写的")
    assert due(pages, held) == before
    browser = pages.signed_in("周敏")
    browser.get(f"/mediations/{held}")
    assert "别的单位写的" not in browser.page
    assert check(pages.store) == {}


def test_an_accusation_has_no_line_and_opening_a_restricted_one_is_logged(pages: PagesDistrict) -> None:
    hold(pages, "举报某人", days_ago=2)
    gone = hold(pages, "检举控告", days_ago=1)
    with pages.store.read() as conn:
        matter = load_mediations(conn, [gone])[gone].mediation.matter
    edit(pages, matter, nature=Nature.ACCUSATION.value)
    kept = hold(pages, "家中打骂老人", days_ago=1, matter={"must_report": True})
    browser = pages.signed_in("周敏")
    assert titles(browser) == ["举报某人", "限制知悉的事项"]
    browser.get(f"/mediations/{gone}")
    assert browser.status == 404
    browser.get(f"/mediations/{kept}")
    assert "家中打骂老人" in browser.page
    with pages.store.read() as conn:
        lines = [line for line in all_lines(conn) if line.event == "matter_opened"]
        assert [one.subject for one in lines] == [load_mediations(conn, [kept])[kept].mediation.matter]


def test_a_store_of_before_is_listed_once_as_records_say(pages: PagesDistrict) -> None:
    mediations_of_a_day(pages)
    with pages.store.write() as conn:
        said = [conn.execute(one.select().order_by(one.c.record)).all() for one in (mediation, mediation_fact)]
        conn.execute(mediation.delete())
        conn.execute(mediation_fact.delete())
        list_mediations_of_before(conn)
        assert said == [conn.execute(one.select().order_by(one.c.record)).all() for one in (mediation, mediation_fact)]
    assert check(pages.store) == {}


def test_papers_and_return_visits_stand_in_the_course_without_their_words(pages: PagesDistrict) -> None:
    held = hold(pages, "装修拆改承重墙", outcome=Outcome.AGREED)
    paper = agree(pages, held, "(2026)凤凰调字第8号")
    made = made_by(pages, "凤凰社区", 0.1)
    visit = FollowUp(
        id=new_id("follow_up"), made=made, subject=paper, happened_at=made.at, satisfied=True, text="钱已付清"
    )
    keep_of(pages, "凤凰社区", visit)
    browser = pages.signed_in("周敏")
    browser.get(f"/mediations/{held}")
    text = browser.text()
    assert text.index("回访") < text.index("调解协议 (2026)凤凰调字第8号") < text.index("开始调解")
    assert ("满意" in text, MINUTES in text, "钱已付清" in text) == (True, False, False)


def test_what_the_court_is_to_do_next_stands_on_the_page_until_it_ruled(pages: PagesDistrict) -> None:
    held = hold(pages, "装修拆改承重墙", days_ago=9, outcome=Outcome.AGREED)
    paper = agree(pages, held, "(2026)凤凰调字第8号", days_ago=8)
    browser = pages.signed_in("周敏")

    def shown() -> str:
        browser.get(f"/mediations/{held}")
        return " ".join(browser.text().split())

    assert "法院决定是否受理司法确认" not in shown()
    kind = MediationEventKind
    happened(pages, held, kind.COURT_FILED, days_ago=5, agreement=paper, place="光明区人民法院")
    told = shown()
    assert "法院决定是否受理司法确认 2026-11-23 23:59 已超" in told  # 22 November is a Sunday
    assert "光明区人民法院" in told
    happened(pages, held, kind.COURT_ACCEPTED, days_ago=4, agreement=paper)
    assert "法院作出司法确认裁定 2026-12-07 23:59 还有" in shown()  # 5 December is a Saturday
    happened(pages, held, kind.COURT_RULED, days_ago=1, agreement=paper, text="确认协议有效")
    told = shown()
    assert "确认协议有效" in told
    assert "法院作出司法确认裁定" not in told


def test_no_list_or_count_reads_all_mediations(embedded: PagesDistrict) -> None:
    hold(embedded, "楼上漏水")
    by, asked = counting_at_now(embedded), list[tuple[str, object]]()

    def note(_conn: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        if "FROM mediation" in statement:
            asked.append((statement, parameters))

    event.listen(embedded.store._engine, "before_cursor_execute", note)
    after = (embedded.now, embedded.now, "med_" + "0" * 32)
    with embedded.store.read() as conn:
        for below in (None, frozenset({embedded.units["凤凰社区"]})):
            for show in ("open", "overdue", "resting", "agreed", "ended"):
                wanted = Wanted(show, below=below)
                count_mediations(conn, wanted, by, embedded.now)
                mediations_by_end(conn, wanted, by, embedded.now, after=after)
                mediations_by_number(conn, wanted, before=9)
    event.remove(embedded.store._engine, "before_cursor_execute", note)
    assert len(asked) > 100
    with embedded.store.read() as conn:
        for statement, parameters in asked:
            plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]
            assert not any(step.startswith("SCAN mediation") for *_, step in plan), (statement, plan)
