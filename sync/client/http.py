"""The district over HTTP: the only door to requests. Foreign failures become Unavailable, Refused or Damaged here."""

from __future__ import annotations

import contextlib
import hashlib
import ssl
import time
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

import requests
from urllib3.util.ssl_ import create_urllib3_context

from sync.client.answers import Reply, good, named_seconds, problem
from sync.client.connections import Lines, is_about_certificate, is_out_of_date, was_never_there
from sync.client.district import LineBroke, strange
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
    Pull,
    Pulled,
    Push,
    Pushed,
    Receipt,
    ReceiptAsked,
    Welcome,
)
from sync.protocol.news import LAST_EVENT, PATIENCE_SECONDS
from sync.protocol.news import MEDIA_TYPE as NEWS_TYPE
from sync.protocol.version import MAX_BODY_BYTES, MEDIA_TYPE, PLAIN_MESSAGES, PLAIN_TYPE
from sync.records.errors import Refused, Unavailable

T = TypeVar("T")
CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
SLOWEST_BYTES_PER_SECOND = 16 * 1024
"""The time budget of a call: 5 s to connect, then 30 s and one second more for each 16 KiB that travel."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PLAINLY = {"User-Agent": "qianshao", "Accept-Encoding": "identity"}
"""Bodies are packed already: nobody between the ends is asked to pack them once more."""
_EITHER = f"{MEDIA_TYPE}, {PLAIN_TYPE}"


def check_url(url: str) -> str:
    """Return the district's address without a trailing slash; plain http is for this machine alone."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not _is_place(parts) or parts.username or parts.password:
        raise Refused("exchange.bad_address", address=parts.hostname or url.strip()[:60])
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise Refused("exchange.plain_http", address=parts.hostname)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _is_place(parts: SplitResult) -> bool:
    """Whether there is a host, and a port that can be one."""
    try:
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


PATIENCE = 5
"""How often a request is said again at the time that the district names, before a person is told."""


