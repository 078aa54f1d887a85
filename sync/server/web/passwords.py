"""Setting a password: the first one by a one-time link, and a new one by who knows the old."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import wording
from sync.records.errors import RuleBroken
from sync.server.people import (
    CLASSES,
    SHORTEST_PASSWORD,
    check_password,
    hash_password,
    new_token,
    password_fits,
    token_hash,
)
from sync.server.people_log import Event
from sync.server.store.log import write_log
from sync.server.store.people import (
    Person,
    begin_session,
    count_failure,
    end_sessions,
    hold_account,
    link_holder,
    person,
    set_password,
    use_link,
)
from sync.server.web.forms import one_line
from sync.server.web.render import go, page, start_of, wrong
from sync.server.web.visitor import (
    Asker,
    NotFound,
    Posted,
    PostedAtDoor,
    Site,
    Standing,
    Visitor,
    drop_session,
    is_password_old,
    language_of,
    set_session,
)

router = APIRouter()


def _first_page(request: Request, holder: Person, form: Mapping[str, str], said: dict[str, str]) -> Response:
    kept = {"sign_in_name": form.get("sign_in_name", holder.sign_in_name or holder.name)}
    return page(
        request, "first_password.html", None, 422 if said else 200, holder=holder, form=kept, wrong=said, **_rule()
    )


def _rule() -> dict[str, int]:
    return {"least": SHORTEST_PASSWORD, "classes": CLASSES}


def _link(site: Site, token: str) -> Person:
    with site.store.read() as conn:
        holder = link_holder(conn, token_hash(token[:100]), site.now())
    if holder is None:
        raise NotFound
    return holder


@router.get("/link/{token}")
def first(request: Request, site: Standing, token: str) -> Response:
    """Show the form for the first password; a used, expired or unknown link is not found."""
    return _first_page(request, _link(site, token), {}, {})


@router.post("/link/{token}")
def set_first(request: Request, site: Standing, token: str, form: PostedAtDoor) -> Response:
    """Set the password, use the link up, and begin a session."""
    holder = _link(site, token)
    try:
        name = one_line(form, "sign_in_name", must=True)
        new = _chosen(form, holder, name)
        who = _keep_first(site, holder, name, hash_password(new), token)
    except RuleBroken as error:
        return _first_page(request, holder, form, wrong(wording(language_of(request)), error))
    answer = go(start_of(who))
    set_session(answer, site, who.token)
    return answer


def _chosen(form: Mapping[str, str], holder: Person, name: str) -> str:
    new = check_password(form.get("password", ""), names=(holder.name, name))
    if form.get("again", "") != new:
        raise RuleBroken("web.password_differs", field="again")
    return new


def _keep_first(site: Site, holder: Person, name: str, hashed: str, link: str) -> Visitor:
    now, token = site.now(), new_token()
    with site.store.write() as conn:
        if not use_link(conn, token_hash(link), now):
            raise NotFound
        set_password(conn, holder.staff, name, hashed, now)
        begin_session(conn, token_hash(token), holder.staff, now)
        write_log(conn, Event.PASSWORD_SET, at=now, staff=holder.staff, subject=holder.staff, detail="link")
        kept = person(conn, holder.staff)
    return Visitor(kept or holder, token)


@router.get("/password")
def change(request: Request, who: Asker) -> Response:
    """Show the form for a new password."""
    return page(request, "password.html", who, old=is_password_old(request, who), **_rule())


@router.post("/password")
def set_new(request: Request, site: Standing, who: Asker, form: Posted) -> Response:
    """Set a new password and end every session of this person, this one too."""
    try:
        fits = password_fits(who.person.password_hash, form.get("present", ""))
        if _settle_present(site, who, fits):
            raise RuleBroken("web.password_wrong", field="present")
        new = _chosen(form, who.person, who.person.sign_in_name)
        _keep_new(site, who, hash_password(new))
    except RuleBroken as error:
        return page(
            request, "password.html", who, 422, old=False, wrong=wrong(wording(language_of(request)), error), **_rule()
        )
    answer = page(request, "password_set.html", None)
    drop_session(answer, site)
    return answer


def _settle_present(site: Site, who: Visitor, fits: bool) -> bool:
    """Count a wrong present password as a failure to sign in; the fifth locks the account and ends its sessions."""
    if fits:
        return False
    now, mine = site.now(), who.person.staff
    with site.store.write() as conn:
        held = hold_account(conn, mine)
        write_log(conn, Event.PASSWORD_SET, at=now, staff=mine, subject=mine, succeeded=False, detail="present")
        if held and count_failure(conn, held, now):
            end_sessions(conn, mine)
            write_log(conn, Event.LOCKED_OUT, at=now, staff=mine)
    return True


def _keep_new(site: Site, who: Visitor, hashed: str) -> None:
    now, mine = site.now(), who.person.staff
    with site.store.write() as conn:
        set_password(conn, mine, who.person.sign_in_name, hashed, now)
        write_log(conn, Event.PASSWORD_SET, at=now, staff=mine, subject=mine, detail="own")
