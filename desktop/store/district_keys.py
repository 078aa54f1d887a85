"""The district's public keys that this store believes: pinned at first sight, followed, or brought by a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from desktop.store.reader import Reader
from desktop.store.work import Work
from sync.protocol.signed import fingerprint

KEYS: Final = "district_keys"
EXPECTED: Final = "district_key_expected"


def trusted(reader: Reader) -> tuple[bytes, ...]:
    """Return the keys, the present one last."""
    return keys_in(reader.meta(KEYS))


def keys_in(note: str | None) -> tuple[bytes, ...]:
    """Return the keys that the note `KEYS` spells."""
    return tuple(bytes.fromhex(text) for text in (note or "").split())


def trust(work: Work, keys: Sequence[bytes]) -> None:
    """Believe further keys, the last one from now on; what the former ones signed stays good."""
    known = [key for key in trusted(work) if key not in keys]
    work.set_meta(KEYS, " ".join(key.hex() for key in (*known, *keys)))
    work.set_meta(EXPECTED, None)


def expect(work: Work, said: str) -> None:
    """Note the fingerprint of the district's new key, as a person was told it (hex, blanks anywhere)."""
    work.set_meta(EXPECTED, plain(said))


def expects(reader: Reader, key: bytes) -> bool:
    """Whether ``key`` has the fingerprint that a person noted."""
    return bool(reader.meta(EXPECTED)) and reader.meta(EXPECTED) == plain(fingerprint(key))


def plain(said: str) -> str:
    """Return a fingerprint without blanks, in small letters."""
    return "".join(said.split()).lower()
