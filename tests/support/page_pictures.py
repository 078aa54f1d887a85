"""Pictures of the district's pages in Chromium, to be looked at: two sizes, light and dark, both languages, and paper.

python -m tests.support.page_pictures FOLDER
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser

from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import Length
from sync.records.duties import Duty, table_text
from sync.records.kinds import new_id
from sync.records.matters import Nature, StepKind
from sync.records.mediations import Host
from sync.records.order_steps import OrderStepKind, RestedEnds
from sync.records.orders import OrderCall, ReplyKind
from sync.records.rule_tables import TableName
from sync.records.times import BEIJING
from sync.records.visits import Category
from sync.server import admin, duty_rosters, order_authorities, rule_tables
from sync.server.moments import MomentKeeper
from sync.server.store.refusals import Refusal, put_refusals
from sync.server.store.store import DistrictStore
from sync.server.web.table_pages import EDITORS
from tests.support.asked_orders import ask, issue, refuse
from tests.support.chromium import DESKTOP, PHONE, Looks, chromium, sign_in
from tests.support.district_pages import PagesDistrict, WebBrowser, build_district, minute
from tests.support.held_mediations import mediations_of_a_day
from tests.support.passed_matters import add_matter, add_step, heads_of, pass_on
from tests.support.pictures import pdf, png, scene
from tests.support.watched_orders import below_a_street, escalated, taken

LOOKS: tuple[tuple[str, Looks], ...] = tuple(
    (f"{name}-{scheme}-{language[:2]}", Looks(size, language, scheme))
    for name, size in (("desktop", DESKTOP), ("phone", PHONE))
    for scheme in ("light", "dark")
    for language in ("zh-CN", "en-GB")
)


@dataclass(frozen=True)
class Shown:
    """One page: who opens it, and where it is."""

    name: str
    who: str
    address: str


def a_day(pages: PagesDistrict) -> list[Shown]:
    """Fill a district with what a day brings; returns the pages to look at."""
    late = pages.add_order(
        "拖欠十二名工人工资，现场有人聚集", ["区人力资源局"], minutes_ago=95, number="(2026)光明发令第9号"
    )
    both = pages.add_order(
        "三栋楼上漏水殃及两户",
        ["区人力资源局", "区住房建设局"],
        minutes_ago=40,
        number="(2026)光明发令第10号",
        leader_minutes=90,
    )
    terms = (
        Length(120, PeriodUnit.DUTY_MINUTES),
        Length(1, PeriodUnit.WORKING_DAYS),
        Length(5, PeriodUnit.WORKING_DAYS),
    )
    given = {"minutes_ago": 5, "number": "(2026)光明发令第11号"}
    fresh = pages.add_order("电动车入户充电", ["区人力资源局"], leader_minutes=600, terms=terms, grade="red", **given)
    done = pages.add_order("食堂退费", ["区人力资源局"], minutes_ago=300, number="(2026)光明发令第7号")
    officer = pages.signed_in("王丽")
    answer(pages, officer, both, ReplyKind.SIGNED, officer="王丽", telephone="13812345678")
    used = pages.arrival_code(both, "区人力资源局")
    answer(pages, officer, both, ReplyKind.REPORTED_IN, officer="刘洋", post="科员", arrival_code=used)
    photos = [("photos", (f"{width}.png", png(width, 240), "image/png")) for width in (320, 400)]
    answer(pages, officer, both, ReplyKind.PROGRESS, photos, text="已约双方下午三点到站，先断水查漏。")
    together = "区住房建设局 赵刚、物业 何工"
    answer(pages, officer, both, ReplyKind.JOINT_HANDLING, officer=together, text="一起查到六楼水管接头开裂，已关阀。")
    seen = pages.add_witnessed(both, "区人力资源局", ReplyKind.REPORTED_IN, officer="刘洋", text="两人到站")
    for content in (scene(1200, 900), scene(900, 1200)):
        pages.add_file(seen, content)
    pages.add_file(seen, pdf(), name="到场登记.pdf")
    pages.add_file(seen, b"", media_type="image/jpeg", size=9, digest="ab" * 32)
    answer(
        pages,
        officer,
        late,
        ReplyKind.OBJECTION,
        rule_cited="光明区职责清单第 3.2 条",
        text="欠薪属总包，应由住建部门牵头",
    )
    answer(pages, officer, done, ReplyKind.RESOLVED, text="已退费")
    watched = _watched(pages, late, both)
    refusing = _refusals(pages)
    asked_for(pages)
    passed, differing = _passed(pages)
    asked = _asked(pages)
    complex_ = _complex(pages)
    held = mediations_of_a_day(pages)
    community = pages.units["凤凰社区"]
    _late(pages)
    MomentKeeper(pages.store).look(60)
    return [
        Shown("moments", "周敏", "/stations/moments"),
        Shown("moments-unit", "周敏", f"/stations/moments?unit={community}"),
        Shown("inbox", "王丽", "/orders"),
        Shown("done", "王丽", "/orders?show=all"),
        Shown("order", "王丽", f"/orders/{both}"),
        Shown("scene", "王丽", f"/orders/{fresh}/scene"),
        Shown("scanned", "王丽", f"/arrive/{pages.arrival_code(fresh, '区人力资源局')}"),
        Shown("code-used", "王丽", f"/arrive/{used}"),
        Shown("order-late", "王丽", f"/orders/{late}"),
        Shown("order-new", "王丽", f"/orders/{fresh}"),
        Shown("all-orders", "周敏", "/orders"),
        Shown("ruling", "周敏", f"/orders/{late}"),
        Shown("street-objections", "林街", "/orders?show=objected"),
        Shown("street-escalated", "林街", "/orders?show=escalated"),
        Shown("history", "林街", f"/orders/{watched}#history"),
        Shown("history-department", "王丽", f"/orders/{watched}#history"),
        Shown("requests", "周敏", "/orders/requests"),
        Shown("requests-all", "周敏", "/orders/requests?show=all"),
        Shown("stations", "周敏", "/stations"),
        Shown("refused", "周敏", f"/stations/refused/{refusing}"),
        Shown("rules", "周敏", "/rules"),
        *(Shown(f"form-{name}", "周敏", f"/rules/{name}") for name in ("dispatch", *EDITORS)),
        Shown("form-authority", "周敏", "/rules/registers/authority"),
        Shown("form-authority-one", "周敏", f"/rules/registers/authority/{_authority(pages)}"),
        Shown("registers", "周敏", "/rules/registers"),
        Shown("form-duty", "周敏", f"/rules/registers/duty/{officers(pages)}"),
        Shown("duties", "周敏", responsibilities(pages)),
        Shown("form-duty-item", "周敏", "/rules/duty?item=1"),
        Shown("form-year-untold", "周敏", f"/rules/calendar?year={pages.now.year + 1}"),
        Shown("passed", "王丽", "/matters"),
        Shown("passed-matter", "王丽", f"/matters/{passed}"),
        Shown("passed-differing", "王丽", f"/matters/{differing}"),
        Shown("passed-asked", "王丽", f"/matters/{asked}"),
        Shown("passed-complex", "王丽", f"/matters/{complex_}"),
        Shown("passed-withdrawn", "王丽", f"/matters/{_withdrawn(pages)}"),
        Shown("mediations", "周敏", "/mediations"),
        Shown("mediations-resting", "林街", "/mediations?show=resting"),
        Shown("mediation", "周敏", f"/mediations/{held}"),
        Shown("mediations-none", "马街", "/mediations"),
        Shown("not-found", "王丽", "/orders/ord_nowhere"),
    ]


def _late(pages: PagesDistrict) -> None:
    """Matters of which nobody has accepted one for days, and of which one is not yet fed back."""
    at = pages.now.astimezone(BEIJING)
    add_matter(
        pages, "小区停车场收费不公示，业主多次反映", discovered_at=at - timedelta(days=9), category=Category.NEIGHBOURS
    )
    done = add_matter(pages, "楼道灯不亮，老人夜里摔倒", discovered_at=at - timedelta(days=6))
    seen = add_step(pages, done, StepKind.ACCEPTED, hours_ago=140)
    add_step(pages, done, StepKind.RESOLVED, seen, hours_ago=100, text="已换灯")


def _watched(pages: PagesDistrict, late: str, both: str) -> str:
    """An order with a long course, below a street that watches it; returns its id."""
    below_a_street(pages)
    for of in (late, both):
        escalated(pages, of, "区人力资源局", "after 1 minutes urge", "department leader street")
    order = pages.add_order("工地二十三人讨薪", ["区人力资源局"], minutes_ago=3000, number="(2026)光明发令第5号")
    unit = pages.units["区人力资源局"]
    call = OrderCall(department=unit, callee="张值班", at=pages.now, read_back="第5号，一小时内到现场")
    taken(pages, order, OrderStepKind.TELEPHONED, call=call)
    taken(pages, order, OrderStepKind.SUSPENDED, text="等待保证金账户核查，银行答复前不计时")
    ends = (RestedEnds(unit, None, None, pages.now + timedelta(days=2)),)
    taken(pages, order, OrderStepKind.RESUMED, text="账户已核实", ends=ends)
    taken(pages, order, OrderStepKind.JOINT_MEETING, text="周五九点在凤凰街道会商，请分管领导参加")
    escalated(pages, order, "区人力资源局", "before 4 hours remind", "department")
    escalated(pages, order, "区人力资源局", "after 1 working_days escalate", "street district")
    return order


def _authority(pages: PagesDistrict) -> str:
    """What a community may by which paper; returns the entry."""
    given = ("凤凰社区", ["区人力资源局", "区住房建设局"], "光信联办〔2026〕3号", "区信访联席办")
    day = pages.now.date()
    return order_authorities.add_authority(pages.store, *given, day, day + timedelta(days=365)).id


def responsibilities(pages: PagesDistrict) -> str:
    """A responsibility list, one of its items with a department that nobody knows any more; returns its page."""
    human, housing = "区人力资源局", "区住房建设局"
    items = (
        Duty("拖欠农民工工资", human, (housing,), "劳动保障", "RS-01", "欠薪 讨薪 工钱", "labour"),
        Duty("房屋渗漏", housing, (), "住房", "ZJ-07", "漏水 渗水"),
        Duty("物业服务纠纷", housing, (human,), "住房", "ZJ-09", "物业费 停车", "property_management"),
    )
    rule_tables.publish(pages.store, TableName.DUTIES, table_text(items), now=pages.now)
    return "/rules/duties"


def officers(pages: PagesDistrict) -> str:
    """Duty officers of a department; returns its unit."""
    unit = pages.units["区人力资源局"]
    cells = (
        {"name": "王值班", "post": "科员", "telephone": "13912345678", "weekdays": "1-5", "hours": "09:00-18:00"},
        {"name": "赵夜班", "telephone": "0755-88881234", "dates": "2026-11-20至2026-12-07", "hours": "18:00-09:00"},
    )
    shifts = tuple(map(duty_rosters.shift_from, cells))
    duty_rosters.replace_roster(pages.store, unit, shifts, pages.staff["周敏"], "", pages.now)
    return unit


def asked_for(pages: PagesDistrict) -> None:
    """What a mobile station asked its community for: it waits, was issued, was refused."""
    ask(pages, "夜间施工噪声，住户联名反映", "区住房建设局", hours_ago=5, place="凤凰社区 3 栋", grade="yellow")
    ask(pages, "电动车入户充电", "区人力资源局", "区住房建设局", hours_ago=0.5)
    done, no = ask(pages, "占道经营屡劝不改", "区住房建设局", hours_ago=26), ask(pages, "楼道堆物", "区住房建设局")
    issue(pages, done, "区住房建设局", number="(2026)凤凰发令第31号")
    refuse(pages, no, "请先由社区现场处理，清理不了的再提请。")


def answer(
    pages: PagesDistrict,
    browser: WebBrowser,
    order: str,
    kind: ReplyKind,
    photos: Sequence[tuple[str, tuple[str, bytes, str]]] = (),
    **fields: str,
) -> None:
    """Answer an order by its form, with files where some are given."""
    at = pages.now.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M")
    form = browser.answer_form(order, kind, **{"happened_at": at, **fields})
    browser.post(f"/orders/{order}", form, photos)
    assert browser.status == 200, browser.text()


def _passed(pages: PagesDistrict) -> tuple[str, str]:
    """Matters that were passed to a department: one that waits, and one of which the desk heard something else."""
    unit = "区人力资源局"
    pass_on(pages, "包工头失联，八名工人讨要工资", unit, hours_ago=24 * 9, category=Category.LABOUR)
    waiting = pass_on(pages, "三栋楼上漏水，物业两次上门没有修好", unit, nature=Nature.PETITION)
    pass_on(pages, "邻居反映家中有人长期打骂老人", unit, hours_ago=3, must_report=True)
    differing = add_matter(pages, "工伤待遇和欠缴社保一并反映")
    given = add_step(pages, differing, StepKind.TRANSFERRED, to_unit=unit, hours_ago=7, text="请核实参保情况。")
    heard = "王科长电话答应接收，明天派人来。"
    add_step(pages, differing, StepKind.RECEIVED, given, by_unit=unit, hours_ago=6, text=heard)
    browser = pages.signed_in("王丽")
    browser.get(f"/matters/{differing}")
    form = {**browser.hidden('value="sent_back"'), "text": "社保欠缴由税务部门征收，请转税务部门。"}
    browser.post(f"/matters/{differing}", {**form, "rule_cited": "光明区职责清单第 5.1 条"})
    assert browser.status == 200, browser.text()
    return waiting, differing


def _asked(pages: PagesDistrict, title: str = "装修公司停工，业主要求退款") -> str:
    """A dispute of which a department is asked to mediate."""
    matter = add_matter(pages, title, nature=Nature.DISPUTE)
    said = {"to_unit": "区人力资源局", "host": Host.ADMINISTRATIVE, "text": "双方都同意由贵局调解，材料已收齐。"}
    add_step(pages, matter, StepKind.MEDIATION_ASKED, hours_ago=5, **said)
    return matter


def _withdrawn(pages: PagesDistrict) -> str:
    """One that is taken back after the department agreed."""
    matter = _asked(pages, "两户共有的围墙倒塌，重建费用谈不拢")
    browser = pages.signed_in("王丽")
    browser.get(f"/matters/{matter}")
    form = {**browser.hidden('value="received"'), "happened_at": minute(pages), "text": "由王丽调解，周五下午。"}
    browser.post(f"/matters/{matter}", form)
    assert browser.status == 200, browser.text()
    add_step(
        pages, matter, StepKind.MEDIATION_WITHDRAWN, *heads_of(pages, matter),
        hours_ago=0, to_unit="区人力资源局", text="双方昨晚已自行和解，各出一半。",
    )  # fmt: skip
    return matter


def _complex(pages: PagesDistrict) -> str:
    """One that the department finds complex."""
    matter = _asked(pages, "六家商户与物业公司就租金分摊争执不下")
    browser = pages.signed_in("王丽")
    browser.get(f"/matters/{matter}")
    form = browser.hidden('value="mediation_complex"')
    browser.post(f"/matters/{matter}", {**form, "text": "涉及六家商户，需要逐户核对合同和账目。"})
    assert browser.status == 200, browser.text()
    return matter


def _refusals(pages: PagesDistrict) -> str:
    device = pages.add_device("凤凰社区", last_hello=pages.now, last_day_end=pages.now, unsent=3, held=3)
    pages.add_device("凤凰社区", last_hello=pages.now - timedelta(days=4), unsent=41)
    with pages.store.write() as conn:
        store = conn.exec_driver_sql("SELECT store FROM device WHERE device = ?", (device,)).scalar_one()
        kinds = (("visit", "no_role"), ("step", "unknown_staff"), ("order_reply", "brand_new"))
        put_refusals(
            conn,
            [
                Refusal(new_id(kind), bytes(32), kind, store, pages.units["凤凰社区"], f"protocol.{why}", pages.now)
                for kind, why in kinds
            ],
        )
    return device


def take(browser: Browser, pages: PagesDistrict, shown: list[Shown], folder: Path) -> list[Path]:
    """Write a picture of each page in each look, and the order's sheet as it prints."""
    base, out = pages.address, []
    for look, looks in LOOKS:
        for who in dict.fromkeys(one.who for one in shown):
            with looks.open(browser, base) as context:
                page = sign_in(context, who)
                for one in (one for one in shown if one.who == who):
                    page.goto(one.address)
                    page.wait_for_load_state("load")
                    for small in page.locator("[data-photo] img").all():
                        small.scroll_into_view_if_needed()
                        small.evaluate("one => one.decode()")
                    out.append(folder / f"{one.name}-{look}.png")
                    page.screenshot(path=out[-1], full_page=True)
                    if one.name == "order":
                        page.locator("[data-photo]").nth(1).click()
                        page.locator(".viewer-photo img:not(.coming)").wait_for()
                        out.append(folder / f"viewer-{look}.png")
                        page.screenshot(path=out[-1])
                        page.keyboard.press("Escape")
                    if one.name == "order" and look == "desktop-light-zh":
                        page.pdf(path=folder / "order.pdf", prefer_css_page_size=True)
    return out


def main(folder: Path) -> None:
    """Write all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, chromium() as browser:
        store = DistrictStore.create(f"sqlite:///{place}/district.db", os.urandom(32))
        admin.init(store, Path(place) / "ca.key", "光明区", "http://127.0.0.1")
        pages = build_district(store)
        try:
            take(browser, pages, a_day(pages), folder)
        finally:
            pages.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
