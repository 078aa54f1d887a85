"""Who asks: the session behind the cookie, the language, and the proof that a form came from our own page."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request
from starlette.responses import Response

from resources import LANGUAGES
from sync.records.units import Level, Role
from sync.server.answers import stated
from sync.server.news import News
from sync.server.pace import Pace
from sync.server.people import PASSWORD_LASTS, derived, new_token, token_hash
from sync.server.store.people import Person, drop_stale_sessions, end_session, person, session, touch_session
from sync.server.store.store import DistrictStore
from sync.server.web.forms import Form

LANGUAGE_COOKIE: Final = "qianshao-language"
NEWS: Final = "/orders/news"
"""Where open pages listen."""

_TOUCH: Final = timedelta(seconds=30)
_ALWAYS: Final = ("/password", "/sign-out")
_YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages stand on. ``secure`` says that browsers come over TLS; ``now`` gives the time in UTC.

    ``public_url`` begins the links that are handed out; "" takes the address that the administrator's browser used.
    ``news`` is who listens at this process, ``pace`` how fast one person's pages may ask.
    """

    store: DistrictStore
    secure: bool
    now: Callable[[], datetime]
    idle: timedelta
    longest: timedelta
    name: str
    public_url: str
    news: News
    pace: Pace

    @property
    def session_cookie(self) -> str:
        """The session's cookie: under TLS its name binds it to this host (RFC 6265bis, 4.1.3)."""
        return "__Host-qianshao" if self.secure else "qianshao"

    @property
    def form_cookie(self) -> str:
        """The cookie that ties the forms before signing in to one browser."""
        return "__Host-qianshao-form" if self.secure else "qianshao-form"


class NotSignedIn(Exception):
    """There is no session, or it is over: the sign-in page answers."""


class PasswordOld(Exception):
    """The password is older than it may be: a new one comes first."""


class NotAllowed(Exception):
    """This page is not for this person's roles."""


class NotFound(Exception):
    """There is no such thing, or not for this person: both look the same."""


class NotOurForm(Exception):
    """The form's proof is missing or wrong: it did not come from a page that we gave to this browser."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person with a session. ``token`` is the cookie's value and never leaves this process."""

    person: Person
    token: str

    @property
    def roles(self) -> frozenset[Role]:
        """What this person may do."""
        return self.person.roles

    @property
    def publishes(self) -> bool:
        """Whether this person keeps the district's tables and registers: a dispatcher of the district, of no street."""
        return Role.DISPATCHER in self.roles and self.person.level == Level.DISTRICT

    @property
    def proof(self) -> str:
        """What every form of this session carries."""
        return derived(self.token, "form")

    def stamp(self, *purpose: str) -> str:
        """A value that only this session's own pages can name for ``purpose``."""
        return derived(self.token, *purpose)


def site_of(request: Request) -> Site:
    """Return what the pages stand on."""
    site: Site = request.app.state.site
    return site


def language_of(request: Request) -> str:
    """Return "zh" or "en": as asked in the address, as chosen before, as the browser prefers, else Chinese."""
    asked = request.query_params.get("lang", "") or request.cookies.get(LANGUAGE_COOKIE, "")
    if asked in LANGUAGES:
        return asked
    for part in request.headers.get("accept-language", "").split(","):
        first = part.split(";")[0].strip().lower()[:2]
        if first in LANGUAGES:
            return first
    return LANGUAGES[0]


def visitor_or_none(request: Request) -> Visitor | None:
    """Return who is signed in in this browser; a session that was idle or lasted too long ends here."""
    site, token = site_of(request), request.cookies.get(site_of(request).session_cookie, "")
    if not token or len(token) > 100:
        return None
    now, key = site.now(), token_hash(token)
    with site.store.read() as conn:
        found = session(conn, key)
        who = person(conn, found.staff) if found else None
    if found is None:
        return None
    over = now - found.seen_at > site.idle or now - found.made_at > site.longest
    if over or who is None or not who.may_enter:
        with site.store.write() as conn:
            end_session(conn, key)
        return None
    if now - found.seen_at > _TOUCH and not by_itself(request):
        with site.store.write() as conn:
            touch_session(conn, key, now)
            drop_stale_sessions(conn, now - site.idle, now - site.longest)
    return Visitor(who, token)


