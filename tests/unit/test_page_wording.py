"""Every word that the pages ask for stands in both languages, with the same places."""

from __future__ import annotations

import hashlib
import re
import tomllib
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files

import pytest

from resources import LANGUAGES, path, wording
from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import GRADES
from sync.records.folds import OrderStage
from sync.records.order_due import Limit
from sync.records.orders import ReplyKind
from sync.server.people import DISTRICT_ROLES
from sync.server.people_log import Event
from sync.server.web.answer_forms import FIELDS
from sync.server.web.inbox import SHOWS
from sync.server.web.orders import LETTERS, LOOKS
from sync.server.web.render import NAVIGATION, SCRIPTS, length_text, moment_text

TEMPLATES = sorted(
    (f for f in files("sync.server.web").joinpath("templates").iterdir() if f.name.endswith(".html")),
    key=lambda f: f.name,
)
COMPUTED = {
    *(f"web.event_{event}" for event in Event),
    *(f"records.orderstage_{stage}" for stage in OrderStage),
    *(f"records.replykind_{kind}" for kind in ReplyKind),
    *(f"records.role_{role}" for role in DISTRICT_ROLES),
    *(f"web.nav_{name}" for name, _, _ in NAVIGATION),
    *(f"web.{area}_{kind}" for kind in FIELDS for area in ("answer", "help")),
    *(f"web.{field.wording}" for fields in FIELDS.values() for field in fields),
    *(f"web.{field.hint}" for fields in FIELDS.values() for field in fields if field.hint),
    *(f"web.{a}_{b}" for a in ("show", "no_orders") for b in SHOWS),
    *(f"web.urgency_{word}" for word in ("over", "soon", "left")),
    *(f"web.limit_{limit}" for limit in Limit),
    *(f"web.term_{one}{unit}" for one in ("", "one_") for unit in PeriodUnit),
    *(f"forms.grade_{grade}" for grade in GRADES),
}


def _places(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_in_the_templates_and_the_code_has_a_sentence(language: str) -> None:
    words = wording(language)
    asked = set(COMPUTED)
    for template in TEMPLATES:
        asked |= {f"web.{key}" for key in re.findall(r"\bT\([\"'](\w+)[\"']\s*[,)]", template.read_text("utf-8"))}
    for module in files("sync.server").joinpath("web").iterdir():
        if module.name.endswith(".py"):
            asked |= set(re.findall(r"\"(web\.\w+)\"", module.read_text("utf-8")))
    missing = {key for key in asked if not words.has(key) and not any(k.startswith(key) for k in words.entries)}
    assert missing == set()


def test_both_languages_have_the_same_keys_and_places() -> None:
    zh, en = (tomllib.loads(path("wording", language, "web.toml").read_text("utf-8")) for language in LANGUAGES)
    assert zh.keys() == en.keys()
    assert {key for key in zh if _places(zh[key]) != _places(en[key])} == set()


def test_every_stage_has_a_colour_and_an_icon() -> None:
    assert set(LOOKS) == set(OrderStage)


def test_templates_never_switch_escaping_off_for_what_people_wrote() -> None:
    loose = [t.name for t in TEMPLATES if re.search(r"\|\s*safe|autoescape", t.read_text("utf-8"))]
    assert loose == ["parts.html"]  # the icons, which are ours
    assert files("sync.server.web").joinpath("templates", "parts.html").read_text("utf-8").count("| safe") == 1


def test_pages_ask_nothing_of_other_hosts_and_hold_no_script() -> None:
    for template in TEMPLATES:
        text = template.read_text("utf-8")
        assert text.count("<script") == text.count('<script src="{{ address }}" defer></script>')
        assert not re.search(r"\son\w+=|hx-on|style=|(?:src|href)=\"https?:", text)


def test_scripts_of_others_are_what_their_publishers_made_with_their_licence() -> None:
    folder = files("sync.server.web").joinpath("static")
    told = tomllib.loads(folder.joinpath("third_party.toml").read_text("utf-8"))["script"]
    scripts = {f.name for f in folder.iterdir() if f.name.endswith(".js")}
    assert scripts == {one["file"] for one in told} | {"district.js"} == set(SCRIPTS)
    for one in told:
        assert hashlib.sha256(folder.joinpath(one["file"]).read_bytes()).hexdigest() == one["sha256"]
        assert "Permission to use" in folder.joinpath(one["licence_file"]).read_text("utf-8")


def test_every_form_has_a_key_of_its_own() -> None:
    assert set(LETTERS) == set(FIELDS)
    assert len({*LETTERS.values(), "b", "j", "k", "?", "/"}) == len(LETTERS) + 5


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 11, 24, 2, 30, tzinfo=UTC), "2026-11-24 10:30"),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "9999-12-31 23:59"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "1-01-01 00:00"),
        (None, ""),
    ],
)
def test_a_time_is_shown_in_beijing_time_even_at_the_ends_of_the_calendar(at: datetime | None, shown: str) -> None:
    assert moment_text(at).lstrip("0") == shown


def test_a_length_is_shown_in_its_two_largest_units() -> None:
    zh = wording("zh")
    lengths = {
        0: "不到 1 分钟",
        0.9: "不到 1 分钟",
        -0.5: "不到 1 分钟",
        1: "1 分钟",
        59: "59 分钟",
        60: "1 小时",
        61: "1 小时 1 分钟",
        1440: "1 天",
        -1500: "1 天 1 小时",
    }
    assert {m: length_text(zh, timedelta(minutes=m)) for m in lengths} == lengths
    assert length_text(wording("en"), timedelta(seconds=59)) == "less than a minute"
