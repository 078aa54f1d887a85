"""The responsibility list by a form, an item at a time: on both databases, by the rules of the spreadsheet."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from sync.protocol.codec import decode
from sync.records.duties import Duty, read_duties
from sync.records.kinds import new_id
from sync.records.rule_tables import RuleTable, TableName, parsed
from sync.records.units import Level, OrgUnit
from sync.server import duties, rule_tables
from sync.server.store.projections import add_own
from sync.server.store.records import EVERYONE, directory
from tests.support.district_pages import PagesDistrict, WebBrowser

HUMAN, HOUSING = "区人力资源局", "区住房建设局"
WAGES = {
    "d_item": "拖欠工资",
    "d_department": HUMAN,
    "d_helpers": HOUSING,
    "d_category": "labour",
    "d_words": "欠薪 讨薪",
}


@pytest.fixture
def dispatcher(pages: PagesDistrict) -> WebBrowser:
    return pages.signed_in("周敏")


def text(browser: WebBrowser) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", browser.page)).split())


def sent(browser: WebBrowser, fields: dict[str, str], do: str = "preview") -> str:
    browser.post("/rules/duty", browser.hidden('id="rules"') | fields | {"do": do})
    return text(browser)


def through(browser: WebBrowser, item: str, fields: dict[str, str]) -> str:
    """Look the form of an item over, then publish what was shown; returns the preview."""
    browser.get(f"/rules/duty?item={item}")
    preview = sent(browser, fields)
    assert browser.status == 200, preview
    sent(browser, fields, "publish")
    assert browser.address == "/rules/duties", browser.page
    return preview


def versions(pages: PagesDistrict) -> list[RuleTable]:
    with pages.store.read() as conn:
        return [table for table in rule_tables.published(conn) if table.name == TableName.DUTIES]


def newest(pages: PagesDistrict) -> tuple[Duty, ...]:
    return read_duties(parsed(versions(pages)[-1].text))


def dissolve(pages: PagesDistrict, unit: str) -> None:
    """The district's tree says that a department is there no more."""
    with pages.store.write() as conn:
        known = [r for r in (decode(sealed) for sealed in directory(conn, "org_unit")) if isinstance(r, OrgUnit)]
        (before,) = [record for record in known if record.unit == unit]
        closed = replace(before, id=new_id("org_unit"), amends=before.id, closed_on=pages.now.date())
        add_own(conn, closed, EVERYONE, pages.now)


def imported(pages: PagesDistrict, folder: Path, *rows: str) -> None:
    """A list from a spreadsheet."""
    file = folder / "duties.csv"
    file.write_text("\n".join(("事项,责任部门,协办部门,类别,关键词", *rows)), encoding="utf-8")
    rule_tables.publish(pages.store, TableName.DUTIES, duties.text_of(file), now=pages.now)


def test_the_first_item_makes_a_list_and_a_second_is_added_to_it(pages: PagesDistrict, dispatcher: WebBrowser) -> None:
    dispatcher.get("/rules/duties")
    assert "还没有职责清单" in text(dispatcher)
    preview = through(dispatcher, "new", WAGES)
    assert "新增一行" in preview
    assert "拖欠工资" in preview
    through(dispatcher, "new", {"d_item": "房屋漏水", "d_department": HOUSING})
    assert newest(pages) == (
        Duty("拖欠工资", HUMAN, (HOUSING,), "", "", "欠薪 讨薪", "labour"),
        Duty("房屋漏水", HOUSING),
    )
    assert [table.version for table in versions(pages)] == ["duties-1001", "duties-1002"]


def test_one_item_is_changed_or_ended_and_all_others_stay(
    pages: PagesDistrict, dispatcher: WebBrowser, tmp_path: Path
) -> None:
    imported(
        pages, tmp_path, f"拖欠工资,{HUMAN},{HOUSING},劳动争议,欠薪", f"房屋漏水,{HOUSING},,,", f"占道经营,{HUMAN},,,"
    )
    dispatcher.get("/rules/duties?q=漏水")
    assert "房屋漏水" in text(dispatcher)
    assert "占道经营" not in text(dispatcher)
    assert 'href="/rules/duty?item=1"' in dispatcher.page
    dispatcher.get("/rules/duty?item=1")
    assert 'value="房屋漏水"' in dispatcher.page
    assert "没有改动" in sent(dispatcher, {"d_item": "房屋漏水", "d_department": HOUSING})
    preview = through(dispatcher, "1", {"d_item": "房屋漏水", "d_department": HOUSING, "d_helpers": f"{HUMAN}，"})
    assert "协办部门" in preview
    assert newest(pages)[1] == Duty("房屋漏水", HOUSING, (HUMAN,))
    preview = through(dispatcher, "0", {**WAGES, "ended": "on"})
    assert "删除此行" in preview
    assert [duty.item for duty in newest(pages)] == ["房屋漏水", "占道经营"]


