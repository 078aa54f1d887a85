"""Keys for single fields of records: random, made at first use, and kept in this store's own notes (ADR 0017)."""

from __future__ import annotations

from desktop.store.store import Reader, Work
from desktop.wrapping import new_field_key


def key_for(work: Work, name: str) -> bytes:
    """Return the key called ``name``, made where there is none yet."""
    known = work.meta(name)
    if known is None:
        known = new_field_key().hex()
        work.set_meta(name, known)
    return bytes.fromhex(known)


def key_of(reader: Reader, name: str) -> bytes | None:
    """Return the key called ``name``; None where nothing was sealed here yet."""
    known = reader.meta(name)
    return None if known is None else bytes.fromhex(known)
