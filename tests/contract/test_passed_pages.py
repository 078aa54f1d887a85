"""The page of a unit to which matters were passed, on both databases: who finds what, and what an answer becomes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest

from sync.protocol.codec import decode
from sync.records.kinds import new_id
from sync.records.matter_state import MatterStage
from sync.records.matters import Nature, Step, StepKind
from sync.records.orders import DispatchOrder
from sync.records.times import BEIJING
from sync.records.units import Level, Role
from sync.server.store import records
from sync.server.store.log import all_lines
from sync.server.store.matters import MatterHere, load_matter
from sync.server.store.news import has_matters
from sync.server.store.projections import add_own
from sync.server.store.store import district
from tests.support.district_pages import PagesDistrict, WebBrowser, minute
from tests.support.passed_matters import (
    APPLICANT,
    APPLICANT_PHONE,
    REPORTER,
    REPORTER_PHONE,
    add_matter,
    add_step,
    pass_on,
)

BUREAU, HOUSING, STREET = "区人力资源局", "区住房建设局", "光明街道"


def with_street(built: PagesDistrict) -> PagesDistrict:
    built.add_unit(STREET, Level.STREET)
    built.add_user("林街", STREET, Role.DISPATCHER)
    return built


@pytest.fixture
def pages(pages: PagesDistrict) -> PagesDistrict:
    """The district of tests/contract/conftest.py, with a street and who dispatches there."""
    return with_street(pages)


@pytest.fixture
def embedded(embedded: PagesDistrict) -> PagesDistrict:
    """The embedded one, likewise."""
    return with_street(embedded)


def here(pages: PagesDistrict, matter: str) -> MatterHere:
    with pages.store.read() as conn:
        found = load_matter(conn, matter)
    assert found is not None
    return found


def own_steps(pages: PagesDistrict, matter: str) -> list[Step]:
    station = pages.units["凤凰社区"]
    return sorted((s for s in here(pages, matter).steps if s.made.unit != station), key=lambda s: s.id)


def form_of(browser: WebBrowser, matter: str, kind: StepKind, **fields: str) -> dict[str, str]:
    """Open a matter and return its form for ``kind``, filled."""
    browser.get(f"/matters/{matter}")
    return {**browser.hidden(f'name="kind" value="{kind.value}"'), **fields}


def say(pages: PagesDistrict, browser: WebBrowser, matter: str, kind: StepKind, **fields: str) -> str:
    given = {"happened_at": minute(pages)} if kind is StepKind.RECEIVED else {}
    return browser.post(f"/matters/{matter}", form_of(browser, matter, kind, **given, **fields))


def test_a_unit_takes_a_matter_and_the_station_will_pull_that(pages: PagesDistrict) -> None:
    matter = pass_on(pages, "三栋楼上漏水", BUREAU)
    browser = pages.signed_in("王丽")
    browser.get("/matters")
    assert "三栋楼上漏水" in browser.text()
    assert "答复是否接收还有" in browser.text()
    say(pages, browser, matter, StepKind.RECEIVED, text="刘洋 0755-88881234")
    assert (browser.status, browser.address) == (200, f"/matters/{matter}?done=received#content")
    assert "已登记:接收" in browser.text().replace("：", ":")
    (step,) = own_steps(pages, matter)
    assert (step.kind, step.by_unit, step.made.unit, step.made.by) == (
        StepKind.RECEIVED,
        pages.units[BUREAU],
        pages.units[BUREAU],
        pages.staff["王丽"],
    )
    state = here(pages, matter).state
    assert (state.state, state.held_by, state.doubts) == (MatterStage.RECEIVED, pages.units[BUREAU], ())
    with pages.store.read() as conn:
        assert step.made.store == district(conn).store
        pulled, _, _ = records.pull(conn, {pages.units["凤凰社区"]}, "sto_desk", 0, 1000, 10**9)
        assert has_matters(conn, pages.units[BUREAU], 0)
        assert not has_matters(conn, pages.units[HOUSING], 0)
    assert step in [decode(numbered.sealed) for numbered in pulled]
    with pages.store.read() as conn:
        line = [line for line in all_lines(conn) if line.event == "matter_answered"]
    assert [(one.staff, one.subject, one.detail) for one in line] == [(pages.staff["王丽"], matter, "received")]


def test_who_was_not_given_the_matter_finds_nothing_and_writes_nothing(pages: PagesDistrict) -> None:
    matter = pass_on(pages, "三栋楼上漏水", BUREAU)
    stays = add_matter(pages, "没有转出的事项")
    officer = pages.signed_in("王丽")
    form = form_of(officer, matter, StepKind.RECEIVED, happened_at=minute(pages))
    for who in ("赵刚", "周敏", "吴涛", "林街"):
        browser = pages.signed_in(who)
        browser.get("/matters")
        assert browser.status == 200
        assert "三栋楼上漏水" not in browser.text()
        browser.get(f"/matters/{matter}")
        assert browser.status == 404
        browser.post(f"/matters/{matter}", {**form, **browser.hidden('action="/sign-out"')})
        assert browser.status == (403 if who == "吴涛" else 404)
    for who in ("郑洁", "冯安", "褚明"):
        browser = pages.signed_in(who)
        browser.get("/matters")
        assert browser.status == 403
    officer.get(f"/matters/{stays}")
    assert officer.status == 404
    assert own_steps(pages, matter) == []


def test_a_viewer_of_the_unit_reads_and_answers_nothing(embedded: PagesDistrict) -> None:
    embedded.add_user("何看", BUREAU, Role.VIEWER)
    matter = pass_on(embedded, "三栋楼上漏水", BUREAU)
    form = form_of(embedded.signed_in("王丽"), matter, StepKind.RECEIVED, happened_at=minute(embedded))
    browser = embedded.signed_in("何看")
    browser.get(f"/matters/{matter}")
    assert browser.status == 200
    assert 'name="kind"' not in browser.page
    browser.post(f"/matters/{matter}", {**form, **browser.hidden('action="/sign-out"')})
    assert browser.status == 403
    assert own_steps(embedded, matter) == []


def test_declining_needs_a_reason_and_the_matter_is_the_station_s_again(pages: PagesDistrict) -> None:
    matter = pass_on(pages, "三栋楼上漏水", BUREAU)
    browser = pages.signed_in("王丽")
    say(pages, browser, matter, StepKind.SENT_BACK, rule_cited="光明区职责清单第 3.2 条")
    assert browser.status == 422
    assert "请填写这一项" in browser.text()
    assert "光明区职责清单第 3.2 条" in browser.page
    assert own_steps(pages, matter) == []
    say(pages, browser, matter, StepKind.SENT_BACK, text="属住建部门职责", rule_cited="光明区职责清单第 3.2 条")
    assert browser.status == 200
    state = here(pages, matter).state
    assert (state.state, state.passed_to, state.held_by) == (MatterStage.REGISTERED, None, None)
    browser.get("/matters?show=ended")
    assert "已退回" in browser.text()
    browser.get(f"/matters/{matter}")
    assert APPLICANT not in browser.page
    assert "当事人信息不再显示" in browser.text()


def test_the_street_passes_on_and_has_it_again_when_it_comes_back(pages: PagesDistrict) -> None:
    matter = add_matter(pages, "三栋楼上漏水")
    add_step(pages, matter, StepKind.ESCALATED, to_unit=STREET, text="社区协调不动")
    street, bureau = pages.signed_in("林街"), pages.signed_in("王丽")
    say(pages, street, matter, StepKind.RECEIVED)
    say(pages, street, matter, StepKind.TRANSFERRED, to_unit=pages.units[BUREAU], text="请核实欠薪部分")
    assert street.status == 200
    bureau.get(f"/matters/{matter}")
    assert "请核实欠薪部分" in bureau.text()
    assert "社区协调不动" not in bureau.text()  # what was said to the street
    say(pages, bureau, matter, StepKind.SENT_BACK, text="不涉及劳动关系")
    street.get(f"/matters/{matter}")
    assert "不涉及劳动关系" in street.text()
    state = here(pages, matter).state
    assert (state.state, state.held_by) == (MatterStage.RECEIVED, pages.units[STREET])
    say(pages, street, matter, StepKind.TRANSFERRED, to_unit=pages.units["光明区"], text="请区里协调")
    assert own_steps(pages, matter)[-1].kind is StepKind.ESCALATED
    dispatcher = pages.signed_in("周敏")
    dispatcher.get("/matters")
    assert "三栋楼上漏水" in dispatcher.text()


def test_what_the_desk_heard_and_what_the_unit_says_stand_side_by_side(embedded: PagesDistrict) -> None:
    matter = add_matter(embedded, "三栋楼上漏水")
    given = add_step(embedded, matter, StepKind.TRANSFERRED, to_unit=BUREAU, hours_ago=5)
    add_step(embedded, matter, StepKind.RECEIVED, given, by_unit=BUREAU, hours_ago=4, text="王科长电话答应接收")
    browser = embedded.signed_in("王丽")
    browser.get(f"/matters/{matter}")
    assert "王科长电话答应接收" in browser.text()
    say(embedded, browser, matter, StepKind.SENT_BACK, text="没有人答应过")
    assert "与站点记下的答复不一致" in browser.text()
    page = browser.text()
    assert page.index("没有人答应过") < page.index("王科长电话答应接收")
    state = here(embedded, matter).state
    assert (state.held_by, [d.reason for d in state.doubts]) == (None, ["records.doubt_heard_otherwise"])


def test_reporter_and_finder_stand_on_no_page_and_an_accusation_has_none(embedded: PagesDistrict) -> None:
    matter = pass_on(embedded, "三栋楼上漏水", BUREAU)
    hidden = pass_on(embedded, "反映某干部", BUREAU, nature=Nature.ACCUSATION)
    browser = embedded.signed_in("王丽")
    for address in ("/matters", f"/matters/{matter}"):
        browser.get(address)
        assert "三栋楼上漏水" in browser.text()
        assert all(word not in browser.page for word in (REPORTER, REPORTER_PHONE, "反映某干部", "grid_worker"))
    assert all(word in browser.page for word in (APPLICANT, APPLICANT_PHONE, "GM20261123-0187"))
    browser.get(f"/matters/{hidden}")
    assert browser.status == 404


def test_a_restricted_matter_has_no_title_in_the_list_and_each_opening_is_noted(embedded: PagesDistrict) -> None:
    matter = pass_on(embedded, "家中长期打骂老人", BUREAU, must_report=True)
    browser = embedded.signed_in("王丽")
    browser.get("/matters")
    assert "限制知悉的事项" in browser.text()
    assert "打骂" not in browser.page
    browser.get(f"/matters/{matter}")
    assert "家中长期打骂老人" in browser.text()
    title = re.search(r"<title>(.*?)</title>", browser.page)
    assert title
    assert "打骂" not in title.group(1)
    with embedded.store.read() as conn:
        opened = [line for line in all_lines(conn) if line.event == "matter_opened"]
    assert [(line.staff, line.subject) for line in opened] == [(embedded.staff["王丽"], matter)]


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        (StepKind.RECEIVED, {"happened_at": ""}, "请填写这一项。"),
        (StepKind.RECEIVED, {"happened_at": "明天"}, "时间"),
        (StepKind.RECEIVED, {"happened_at": "2026-11-25T10:00"}, "时间不能晚于现在。"),
        (StepKind.RECEIVED, {"happened_at": "2026-11-24T08:00"}, "时间不能早于转来时间 2026-11-24 08:30。"),
        (StepKind.SENT_BACK, {"text": " "}, "请填写这一项。"),
        (StepKind.SENT_BACK, {"text": "退\u202e回"}, ""),
        (StepKind.TRANSFERRED, {"to_unit": "", "text": "请办"}, "请选择一项。"),
        (StepKind.TRANSFERRED, {"to_unit": "OWN", "text": "请办"}, "请选择一项。"),
        (StepKind.TRANSFERRED, {"to_unit": "STATION", "text": "请办"}, "请选择一项。"),
    ],
)
def test_each_wrong_answer_gets_its_sentence(
    embedded: PagesDistrict, kind: StepKind, fields: dict[str, str], sentence: str
) -> None:
    matter = pass_on(embedded, "三栋楼上漏水", BUREAU)
    named = {"OWN": embedded.units[BUREAU], "STATION": embedded.units["凤凰社区"]}
    given = {name: named.get(value, value) for name, value in fields.items()}
    browser = embedded.signed_in("王丽")
    browser.post(f"/matters/{matter}", form_of(browser, matter, kind, **given))
    assert browser.status == 422
    assert browser.page.count('class="wrong"') == 1
    assert sentence in browser.text()
    assert own_steps(embedded, matter) == []


def test_the_same_form_sent_twice_is_one_step_and_a_later_one_is_refused_in_one_sentence(pages: PagesDistrict) -> None:
    matter = pass_on(pages, "三栋楼上漏水", BUREAU)
    browser, other = pages.signed_in("王丽"), pages.signed_in("王丽")
    form = form_of(browser, matter, StepKind.RECEIVED, happened_at=minute(pages))
    late = form_of(other, matter, StepKind.RECEIVED, happened_at=minute(pages))
    for _ in range(2):
        browser.post(f"/matters/{matter}", form)
        assert browser.status == 200
    other.post(f"/matters/{matter}", late)
    assert other.status == 409
    assert "没有写入任何内容" in other.text()
    assert len(own_steps(pages, matter)) == 1


def test_a_form_without_our_stamp_changes_nothing(embedded: PagesDistrict) -> None:
    one, two = pass_on(embedded, "甲", BUREAU), pass_on(embedded, "乙", BUREAU)
    browser = embedded.signed_in("王丽")
    form = form_of(browser, one, StepKind.RECEIVED, happened_at=minute(embedded))
    for wrong in ({"proof": "x"}, {"stamp": "x"}, {"step": "ord_1"}, {"kind": "closed"}, {"kind": ""}):
        browser.post(f"/matters/{one}", {**form, **wrong})
        assert browser.status == 403
    browser.post(f"/matters/{two}", form)
    assert browser.status == 403
    assert own_steps(embedded, one) + own_steps(embedded, two) == []


def test_a_closed_matter_is_to_be_answered_no_more(embedded: PagesDistrict) -> None:
    matter = add_matter(embedded, "三栋楼上漏水")
    given = add_step(embedded, matter, StepKind.TRANSFERRED, to_unit=BUREAU, hours_ago=5)
    add_step(embedded, matter, StepKind.CLOSED, given, text="物业已修好")
    browser = embedded.signed_in("王丽")
    browser.get(f"/matters/{matter}")
    assert "已办结" in browser.text()
    assert 'name="kind"' not in browser.page


def test_what_is_due_first_stands_on_top_and_what_is_over_is_counted(pages: PagesDistrict) -> None:
    """Three working days to answer, an unconfirmed default; a petition's own clocks run from the receipt."""
    pass_on(pages, "新的", BUREAU, hours_ago=1)
    pass_on(pages, "旧的", BUREAU, hours_ago=24 * 9)
    taken = pass_on(pages, "信访件", BUREAU, hours_ago=30, nature=Nature.PETITION)
    browser = pages.signed_in("王丽")
    say(pages, browser, taken, StepKind.RECEIVED)
    browser.get("/matters")
    rows = re.findall(r"data-row[^>]*>([^<]+)</a>", browser.page)
    assert rows[0] == "旧的"
    assert "答复是否接收超时" in browser.text()
    browser.get("/matters?show=overdue")
    assert re.findall(r"data-row[^>]*>([^<]+)</a>", browser.page) == ["旧的"]
    browser.get(f"/matters/{taken}")
    assert "告知受理与否" in browser.text()