def by_itself(request: Request) -> bool:
    """Whether an open page asks, and not the person: that keeps no session alive."""
    return request.url.path == NEWS or "hx-request" in request.headers


def visitor(request: Request) -> Visitor:
    """Return who is signed in, or let the sign-in page answer; TooFast for who asks too much in too short a time."""
    found = visitor_or_none(request)
    if found is None:
        raise NotSignedIn
    site_of(request).pace.take(found.person.staff, stated(request) if request.method == "POST" else 0)
    if request.url.path not in _ALWAYS and is_password_old(request, found):
        raise PasswordOld
    return found


def is_password_old(request: Request, who: Visitor) -> bool:
    """Whether this person must set a new password before anything else."""
    since = who.person.password_set_at
    return since is not None and site_of(request).now() - since > PASSWORD_LASTS


def allow(*roles: Role) -> Any:
    """Return a dependency: the signed-in person, who must hold one of ``roles``."""

    def allowed(who: Annotated[Visitor, Depends(visitor)]) -> Visitor:
        if not who.roles & frozenset(roles):
            raise NotAllowed
        return who

    return Depends(allowed)


def allow_publishing() -> Any:
    """Return a dependency: the signed-in person, who must keep the district's tables and registers."""

    def allowed(who: Annotated[Visitor, Depends(visitor)]) -> Visitor:
        if not who.publishes:
            raise NotAllowed
        return who

    return Depends(allowed)


def _check_proof(request: Request, form: dict[str, str], token: str) -> dict[str, str]:
    good = hmac.compare_digest(form.get("proof", "").encode(), derived(token, "form").encode())
    fetched = request.headers.get("sec-fetch-site", "same-origin")
    if not token or not good or fetched not in ("same-origin", "none"):
        raise NotOurForm
    return form


def posted(request: Request, who: Annotated[Visitor, Depends(visitor)], form: Form) -> dict[str, str]:
    """Return the form's fields after its proof was checked against the session."""
    return _check_proof(request, form, who.token)


def posted_at_door(request: Request, form: Form) -> dict[str, str]:
    """Return the fields of a form before signing in after its proof was checked against the browser's form cookie."""
    return _check_proof(request, form, request.cookies.get(site_of(request).form_cookie, ""))


Asker = Annotated[Visitor, Depends(visitor)]
Posted = Annotated[dict[str, str], Depends(posted)]
PostedAtDoor = Annotated[dict[str, str], Depends(posted_at_door)]
Standing = Annotated[Site, Depends(site_of)]
Before = Annotated[int | None, Query(ge=0, le=2**53)]
"""Where a page of a long list begins."""


def form_token(request: Request) -> str:
    """Return the value of the form cookie that this browser has, or a fresh one."""
    held = request.cookies.get(site_of(request).form_cookie, "")
    return held if 20 <= len(held) <= 100 else new_token()


def set_session(answer: Response, site: Site, token: str) -> None:
    """Give the browser its session; it ends with the browser, or earlier by the server."""
    answer.set_cookie(site.session_cookie, token, path="/", secure=site.secure, httponly=True, samesite="strict")
    answer.delete_cookie(site.form_cookie, path="/", secure=site.secure, httponly=True, samesite="strict")


def drop_session(answer: Response, site: Site) -> None:
    """Take the session's cookie away."""
    answer.delete_cookie(site.session_cookie, path="/", secure=site.secure, httponly=True, samesite="strict")


def set_form_token(answer: Response, site: Site, token: str) -> None:
    """Give the browser what its forms before signing in are tied to."""
    answer.set_cookie(site.form_cookie, token, path="/", secure=site.secure, httponly=True, samesite="strict")


def set_language(answer: Response, site: Site, language: str) -> None:
    """Remember the language for a year."""
    answer.set_cookie(
        LANGUAGE_COOKIE, language, max_age=_YEAR, path="/", secure=site.secure, httponly=True, samesite="lax"
    )