class HttpDistrict:
    """Keeps District. ``ca_file`` holds the only certificate authority that is trusted (None: plain loopback).

    Refused("exchange.no_authority") where an https address has none: nothing is ever sent to a server unchecked.
    ``carried`` are the bytes of all bodies that went and were answered, and of the answers.
    A district that says so in its welcome is sent small messages without compression from then on.
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
        self.url = check_url(url)
        parts = urlsplit(self.url)
        self._address = parts.netloc
        self._patience, self._times = patience, again
        self.carried = 0
        self._lines = Lines(f"{parts.scheme}://{parts.netloc}", _trusting(ca_file) if parts.scheme == "https" else None)
        self._plain = False
        said = {"Authorization": f"Bearer {device}.{secret}", "Content-Type": MEDIA_TYPE, "Accept": _EITHER} | _PLAINLY
        self._blank = _blank(f"{self.url}/v1/", said)

    def close(self) -> None:
        """Give the connection back."""
        self._lines.close()

    def hang_up(self) -> None:
        """Cut whatever is under way, on whichever thread: it ends as Unavailable, and nothing more is said."""
        self._lines.cut()

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
        reply = self._ask("PUT", f"files/{digest}", content, {})
        if reply.media_type != MEDIA_TYPE:  # whoever believes any other 200 never sends these bytes again
            raise strange(reply.status)

    def begin_upload(self, file: FileToSend) -> str:
        said = {"Upload-Length": str(file.size), "Upload-Metadata": metadata(sha256=file.digest, record=file.record)}
        reply = self._answer("POST", "uploads", b"", TUS | said)
        with reply.understood():
            return name_in(reply.headers.get("location", ""))

    def upload_stands(self, name: str) -> int | None:
        reply = self._talk("HEAD", f"uploads/{name}", b"", TUS)
        if reply.status in (404, 410):
            return None
        with good(reply).understood():
            return offset_in(reply.headers)

    def send_piece(self, name: str, offset: int, piece: bytes) -> int:
        said = {"Upload-Offset": str(offset), "Content-Type": PIECE, "Upload-Checksum": checksum(piece)}
        reply = self._answer("PATCH", f"uploads/{name}", piece, TUS | said)
        with reply.understood():
            return offset_in(reply.headers)

    def file_from(self, digest: str, start: int) -> Iterator[bytes]:
        asked = {"Range": f"bytes={start}-", "If-Range": f'"{digest}"'} if start else {}
        with self._translated(), self._request("GET", f"files/{digest}", b"", asked) as response:
            if response.status_code not in (200, 206):
                raise problem(response.status_code, _read(response, MAX_BODY_BYTES))
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
                raise problem(response.status_code, _read(response, MAX_BODY_BYTES))
            reply = Reply(response.status_code, response.headers, b"")
            if reply.media_type != NEWS_TYPE:
                raise strange(reply.status)
            with reply.understood():
                yield NewsLine(response.iter_content(1024), self.hang_up)

    def get_file(self, digest: str) -> bytes:
        """Fetch a file, however often the line breaks."""
        return fetch(self, digest)

    def _say(self, verb: str, message: Any, answer: type[T]) -> T:
        body, media_type = codec.word(message, plain=self._plain)
        reply = self._ask("POST", verb, body, {"Content-Type": media_type})
        with reply.understood():
            heard = codec.hear(reply.content, reply.media_type, answer)
        if isinstance(heard, (Welcome, Exchanged)):
            welcome = heard.welcome if isinstance(heard, Exchanged) else heard
            self._plain = PLAIN_MESSAGES in welcome.capabilities
        return heard

    def _ask(self, method: str, verb: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Ask once more after as long as the district says, where it says that this device asks too often."""
        reply = self._talk(method, verb, body, headers)
        for _ in range(self._times):
            if reply.status != 429:
                break
            time.sleep(named_seconds(reply))
            reply = self._talk(method, verb, body, headers)
        return good(reply)

    def _answer(self, method: str, verb: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        return good(self._talk(method, verb, body, headers))

    def _talk(self, method: str, verb: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        with self._translated(), self._request(method, verb, body, headers) as response:
            reply = Reply(response.status_code, response.headers, _read(response, MAX_BODY_BYTES))
        self.carried += len(body) + len(reply.content)
        return reply

    @contextlib.contextmanager
    def _request(
        self, method: str, verb: str, body: bytes, headers: Mapping[str, str], patience: float = 0.0
    ) -> Iterator[requests.Response]:
        budget = (patience or self._patience) + len(body) / SLOWEST_BYTES_PER_SECOND
        asked = self._blank.copy()
        asked.method, asked.url = method, f"{self.url}/v1/{verb}"
        asked.headers.update(headers)
        asked.prepare_body(body or None, None)
        response = self._lines.send(asked, stream=True, timeout=(CONNECT_SECONDS, budget))
        try:
            yield response
        finally:
            response.close()  # one that was read to its end has given its connection back already

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except requests.RequestException as error:
            if is_about_certificate(error):
                dated = is_out_of_date(error)
                raise Refused("exchange.certificate_dates" if dated else "exchange.wrong_certificate") from error
            fault = Unavailable if was_never_there(error) else LineBroke
            raise fault("exchange.no_answer", address=self._address) from error


def _session() -> requests.Session:
    """Neither proxies nor .netrc of the desk's user take part."""
    session = requests.Session()
    session.trust_env = False
    return session


def _blank(url: str, headers: Mapping[str, str]) -> requests.PreparedRequest:
    """Return the request that each one begins as: preparing it anew takes as long again as sending it.

    Refused ("exchange.bad_address") where the address is no place.
    """
    blank = requests.PreparedRequest()  # without a jar for cookies: there are none
    try:
        blank.prepare_url(url, None)
        blank.prepare_headers(headers)
    except (requests.RequestException, ValueError) as error:
        raise Refused("exchange.bad_address", address=urlsplit(url).hostname or url[:60]) from error
    return blank


def _trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Return what believes this authority alone; Refused ("exchange.no_authority") where there is none."""
    context = create_urllib3_context()
    try:
        if ca_file is None:
            raise FileNotFoundError
        context.load_verify_locations(ca_file)
    except OSError as error:  # ssl.SSLError is one: the file holds no certificate
        raise Refused("exchange.no_authority") from error
    return context


def _read(response: requests.Response, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(64 * 1024):
        size += len(part)
        if size > limit:
            raise strange(response.status_code)
        parts.append(part)
    return b"".join(parts)


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
                    headers=_PLAINLY,
                    timeout=CONNECT_SECONDS,
                    verify=False,
                    stream=True,
                    allow_redirects=False,
                ) as response,
            ):
                pem = _read(response, 64 * 1024)
    except requests.RequestException as error:
        raise Unavailable("exchange.no_answer", address=urlsplit(url).netloc) from error
    try:
        der = ssl.PEM_cert_to_DER_cert(pem.decode("ascii").strip())
    except (ValueError, UnicodeDecodeError) as error:
        raise Refused("exchange.wrong_certificate") from error
    if hashlib.sha256(der).digest()[: len(fingerprint)] != fingerprint:
        raise Refused("exchange.wrong_certificate")
    return pem
