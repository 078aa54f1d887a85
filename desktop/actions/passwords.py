"""Passwords of people: what a good one is, and Argon2id (RFC 9106) as the only way in which they are kept."""

from __future__ import annotations

from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sync.records.errors import RuleBroken

SHORTEST = 8
CLASSES = 3
LONGEST = 200
_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=2)
"""64 MiB, three passes: RFC 9106's second recommended option, with two lanes for two cores."""


def check_password(password: str, again: str, *, field: str = "password") -> None:
    """Eight characters or more, of three classes out of four (GB/T 22239-2019, 8.1.4.1), the same twice."""
    if len(password) < SHORTEST or len(password) > LONGEST or _classes(password) < CLASSES:
        raise RuleBroken("actions.password_weak", field=field, least=SHORTEST, classes=CLASSES)
    if password != again:
        raise RuleBroken("actions.password_differs", field=f"{field}_again")


def _classes(password: str) -> int:
    kinds = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum() or not c.isascii())
    return sum(any(kind(c) for c in password) for kind in kinds)


def hash_password(password: str) -> str:
    """Return the PHC string of an Argon2id hash."""
    return _hasher.hash(password)


def verify(hashed: str, password: str) -> bool:
    """Whether ``password`` is the one that was hashed."""
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


DUMMY = "$argon2id$v=19$m=65536,t=3,p=2$QGEt1CKGheiZAWVKur/5Fw$EKgrZ4rSVplqMD8iAGhQ456Rc470gha+ZCSWTlIA0E8"
"""Verified where there is no such person, so that the time taken does not say whether a name exists."""


def try_hashes(hashes: Iterable[str], password: str) -> dict[str, bool]:
    """Whether ``password`` is the one of each hash: the slow part of signing in, beside the opening of the store."""
    return {hashed: verify(hashed, password) for hashed in hashes or (DUMMY,)}
