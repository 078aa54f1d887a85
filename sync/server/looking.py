"""A thread beside the server that looks again and again at what is to be done, until there is no more or all ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sync.server.logs import places
from sync.server.store.store import StoreBusy

END_SECONDS = 5.0
"""How long the server waits for a look that is under way when it ends."""

log = logging.getLogger("qianshao.district")


class Looking:
    """Calls ``look`` every ``seconds`` until it says that there is no more, or until `end`.

    A look that finds the database away is made again. One that fails otherwise is logged as a bug by its places; the
    next one is made where it ``goes_on``, else it was the last.
    """

    def __init__(self, name: str, look: Callable[[], bool], seconds: float, *, goes_on: bool) -> None:
        self._look, self._seconds, self._goes_on = look, seconds, goes_on
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin: the first look is made after as long as every other one."""
        self.thread.start()

    def end(self) -> None:
        """Stop after the look that is under way."""
        self.ended.set()
        if self.thread.is_alive():
            self.thread.join(END_SECONDS)

    def _run(self) -> None:
        more = True
        while more and not self.ended.wait(self._seconds):
            try:
                more = self._look()
            except StoreBusy:
                continue  # the database is away: the next look finds it
            except Exception as error:  # noqa: BLE001 - nobody stands behind this thread
                log.error("bug: %s", places(error))
                more = self._goes_on
