"""The courier: takes what is due from the outbox, hands it to its channel, and says to the stations how far it came.

Any number of processes may have one. A message is claimed, sent outside any transaction, and settled with its fact in
one; who dies between has sent it, and it is sent once more under the same key. Nothing is ever lost, and nobody waits
for a gateway: each message has a thread of a few.

Steps of one order's ladder that a unit is to be told of at once (a server that was down, a desk that was off over a
weekend) are told by one message; each of them stands in the outbox and in the facts by itself.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Final

from resources import Wording, wording
from sync.records.errors import QianshaoError, Unavailable
from sync.records.notices import NoticeState
from sync.server.logs import FIELDS, places
from sync.server.notices.channels import Channel, ChannelKind, Channels
from sync.server.notices.facts import say
from sync.server.notices.message import Message
from sync.server.notices.senders import notifier
from sync.server.notices.subjects import asks_leader, is_past, subject_of
from sync.server.notices.whom import leader_of, maker_of, officer_of, people_of
from sync.server.notices.writing import written
from sync.server.store.directory import Unit, units
from sync.server.store.notices import (
    ESCALATED,
    LEADER,
    LEADS,
    PERSONAL,
    RATIFY,
    Line,
    Outgoing,
    beside,
    claim,
    drop_stale,
    is_read,
    joined,
    settle,
    something_due,
    split,
    waits_for_ways,
)
from sync.server.store.records import lock_numbers
from sync.server.store.store import Connection, DistrictStore, StoreBusy

LOOK_SECONDS: Final = 0.5
WORKERS: Final = 4
LONGEST_WAIT: Final = 60.0
STALE: Final = timedelta(hours=24)
"""What waited so long, because there was no channel, is told to nobody any more when there is one."""

_GIVE_BACK: Final = timedelta(seconds=15)
"""Beyond its channel's patience: after that a claimed message is somebody else's."""

log = logging.getLogger("qianshao.district")


def _now() -> datetime:
    return datetime.now(UTC)


class Courier:
    """``look`` acts on what is due now; ``start`` has a thread look until ``end``."""

    def __init__(
        self,
        store: DistrictStore,
        channels: Channels,
        public_url: str,
        now: Callable[[], datetime] = _now,
        words: Wording | None = None,
    ) -> None:
        self._store, self._channels, self._url, self._now = store, channels, public_url, now
        self._words = words or wording("zh")
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._pool = ThreadPoolExecutor(WORKERS, "notices")
        self._under_way: set[Future[None]] = set()

    def start(self) -> None:
        """Begin, where there is any channel."""
        if self._channels.all and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="notices", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Take nothing more, and wait for what is being sent."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(5)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def look(self) -> int:
        """Take what is due, as much as there are free hands for; returns how many messages were taken."""
        self._under_way = {each for each in self._under_way if not each.done()}
        free = WORKERS - len(self._under_way)
        now = self._now()
        with self._store.read() as conn:
            if not free or not something_due(conn, now):
                return 0
        longest = max((one.timeout_seconds for one in self._channels.all), default=0)
        with self._store.write() as conn:
            taken = claim(conn, now, now + timedelta(seconds=2 * longest) + _GIVE_BACK, free)
        self._under_way |= {self._pool.submit(self._act, line) for line in taken}
        return len(taken)

    def _run(self) -> None:
        try:
            with self._store.write() as conn:
                drop_stale(conn, self._now() - STALE)
        except StoreBusy:
            pass  # they are tried, and refused by nobody
        while not self._ended.wait(LOOK_SECONDS):
            try:
                while self.look():
                    pass
            except StoreBusy:
                continue  # the database is away: the next look finds it, or the one after
            except Exception as error:  # noqa: BLE001 - nobody stands behind this thread
                log.error("bug: %s", places(error))

    def _act(self, line: Line) -> None:
        try:
            if line.state is not Outgoing.WAITING:
                self._say_unread(line)
            elif not line.channel:
                self._choose(line)
            else:
                self._send(line)
        except StoreBusy:
            pass  # claimed until its time is over, then taken again
        except Exception as error:  # noqa: BLE001 - the claim gives it back
            log.error("bug: %s", places(error))

    def _choose(self, line: Line) -> None:
        """Give a new message its ways; where there is none the desk is told at once, and telephones."""
        now = self._now()
        with self._store.write() as conn:
            lock_numbers(conn)
            if not waits_for_ways(conn, line):
                return
            if is_past(conn, line):
                settle(conn, line, Outgoing.DROPPED, None)
                return
            known = units(conn).get(line.unit)
            others = beside(conn, line, now) if line.kind == ESCALATED else []
            some = (line, *others) if line.kind == ESCALATED else ()
            leader = any(asks_leader(each, subject_of(conn, each)) for each in some)
            serving = self._serving(line, known)
            ways = [(one.name, staff) for one in serving for staff in _people(conn, one, line, now, leader=leader)]
            if ways:
                split(conn, line, ways, now, others)
            elif settle(conn, line, Outgoing.FAILED, None):
                say(conn, line, NoticeState.FAILED, now, "no_channel")

    def _serving(self, line: Line, unit: Unit | None) -> list[Channel]:
        names = (line.unit, unit.name) if unit else (line.unit,)
        return [one for one in self._channels.all if one.serves(line.kind, *names)]

    def _send(self, line: Line) -> None:
        began = self._now()
        try:
            with self._store.read() as conn:
                message = written(conn, line, self._url, self._words, began)
            receipt = "" if message is None else self._hand_over(line, message)
        except Unavailable as error:
            self._again(line, error)
            return
        except QianshaoError as error:  # no number, a channel that is there no more
            self._give_up(line, error)
            return
        took = round((self._now() - began).total_seconds() * 1000)
        with self._store.write() as conn:
            lock_numbers(conn)
            for each in (line, *joined(conn, line)):
                if message is None:
                    settle(conn, each, Outgoing.DROPPED, None)
                    continue
                named = receipt if each is line else each.receipt
                if settle(conn, each, Outgoing.SENT, self._read_by(each), receipt=named):
                    say(conn, each, NoticeState.SENT, self._now())
        log.info("notice", extra={FIELDS: {"channel": line.channel, "attempts": line.attempts + 1, "ms": took}})

    def _hand_over(self, line: Line, message: Message) -> str:
        return notifier(self._channels.find(line.channel)).send(message)

    def _read_by(self, line: Line) -> datetime:
        return max(self._now(), line.made_at + timedelta(minutes=self._channels.unread_minutes))

    def _again(self, line: Line, error: QianshaoError) -> None:
        """Wait, longer each time and never in step with others; past the time to read it the desk telephones."""
        now, attempts = self._now(), line.attempts + 1
        if now >= line.made_at + timedelta(minutes=self._channels.unread_minutes):
            self._give_up(line, error)
            return
        wait = min(2.0**line.attempts, LONGEST_WAIT) * random.uniform(0.5, 1.5)  # noqa: S311 - no secret is drawn
        with self._store.write() as conn:
            settle(conn, line, Outgoing.WAITING, now + timedelta(seconds=wait), attempts=attempts)
        told = {"channel": line.channel, "attempts": attempts, "reason": str(error.values.get("reason", ""))}
        log.warning("notice not taken", extra={FIELDS: told})

    def _give_up(self, line: Line, error: QianshaoError) -> None:
        with self._store.write() as conn:
            lock_numbers(conn)
            reason = str(error.values.get("reason", "")) or error.key
            for each in (line, *joined(conn, line)):
                if settle(conn, each, Outgoing.FAILED, None, attempts=line.attempts + 1):
                    say(conn, each, NoticeState.FAILED, self._now(), reason)
        log.warning("notice failed", extra={FIELDS: {"channel": line.channel, "reason": error.key}})

    def _say_unread(self, line: Line) -> None:
        now = self._now()
        with self._store.write() as conn:
            lock_numbers(conn)
            over = is_past(conn, line)
            here = settle(conn, line, line.state, None, attempts=line.attempts, receipt=line.receipt)
            if here and not over and not is_read(conn, line.about, line.unit):
                say(conn, line, NoticeState.UNREAD, now)


def _people(conn: Connection, channel: Channel, line: Line, now: datetime, *, leader: bool) -> list[str]:
    """Return whom a channel is to reach: the unit by one message, but by telephone each who works at a station, and who
    leads the shift where a step asks for the ``leader`` and the directory has a number.

    A unit above that has neither a duty officer's number nor one of its own is reached by those who work there.
    """
    if channel.kind is not ChannelKind.SMS:
        return [""]
    if line.kind in PERSONAL:
        return people_of(conn, line.unit, but=maker_of(conn, line.about))
    if line.kind == RATIFY:
        about = subject_of(conn, line)
        return [about.order.ratifier if about else ""]
    officer = officer_of(conn, line.unit, now)
    number = leader_of(conn, line.unit, now) if leader or line.kind == LEADER else ""
    if number and line.kind == LEADER:
        return [LEADS]
    if number and number != officer:
        return ["", LEADS]
    return [""] if officer else people_of(conn, line.unit) or [""]
