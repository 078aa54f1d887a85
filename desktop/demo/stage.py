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
STREET, DISTRICT, DISPATCHER = "凤凰街道", "区级", "孙建平"
OFFICERS = {OFFICER: (DEPARTMENT, "department", "zhouhaitao"), "何志强": (DEPARTMENTS[1], "department", "hezhiqiang")}
OFFICERS |= {
    "罗秀英": (DEPARTMENTS[2], "department", "luoxiuying"),
    DISPATCHER: (DISTRICT, "dispatcher", "sunjianping"),
}
"""Who signs in on the district's pages: unit, role, sign-in name."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo plays: ``out`` is build/demo, ``home`` the station's folder, ``code`` its enrolment code."""

    out: Path
    home: Path
    district: DistrictProcess
    code: str
    links: dict[str, str]


def clear(out: Path) -> None:
    """Empty the demo's own folder; nothing else is touched."""
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True, mode=0o700)


def build(out: Path) -> Stage:
    """Make the district, its units and people, and start its server."""
    district = DistrictProcess(out / "district")
    district.init()
    district.verb("station", "add", STREET, "--level", "street")
    code = district.last_line("station", "add", STATION, "--level", "community", "--parent", "凤凰街道", *CONTACT)
    for name in DEPARTMENTS:
        district.verb("department", "add", name)
    district.verb("staff", "add", LEAD, "--station", STATION, "--role", "station_lead")
    district.verb("staff", "add", SECRETARY, "--station", STATION, "--role", "issuing_secretary")
    links = {
        name: district.last_line("user", "add", name, "--unit", unit, "--role", role)
        for name, (unit, role, _) in OFFICERS.items()
    }
    district.serve()
    return Stage(out, out / "station", district, code, links)


def sign_in_officer(stage: Stage, name: str = OFFICER) -> Browser:
    """Open an officer's one-time link, set the password there, and sign in, as a browser would."""
    browser = Browser(stage.district.url)
    browser.get(stage.district.url + urlsplit(stage.links[name]).path)
    form = next(f for f in browser.forms() if "password" in f.fields)
    browser.send(form, sign_in_name=OFFICERS[name][2], password=PASSWORD, again=PASSWORD)
    if browser.status != 200:
        raise ProcessFailed(f"the officer's link answered {browser.status}")
    return browser
