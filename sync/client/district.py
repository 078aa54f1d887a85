"""What the exchange needs of a district: a promise that http keeps, and that tests can keep in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from sync.client.journal import FileToSend
from sync.protocol.messages import (
    Exchange,
    Exchanged,
    Hello,
    Pull,
    Pulled,
    Push,
    Pushed,
    Receipt,
    ReceiptAsked,
    Welcome,
)
from sync.records.errors import Unavailable

TOO_LARGE_BETWEEN: Final = "exchange.too_large_between"
"""Refused: something between the two ends does not let so much through; the district never saw it."""


class LineBroke(Unavailable):
    """The line was there and broke, or the district cannot answer just now: said once more it may be carried."""


def strange(status: int = 200) -> LineBroke:
    """Return the error of an answer that no district gives: said once more, the district itself may hear it."""
    return LineBroke("exchange.strange_answer", status=status)


class District(Protocol):
    """Each call may be repeated without harm. Unavailable: try later. Refused: somebody must act first."""

    def hello(self, hello: Hello) -> Welcome:
        """Say who speaks; Refused where the versions do not understand each other or the device was revoked."""
        ...

    def push(self, page: Push) -> Pushed:
        """Hand over one page; the answer names every record that it is about."""
        ...

    def pull(self, ask: Pull) -> Pulled:
        """Ask for what is new after a cursor."""
        ...

    def receipt(self, asked: ReceiptAsked) -> Receipt:
        """Compare what both ends hold."""
        ...

    def exchange(self, said: Exchange) -> Exchanged:
        """Say all of it in one request, to a district that has said ONE_TRIP."""
        ...

    def put_file(self, digest: str, content: bytes) -> None:
        """Hand over the bytes of an attachment in one go: for a district without FILES_IN_PIECES."""
        ...

    def begin_upload(self, file: FileToSend) -> str:
        """Begin to hand over a file in pieces; returns the name of the upload."""
        ...

    def upload_stands(self, name: str) -> int | None:
        """Return how many bytes of an upload are there; None where there is no such upload any more."""
        ...

    def send_piece(self, name: str, offset: int, piece: bytes) -> int:
        """Hand over the bytes from ``offset``; returns how many are there then, whatever was sent."""
        ...

    def file_from(self, digest: str, start: int) -> Iterator[bytes]:
        """Yield the bytes of an attachment from ``start`` on; Unavailable where the line breaks in between."""
        ...
