"""The chain of a store's journal: each record that the store wrote hangs on the one before, by id and hash.

``link(0) = SHA-256("qianshao/journal/1" NUL store id)`` and ``link(n) = SHA-256("qianshao/journal/1" NUL link(n - 1) id
NUL hash)``. Both ends compute it: equal links mean the same records in the same order, and nothing left out.
"""

from __future__ import annotations

import hashlib
from typing import Final

_DOMAIN: Final = b"qianshao/journal/1\0"


def first_link(store: str) -> bytes:
    """Return link(0) of a store's journal."""
    return hashlib.sha256(_DOMAIN + store.encode()).digest()


def next_link(former: bytes, record_id: str, hash_: bytes) -> bytes:
    """Return the link of the record after ``former``."""
    return hashlib.sha256(b"".join((_DOMAIN, former, record_id.encode(), b"\0", hash_))).digest()
