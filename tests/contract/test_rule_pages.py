"""The dispatch rules as a form: what is wrong is said, what changes is shown, and only that is published."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from resources import read_text
from sync.records.dispatch_rules import read_rules
from sync.records.dispatch_text import changes, table_text
from sync.records.duty_rosters import read_weekdays
from sync.records.rule_tables import TableName, parsed
from sync.server import duty_rosters, order_authorities, rule_tables
from sync.server.web import duty_form
from sync.server.web.rule_form import fields_of, rules_from
from tests.support.district_pages import PagesDistrict, WebBrowser

SHIPPED = read_rules(parsed(read_text("dictionaries", "dispatch_rules.toml")), "default-2")


def opened(browser: WebBrowser) -> dict[str, str]:
    """The form as the browser would send it."""
    browser.get("/rules/dispatch")
    return browser.hidden('id="rules"') | fields_of(SHIPPED)


def test_a_table_comes_through_the_form_and_through_its_text_as_it_was() -> None:
    assert rules_from(fields_of(SHIPPED), SHIPPED) == replace(SHIPPED, to_confirm=False)
    text = read_rules(parsed(table_text(SHIPPED)), SHIPPED.version)
    assert text == SHIPPED
    assert changes(SHIPPED, text) == []


def test_what_is_wrong_is_said_and_nothing_is_published(pages: PagesDistrict) -> None:
    browser = pages.signed_in("周敏")
    form = opened(browser) | {"r1_leader_rank": "大人物", "g_yellow_people_upto": "20", "do": "publish"}
    browser.post("/rules/dispatch", form)
    assert browser.status == 422
    assert "到场领导职级“大人物”无法识别" in browser.page
    assert "21 至 29 人不属于任何等级" in browser.page
    assert 'value="大人物"' in browser.page
    browser.post("/rules/dispatch", form | {"r1_leader_rank": "正科", "g_yellow_people_upto": "many"})
    assert "人数应为正整数" in browser.page
    with pages.store.read() as conn:
        assert rule_tables.published(conn) == []


def test_a_change_is_shown_before_it_is_published_and_stations_are_told_apart(pages: PagesDistrict) -> None:
    pages.add_device("凤凰社区", cursor=0)
    browser = pages.signed_in("周敏")
    form = opened(browser) | {"r0_report_amount": "20", "r3_category": "labour", "r3_grade": "red", "note": "试行"}
    form |= {"r3_report_amount": "15", "r3_report_unit": "minutes", "r3_resolve_amount": "12"}
    form |= {"r3_resolve_unit": "hours", "r3_leader_rank": "处级", "r3_tell_street": "on", "ratify_amount": "2"}
    browser.post("/rules/dispatch", form | {"do": "publish"})
    assert browser.status == 200
    assert "30 分钟" in browser.page
    assert "20 分钟" in browser.page
    assert re.search(r"劳动争议 · 红.*?新增一行", browser.page, re.DOTALL)
    assert re.search(r"应急发令追认时限.*?24 小时.*?2 小时", browser.page, re.DOTALL)
    later = (pages.now + timedelta(days=900)).date().isoformat()
    shown = browser.hidden('id="rules"') | {k: v for k, v in form.items() if k not in ("seen", "expected", "proof")}
    browser.post("/rules/dispatch", shown | {"do": "publish", "r0_report_amount": "25", "starts_on": later})
    assert "25 分钟" in browser.page
    browser.post("/rules/dispatch", shown | {"do": "publish", "starts_on": later})
    assert browser.address == "/rules"
    with pages.store.read() as conn:
        (made,) = rule_tables.published(conn)
    assert (made.version, made.note, made.made.by) == ("dispatch_rules-1001", "试行", pages.staff["周敏"])
    assert str(read_rules(parsed(made.text), "").limit("labour", "red").resolve) == "12 hours"
    assert read_rules(parsed(made.text), "").ladder == SHIPPED.ladder
    assert str(read_rules(parsed(made.text), "").ratify) == "2 hours"
    assert "default-2" in browser.page
    browser.post("/rules/dispatch", shown | {"do": "publish", "starts_on": later})
    assert "已有人发布了新版" in browser.page


def test_the_text_of_a_version_is_shown_and_nobody_else_publishes(pages: PagesDistrict) -> None:
    with pages.store.read() as conn:
        assert rule_tables.shipped_version(TableName.SOURCES)
        assert rule_tables.published(conn) == []
    system = pages.signed_in("郑洁")
    system.get("/rules")
    assert "待确认" in system.page
    system.get("/rules/text/default-2")
    assert "NO SOURCE HAS PUBLISHED" in system.page
    system.get("/rules/text/dispatch_rules-1001")
    assert system.status == 404
    form = opened(system) | {"do": "publish"}
    system.post("/rules/dispatch", form)
    assert system.status == 403
    with pages.store.read() as conn:
        assert rule_tables.published(conn) == []


def test_the_registers_are_listed_and_only_who_calls_sees_numbers_whole(pages: PagesDistrict, tmp_path: Path) -> None:
    file = tmp_path / "duty.csv"
    file.write_text("部门,姓名,职务,电话,时间\n区人力资源局,王值班,科长,13800001111,18:00-次日08:00\n", "utf-8")
    duty_rosters.import_rosters(pages.store, file)
    today = pages.now.date()
    entry = ("凤凰社区", ["区人力资源局"], "〔2026〕3号", "区信访联席办", today)
    first = order_authorities.add_authority(pages.store, *entry)
    order_authorities.end_authority(pages.store, first.id, "文件废止")
    order_authorities.add_authority(pages.store, *entry)
    dispatcher = pages.signed_in("周敏")
    dispatcher.get("/rules/registers")
    for said in ("区信访联席办 〔2026〕3号", "文件废止", "已撤回", "在期", "王值班", "13800001111", "18:00–次日 08:00"):
        assert said in dispatcher.page, said
    system = pages.signed_in("郑洁")
    system.get("/rules/registers")
    assert "王值班" in system.page
    assert "13800001111" not in system.page


def officer(number: int, **cells: str) -> dict[str, str]:
    return {f"o{number}_{name}": value for name, value in cells.items()}


def test_duty_officers_are_entered_by_a_form_by_the_rules_of_the_spreadsheet(pages: PagesDistrict) -> None:
    bureau = pages.units["区人力资源局"]
    address = f"/rules/registers/duty/{bureau}"
    browser = pages.signed_in("周敏")
    browser.get("/rules/registers")
    assert f'href="{address}"' in browser.page
    browser.get(address)
    form = browser.hidden('id="duty"')
    wang = officer(0, name="王值班", post="科员", telephone="13912345678", weekdays="1-5", hours="09:00-18:00")
    bad = officer(1, name="赵夜班", telephone="1", hours="晚上")
    browser.post(address, form | wang | bad)
    assert browser.status == 422
    assert "第 2 行：" in browser.text()
    assert 'value="王值班"' in browser.page
    assert "名录没有保存" in browser.text()
    with pages.store.read() as conn:
        assert duty_rosters.rosters(conn) == []
    browser.get(address)
    form = browser.hidden('id="duty"')
    night = officer(3, name="赵夜班", telephone="0755-88881234", dates="2026-12-01至2026-12-07", hours="18:00-09:00")
    browser.post(address, form | wang | night)
    assert browser.address == "/rules/registers"
    assert "王值班" in browser.text()
    with pages.store.read() as conn:
        (roster,) = duty_rosters.rosters(conn)
    assert [(shift.name, shift.weekdays, shift.since) for shift in roster.shifts] == [
        ("王值班", (1, 2, 3, 4, 5), "09:00"),
        ("赵夜班", (), "18:00"),
    ]
    browser.post(address, form | wang)  # somebody else's list stands there by now
    assert browser.status == 422
    browser.get(address)
    again = browser.hidden('id="duty"')
    spelled = duty_form.duty_fields(roster.shifts)
    assert spelled["o0_weekdays"] == "1-5"
    for days in ((1,), (1, 2), (2, 3, 4, 6, 7), (1, 3, 5)):
        (told,) = duty_form.duty_fields((replace(roster.shifts[0], weekdays=days),)).items() & {("o0_weekdays", x)
            for x in ("1", "1、2", "2-4、6、7", "1、3、5")}  # fmt: skip
        assert read_weekdays(told[1]) == days
    browser.post(address, again | spelled)
    with pages.store.read() as conn:
        assert duty_rosters.rosters(conn) == [roster]  # as it was: nothing was written
    browser.get(address)
    browser.post(address, browser.hidden('id="duty"') | dict.fromkeys(spelled, ""))
    with pages.store.read() as conn:
        assert duty_rosters.rosters(conn)[0].shifts == ()


def test_who_keeps_no_register_does_not_open_a_department_s_list(pages: PagesDistrict) -> None:
    bureau = pages.units["区人力资源局"]
    for who in ("王丽", "郑洁", "吴涛", "冯安"):
        browser = pages.signed_in(who)
        browser.get(f"/rules/registers/duty/{bureau}")
        assert browser.status == 403
    browser = pages.signed_in("周敏")
    for unit in (pages.units["凤凰社区"], "unt_nowhere"):
        browser.get(f"/rules/registers/duty/{unit}")
        assert browser.status == 404
