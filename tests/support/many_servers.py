"""Several real server processes on one database, and desks that speak to all of them at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from sync.client.enrolment import NewDevice, hand_in, new_device, parse_code
from sync.client.http import HttpDistrict
from sync.protocol.messages import Answer, Frame, Pull, Push, Receipt, ReceiptAsked, State
from sync.records.canonical import digest
from sync.records.kinds import STORE_PREFIX, new_identity
from sync.records.record import Made
from tests.support.district import AT, first_staff, sealed, visit
from tests.support.district_process import Server, serving

T = TypeVar("T")


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """Let all begin together; returns what each gave, and raises what the first one raised."""
    start = threading.Barrier(len(works))

    def begin(work: Callable[[], T]) -> T:
        start.wait(60)
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))


@contextmanager
def several(db: str, folder: Path, count: int) -> Iterator[list[Server]]:
    """Start ``count`` servers at the same moment on the store ``db``; their logs lie in folders of their own."""
    with ExitStack() as stack:

        def start(number: int) -> Server:
            place = folder / f"server{number}"
            place.mkdir()
            return stack.enter_context(serving(db, place))

        yield at_once([partial(start, n) for n in range(count)])


@dataclass
class Desk:
    """A desk with a line to each server. ``seen`` is what it pulled, in that order, with its numbers."""

    unit: str
    store: str
    staff: str
    lines: list[HttpDistrict]
    cursor: int = 0
    answers: list[Answer] = field(default_factory=list)
    pushed: list[Frame] = field(default_factory=list)
    seen: list[tuple[int, Frame]] = field(default_factory=list)

    def push(self, by: int, size: int) -> list[Frame]:
        """Hand in a page of new visits at one server, numbered as if leases were used up; all are accepted."""
        made, year, last = (
            Made(by=self.staff, unit=self.unit, store=self.store, at=AT),
            datetime.now(UTC).year,
            len(self.pushed),
        )
        frames = [
            Frame.of(sealed(visit(made, f"第{n}件", number=f"站登{year}-{n:06d}")))
            for n in range(last + 1, last + size + 1)
        ]
        answers = self.line(by).push(Push(self.store, frames)).answers
        assert [answer.state for answer in answers] == [State.ACCEPTED] * size
        self.answers += answers
        self.pushed += frames
        return frames

    def repeat(self, by: int, frames: list[Frame]) -> list[Answer]:
        """Say a page again, as after a lost answer."""
        return self.line(by).push(Push(self.store, frames)).answers

    def pull(self, by: int, limit: int) -> bool:
        """Take one page after the cursor from one server; returns whether there is more."""
        page = self.line(by).pull(Pull(self.store, self.cursor, limit))
        self.seen += [(numbered.seq, numbered.record) for numbered in page.records]
        self.cursor = page.cursor
        return page.more

    def receipt(self, by: int) -> Receipt:
        """Compare all that this desk holds with the district."""
        held = [*self.pushed, *(frame for _, frame in self.seen)]
        counts = {kind: sum(frame.kind == kind for frame in held) for kind in {frame.kind for frame in held}}
        value = digest([(frame.kind, frame.id, frame.hash) for frame in held])
        return self.line(by).receipt(ReceiptAsked(self.store, 0, self.cursor, counts, value, 0, 0))

    def line(self, by: int) -> HttpDistrict:
        """The line to a server, whatever number is said."""
        return self.lines[by % len(self.lines)]

    def close(self) -> None:
        """Hang up."""
        for line in self.lines:
            line.close()


def enrol_at(servers: Sequence[Server], by: int, code: str) -> Desk:
    """Enrol a desk at one server; an answer that was lost is asked for at another one."""
    device, store = new_device(new_identity("dev")), new_identity(STORE_PREFIX)
    staff = first_staff("王登记", store)
    said = sealed(staff)

    def ask(number: int) -> str:
        return hand_in(servers[number % len(servers)].url, parse_code(code), device, store, said, None).unit

    (unit, again) = at_once([partial(ask, by), partial(ask, by + 1)])
    assert unit == again
    return Desk(unit, store, staff.staff, [_line(server, device) for server in servers])


def _line(server: Server, device: NewDevice) -> HttpDistrict:
    return HttpDistrict(server.url, device.device, device.secret, None)
