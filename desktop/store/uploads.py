"""Under which name the district takes bytes that are on their way, in the store's notes: a restart goes on there."""

from __future__ import annotations

import json
from typing import Final

from desktop.store.reader import Reader
from desktop.store.work import Work

_NOTE: Final = "uploads"


def upload_of(reader: Reader, digest: str) -> str:
    """Return the name of the upload of ``digest``; empty where none is noted."""
    return _noted(reader).get(digest, "")


def note_upload(work: Work, digest: str, name: str) -> None:
    """Note an upload; an empty ``name`` takes the note away. They are few: a lane sends one file at a time."""
    noted = _noted(work)
    if noted.get(digest, "") == name:
        return
    left = {known: at for known, at in noted.items() if known != digest}
    left |= {digest: name} if name else {}
    work.set_meta(_NOTE, json.dumps(left) if left else None)


def _noted(reader: Reader) -> dict[str, str]:
    found: dict[str, str] = json.loads(reader.meta(_NOTE) or "{}")
    return found
