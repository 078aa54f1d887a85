"""Templates to pages: every page gets its words, who is signed in, and the proof for its forms."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from resources import LANGUAGES, Wording, wording
from sync.records.errors import QianshaoError, RuleBroken
from sync.records.times import BEIJING, to_minute
from sync.records.units import Role
from sync.server.people import derived
from sync.server.web.headers import POLICY, WITH_SCRIPTS
from sync.server.web.sight import OVERSEERS
from sync.server.web.visitor import Visitor, form_token, language_of, set_form_token, set_language, site_of

_PACKAGE: Final = "sync.server.web"
STYLE: Final = "district.css"
ICON: Final = "icon.svg"
SCRIPTS: Final = ("htmx.min.js", "district.js")
"""htmx as its publisher made it (static/third_party.toml), and ours; without them every page works, by forms alone."""

SCRIPTED: Final = frozenset(
    {
        *("orders.html", "order_list.html", "order.html", "scene.html", "calendar_form.html"),
        *("matters.html", "matter_list.html", "matter.html", "requests.html", "request_list.html"),
        *("mediations.html", "mediation.html"),
    }
)

NAVIGATION: Final = (
    ("stations", "/stations", frozenset({Role.DISPATCHER, Role.VIEWER, Role.SYSTEM})),
    ("orders", "/orders", frozenset({Role.DEPARTMENT, Role.DISPATCHER, Role.VIEWER})),
    ("matters", "/matters", frozenset({Role.DEPARTMENT, Role.DISPATCHER, Role.VIEWER})),
    ("mediations", "/mediations", frozenset({Role.DISPATCHER, Role.VIEWER})),
    ("rules", "/rules", frozenset({Role.DISPATCHER, Role.SYSTEM})),
    ("users", "/users", frozenset({Role.SYSTEM})),
    ("devices", "/devices", frozenset({Role.SYSTEM})),
    ("sessions", "/sessions", frozenset({Role.SECURITY})),
    ("log", "/log", frozenset({Role.AUDIT})),
)
"""The pages, their addresses, and who may open them; a person's first one is where they start."""
_OVERSEEN: Final = frozenset({"stations", "mediations"})
"""What is seen of the units below one's own: a department has none."""


@cache
def _environment() -> Environment:
    made = Environment(loader=PackageLoader(_PACKAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters["moment"] = moment_text
    made.filters["second"] = lambda at: _local(at).strftime("%Y-%m-%d %H:%M:%S")
    made.globals["machine"] = lambda at: _local(at).strftime("%Y-%m-%dT%H:%M")
    return made


@cache
def static_file(name: str) -> tuple[bytes, str]:
    """Return a file of ``static`` and the short digest that its address carries, so that browsers may keep it."""
    content = files(_PACKAGE).joinpath("static", PurePath(name).name).read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:12]


def static_address(name: str) -> str:
    """Return the address of a file of ``static``."""
    return f"/static/{static_file(name)[1]}/{name}"


def _local(at: datetime) -> datetime:
    try:
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(BEIJING)
    except OverflowError:  # the last hours of the year 9999, from a station whose clock is broken
        return at


def moment_text(at: datetime | None) -> str:
    """Return a time as the pages show it: Beijing time to the minute."""
    return "" if at is None else to_minute(_local(at))


def length_text(words: Wording, length: timedelta) -> str:
    """Return a length of time in its two largest units: 2 天 3 小时, 45 分钟; below one minute that it is less."""
    minutes = max(int(abs(length).total_seconds()) // 60, 0)
    if not minutes:
        return words("web.below_minute")
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        return words("web.days_hours", days=days, hours=hours) if hours else words("web.days", days=days)
    if hours:
        return words("web.hours_minutes", hours=hours, minutes=minutes) if minutes else words("web.hours", hours=hours)
    return words("web.minutes", minutes=minutes)


def sentence(words: Wording, error: QianshaoError) -> str:
    """Return the one sentence for an error; one whose wording nobody wrote still gets a sentence."""
    return words(error.key, **error.values) if words.has(error.key) else words("web.not_possible")


def wrong(words: Wording, *errors: RuleBroken) -> dict[str, str]:
    """Return sentences by field, as the templates show them."""
    return {error.field: sentence(words, error) for error in errors}


def start_of(who: Visitor) -> str:
    """Return the address of the first page that this person may open."""
    return next((address for _, address in _open_to(who)), "/password")


def _open_to(who: Visitor) -> list[tuple[str, str]]:
    """Return names and addresses of the pages that this person may open."""
    below = frozenset[Role]() if who.person.department else OVERSEERS
    held = {True: who.roles - OVERSEERS | who.roles & below, False: who.roles}
    return [(name, address) for name, address, roles in NAVIGATION if held[name in _OVERSEEN] & roles]


def page(request: Request, template: str, who: Visitor | None = None, status: int = 200, **values: Any) -> Response:
    """Render ``template``; ``values`` are what it shows. Only the pages of `SCRIPTED` may run scripts."""
    site, language = site_of(request), language_of(request)
    words = wording(language)
    token = "" if who else form_token(request)

    def T(key: str, /, **places: object) -> str:  # noqa: N802 - the templates' one-letter word for wording
        return words(key if "." in key else f"web.{key}", **places)

    told = {
        "T": T,
        "words": words,
        "language": language,
        "who": who,
        "proof": who.proof if who else derived(token, "form"),
        "district": site.name,
        "now": site.now(),
        "navigation": _open_to(who) if who else [],
        "here": request.url.path,
        "languages": [(code, _in_language(request, code)) for code in LANGUAGES],
        "style": static_address(STYLE),
        "icon_file": static_address(ICON),
        "scripts": [static_address(name) for name in SCRIPTS] if template in SCRIPTED else [],
        "wrong": {},
        "form": {},
        "length": lambda length: length_text(words, length),
        **values,
    }
    answer = HTMLResponse(_environment().get_template(template).render(told), status)
    if template in SCRIPTED:
        answer.headers[POLICY] = WITH_SCRIPTS
    if request.query_params.get("lang") in LANGUAGES:
        set_language(answer, site, language)
    if not who:
        set_form_token(answer, site, token)
    return answer


def _in_language(request: Request, language: str) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return "?" + urlencode([*kept, ("lang", language)])


def go(address: str) -> Response:
    """Answer a form that did its work: the browser goes to ``address``, and going back sends nothing twice."""
    return RedirectResponse(address, status_code=303)
