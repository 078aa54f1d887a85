"""The door: signing in and out."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import wording
from sync.server.people import FAILURES, LOCKED_FOR, new_token, password_fits, token_hash
from sync.server.people_log import Event
from sync.server.store.log import write_log
from sync.server.store.people import (
    Person,
    begin_session,
    count_failure,
    end_session,
    hold_account,
    person_by_sign_in_name,
    unlock,
)
from sync.server.web.render import go, page, start_of
from sync.server.web.visitor import (
    Asker,
    Posted,
    PostedAtDoor,
    Site,
    Standing,
    Visitor,
    drop_session,
    language_of,
    set_session,
    visitor_or_none,
)

router = APIRouter()
_OURS: Final = re.compile(
    r"/(stations|orders|rules|users|devices|sessions|log|password)(/[a-z]{3}_[0-9a-f]+(/scene)?)?"
    r"|/arrive/[A-Za-z0-9._-]{1,600}"
)


def sign_in_page(
    request: Request, status: int = 200, *, gone: bool = False, refused: bool = False, name: str = ""
) -> Response:
    """Return the sign-in page: ``gone`` where a session is over, ``refused`` after a wrong name or password."""
    words = wording(language_of(request))
    minutes = int(LOCKED_FOR.total_seconds()) // 60
    said = words("web.sign_in_refused", failures=FAILURES, minutes=minutes) if refused else ""
    return page(request, "sign_in.html", None, status, gone=gone, refused=said, name=name, next=_next(request.url.path))


@router.get("/")
def start(request: Request) -> Response:
    """Show the door, or the first page of whoever is signed in."""
    who = visitor_or_none(request)
    return go(start_of(who)) if who else sign_in_page(request)


@router.post("/")
def sign_in(request: Request, site: Standing, form: PostedAtDoor) -> Response:
    """Begin a session, or say that name or password is wrong: the same sentence whichever, locked out or not."""
    name, password = form.get("sign_in_name", "")[:200], form.get("password", "")
    with site.store.read() as conn:
        found = person_by_sign_in_name(conn, name)
    fits = password_fits(found.password_hash if found else "", password)
    who = _settle(site, found, fits)
    if who is None:
        return sign_in_page(request, 403, refused=True, name=name)
    answer = go(_next(form.get("next", "")) or start_of(who))
    set_session(answer, site, who.token)
    return answer


def _settle(site: Site, found: Person | None, fits: bool) -> Visitor | None:
    """Write down how the attempt ended; attempts on one account are settled one after another."""
    now, token = site.now(), new_token()
    with site.store.write() as conn:
        # Between reading the hash and here the account may have been locked, closed or given another password.
        held = hold_account(conn, found.staff) if found else None
        if found is None or held is None:
            write_log(conn, Event.SIGN_IN_FAILED, at=now, succeeded=False, detail="unknown")
            return None
        if held.locked(now) or not held.may_enter or held.password_hash != found.password_hash:
            why = "locked" if held.locked(now) else "closed"
            write_log(conn, Event.SIGN_IN_FAILED, at=now, staff=held.staff, succeeded=False, detail=why)
            return None
        if not fits:
            locks = count_failure(conn, held, now)
            write_log(conn, Event.SIGN_IN_FAILED, at=now, staff=held.staff, succeeded=False, detail="password")
            if locks:
                write_log(conn, Event.LOCKED_OUT, at=now, staff=held.staff)
            return None
        unlock(conn, held.staff)
        begin_session(conn, token_hash(token), held.staff, now)
        write_log(conn, Event.SIGNED_IN, at=now, staff=held.staff)
    return Visitor(held, token)


def _next(address: str) -> str:
    """Return where to go after signing in: only to our own pages."""
    path = urlsplit(address).path if address.startswith("/") and not address.startswith("//") else ""
    return path if _OURS.fullmatch(path) else ""


@router.post("/sign-out")
def sign_out(site: Standing, who: Asker, form: Posted) -> Response:
    """End this session."""
    with site.store.write() as conn:
        end_session(conn, token_hash(who.token))
        write_log(conn, Event.SIGNED_OUT, at=site.now(), staff=who.person.staff)
    answer = go("/")
    drop_session(answer, site)
    return answer
