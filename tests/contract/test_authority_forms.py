"""The register of authority by a form, on both databases: entered, given another last day, withdrawn; by whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sync.records.errors import RuleBroken
from sync.records.order_authorities import OrderAuthority
from sync.server import order_authorities
from sync.server.people_log import Event
from sync.server.store.log import read_log
from tests.support.district_pages import PagesDistrict, WebBrowser
from tests.support.watched_orders import below_a_street

ADDRESS = "/rules/registers/authority"


def register(pages: PagesDistrict) -> list[OrderAuthority]:
    with pages.store.read() as conn:
        return order_authorities.register(conn)


def filled(pages: PagesDistrict, browser: WebBrowser, **changes: str) -> dict[str, str]:
    """The form of a new entry, as somebody sends it."""
    browser.get(ADDRESS)
    given = {
        "unit": pages.units["凤凰社区"],
        "granted_by": "区信访联席办",
        "paper": "光信联办〔2026〕3号",
        "starts_on": "2026-11-24",
        "ends_on": "2027-11-23",
        "which": "some",
        f"d_{pages.units['区人力资源局']}": "1",
    }
    return {**browser.hidden('id="authority"'), **given, **changes}


def test_an_authority_is_entered_once_by_a_form(pages: PagesDistrict) -> None:
    browser = pages.signed_in("周敏")
    browser.get("/rules/registers")
    assert f'href="{ADDRESS}"' in browser.page
    form = filled(pages, browser)
    for _ in range(2):
        browser.post(ADDRESS, form)
        assert (browser.status, browser.address) == (200, "/rules/registers")
    (entry,) = register(pages)
    assert (entry.unit, entry.departments) == (pages.units["凤凰社区"], (pages.units["区人力资源局"],))
    assert (entry.granted_by, entry.paper) == ("区信访联席办", "光信联办〔2026〕3号")
    assert (entry.starts_on, entry.ends_on) == (date(2026, 11, 24), date(2027, 11, 23))
    assert entry.made.by == pages.staff["周敏"]
    assert "区信访联席办 光信联办〔2026〕3号" in browser.text()
    browser.post(ADDRESS, filled(pages, browser, which="every"))
    assert (browser.status, "请只留一种" in browser.text()) == (422, True)
    every = filled(pages, browser, which="every", ends_on="")
    del every[f"d_{pages.units['区人力资源局']}"]
    browser.post(ADDRESS, every)
    assert sorted((one.departments, one.ends_on is None) for one in register(pages)) == [
        ((), True),
        ((pages.units["区人力资源局"],), False),
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unit": ""}, "请选择"),
        ({"paper": " "}, "请填写这一项。"),
        ({"granted_by": ""}, "请填写这一项。"),
        ({"starts_on": ""}, "请填写这一项。"),
        ({"starts_on": "明天"}, "日期"),
        ({"ends_on": "2026-11-01"}, "到期日 2026-11-01 早于起始日 2026-11-24"),
        ({"paper": "文\u202e件"}, "U+202E"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_entered(
    embedded: PagesDistrict, changes: dict[str, str], said: str
) -> None:
    browser = embedded.signed_in("周敏")
    browser.post(ADDRESS, filled(embedded, browser, **changes))
    assert browser.status == 422
    assert said in browser.text()
    assert "checked" in browser.page.split(f'name="d_{embedded.units["区人力资源局"]}"')[1][:40], (
        "what was chosen stays"
    )
    assert register(embedded) == []


def test_some_departments_means_at_least_one(embedded: PagesDistrict) -> None:
    browser = embedded.signed_in("周敏")
    form = filled(embedded, browser)
    del form[f"d_{embedded.units['区人力资源局']}"]
    for which in ("some", "", "none"):
        browser.post(ADDRESS, {**form, "which": which})
        assert browser.status == 422, which
    assert register(embedded) == []


def test_an_entry_gets_another_last_day_and_is_withdrawn_each_with_a_reason(pages: PagesDistrict) -> None:
    browser = pages.signed_in("周敏")
    browser.post(ADDRESS, filled(pages, browser))
    (first,) = register(pages)
    address = f"{ADDRESS}/{first.id}"
    browser.get(address)
    until = browser.hidden('id="until"')
    browser.post(address, {**until, "ends_on": "2026-01-01", "reason": "续期"})
    assert (browser.status, "早于起始日" in browser.text()) == (422, True)
    browser.post(address, {**until, "ends_on": "2028-11-23", "reason": ""})
    assert browser.status == 422
    browser.post(address, {**until, "ends_on": "2028-11-23", "reason": "光信联办〔2027〕9号续期"})
    (changed,) = register(pages)
    assert (changed.amends, changed.ends_on, changed.withdrawn) == (first.id, date(2028, 11, 23), False)
    assert "光信联办〔2027〕9号续期" in browser.text()
    browser.post(address, {**until, "ends_on": "2029-11-23", "reason": "再续"})
    assert browser.status == 404, "what another stands for is changed no more"
    address = f"{ADDRESS}/{changed.id}"
    browser.get(address)
    browser.post(address, {**browser.hidden('id="end"'), "end_reason": "文件废止"})
    (ended,) = register(pages)
    assert (ended.withdrawn, ended.amend_reason, ended.amends) == (True, "文件废止", changed.id)
    browser.get(f"{ADDRESS}/{ended.id}")
    assert browser.status == 404
    with pages.store.read() as conn:
        entered = [one for one in read_log(conn) if one.event == Event.AUTHORITY_ENTERED]
    assert {one.staff for one in entered} == {pages.staff["周敏"]}
    assert len(entered) == 3


def test_who_keeps_no_register_opens_and_sends_none_of_it(pages: PagesDistrict) -> None:
    below_a_street(pages)
    browser = pages.signed_in("周敏")
    form = filled(pages, browser)
    browser.post(ADDRESS, form)
    (entry,) = register(pages)
    for who in ("林街", "郑洁", "吴涛", "王丽"):
        other = pages.signed_in(who)
        other.get("/rules/registers")
        assert f'href="{ADDRESS}' not in other.page, who
        for address in (ADDRESS, f"{ADDRESS}/{entry.id}"):
            other.get(address)
            assert other.status == 403, who
            other.post(address, {**form, "do": "end", "end_reason": "x"})
            assert other.status == 403, who
    street = pages.signed_in("林街")
    for address in ("/rules/dispatch", "/rules/sources"):
        street.post(address, {"do": "publish", **street.hidden()})
        assert street.status == 403, address
    street.get(f"/rules/registers/duty/{pages.units['区人力资源局']}")
    assert street.status == 403
    assert len(register(pages)) == 1


def test_the_same_is_asked_of_the_command_line(embedded: PagesDistrict) -> None:
    day = embedded.now.date()
    add = order_authorities.add_authority
    with pytest.raises(RuleBroken, match="no_committee"):
        add(embedded.store, "区人力资源局", [], "文件", "区信访联席办", day)
    with pytest.raises(RuleBroken, match="days"):
        add(embedded.store, "凤凰社区", [], "文件", "区信访联席办", day, day - timedelta(days=1))
    made = add(embedded.store, "凤凰社区", [], "文件", "区信访联席办", day)
    with pytest.raises(RuleBroken, match="days"):
        order_authorities.change_authority(embedded.store, made.id, day - timedelta(days=1), "错")
    with pytest.raises(RuleBroken, match="no_reason"):
        order_authorities.change_authority(embedded.store, made.id, day, " ")
    assert [one.id for one in register(embedded)] == [made.id]
