"""The lane of files, behind the facts: each goes up in pieces, from where the district says that it stands.

A piece is a step: between two the lane can rest, be cancelled or be gone; another one goes on, for the name of each
upload is in the journal before its first byte is sent. Nothing is settled but on the district's word that it has all.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sync.client import back_off
from sync.client.district import TOO_LARGE_BETWEEN, District
from sync.client.journal import FileToSend, Journal
from sync.records.errors import Damaged, Refused, Unavailable

ABOUT_A_FILE: Final = frozenset(
    {"protocol.too_large", "protocol.bad_file", "protocol.no_such_file", "protocol.foreign_type"}
)
"""Refusals of one file's bytes: it is held and shown, and holds up neither the others nor the receipt."""

GONE: Final = "protocol.no_such_upload"
ASK_AGAIN: Final = frozenset({GONE, "protocol.wrong_offset", "protocol.bad_chunk", TOO_LARGE_BETWEEN})
"""Refusals of one piece: the district is asked where the upload stands."""

MOST_MISSES: Final = 6
"""Tries in a row without one byte more, about a minute, after which the lane says that it does not get on."""


@dataclass(frozen=True, slots=True)
class FileProgress:
    """How far the lane is, in files and in bytes; ``held`` were refused and wait for a person."""

    sent: int
    held: int
    files: int
    bytes_done: int
    bytes_total: int

    @property
    def waiting(self) -> int:
        """How many files are not there yet."""
        return self.files - self.sent - self.held


class Pace:
    """How much goes into one piece: what the line carried in two seconds, so that a slow one is seen to move."""

    SECONDS: Final = 2.0
    LEAST: Final = 64 * 1024
    MOST: Final = 4 * 1024 * 1024

    def __init__(self) -> None:
        self.size, self._most = 256 * 1024, self.MOST

    def took(self, size: int, seconds: float) -> None:
        """Learn from a piece; at most four times as much goes into the next."""
        fits = int(size / max(seconds, 0.001) * self.SECONDS) // self.LEAST * self.LEAST
        self.size = max(self.LEAST, min(fits, 4 * self.size, self._most))

    def missed(self) -> None:
        """The line broke: less is lost the next time."""
        self.size = max(self.LEAST, self.size // 2)

    def too_large(self) -> None:
        """Something in between does not let so much through: no piece is so large again."""
        self.missed()
        self._most = self.size


@dataclass(slots=True)
class _UnderWay:
    """The file that is being sent; ``offset`` None where the district must be asked, ``reached`` what it said last."""

    file: FileToSend
    content: bytes
    name: str
    offset: int | None = None
    reached: int = 0


class FileLane:
    """What waits when it is made goes up; ``in_pieces`` where the district speaks tus, else each file in one go."""

    def __init__(
        self, journal: Journal, district: District, *, in_pieces: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._journal, self._district, self._in_pieces, self._clock = journal, district, in_pieces, clock
        self._waiting = deque(journal.unsent_files())
        self._files, self._total = len(self._waiting), sum(file.size for file in self._waiting)
        self._sent = self._held = self._settled = 0
        self._now: _UnderWay | None = None
        self._pace = Pace()

    @property
    def progress(self) -> FileProgress:
        """How far it is."""
        done = self._settled + (self._now.reached if self._now else 0)
        return FileProgress(self._sent, self._held, self._files, done, self._total)

    def step(self) -> bool:
        """Send one piece; returns whether anything is left. Unavailable: the next step asks again where it stands."""
        if self._now is None and not self._take_next():
            return False
        now = self._now
        if now is None:
            return bool(self._waiting)
        try:
            self._send(now)
        except Unavailable:
            now.offset = None
            self._pace.missed()
            raise
        except Refused as error:
            self._refused(now, error)
        return self._now is not None or bool(self._waiting)

    def _refused(self, now: _UnderWay, error: Refused) -> None:
        if error.key in ABOUT_A_FILE:
            self._hold(now.file, error.key, error.values)
        elif error.key in ASK_AGAIN:
            # Another lane of this store may have begun it anew: then its upload is the one to go on with.
            noted = self._journal.upload_of(now.file.digest)
            now.name = noted if noted != now.name or error.key != GONE else ""
            now.offset = None
            if error.key == TOO_LARGE_BETWEEN:
                self._pace.too_large()
            raise Unavailable(error.key, **error.values) from error
        else:
            raise error

    def _take_next(self) -> bool:
        if not self._waiting:
            return False
        file = self._waiting.popleft()
        try:
            self._now = _UnderWay(file, self._journal.read_file(file.digest), self._journal.upload_of(file.digest))
        except Refused:  # erased meanwhile
            self._files, self._total = self._files - 1, self._total - file.size
        except Damaged as error:  # a person sees it, the others go on
            self._hold(file, error.key, error.values)
        return True

    def _send(self, now: _UnderWay) -> None:
        if not self._in_pieces:
            self._district.put_file(now.file.digest, now.content)
            self._settle(now)
            return
        if now.offset is None:
            now.offset = self._where(now)
        piece = now.content[now.offset : now.offset + self._pace.size]
        started = self._clock()
        if piece:
            now.offset = self._district.send_piece(now.name, now.offset, piece)
            self._pace.took(len(piece), self._clock() - started)
        now.reached = now.offset
        if now.offset >= len(now.content):
            self._settle(now)

    def _where(self, now: _UnderWay) -> int:
        """Ask where the upload stands; begin one where there is none, and note its name before anything is sent."""
        stands = self._district.upload_stands(now.name) if now.name else None
        if stands is not None:
            return stands
        now.name = self._district.begin_upload(now.file)
        self._journal.note_upload(now.file.digest, now.name)
        return 0

    def _settle(self, now: _UnderWay) -> None:
        self._journal.settle_file(now.file.digest)
        self._sent += 1
        self._leave(now.file)

    def _hold(self, file: FileToSend, reason: str, values: dict[str, object]) -> None:
        self._journal.hold_file(file.digest, reason, values)
        self._held += 1
        self._leave(file)

    def _leave(self, file: FileToSend) -> None:
        self._settled += file.size
        self._now = None


def send_all(
    lane: FileLane,
    report: Callable[[FileProgress], None] = lambda _: None,
    cancelled: Callable[[], bool] = bool,
    pause: Callable[[float, Callable[[], bool]], None] = back_off.wait,
) -> FileProgress:
    """Send until nothing is left or somebody cancels. Unavailable after `MOST_MISSES` in a row without a byte more."""
    misses, more = 0, True
    while more and not cancelled():
        try:
            more = lane.step()
            misses = 0
        except Unavailable:
            misses += 1
            if misses >= MOST_MISSES:
                raise
            pause(back_off.delay(misses), cancelled)
        report(lane.progress)
    return lane.progress
