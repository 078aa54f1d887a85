"""The line between all desks and their district, on which the strikes of a rehearsal happen.

Each desk speaks to ``http://127.0.0.1:PORT/DESK``; what it says is passed on byte for byte, unless a fault that waits
for this desk meets this request. Nothing here reads a message.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from sync.rehearsal.line import HOP, SECONDS, Answer, Handler, Said, Server, ask
from sync.rehearsal.nemesis import AT_ONCE, MEETS_ALL, Fault, Moment, Nemesis

SLOW_SECONDS: Final = 0.6
_UNKNOWN: Final = "/v1/unknown"
"""What no district knows."""


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
        handler = type("OnThisLine", (Handler,), {"passes_on": staticmethod(self.pass_on)})
        self._server = Server(("127.0.0.1", 0), handler)
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
                if fault.verb == said.verb or (said.verb == AT_ONCE and fault.nemesis in MEETS_ALL):
                    self._waiting[said.desk].remove(fault)
                    return fault
        return None

    def _wants_pages(self, said: Said) -> bool:
        """Whether this desk is to speak by pages now, as to a district of an older program, for one of them is met."""
        with self._lock:
            return said.verb == AT_ONCE and any(f.nemesis not in MEETS_ALL for f in self._waiting[said.desk])

    def _strike(self, nemesis: Nemesis) -> None:
        with self._lock:
            self.struck[nemesis] += 1

    def pass_on(self, said: Said, answer: Answer) -> None:
        """Ask the district and hand its answer to ``answer``, or let what is armed happen instead."""
        self._credentials[said.desk] = said.headers.get("Authorization", "")
        fault = self._take(said)
        if fault is None:
            heard = ask(self._district(), replace(said, path=_UNKNOWN) if self._wants_pages(said) else said)
            if heard is not None:
                answer(heard, None)
                self._deliver_late(said)
            return
        if fault.nemesis in (Nemesis.DISTRICT_KILLED, Nemesis.STATION_KILLED):
            self._kill(said, fault, answer)
        else:
            _STRIKES[fault.nemesis](self, said, fault, answer)

    def _kill(self, said: Said, fault: Fault, answer: Answer) -> None:
        def pull() -> None:
            if fault.nemesis is Nemesis.DISTRICT_KILLED:
                self._hands.kill_district()
            else:
                self._hands.kill_station(said.desk)
            self._strike(fault.nemesis)

        heard = ask(self._district(), said, pull if fault.moment is Moment.HEARD else None)
        if fault.moment is Moment.ANSWERED:
            pull()
        elif fault.moment is Moment.TOLD and heard is not None:
            answer(heard, None)
            pull()

    def _drop_request(self, said: Said, fault: Fault, answer: Answer) -> None:
        self._strike(fault.nemesis)

    def _drop_answer(self, said: Said, fault: Fault, answer: Answer) -> None:
        ask(self._district(), said)
        self._strike(fault.nemesis)

    def _repeat(self, said: Said, fault: Fault, answer: Answer) -> None:
        ask(self._district(), said)
        heard = ask(self._district(), said)
        if heard is not None:
            answer(heard, None)
            self._strike(fault.nemesis)

    def _hold_back(self, said: Said, fault: Fault, answer: Answer) -> None:
        with self._lock:
            self._late[said.desk] = said

    def _deliver_late(self, said: Said) -> None:
        """A request that was held back arrives after later ones were answered."""
        if said.verb not in ("receipt", AT_ONCE):
            return
        with self._lock:
            late = self._late.pop(said.desk, None)
        if late is not None:
            ask(self._district(), late)
            self._strike(Nemesis.REORDERED)

    def _cut_request(self, said: Said, fault: Fault, answer: Answer) -> None:
        place = urlsplit(self._district())
        head = f"{said.method} {said.path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: {len(said.body)}\r\n"
        head += "".join(f"{n}: {v}\r\n" for n, v in said.headers.items() if n.lower() not in HOP) + "\r\n"
        try:
            with socket.create_connection((place.hostname or "", place.port or 0), SECONDS) as line:
                line.sendall(head.encode("latin-1") + said.body[: int(fault.share * len(said.body))])
        except OSError:  # the district is gone
            return
        self._strike(fault.nemesis)

    def _cut_answer(self, said: Said, fault: Fault, answer: Answer) -> None:
        heard = ask(self._district(), said)
        if heard is not None:
            answer(heard, int(fault.share * len(heard.content)))
            self._strike(fault.nemesis)

    def _alter(self, said: Said, fault: Fault, answer: Answer) -> None:
        body = bytearray(said.body)
        body[int(fault.share * len(body))] ^= 0x10
        heard = ask(self._district(), Said(said.desk, said.method, said.path, said.headers, bytes(body)))
        if heard is not None:
            answer(heard, None)
            self._strike(fault.nemesis)

    def _slow_down(self, said: Said, fault: Fault, answer: Answer) -> None:
        time.sleep(SLOW_SECONDS / 2)
        heard = ask(self._district(), said)
        if heard is not None:
            time.sleep(SLOW_SECONDS / 2)
            answer(heard, None)
            self._strike(fault.nemesis)

    def _let_a_stranger_say_it(self, said: Said, fault: Fault, answer: Answer) -> None:
        """Another desk's device, gone bad, hands in this desk's page as its own; then the line goes on."""
        others = [c for desk, c in sorted(self._credentials.items()) if desk != said.desk and c]
        if others:
            theirs = others[int(fault.share * len(others))]
            heard = ask(
                self._district(),
                Said(said.desk, said.method, said.path, said.headers | {"Authorization": theirs}, said.body),
            )
            if heard is not None and heard.status == 200:
                self.wrong.append(f"a page of {said.desk} was taken from another device")
            self._strike(fault.nemesis)
        heard = ask(self._district(), said)
        if heard is not None:
            answer(heard, None)

    def _fill_district(self, said: Said, fault: Fault, answer: Answer) -> None:
        self._hands.fill_district(True)
        try:
            heard = ask(self._district(), said)
        finally:
            self._hands.fill_district(False)
        self._strike(fault.nemesis)
        if heard is not None:
            answer(heard, None)

    def _fill_station(self, said: Said, fault: Fault, answer: Answer) -> None:
        heard = ask(self._district(), said)
        self._hands.fill_station(said.desk)
        self._strike(fault.nemesis)
        if heard is not None:
            answer(heard, None)


_STRIKES: Final[dict[Nemesis, Callable[[Weather, Said, Fault, Answer], None]]] = {
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
