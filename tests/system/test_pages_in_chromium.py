"""The district's pages in a real browser: what a person sees of them at a desk and on a phone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from sync.server import admin
from sync.server.store.store import DistrictStore
from tests.support.chromium import DESKTOP, PHONE, Looks, chromium, sign_in
from tests.support.district_pages import PagesDistrict, build_district
from tests.support.page_checks import faults, faults_of_focus
from tests.support.page_pictures import Shown, a_day


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesDistrict]:
    place: Path = tmp_path_factory.mktemp("district")
    store = DistrictStore.create(f"sqlite:///{place / 'district.db'}", os.urandom(32))
    admin.init(store, place / "ca.key", "光明区", "http://127.0.0.1")
    built = build_district(store)
    yield built
    built.close()


@pytest.fixture(scope="module")
def shown(pages: PagesDistrict) -> list[Shown]:
    return a_day(pages)


@pytest.mark.parametrize(
    "looks",
    [Looks(DESKTOP, "zh-CN", "light"), Looks(PHONE, "en-GB", "dark")],
    ids=["desk-zh-light", "phone-en-dark"],
)
def test_every_page_can_be_read_named_and_walked_through(
    browser: Browser, pages: PagesDistrict, shown: list[Shown], looks: Looks
) -> None:
    found = []
    for who in dict.fromkeys(one.who for one in shown):
        with looks.open(browser, pages.address) as context:
            page = sign_in(context, who)
            for one in (one for one in shown if one.who == who):
                page.goto(one.address)
                found += [f"{one.name}: {fault}" for fault in (*faults(page), *faults_of_focus(page))]
    assert not found, "\n".join(found)
