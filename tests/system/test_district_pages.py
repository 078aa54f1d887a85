"""The pages of a district that runs as a process of its own, from the administrator's link on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.rehearsal.browser import Browser, WebForm
from sync.rehearsal.processes import DistrictProcess
from tests.support.district_process import DistrictHere

pytestmark = pytest.mark.timeout(180)
PASSWORD = "Guangming-2026"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[DistrictProcess]:
    with DistrictHere(tmp_path / "district") as district:
        district.init()
        district.serve()
        yield district


def form_with(browser: Browser, name: str) -> WebForm:
    return next(form for form in browser.forms() if name in form.fields)


def through_link(running: DistrictProcess, link: str) -> Browser:
    """Open a one-time link at the port that this run got, and set the first password."""
    browser = Browser(running.url)
    browser.get(f"/link/{link.rsplit('/', 1)[1]}")
    browser.send(form_with(browser, "again"), password=PASSWORD, again=PASSWORD)
    assert browser.status == 200, browser.text()
    return browser


def test_from_the_administrators_link_to_a_department_officer(running: DistrictProcess) -> None:
    running.verb("department", "add", "区人力资源局")
    system = through_link(running, running.admin_link)
    assert "还没有站点注册" in system.text()
    system.get("/users")
    units = {label: value for value, label in re.findall(r'<option value="(uni_[^"]+)">([^<]+)<', system.page)}
    system.send(form_with(system, "stamp"), name="王丽", unit=units["区人力资源局"], role="department")
    link = next(address for text, address in system.links() if "/link/" in address)
    officer = through_link(running, link)
    assert "没有办理中的发令单" in officer.text()
    root = next(unit for name, unit in units.items() if name != "区人力资源局")
    added = through_link(running, running.last_line("user", "add", "周敏", "--unit", root, "--role", "dispatcher"))
    assert "调度员" in added.text()


def test_a_session_outlives_a_restart_and_the_log_of_the_server_holds_no_secret(running: DistrictProcess) -> None:
    system = through_link(running, running.admin_link)
    token = running.admin_link.rsplit("/", 1)[1]
    old = running.url
    running.kill()
    running.serve()
    system.get(running.url + "/users")
    assert system.status == 200, (old, system.text())
    assert "系统管理员" in system.text()
    wrong = Browser(running.url)
    wrong.get("/")
    wrong.send(form_with(wrong, "password"), sign_in_name="李四13900001111", password="Wrong-2026")
    assert wrong.status == 403
    running.stop()
    logged = (running.folder / "server.log").read_text("utf-8")
    assert '"method": "POST", "place": "/"' in logged
    for secret in (token, PASSWORD, "李四", "13900001111", "Wrong-2026", "uni_", "sta_"):
        assert secret not in logged
