"""The line between all desks and their district, on which the strikes of a rehearsal happen.

Each desk speaks to ``http://127.0.0.1:PORT/DESK``; what it says is passed on byte for byte, unless a fault that waits
for this desk meets this request. Nothing here reads a message.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from sync.rehearsal.nemesis import Fault, Moment, Nemesis

HOP: Final = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive", "host"})
SECONDS: Final = 60.0
SLOW_SECONDS: Final = 0.6
SLOW_PIECES: Final = 12


@dataclass(frozen=True, slots=True)
class Said:
    """A request as the desk made it."""

    desk: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def verb(self) -> str:
        """``push`` of ``/v1/push``."""
        return self.path.split("/")[2] if self.path.count("/") > 1 else ""


@dataclass(frozen=True, slots=True)
class Heard:
    """The district's answer."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes


@dataclass(frozen=True, slots=True)
class Hands:
    """What the weather may do to machines: each is called in the middle of a request."""

    kill_district: Callable[[], None]
    kill_station: Callable[[str], None]
    fill_district: Callable[[bool], None]
    fill_station: Callable[[str], None]


class Weather:
    """Passes requests on to ``district`` and lets the armed faults strike. ``struck`` counts, ``wrong`` names what the
    district should never have done. Use as a context.
    """

    def __init__(self, district: Callable[[], str], hands: Hands) -> None:
        self._district, self._hands = district, hands
        self._waiting: defaultdict[str, list[Fault]] = defaultdict(list)
        self._late: dict[str, Said] = {}
        self._credentials: dict[str, str] = {}
        self._lock = threading.Lock()
        self.struck: Counter[Nemesis] = Counter()
        self.wrong: list[str] = []

    def arm(self, desk: str, fault: Fault) -> None:
        """Let ``fault`` meet the next fitting request of ``desk``."""
        with self._lock:
            self._waiting[desk].append(fault)

    def waits(self, desk: str) -> bool:
        """Whether something armed has not met its request yet."""
        return bool(self._waiting[desk])

    def calm(self) -> None:
        """Nothing strikes from now on, and what is late never comes."""
        with self._lock:
            self._waiting.clear()
            self._late.clear()

    def address(self, desk: str) -> str:
        """What ``desk`` takes for its district."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/{desk}"

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"weather": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _take(self, said: Said) -> Fault | None:
        with self._lock:
            for fault in self._waiting[said.desk]:
                if fault.verb == said.verb:
                    self._waiting[said.desk].remove(fault)
                    return fault
        return None

    def _strike(self, nemesis: Nemesis) -> None:
        with self._lock:
            self.struck[nemesis] += 1

    def pass_on(self, said: Said, answer: Callable[[Heard, int | None], None]) -> None:
        """Ask the district and hand its answer to ``answer``, or let what is armed happen instead.

        ``answer`` gets the number of bytes after which it is cut off (None: all).
        """
        self._credentials[said.desk] = said.headers.get("Authorization", "")
        fault = self._take(said)
        if fault is None:
            heard = self._ask(said)
            if heard is not None:
                answer(heard, None)
                self._deliver_late(said)
            return
        if fault.nemesis in (Nemesis.DISTRICT_KILLED, Nemesis.STATION_KILLED):
            self._kill(said, fault, answer)
        else:
            _STRIKES[fault.nemesis](self, said, fault, answer)

    def _kill(self, said: Said, fault: Fault, answer: Callable[[Heard, int | None], None]) -> None:
        def pull() -> None:
            if fault.nemesis is Nemesis.DISTRICT_KILLED:
                self._hands.kill_district()
            else:
                self._hands.kill_station(said.desk)
            self._strike(fault.nemesis)

        heard = self._ask(said, pull if fault.moment is Moment.HEARD else None)
        if fault.moment is Moment.ANSWERED:
            pull()
        elif fault.moment is Moment.TOLD and heard is not None:
            answer(heard, None)
            pull()

    def _drop_request(self, said: Said, fault: Fault, answer: Callable[[Heard, int | None], None]) -> None:
        self._strike(fault.nemesis)

    def _drop_answer(self, said: Said, fault: Fault, answer: Callable[[Heard, int | None], None]) -> None:
        self._ask(said)
        self._strike(fault.nemesis)

    def _repeat(self, said: Said, fault: Fault, answer: Callable[[Heard, int | None], None]) -> None:
        self._ask(said)
        heard = self._ask(said)
        if heard is not None:
            answer(heard, None)
            self._strike(fault.nemesis)

    def _hold_back(self, said: Said, fault: Fault, answer: Callable[[Heard, int | None], None]) -> None:
        with self._lock:
            self._late[said.desk] = said

    def _deliver_late(self, said: Said) -> None:
        """A request that was held back arrives after later ones were answered."""
        if said.verb != "receipt":
            return
        with self._lock:
            late = self._late.pop(said.desk, None)
        if late is not None:
            self._ask(late)
            self._strike(Nemesis.REORDERED)

    def _cut_request(self, said: Said, fault: Fault, answer: Callable[[Heard, int | None], None]) -> None:
        place = urlsplit(self._district())
        head = f"{said.method} {said.path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: {len(said.body)}\r\n"
        head += "".join(f"{n}: {v}\r\n" for n, v in said.headers.items() if n.lower() not in HOP) + "\r\n"
        try:
            with socket.create_connection((place.hostname or "", place.port or 0), SECONDS) as line:
                line.sendall(head.encode("latin-1") + said.body[: int(fault.share * len(said.body))])
        except OSError:  # the district is gone
            return
        self._strike(fault.nemesis)

    def _cut_answer(self, said: Said, fault: Fault, answer: Callable[[Heard, int | None], None]) -> None:
        heard = self._ask(said)
        if heard is not None:
            answer(heard, int(fault.share * len(heard.content)))
            self._strike(fault.nemesis)

    def _alter(self, said: Said, fault: Fault, answer: Callable[[Heard, int | None], None]) -> None:
        body = bytearray(said.body)
        body[int(fault.share * len(body))] ^= 0x10
        heard = self._ask(Said(said.desk, said.method, said.path, said.headers, bytes(body)))
        if heard is not None:
            answer(heard, None)
            self._strike(fault.nemesis)

    def _slow_down(self, said: Said, fault: Fault, answer: Callable[[Heard, int | None], None]) -> None:
        time.sleep(SLOW_SECONDS / 2)
        heard = self._ask(said)
        if heard is not None:
            time.sleep(SLOW_SECONDS / 2)
            answer(heard, None)
            self._strike(fault.nemesis)

    def _let_a_stranger_say_it(self, said: Said, fault: Fault, answer: Callable[[Heard, int | None], None]) -> None:
        """Another desk's device, gone bad, hands in this desk's page as its own; then the line goes on."""
        others = [c for desk, c in sorted(self._credentials.items()) if desk != said.desk and c]
        if others:
            theirs = others[int(fault.share * len(others))]
            heard = self._ask(
                Said(said.desk, said.method, said.path, said.headers | {"Authorization": theirs}, said.body)
            )
            if heard is not None and heard.status == 200:
                self.wrong.append(f"a page of {said.desk} was taken from another device")
            self._strike(fault.nemesis)
        heard = self._ask(said)
        if heard is not None:
            answer(heard, None)

    def _fill_district(self, said: Said, fault: Fault, answer: Callable[[Heard, int | None], None]) -> None:
        self._hands.fill_district(True)
        try:
            heard = self._ask(said)
        finally:
            self._hands.fill_district(False)
        self._strike(fault.nemesis)
        if heard is not None:
            answer(heard, None)

    def _fill_station(self, said: Said, fault: Fault, answer: Callable[[Heard, int | None], None]) -> None:
        heard = self._ask(said)
        self._hands.fill_station(said.desk)
        self._strike(fault.nemesis)
        if heard is not None:
            answer(heard, None)

    def _ask(self, said: Said, meanwhile: Callable[[], None] | None = None) -> Heard | None:
        """Return the district's answer; None where it is gone."""
        line = http.client.HTTPConnection(urlsplit(self._district()).netloc, timeout=SECONDS)
        try:
            line.request(
                said.method, said.path, said.body, {n: v for n, v in said.headers.items() if n.lower() not in HOP}
            )
            if meanwhile is not None:
                meanwhile()
            response = line.getresponse()
            return Heard(response.status, response.getheaders(), response.read())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()


