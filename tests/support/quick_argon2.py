"""Argon2id at its cheapest where a test's own process makes a hash or wraps keys; programs that it starts pay in full.

Each hash and each file of keys says what it cost, so whoever reads it finds its way. A backup says nothing of it: what
opens one is stretched as shipped, in tests, too.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from desktop import wrapping
from desktop.actions import passwords
from sync.server import people

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
CHEAP_WRAPPING = {"time": 1, "memory_kib": 64, "lanes": 1}
_SHIPPED = (passwords._hasher, people._hasher, wrapping.ARGON2)


def _cost(patch: pytest.MonkeyPatch, at_desks: PasswordHasher, on_pages: PasswordHasher, keys: dict[str, int]) -> None:
    patch.setattr(passwords, "_hasher", at_desks)
    patch.setattr(people, "_hasher", on_pages)
    patch.setattr(wrapping, "ARGON2", keys)


def cheap_argon2(patch: pytest.MonkeyPatch) -> None:
    """64 KiB instead of 64 MiB from now on."""
    _cost(patch, CHEAP, CHEAP, CHEAP_WRAPPING)


@pytest.fixture(scope="session", autouse=True)
def quick_argon2() -> Iterator[None]:
    """Cheap for whatever a test's own process makes."""
    with pytest.MonkeyPatch.context() as patch:
        cheap_argon2(patch)
        yield


@pytest.fixture
def shipped_argon2(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test that looks at the cost itself, or at what becomes of those who wait for it."""
    _cost(monkeypatch, *_SHIPPED)
