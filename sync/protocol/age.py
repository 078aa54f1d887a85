"""Encryption to one reader (age, X25519), as streams: the only door to pyrage. It knows nothing of what it encrypts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from sync.records.errors import Damaged, Refused

MOST_OVERHEAD: Final = 4096
CHUNK: Final = 64 * 1024
TAG: Final = 16
"""age encrypts in chunks of 64 KiB, each with a tag, behind a header that is shorter than ``MOST_OVERHEAD``."""


class Readable(Protocol):
    """Whatever gives bytes piece by piece; b"" at the end."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most ``size`` bytes."""
        ...


class _Stream:
    """What pyrage reads from and writes to; the first error of either side is kept as it was."""

    def __init__(self, source: Readable, to: Callable[[bytes], None]) -> None:
        self._source, self._to = source, to
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._source.read(size)
        except BaseException as error:
            self.error = self.error or error
            raise

    def write(self, piece: bytes) -> int:
        if self.error is not None:
            return len(piece)  # a buffer that is flushed once more after it failed: nobody takes it twice
        try:
            self._to(bytes(piece))
        except BaseException as error:
            self.error = error
            raise
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""


def new_identity() -> str:
    """Return a new secret identity, as age spells it (AGE-SECRET-KEY-1…)."""
    import pyrage

    return str(pyrage.x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Return the public recipient (age1…) of an identity; Damaged("bundle.damaged_identity")."""
    import pyrage

    try:
        return str(pyrage.x25519.Identity.from_str(identity).to_public())
    except (pyrage.IdentityError, ValueError) as error:
        raise Damaged("bundle.damaged_identity") from error


def check_recipient(recipient: str) -> str:
    """Return ``recipient`` where age knows it as one; Damaged("bundle.damaged_recipient")."""
    import pyrage

    try:
        return str(pyrage.x25519.Recipient.from_str(recipient))
    except (pyrage.RecipientError, ValueError) as error:
        raise Damaged("bundle.damaged_recipient") from error


def encrypt(source: Readable, to: Callable[[bytes], None], recipient: str) -> None:
    """Encrypt what ``source`` gives and hand it to ``to``; what either of them raises stops it and passes through."""
    import pyrage

    known = pyrage.x25519.Recipient.from_str(check_recipient(recipient))
    stream = _Stream(source, to)
    try:
        pyrage.encrypt_io(stream, stream, [known])
    except BaseException:
        if stream.error is not None:
            raise stream.error from None
        raise


def decrypt(source: Readable, to: Callable[[bytes], None], identity: str) -> None:
    """Decrypt what ``source`` gives and hand it to ``to``, each piece after its tag was checked.

    Refused("bundle.wrong_key") where it is encrypted to somebody else, Damaged("bundle.altered"); what either of
    the two raises passes through. What was handed on stands even where a later piece is damaged.
    """
    import pyrage

    recipient_of(identity)
    stream = _Stream(source, to)
    try:
        pyrage.decrypt_io(stream, stream, [pyrage.x25519.Identity.from_str(identity)])
    except (pyrage.DecryptError, OSError) as error:
        if stream.error is not None:
            raise stream.error from None
        if "No matching keys" in str(error):
            raise Refused("bundle.wrong_key") from error
        raise Damaged("bundle.altered") from error