_STRIKES: Final[dict[Nemesis, Callable[[Weather, Said, Fault, Callable[[Heard, int | None], None]], None]]] = {
    Nemesis.DROPPED_REQUEST: Weather._drop_request,
    Nemesis.DROPPED_ANSWER: Weather._drop_answer,
    Nemesis.REPEATED: Weather._repeat,
    Nemesis.REORDERED: Weather._hold_back,
    Nemesis.CUT_REQUEST: Weather._cut_request,
    Nemesis.CUT_ANSWER: Weather._cut_answer,
    Nemesis.ALTERED: Weather._alter,
    Nemesis.SLOW: Weather._slow_down,
    Nemesis.FOREIGN: Weather._let_a_stranger_say_it,
    Nemesis.DISTRICT_FULL: Weather._fill_district,
    Nemesis.STATION_FULL: Weather._fill_station,
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A desk that was killed in the middle of its words is no fault of the line."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    weather: Weather

    def _handle(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        desk, _, path = self.path.lstrip("/").partition("/")
        self.weather.pass_on(Said(desk, self.command, f"/{path}", dict(self.headers.items()), body), self._answer)

    def _answer(self, heard: Heard, upto: int | None) -> None:
        try:
            self.send_response_only(heard.status)
            for name, value in heard.headers:
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(heard.content)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(heard.content if upto is None else heard.content[:upto])
            self.wfile.flush()
        except OSError:  # the station is gone
            return

    do_GET = do_POST = do_PUT = do_PATCH = do_HEAD = do_DELETE = do_OPTIONS = _handle  # noqa: N815 - http.server's names

    def log_message(self, *_args: object) -> None:
        """Say nothing."""
