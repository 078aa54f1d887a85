"""One tree of errors, sorted by what the person at the desk can do about it.

Each error carries a wording key and its values, never a finished sentence: the catalogue in ``resources/wording``
turns it into one sentence in the reader's language. A bug is not in this tree; it reaches the crash dialog.
"""

from __future__ import annotations


class QianshaoError(Exception):
    """An error that a person can be told about: ``key`` names a wording, ``values`` fill its places."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        # Values may hold personal data: they are for the wording, never for logs and tracebacks.
        return self.key


class RuleBroken(QianshaoError):
    """The person can correct it now. ``field`` is the form field beside which the sentence is shown."""

    def __init__(self, key: str, /, *, field: str = "", **values: object) -> None:
        super().__init__(key, **values)
        self.field = field


class Unavailable(QianshaoError):
    """The surroundings do not answer (network, printer, busy store): work goes on, it is tried again."""


class Refused(QianshaoError):
    """Someone must act first: one sentence, one button."""


class Damaged(QianshaoError):
    """A file is not what it must be: stop, explain, offer the backup."""
