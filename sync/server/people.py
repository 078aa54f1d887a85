"""Who may sign in on the district's pages: roles, passwords, sessions and one-time links as plain rules, no storage.

Figures by GB/T 22239-2019, level 3 (身份鉴别, 三权分立): at least 8 characters of 3 classes, a new password every
90 days, locked for 30 minutes after 5 failures, signed out when idle, the three administrators never one person.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sync.records.errors import RuleBroken, Unavailable
from sync.records.units import ADMINISTRATORS, Role

DISTRICT_ROLES: Final = (Role.DEPARTMENT, Role.DISPATCHER, Role.VIEWER, Role.SYSTEM, Role.SECURITY, Role.AUDIT)
"""The roles that sign in on the district's pages; the others work at stations."""

FAILURES: Final = 5
LOCKED_FOR: Final = timedelta(minutes=30)
IDLE: Final = timedelta(minutes=10)
LONGEST_SESSION: Final = timedelta(hours=12)
LINK_LASTS: Final = timedelta(hours=24)
PASSWORD_LASTS: Final = timedelta(days=90)
SHORTEST_PASSWORD: Final = 8
LONGEST_PASSWORD: Final = 128
CLASSES: Final = 3
TOKEN_BYTES: Final = 32

_hasher: Final = PasswordHasher()  # Argon2id, RFC 9106's second recommended option (64 MiB, 3 passes)
# Each hash takes 64 MiB and a tenth of a second: strangers must take neither all memory nor all threads.
_at_once: Final = threading.BoundedSemaphore(2)
_in_line: Final = threading.BoundedSemaphore(8)


def check_roles(roles: Iterable[Role]) -> frozenset[Role]:
    """Return ``roles``; RuleBroken where two of the three administrators would be one person, or one works too.

    An administrator who also handled orders could cover up what he did there.
    """
    found = frozenset(roles)
    if not found or not found <= frozenset(DISTRICT_ROLES):
        raise RuleBroken("web.wrong_role", field="role")
    if found & ADMINISTRATORS and len(found) > 1:
        raise RuleBroken("web.administrators_apart", field="role")
    return found


def check_password(password: str, *, names: Iterable[str] = (), field: str = "password") -> str:
    """Return ``password``; RuleBroken where it is short, long, of too few classes, or holds one of ``names``."""
    if len(password) < SHORTEST_PASSWORD:
        raise RuleBroken("web.password_short", field=field, least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise RuleBroken("web.password_long", field=field, most=LONGEST_PASSWORD)
    if len({_class_of(character) for character in password}) < CLASSES:
        raise RuleBroken("web.password_classes", field=field, classes=CLASSES)
    lowered = password.casefold()
    if any(len(name) > 1 and name.casefold() in lowered for name in names):
        raise RuleBroken("web.password_holds_name", field=field)
    return password


def _class_of(character: str) -> str:
    """Small letters, capitals, digits, everything else (a Chinese character counts as a sign)."""
    if not character.isascii():
        return "sign"
    return (
        "small"
        if character.islower()
        else "capital"
        if character.isupper()
        else "digit"
        if character.isdigit()
        else "sign"
    )


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    """Wait for one's turn; Unavailable ("web.too_many") where the line is long already."""
    if not _in_line.acquire(blocking=False):
        raise Unavailable("web.too_many")
    try:
        with _at_once:
            yield
    finally:
        _in_line.release()


def hash_password(password: str) -> str:
    """Return the Argon2id hash of ``password`` in its own text form."""
    with _turn():
        return _hasher.hash(_spelt(password))


def password_fits(stored: str, password: str) -> bool:
    """Whether ``password`` is the one behind ``stored``; without a stored hash it takes the same time and is False."""
    with _turn():
        try:
            _hasher.verify(stored or _nobody(), _spelt(password[:LONGEST_PASSWORD]))
        except (VerificationError, InvalidHashError):
            return False
    return bool(stored)


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex())


def _spelt(password: str) -> str:
    # Keyboards and input methods spell one text in two ways: NFKC makes them one (RFC 8265, 4.2).
    return unicodedata.normalize("NFKC", password)


def sign_in_key(name: str) -> str:
    """Return what a sign-in name is compared by: without blanks around, full width and case."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def new_token() -> str:
    """Return 256 fresh random bits as text for a cookie or a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """Return what is stored of a token: SHA-256 over its characters. It is random, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).digest()


def derived(token: str, *purpose: str) -> str:
    """Return a value that only the holder of ``token`` and this server can name: form tokens and form numbers."""
    return hashlib.sha256("\0".join(("qianshao/web", *purpose, token)).encode()).hexdigest()[:43]
