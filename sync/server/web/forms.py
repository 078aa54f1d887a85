"""What a browser's form sends, read as hostile: one text for each field, and what was wrong beside each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Final, TypeVar
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.formparsers import MultiPartException, MultiPartParser

from sync.records.errors import RuleBroken
from sync.records.telephones import normal_phone
from sync.records.text import check_text
from sync.records.times import parse_moment, to_minute
from sync.server.web.headers import MOST_UPLOAD_BYTES, most_bytes

MOST_FIELDS: Final = 1000
"""The dispatch rules are the largest form: forty rows of fifteen fields."""
SHORT: Final = 100
LONG: Final = 4000
SENT_FILES: Final = "sent_files"
_KIND_OF_PARTS: Final = "multipart/form-data"
_KIND: Final = "application/x-www-form-urlencoded"
_AHEAD: Final = timedelta(minutes=5)

T = TypeVar("T")


class TooLarge(Exception):
    """A form with files states more bytes than one may have."""


class _Parts(MultiPartParser):
    """Keeps the parts in memory: what people hand in is written nowhere in clear."""

    spool_max_size = MOST_UPLOAD_BYTES + 1


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of the request's body, the last of each name; an unreadable body is an empty form.

    The files of a form with parts are left in the request's state (`SENT_FILES`); TooLarge where they are too much.

    Nothing here has been checked: pages that change something use `visitor.Posted`.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == _KIND_OF_PARTS:
        return await _read_parts(request)
    if kind != _KIND:
        return {}
    body = await request.body()
    try:
        return dict(parse_qsl(body.decode("ascii"), True, errors="strict", max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


async def _read_parts(request: Request) -> dict[str, str]:
    stated = request.headers.get("content-length", "")
    if not stated.isdecimal() or int(stated) > most_bytes(request.url.path, _KIND_OF_PARTS):
        raise TooLarge
    try:
        parser = _Parts(request.headers, request.stream(), max_files=MOST_FIELDS, max_fields=MOST_FIELDS)
        parts = await parser.parse()
    except (MultiPartException, ValueError):
        return {}
    out, sent = {}, []
    for name, value in parts.multi_items():
        if isinstance(value, str):
            out[name] = value
        elif content := await value.read():
            sent.append(content)
    await parts.close()
    setattr(request.state, SENT_FILES, sent)
    return out


Form = Annotated[dict[str, str], Depends(read_form)]


class Fields:
    """Reads one form field by field; what is wrong is kept in ``broken``, so that all of it is shown at once."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form
        self.broken: list[RuleBroken] = []

    def line(self, field: str, *, must: bool = False) -> str:
        """Return a short text without blanks around it."""
        return self.tried(lambda: one_line(self._form, field, must=must), "")

    def paragraph(self, field: str, *, must: bool = False) -> str:
        """Return a long text with LF line ends."""
        return self.tried(lambda: _paragraph(self._form, field, must), "")

    def phone(self, field: str) -> str:
        """Return a telephone number in its stored form, or nothing."""
        return self.tried(lambda: normal_phone(self._form.get(field, "")[:SHORT], field=field), "")

    def past(self, field: str, now: datetime, since: datetime, early: str = "web.time_before_order") -> datetime:
        """Return a time that has been: not after ``now`` and not before ``since`` (to the minute); ``early`` is what is
        said of one that is.
        """
        return self.tried(lambda: _past(self._form, field, now, since, early), now)

    def ahead(self, field: str, now: datetime, *, must: bool = True) -> datetime | None:
        """Return a time that is still to come; None where the field may stay empty and does."""
        if not must and not self._form.get(field, "").strip():
            return None
        return self.tried(lambda: _ahead(self._form, field, now), None)

    def one_of(self, field: str, choices: Mapping[str, T]) -> T | None:
        """Return what stands for the chosen value."""
        return self.tried(lambda: _one_of(self._form, field, choices), None)

    def tried(self, read: Callable[[], T], otherwise: T) -> T:
        """Return what ``read`` returns, or ``otherwise`` where a rule is broken."""
        try:
            return read()
        except RuleBroken as error:
            self.broken.append(error)
            return otherwise


def one_line(form: Mapping[str, str], field: str, *, must: bool = False) -> str:
    """Return a short text; RuleBroken where it is missing, long, or cannot be shown truly."""
    return _there(check_text(form.get(field, "").strip(), field=field, lines=False, limit=SHORT), field, must)


def _paragraph(form: Mapping[str, str], field: str, must: bool) -> str:
    return _there(check_text(form.get(field, "").replace("\r\n", "\n").strip(), field=field, limit=LONG), field, must)


def _past(form: Mapping[str, str], field: str, now: datetime, since: datetime, early: str) -> datetime:
    at = parse_moment(one_line(form, field, must=True), field=field)
    if at > now + _AHEAD:
        raise RuleBroken("web.time_ahead", field=field)
    # A station whose clock is fast must not keep a department from answering.
    if since <= now and at < since.replace(second=0, microsecond=0):
        issued = to_minute(since)
        raise RuleBroken(early, field=field, issued=issued)
    return at


def _ahead(form: Mapping[str, str], field: str, now: datetime) -> datetime:
    at = parse_moment(one_line(form, field, must=True), field=field)
    if at <= now:
        raise RuleBroken("web.time_past", field=field)
    return at


def _one_of(form: Mapping[str, str], field: str, choices: Mapping[str, T]) -> T:
    chosen = form.get(field, "")
    if chosen not in choices:
        raise RuleBroken("web.not_chosen", field=field)
    return choices[chosen]


def _there(text: str, field: str, must: bool) -> str:
    if must and not text:
        raise RuleBroken("web.missing", field=field)
    return text
