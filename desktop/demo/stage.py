"""The stage of the demo: a district with its street, departments and people, on loopback, in folders of its own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sync.rehearsal.browser import Browser
from sync.rehearsal.processes import DistrictProcess, ProcessFailed

PASSWORD = "Demo-2026-guangming"  # noqa: S105 - a demo's, for stores that the demo makes and that hold nobody real
STATION = "凤凰社区群众诉求服务站"
CONTACT = ("--telephone", "0755-23456789", "--address", "光明区凤凰街道凤凰社区党群服务中心一楼")
REGISTRAR, LEAD, SECRETARY = "李文静", "陈国强", "黄志远"
DEPARTMENT, OFFICER = "区住房和建设局", "周海涛"
DEPARTMENTS = (DEPARTMENT, "凤凰街道劳动办", "区人力资源局")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo plays: ``out`` is build/demo, ``home`` the station's folder, ``code`` its enrolment code."""

    out: Path
    home: Path
    district: DistrictProcess
    code: str
    officer_link: str


def clear(out: Path) -> None:
    """Empty the demo's own folder; nothing else is touched."""
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True, mode=0o700)


def build(out: Path) -> Stage:
    """Make the district, its units and people, and start its server."""
    district = DistrictProcess(out / "district")
    district.init()
    district.verb("station", "add", "凤凰街道", "--level", "street")
    code = district.last_line("station", "add", STATION, "--level", "community", "--parent", "凤凰街道", *CONTACT)
    for name in DEPARTMENTS:
        district.verb("department", "add", name)
    district.verb("staff", "add", LEAD, "--station", STATION, "--role", "station_lead")
    district.verb("staff", "add", SECRETARY, "--station", STATION, "--role", "issuing_secretary")
    officer_link = district.last_line("user", "add", OFFICER, "--unit", DEPARTMENT, "--role", "department")
    district.serve()
    return Stage(out, out / "station", district, code, officer_link)


def sign_in_officer(stage: Stage) -> Browser:
    """Open the department officer's one-time link, set the password there, and sign in, as a browser would."""
    browser = Browser(stage.district.url)
    browser.get(stage.district.url + urlsplit(stage.officer_link).path)
    form = next(f for f in browser.forms() if "password" in f.fields)
    browser.send(form, sign_in_name="zhouhaitao", password=PASSWORD, again=PASSWORD)
    if browser.status != 200:
        raise ProcessFailed(f"the officer's link answered {browser.status}")
    return browser
