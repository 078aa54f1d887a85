"""Forms of the district's tables in a real browser: by keys alone, and a year without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from resources import read_text
from sync.records.calendar_table import years_of
from sync.records.rule_tables import RuleTable, parsed
from sync.records.sources import read_sources
from sync.server import rule_tables
from tests.support.chromium import Looks, chromium, sign_in
from tests.support.district_pages import PagesDistrict, embedded_district

UNTOLD = 2027


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[PagesDistrict]:
    built = embedded_district(tmp_path)
    yield built
    built.close()


def published(pages: PagesDistrict) -> list[RuleTable]:
    with pages.store.read() as conn:
        return rule_tables.published(conn)


def tab_to(page: Page, wanted: str) -> None:
    """Walk by Tab until what has the focus fits a selector, as somebody without a mouse does."""
    for _ in range(400):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {wanted}")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || ''"))


def test_a_year_is_told_and_published_by_keys_alone(browser: Browser, pages: PagesDistrict) -> None:
    with Looks().open(browser, pages.address) as context:
        page = sign_in(context, "周敏")
        page.goto(f"/rules/calendar?year={UNTOLD}")
        tab_to(page, ".year input")
        assert focused(page) == "d0101", "the first day that is not as its weekday is"
        page.keyboard.press("Home")
        for key, there in (("ArrowDown", "d0108"), ("PageDown", "d0205"), ("ArrowRight", "d0206")):
            page.keyboard.press(key)
            assert focused(page) == there, key
        for key in ("ArrowRight", "ArrowRight"):
            page.keyboard.press(key)
        for _ in range(5):  # the 8th to the 12th of February, a week of work
            page.keyboard.press("Space")
            page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        assert focused(page) == "d0220"
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        assert focused(page) == "h0_from", "the year is one stop of Tab"
        tab_to(page, "button[value=preview]")
        page.keyboard.press("Enter")
        page.get_by_text("2027-02-08 – 2027-02-12").wait_for()
        assert page.evaluate("document.activeElement.id") == "preview", "what changes has the focus"
        assert published(pages) == []
        tab_to(page, "#note")
        page.keyboard.type("国办通知")
        tab_to(page, "button[value=publish]")
        page.keyboard.press("Enter")
        page.wait_for_url("**/rules")
        (made,) = published(pages)
        year = years_of(parsed(made.text))[UNTOLD]
        assert made.note == "国办通知"
        assert {day.day for day in year.off if day.month == 2} == {6, 7, 8, 9, 10, 11, 12, 13, 14}
        assert [day.isoformat() for day in year.work] == ["2027-02-20"]


def test_lists_and_the_ladder_are_edited_by_keys_alone(browser: Browser, pages: PagesDistrict) -> None:
    with Looks(language="en-GB").open(browser, pages.address) as context:
        page = sign_in(context, "周敏")
        for address, field, typed, said in (
            ("sources", "[name=s16_label]", "民生诉求观察员", "New row"),
            ("ladder", "[name=l0_amount]", "15", "15 minutes before report in is due"),
        ):
            page.goto(f"/rules/{address}")
            tab_to(page, field)
            page.keyboard.press("Control+a")
            page.keyboard.type(typed)
            tab_to(page, "button[value=preview]")
            page.keyboard.press("Enter")
            page.locator("#preview").get_by_text(said).wait_for()
            tab_to(page, "button[value=publish]")
            page.keyboard.press("Enter")
            page.wait_for_url("**/rules")
        page.goto("/rules/artefacts")
        tab_to(page, "[name=n_consultation_1_record]")
        page.keyboard.press("Space")
        tab_to(page, "button[value=preview]")
        page.keyboard.press("Enter")
        page.locator("#preview").get_by_text("Consultation").wait_for()
        assert [table.version for table in published(pages)] == ["sources-1001", "dispatch_rules-1001"]
        (sources, _) = published(pages)
        assert read_sources(parsed(sources.text))[-1].label == "民生诉求观察员"


def test_a_year_is_told_without_scripts(browser: Browser, pages: PagesDistrict) -> None:
    shipped = years_of(parsed(read_text("dictionaries", "calendar.toml")))
    with Looks(scripts=False).open(browser, pages.address) as context:
        page = sign_in(context, "周敏")
        page.goto("/rules/calendar?year=2026")
        page.locator("label:has([name=d0302])").click()
        page.locator("button[value=preview]").click()
        page.get_by_text("2026-03-02").wait_for()
        page.locator("button[value=publish]").click()
        page.wait_for_url("**/rules")
    (made,) = published(pages)
    assert {day.isoformat() for day in years_of(parsed(made.text))[2026].off - shipped[2026].off} == {
        *("2026-02-28", "2026-03-01", "2026-03-02")
    } - {day.isoformat() for day in shipped[2026].work}
