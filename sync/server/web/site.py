"""The pages as one application of their own below /: routes, headers, and what each refusal looks like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from resources import wording
from sync.records.errors import QianshaoError, Unavailable
from sync.server.news import News
from sync.server.pace import TooFast, pace_of_pages
from sync.server.people import IDLE, LONGEST_SESSION
from sync.server.settings import Settings
from sync.server.store.store import DistrictStore, StoreBusy, district, get_setting
from sync.server.web import (
    answers,
    arrivals,
    authority_form,
    conflicts,
    devices,
    door,
    duty_form,
    duty_list,
    inbox,
    late_moments,
    log,
    matter_answers,
    matters,
    mediations,
    news,
    order_requests,
    orders,
    passwords,
    people,
    photos,
    refused,
    registers,
    rules,
    sessions,
    static,
    stations,
    table_pages,
)
from sync.server.web.forms import TooLarge
from sync.server.web.headers import MOST_UPLOAD_BYTES, Headers
from sync.server.web.render import go, page, sentence
from sync.server.web.visitor import (
    NotAllowed,
    NotFound,
    NotOurForm,
    NotSignedIn,
    PasswordOld,
    Site,
    by_itself,
    drop_session,
    language_of,
    site_of,
    visitor_or_none,
)

IDLE_SETTING: Final = "web_idle_minutes"
LONGEST_SETTING: Final = "web_session_hours"


PARTS: Final = (
    *(static, door, passwords, stations, conflicts, refused),
    *(inbox, news, order_requests, arrivals, photos, orders, answers),  # /orders/news before /orders/{order_id}
    *(matters, matter_answers, mediations, late_moments),
    *(registers, authority_form, duty_form, duty_list, rules, table_pages),  # /rules/dispatch before /rules/{edited}
    *(people, devices, sessions, log),
)


def add_pages(app: FastAPI, store: DistrictStore, settings: Settings, news: News) -> list[str]:
    """Mount the pages on ``app`` below /, after every route that it has already; returns the pages' addresses."""
    app.mount("/", build_pages(site(store, settings, news)))
    return [getattr(route, "path", "/") for part in PARTS for route in part.router.routes]


def site(store: DistrictStore, settings: Settings, news: News) -> Site:
    """Return what the pages stand on; idle minutes and the longest session are the district's settings."""
    with store.read() as conn:
        name = district(conn).name
        public = get_setting(conn, "public_url")
        idle, longest = get_setting(conn, IDLE_SETTING), get_setting(conn, LONGEST_SETTING)
    return Site(
        store=store,
        secure=settings.secure,
        now=lambda: datetime.now(UTC),
        idle=timedelta(minutes=int(idle)) if idle else IDLE,
        longest=timedelta(hours=int(longest)) if longest else LONGEST_SESSION,
        name=name,
        public_url=(public or settings.public_url) if settings.secure else "",
        news=news,
        pace=pace_of_pages(settings),
    )


def build_pages(stands_on: Site) -> FastAPI:
    """Return the pages' application."""
    pages = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    pages.state.site = stands_on
    pages.add_middleware(Headers, secure=stands_on.secure)
    for part in PARTS:
        pages.include_router(part.router)
    pages.add_exception_handler(NotSignedIn, _not_signed_in)
    pages.add_exception_handler(PasswordOld, _password_old)
    pages.add_exception_handler(NotAllowed, _not_allowed)
    pages.add_exception_handler(NotFound, _not_found)
    pages.add_exception_handler(NotOurForm, _not_our_form)
    pages.add_exception_handler(TooLarge, _too_large)
    pages.add_exception_handler(QianshaoError, _refused)
    pages.add_exception_handler(RequestValidationError, _not_found)
    pages.add_exception_handler(HTTPException, _http)
    pages.add_exception_handler(StoreBusy, _busy)
    pages.add_exception_handler(Exception, _bug)
    return pages


def _problem(request: Request, status: int, key: str) -> Response:
    return page(request, "problem.html", visitor_or_none(request), status, title=f"{key}_title", text=f"{key}_text")


def _not_signed_in(request: Request, _: Exception) -> Response:
    answer = door.sign_in_page(request, status=401, gone=site_of(request).session_cookie in request.cookies)
    if not by_itself(request):  # the page asks again as a whole, and is told that the session is over
        drop_session(answer, site_of(request))
    return answer


def _password_old(_request: Request, _: Exception) -> Response:
    return go("/password")


def _not_allowed(request: Request, _: Exception) -> Response:
    return _problem(request, 403, "not_allowed")


def _not_found(request: Request, _: Exception) -> Response:
    return _problem(request, 404, "not_found")


def _not_our_form(request: Request, _: Exception) -> Response:
    return _problem(request, 403, "not_our_form")


def _too_large(request: Request, _: Exception) -> Response:
    said = wording(language_of(request))("web.too_large", most=MOST_UPLOAD_BYTES // (1024 * 1024))
    return page(request, "problem.html", visitor_or_none(request), 413, title="refused_title", said=said)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, QianshaoError)  # noqa: S101 - registered for nothing else
    status = 429 if isinstance(error, TooFast) else 503 if isinstance(error, Unavailable) else 409
    said = sentence(wording(language_of(request)), error)
    return page(request, "problem.html", visitor_or_none(request), status, title="refused_title", said=said)


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _problem(request, status, "not_found")


def _busy(request: Request, _: Exception) -> Response:
    return page(request, "problem.html", None, 503, title="refused_title", text="not_possible")


def _bug(request: Request, _: Exception) -> Response:
    # Starlette raises it again after this answer, so that the log gets its place in the code.
    return page(request, "problem.html", None, 500, title="refused_title", text="not_possible")
