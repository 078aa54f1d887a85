"""Debian's Chromium, driven by Playwright over a district's pages as an officer's hands would."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.district_pages import PASSWORD

PROGRAM: Final = "/usr/bin/chromium"
DESKTOP: Final = (1366, 768)
PHONE: Final = (390, 844)
Scheme = Literal["light", "dark"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser; without it whoever asks fails, for setup installs it."""
    # As root there is nothing that the sandbox could keep the browser from.
    words = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=PROGRAM, args=words)
        try:
            yield started
        finally:
            started.close()


@dataclass
class Looks:
    """How a browser is held: its size, its language, its scheme, and whether it runs scripts."""

    size: tuple[int, int] = DESKTOP
    language: str = "zh-CN"
    scheme: Scheme = "light"
    scripts: bool = True

    def open(self, browser: Browser, base: str) -> BrowserContext:
        """Open a browser of its own, with no cookie yet."""
        phone = self.size[0] < 600
        width, height = self.size
        return browser.new_context(
            base_url=base,
            viewport={"width": width, "height": height},
            locale=self.language,
            color_scheme=self.scheme,
            java_script_enabled=self.scripts,
            has_touch=phone,
            is_mobile=phone,
            device_scale_factor=2 if phone else 1,
        )


def sign_in(context: BrowserContext, name: str) -> Page:
    """Sign somebody in with the keyboard alone; returns their first page."""
    page = context.new_page()
    page.goto("/")
    page.locator("#sign_in_name").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".bar .who").wait_for()
    page.wait_for_load_state()
    return page