def test_what_is_wrong_is_said_in_the_sentence_of_the_spreadsheet_and_nothing_is_published(
    pages: PagesDistrict, dispatcher: WebBrowser, tmp_path: Path
) -> None:
    imported(pages, tmp_path, f"拖欠工资,{HUMAN},,,")
    dispatcher.get("/rules/duty?item=new")
    for fields, sentence in (
        ({"d_item": " ", "d_department": HUMAN}, "请写明事项和责任部门"),
        ({"d_item": "噪声", "d_department": "区月亮局"}, "区月亮局"),
        ({"d_item": "噪声", "d_department": HUMAN, "d_category": "weather"}, "weather"),
        ({"d_item": "拖欠工资", "d_department": HUMAN}, "拖欠工资"),
    ):
        said = sent(dispatcher, fields, "publish")
        assert (dispatcher.status, sentence in said) == (422, True), said
    dispatcher.get("/rules/duty?item=0")
    sent(dispatcher, {**WAGES, "ended": "on"}, "publish")
    assert dispatcher.status == 422, "a list without an item is none"
    for nowhere in ("1", "-1", "x", "9999999", "²"):
        dispatcher.get(f"/rules/duty?item={nowhere}")
        assert dispatcher.status == 404, nowhere
    assert len(versions(pages)) == 1


def test_a_dissolved_department_keeps_nobody_from_mending_one_item_after_the_other(
    pages: PagesDistrict, dispatcher: WebBrowser, tmp_path: Path
) -> None:
    gone = pages.add_unit("区旧局", Level.DISTRICT, department=True)
    imported(pages, tmp_path, "占道经营,区旧局,,,", f"拖欠工资,{HUMAN},,,", "噪声,区旧局,,,")
    dissolve(pages, gone)
    dispatcher.get("/rules/duties")
    listed = text(dispatcher)
    assert listed.count("区旧局：不在目录或已撤销") == 2
    assert listed.index("噪声") < listed.index("拖欠工资"), "what is to be mended stands first"
    dispatcher.get("/rules/duty?item=0")
    assert "区旧局" in sent(dispatcher, {"d_item": "占道经营", "d_department": "区旧局", "d_words": "摆摊"})
    assert dispatcher.status == 422, "its own department is to be mended"
    through(dispatcher, "0", {"d_item": "占道经营", "d_department": HOUSING})
    through(dispatcher, "2", {"d_item": "噪声", "ended": "on"})
    assert newest(pages) == (Duty("占道经营", HOUSING), Duty("拖欠工资", HUMAN))


def test_of_two_who_begin_from_one_version_the_second_is_told(
    pages: PagesDistrict, dispatcher: WebBrowser, tmp_path: Path
) -> None:
    imported(pages, tmp_path, f"拖欠工资,{HUMAN},,,", f"噪声,{HOUSING},,,")
    dispatcher.get("/rules/duty?item=1")
    late = dispatcher.hidden('id="rules"')
    through(dispatcher, "0", {**WAGES, "ended": "on"})
    dispatcher.post("/rules/duty", late | {"d_item": "噪声", "d_department": HUMAN, "do": "publish"})
    assert "已有人发布了新版" in dispatcher.page
    assert len(versions(pages)) == 2


def test_who_does_not_publish_reads_or_finds_nothing(pages: PagesDistrict, tmp_path: Path) -> None:
    imported(pages, tmp_path, f"拖欠工资,{HUMAN},,,")
    system, officer = pages.signed_in("郑洁"), pages.signed_in("王丽")
    system.get("/rules/duty?item=0")
    assert "disabled" in system.page
    system.post("/rules/duty", system.hidden() | WAGES | {"item": "new", "expected": "duties-1001"})
    assert system.status == 403
    for address in ("/rules/duties", "/rules/duty?item=0"):
        officer.get(address)
        assert officer.status == 403, address
