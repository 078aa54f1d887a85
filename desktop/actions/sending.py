"""Files on their way to the district after a day end: sent in pieces, in slices of time, cancelled at any moment.

The receipt never waits for them. What does not get there stays where it is and goes on after the next day end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from desktop.actions.day_end import connect, program
from desktop.actions.desk import Desk
from desktop.config import Home
from desktop.keys import Keys, keys_for
from desktop.store.journal import StoreJournal
from sync.client.day_end import hello
from sync.client.file_lane import FileLane as FileLane
from sync.client.file_lane import FileProgress as FileProgress
from sync.client.file_lane import send_all
from sync.client.http import HttpDistrict
from sync.protocol.version import FILES_IN_PIECES
from sync.records.errors import Unavailable

SLICE_SECONDS: Final = 3.0
"""So long a slice sends before whatever else waits for the network gets its turn."""

Report = Callable[[FileProgress], None]


class Sending:
    """One sending: made where it is begun, asked for slices one after the other, closed at its end."""

    def __init__(self, desk: Desk, home: Home, keys: Keys | None = None) -> None:
        self._desk, self._home, self._keys = desk, home, keys
        self._district: HttpDistrict | None = None
        self._lane: FileLane | None = None
        self._is_cut = False

    def send(self, report: Report, cancelled: Callable[[], bool]) -> FileProgress:
        """Send all that waits, waiting longer each time the line breaks. Unavailable where it does not get on."""
        return send_all(self._begun(), report, cancelled)

    def slice(self, report: Report, cancelled: Callable[[], bool], seconds: float = SLICE_SECONDS) -> bool:
        """Send for ``seconds``; returns whether anything is left. Unavailable: the next slice asks where it stands."""
        lane, end, more = self._begun(), time.monotonic() + seconds, True
        while more and not cancelled() and time.monotonic() < end:
            more = lane.step()
            report(lane.progress)
        return more

    @property
    def progress(self) -> FileProgress:
        """How far it is."""
        return self._lane.progress if self._lane else FileProgress(0, 0, 0, 0, 0)

    def cut(self) -> None:
        """End the piece that is under way, from whichever thread; nothing more is said over this line."""
        self._is_cut = True
        if self._district is not None:
            self._district.hang_up()

    def close(self) -> None:
        """Give the connection back."""
        if self._district is not None:
            self._district.close()
        self._district = None

    def _begun(self) -> FileLane:
        """The lane, once the district has said what it can."""
        if self._lane is not None:
            return self._lane
        journal = StoreJournal(self._desk.store)
        self._district = connect(self._home, self._desk.store.key_id, self._keys or keys_for(self._home))
        if self._is_cut:
            self._district.hang_up()
        try:
            welcome = self._district.hello(hello(journal.standing(), program()))
        except Unavailable:
            self.close()
            raise
        self._lane = FileLane(journal, self._district, in_pieces=FILES_IN_PIECES in welcome.capabilities)
        return self._lane


def send_files(
    desk: Desk,
    home: Home,
    report: Report = lambda _: None,
    cancelled: Callable[[], bool] = bool,
    *,
    keys: Keys | None = None,
) -> FileProgress:
    """Send what waits, now. Unavailable where the line does not carry it: what is there already is not sent again."""
    sending = Sending(desk, home, keys)
    try:
        return sending.send(report, cancelled)
    finally:
        sending.close()
