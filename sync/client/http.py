"""The district over HTTP: the only door to requests. Foreign failures become Unavailable, Refused or Damaged here."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import ssl
import time
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests

from sync.client.downloads import fetch
from sync.client.journal import FileToSend
from sync.client.listening import NewsLine
from sync.client.tus_words import PIECE, TUS, checksum, metadata, name_in, offset_in
from sync.protocol import codec
from sync.protocol.messages import (
    Enrol,
    Enrolled,
    Exchange,
    Exchanged,
    Hello,
    MoveStore,
    Problem,
    Pull,
    Pulled,
    Push,
    Pushed,
    Receipt,
    ReceiptAsked,
    Welcome,
)
from sync.protocol.news import LAST_EVENT, PATIENCE_SECONDS
from sync.protocol.version import MAX_BODY_BYTES, MEDIA_TYPE
from sync.records.errors import Damaged, QianshaoError, Refused, Unavailable

T = TypeVar("T")
CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
SLOWEST_BYTES_PER_SECOND = 16 * 1024
"""The time budget of a call: 5 s to connect, then 30 s and one second more for each 16 KiB that travel."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def check_url(url: str) -> str:
    """Return the district's address without a trailing slash; plain http is for this machine alone."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise Refused("exchange.bad_address", address=parts.hostname or url.strip()[:60])
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise Refused("exchange.plain_http", address=parts.hostname)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


PATIENCE = 5
"""How often a request is said again at the time that the district names, before a person is told."""
LONGEST_WAIT_SECONDS = 60


class HttpDistrict:
    """Keeps District. ``ca_file`` holds the only certificate authority that is trusted (None: plain loopback).

    Refused("exchange.no_authority") where an https address has none: nothing is ever sent to a server unchecked.
    ``patience`` seconds may pass without a byte of an answer, and ``again`` times a request is said once more where the
    district asks for a pause.
    """

    def __init__(
        self,
        url: str,
        device: str,
        secret: str,
        ca_file: Path | None,
        *,
        patience: float = READ_SECONDS,
        again: int = PATIENCE,
    ) -> None:
        self._url, self._patience, self._times = check_url(url), patience, again
        if self._url.startswith("https") and not (ca_file and ca_file.is_file()):
            raise Refused("exchange.no_authority")
        self._http = _session()
        self._http.headers["Authorization"] = f"Bearer {device}.{secret}"
        self._http.headers["Content-Type"] = MEDIA_TYPE
        self._verify = str(ca_file) if ca_file else True

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def hello(self, hello: Hello) -> Welcome:
        return self._say("hello", hello, Welcome)

    def push(self, page: Push) -> Pushed:
        return self._say("push", page, Pushed)

    def pull(self, ask: Pull) -> Pulled:
        return self._say("pull", ask, Pulled)

    def receipt(self, asked: ReceiptAsked) -> Receipt:
        return self._say("receipt", asked, Receipt)

    def exchange(self, said: Exchange) -> Exchanged:
        return self._say("exchange", said, Exchanged)

    def move(self, move: MoveStore) -> Welcome:
        """Tell the district that this store was restored under a new id."""
        return self._say("move", move, Welcome)

    def enrol(self, enrol: Enrol) -> Enrolled:
        """Hand in a one-time code; repeating it from the same device gives the same answer."""
        return self._say("enrol", enrol, Enrolled)

    def put_file(self, digest: str, content: bytes) -> None:
        self._ask("PUT", f"files/{digest}", content)

    def begin_upload(self, file: FileToSend) -> str:
        said = {"Upload-Length": str(file.size), "Upload-Metadata": metadata(sha256=file.digest, record=file.record)}
        return name_in(self._answer("POST", "uploads", b"", TUS | said).headers.get("location", ""))

    def upload_stands(self, name: str) -> int | None:
        reply = self._talk("HEAD", f"uploads/{name}", b"", TUS)
        if reply.status in (404, 410):
            return None
        return offset_in(_good(reply).headers)

    def send_piece(self, name: str, offset: int, piece: bytes) -> int:
        said = {"Upload-Offset": str(offset), "Content-Type": PIECE, "Upload-Checksum": checksum(piece)}
        return offset_in(self._answer("PATCH", f"uploads/{name}", piece, TUS | said).headers)

    def file_from(self, digest: str, start: int) -> Iterator[bytes]:
        asked = {"Range": f"bytes={start}-", "If-Range": f'"{digest}"'} if start else {}
        with self._translated(), self._request("GET", f"files/{digest}", b"", asked) as response:
            if response.status_code not in (200, 206):
                raise _problem(response.status_code, _read(response, MAX_BODY_BYTES))
            skip = start if response.status_code == 200 else 0  # one that knows no ranges begins anew
            for part in response.iter_content(64 * 1024):
                yield part[skip:]
                skip = max(skip - len(part), 0)

    @contextlib.contextmanager
    def news(self, held: int, patience: float = PATIENCE_SECONDS) -> Iterator[NewsLine]:
        """Listen for news after number ``held``; the line is dead after ``patience`` seconds without a sign of life.

        Unavailable where it cannot be had or breaks; Refused: the device was revoked, the district is an older one.
        """
        said = {LAST_EVENT: str(held)}
        with self._translated(), self._request("GET", "news", b"", said, patience) as response:
            if response.status_code == 429:
                raise Unavailable("protocol.busy")
            if response.status_code != 200:
                raise _problem(response.status_code, _read(response, MAX_BODY_BYTES))
            line = getattr(getattr(response.raw, "connection", None), "sock", None)
            try:
                yield NewsLine(response.iter_content(1024), partial(_hang_up, line))
            except requests.exceptions.SSLError as error:  # the certificate was right: this line has broken
                raise Unavailable("exchange.no_answer", address=urlsplit(self._url).netloc) from error

    def get_file(self, digest: str) -> bytes:
        """Fetch a file, however often the line breaks."""
        return fetch(self, digest)

    def _say(self, verb: str, message: Any, answer: type[T]) -> T:
        return codec.unpack(self._ask("POST", verb, codec.pack(message)), answer)

    def _ask(self, method: str, verb: str, body: bytes) -> bytes:
        """Ask once more after as long as the district says, where it says that this device asks too often."""
        reply = self._talk(method, verb, body, {})
        for _ in range(self._times):
            if reply.status != 429:
                break
            time.sleep(_named_seconds(reply))
            reply = self._talk(method, verb, body, {})
        return _good(reply).content

    def _answer(self, method: str, verb: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        return _good(self._talk(method, verb, body, headers))

    def _talk(self, method: str, verb: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        with self._translated(), self._request(method, verb, body, headers) as response:
            return Reply(response.status_code, response.headers, _read(response, MAX_BODY_BYTES))

    def _request(
        self, method: str, verb: str, body: bytes, headers: Mapping[str, str], patience: float = 0.0
    ) -> requests.Response:
        budget = (patience or self._patience) + len(body) / SLOWEST_BYTES_PER_SECOND
        return self._http.request(
            method,
            f"{self._url}/v1/{verb}",
            data=body,
            headers=dict(headers),
            timeout=(CONNECT_SECONDS, budget),
            verify=self._verify,
            allow_redirects=False,
            stream=True,
        )

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except requests.exceptions.SSLError as error:
            raise Refused("exchange.wrong_certificate") from error
        except requests.exceptions.RequestException as error:
            raise Unavailable("exchange.no_answer", address=urlsplit(self._url).netloc) from error


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that was read to its end."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def _good(reply: Reply) -> Reply:
    if reply.status not in (200, 201, 204):
        raise _problem(reply.status, reply.content)
    return reply


def _named_seconds(reply: Reply) -> int:
    """Return how long the district wants to wait before it hears this again."""
    stated = reply.headers.get("retry-after", "")
    return min(int(stated), LONGEST_WAIT_SECONDS) if stated.isdecimal() and len(stated) < 6 else 1


def _hang_up(line: socket.socket | None) -> None:
    """End a connection under whoever reads from it, on another thread; of TLS, too, the socket beneath."""
    if line is not None:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)


def _session() -> requests.Session:
    """Neither proxies nor .netrc of the desk's user take part."""
    session = requests.Session()
    session.trust_env = False
    return session


