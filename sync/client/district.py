"""What the exchange needs of a district: a promise that http keeps, and that tests can keep in memory."""

from __future__ import annotations

from typing import Protocol

from sync.protocol.messages import Hello, Pull, Pulled, Push, Pushed, Receipt, ReceiptAsked, Welcome


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

    def put_file(self, digest: str, content: bytes) -> None:
        """Hand over the bytes of an attachment."""
        ...

    def get_file(self, digest: str) -> bytes:
        """Fetch the bytes of an attachment."""
        ...
