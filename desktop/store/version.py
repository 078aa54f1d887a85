"""By which numbers a file is known as a station's store, and its schema's version; no SQL."""

from __future__ import annotations

from typing import Final

SCHEMA_MAJOR: Final = 1
SCHEMA_MINOR: Final = 6
USER_VERSION: Final = SCHEMA_MAJOR * 1000 + SCHEMA_MINOR
"""Kept in the file's header (PRAGMA user_version): a greater one was made by a newer program."""

APPLICATION_ID: Final = 0x51534831  # "QSH1"
HEAD_REVISION: Final = "0007"
"""The migration that makes what tables.py describes."""
