"""The district over HTTP: the only door to requests. Foreign failures become Unavailable, Refused or Damaged here."""

from __future__ import annotations

import hashlib
import ssl
import time
import warnings
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests

from sync.protocol import codec
from sync.protocol.messages import (
    Enrol,
    Enrolled,
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
from sync.protocol.version import MAX_BODY_BYTES, MAX_FILE_BYTES, MEDIA_TYPE
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


class _TooFast(Unavailable):
    """The district wants to hear this again after ``seconds``."""

    def __init__(self, stated: str) -> None:
        self.seconds = min(int(stated), LONGEST_WAIT_SECONDS) if stated.isdecimal() and len(stated) < 6 else 1
        super().__init__("protocol.too_fast", seconds=self.seconds)


class HttpDistrict:
    """Keeps District. ``ca_file`` holds the only certificate authority that is trusted (None: plain loopback).

    Refused("exchange.no_authority") where an https address has none: nothing is ever sent to a server unchecked.
    """

    def __init__(self, url: str, device: str, secret: str, ca_file: Path | None) -> None:
        self._url = check_url(url)
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

    def move(self, move: MoveStore) -> Welcome:
        """Tell the district that this store was restored under a new id."""
        return self._say("move", move, Welcome)

    def enrol(self, enrol: Enrol) -> Enrolled:
        """Hand in a one-time code; repeating it from the same device gives the same answer."""
        return self._say("enrol", enrol, Enrolled)

    def put_file(self, digest: str, content: bytes) -> None:
        self._ask("PUT", f"files/{digest}", content)

    def get_file(self, digest: str) -> bytes:
        content = self._ask("GET", f"files/{digest}", b"", limit=MAX_FILE_BYTES)
        if hashlib.sha256(content).hexdigest() != digest:
            raise Damaged("exchange.damaged_file")
        return content

    def _say(self, verb: str, message: Any, answer: type[T]) -> T:
        return codec.unpack(self._ask("POST", verb, codec.pack(message)), answer)

    def _ask(self, method: str, verb: str, body: bytes, limit: int = MAX_BODY_BYTES) -> bytes:
        """Ask once more after as long as the district says, where it says that this device asks too often."""
        for _ in range(PATIENCE):
            try:
                return self._ask_once(method, verb, body, limit)
            except _TooFast as error:
                time.sleep(error.seconds)
        return self._ask_once(method, verb, body, limit)

    def _ask_once(self, method: str, verb: str, body: bytes, limit: int) -> bytes:
        budget = READ_SECONDS + len(body) / SLOWEST_BYTES_PER_SECOND
        try:
            with self._http.request(
                method,
                f"{self._url}/v1/{verb}",
                data=body,
                timeout=(CONNECT_SECONDS, budget),
                verify=self._verify,
                allow_redirects=False,
                stream=True,
            ) as response:
                content = _read(response, limit)
                if response.status_code == 429:
                    raise _TooFast(response.headers.get("Retry-After", ""))
                if response.status_code != 200:
                    raise _problem(response.status_code, content)
                return content
        except requests.exceptions.SSLError as error:
            raise Refused("exchange.wrong_certificate") from error
        except requests.exceptions.RequestException as error:
            raise Unavailable("exchange.no_answer", address=urlsplit(self._url).netloc) from error


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
