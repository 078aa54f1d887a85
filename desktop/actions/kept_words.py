"""What a counselling session keeps from others: sealed in the record for this desk, and read in one place.

Counselling is about somebody's health (个人信息保护法 28). Whatever passes on, prints, lists or looks through a record
has letters here that say nothing; `actions.referrals` opens them for whom it may, and that is written into the log.
"""

from __future__ import annotations

from typing import Final

from desktop.actions.field_keys import key_for, key_of
from desktop.store.store import Reader, Work
from desktop.wrapping import opened, sealed

KEY: Final = "counselling_key"


def keep_words(work: Work, text: str, matter: str) -> str:
    """Return ``text`` as a step of ``matter`` keeps it; empty for nothing."""
    return sealed(text, key_for(work, KEY), matter) if text else ""


def words_kept(reader: Reader, kept: str, matter: str) -> str | None:
    """Return what `keep_words` was given; None where another desk wrote it."""
    key = key_of(reader, KEY)
    return None if key is None else opened(kept, key, matter)
