"""What is said outside the platform: an order's number, its time and its address, never a word about parties."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from resources import Wording


@dataclass(frozen=True, slots=True)
class Message:
    """``notice`` is its key: whoever gets one twice has got one. ``telephone`` is the duty officer's, for gateways.

    ``unit`` is the desk in need, or the department that a step of the ladder (``step``, of which ``clock``) or an
    objection is about. ``passed``: every limit that steps are told of by this one message, with what was done.
    """

    notice: str
    kind: str
    number: str = ""
    due: str = ""
    link: str = ""
    unit: str = ""
    telephone: str = ""
    text: str = ""
    step: str = ""
    clock: str = ""
    passed: str = ""

    def places(self) -> dict[str, str]:
        """Return what templates may ask for."""
        return asdict(self)


PLACES: Final = frozenset(Message.__slots__)


def worded(message: Message, words: Wording) -> str:
    """Return the one sentence of a message that is read by a person."""
    return words(f"notices.text_{message.kind}", **message.places())