def test_a_list_goes_on_where_a_page_ends(embedded: PagesDistrict) -> None:
    for number in range(53):
        pass_on(embedded, f"第{number:02d}件", BUREAU, hours_ago=100 - number)
    browser = embedded.signed_in("王丽")
    browser.get("/matters")
    first = re.findall(r"data-row[^>]*>([^<]+)</a>", browser.page)
    assert "show=open&amp;start=50" in browser.page
    browser.get("/matters?show=open&start=50")
    assert len(first) == 50
    assert first + re.findall(r"data-row[^>]*>([^<]+)</a>", browser.page) == [f"第{n:02d}件" for n in range(53)]


def test_english_is_complete(embedded: PagesDistrict) -> None:
    matter = pass_on(embedded, "Leak", BUREAU)
    browser = embedded.signed_in("王丽")
    for address in ("/matters?lang=en", f"/matters/{matter}?lang=en"):
        browser.get(address)
        assert browser.status == 200
        assert "Passed to us" in browser.text()
    assert "Decline and send back" in browser.text()


def test_a_clock_of_a_broken_desk_breaks_no_page(embedded: PagesDistrict) -> None:
    matter = add_matter(embedded, "三栋楼上漏水")
    far = datetime(9999, 12, 31, 23, 30, tzinfo=BEIJING)
    add_step(embedded, matter, StepKind.TRANSFERRED, to_unit=BUREAU, happened_at=far)
    browser = embedded.signed_in("王丽")
    for address in ("/matters", f"/matters/{matter}"):
        browser.get(address)
        assert browser.status == 200


def test_an_order_says_that_its_matter_is_closed(embedded: PagesDistrict) -> None:
    first = embedded.add_order("拖欠工资", [BUREAU])
    matter = add_matter(embedded, "拖欠工资")
    with embedded.store.write() as conn:
        order = decode(records.read(conn, first))
        assert isinstance(order, DispatchOrder)
        about = replace(order, id=new_id("dispatch_order"), matter=matter)
        add_own(conn, about, embedded.units["凤凰社区"], embedded.now)
    browser = embedded.signed_in("王丽")
    browser.get(f"/orders/{about.id}")
    assert "已在站点办结" not in browser.text()
    add_step(embedded, about.matter, StepKind.CLOSED, text="已付清")
    browser.get(f"/orders/{about.id}")
    assert "所属事项已在站点办结" in browser.text()