def _read(response: requests.Response, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(64 * 1024):
        size += len(part)
        if size > limit:
            raise Damaged("protocol.unreadable_message")
        parts.append(part)
    return b"".join(parts)


def _problem(status: int, content: bytes) -> QianshaoError:
    """Return the error that an answer other than 200 stands for; 5xx and unknown answers mean: try later."""
    try:
        problem = codec.unpack(content, Problem)
    except Damaged:
        return Unavailable("exchange.strange_answer", status=status)
    if status >= 500:
        return Unavailable(problem.reason, **problem.values)
    return Refused(problem.reason, **problem.values)


def fetch_ca(url: str, fingerprint: bytes) -> bytes:
    """Return the district's CA certificate (PEM) after checking it against the enrolment code's ``fingerprint``.

    The connection itself is not trusted: only the fingerprint (20 bytes of SHA-256 over the DER) decides.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the one call whose certificate nobody can know yet
            with (
                _session() as session,
                session.get(
                    f"{check_url(url)}/v1/ca",
                    timeout=CONNECT_SECONDS,
                    verify=False,
                    stream=True,
                    allow_redirects=False,
                ) as response,
            ):
                pem = _read(response, 64 * 1024)
    except requests.exceptions.RequestException as error:
        raise Unavailable("exchange.no_answer", address=urlsplit(url).netloc) from error
    try:
        der = ssl.PEM_cert_to_DER_cert(pem.decode("ascii").strip())
    except (ValueError, UnicodeDecodeError) as error:
        raise Refused("exchange.wrong_certificate") from error
    if hashlib.sha256(der).digest()[: len(fingerprint)] != fingerprint:
        raise Refused("exchange.wrong_certificate")
    return pem
