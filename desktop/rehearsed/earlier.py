"""A desk on which version 0.1.0 is still installed, as its district hears it: records one by one, no numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import structs

from sync.client.http import HttpDistrict
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
from sync.records.errors import Refused

PROGRAM: Final = "qianshao 0.1.0"


class EarlierLine:
    """Keeps `sync.client.district.District` with the words of version 0.1.0 alone: no capabilities, no pages, no
    numbers of the journal, no exchange in one request, files in one go. What it would not
    understand of an answer is left out, but for the signature of a receipt: that version kept none, and the checker
    asks for one.
    """

    def __init__(self, district: HttpDistrict) -> None:
        self._district = district

    def hello(self, hello: Hello) -> Welcome:
        said = structs.replace(hello, program=PROGRAM, capabilities=())
        return structs.replace(self._district.hello(said), capabilities=(), recipient="")

    def push(self, page: Push) -> Pushed:
        plainly = [structs.replace(frame, ordinal=0, wrote=b"") for frame in page.records]
        return structs.replace(self._district.push(Push(page.store, plainly)), missing=[])

    def pull(self, ask: Pull) -> Pulled:
        return self._district.pull(Pull(ask.store, ask.cursor, ask.limit))

    def receipt(self, asked: ReceiptAsked) -> Receipt:
        return self._district.receipt(asked)

    def exchange(self, said: Exchange) -> Exchanged:
        raise Refused("protocol.no_such_address")

    def put_file(self, digest: str, content: bytes) -> None:
        self._district.put_file(digest, content)

    def begin_upload(self, file: FileToSend) -> str:
        raise Refused("protocol.no_such_address")

    def upload_stands(self, name: str) -> int | None:
        raise Refused("protocol.no_such_address")

    def send_piece(self, name: str, offset: int, piece: bytes) -> int:
        raise Refused("protocol.no_such_address")

    def file_from(self, digest: str, start: int) -> Iterator[bytes]:
        return self._district.file_from(digest, start)
