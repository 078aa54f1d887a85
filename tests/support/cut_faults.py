"""Faults of durability, planted into a desk's or a district's process: each loses what was told as saved.

``python -m tests.support.cut_faults FAULT serve …`` plants one and runs the district's own program.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Fault:
    """``part`` of the day is played with it; what is said of the loss begins with ``said``."""

    part: str
    said: str
    plant: Callable[[], None]


def _synchronous(word: str) -> Callable[[], None]:
    def plant() -> None:
        from desktop.store import raw

        vars(raw)["_SETTINGS"] = (*raw._SETTINGS, f"PRAGMA synchronous = {word}")

    return plant


def _district_normal() -> None:
    from sqlalchemy import event

    from sync.server.store import store

    real = store.open_engine

    def opened(*args: Any) -> Any:
        engine = real(*args)
        event.listen(engine, "connect", lambda made, _: made.execute("PRAGMA synchronous = NORMAL").close())
        return engine

    vars(store)["open_engine"] = opened


def _content_unsynced() -> None:
    real = os.fsync

    def folders_alone(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            real(descriptor)

    vars(os)["fsync"] = folders_alone


def _names_unsynced() -> None:
    real = os.fsync

    def files_alone(descriptor: int) -> None:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            real(descriptor)

    vars(os)["fsync"] = files_alone


FAULTS: Final = {
    "station_normal": Fault("work", "lost: visit", _synchronous("NORMAL")),
    "station_off": Fault("work", "damaged: ", _synchronous("OFF")),
    "content_unsynced": Fault("work", "broken: ", _content_unsynced),
    "names_unsynced": Fault("work", "missing: ", _names_unsynced),
    "district_normal": Fault("exchange", "district: ", _district_normal),
}


if __name__ == "__main__":
    from sync.server.cli import main

    FAULTS[sys.argv[1]].plant()
    sys.exit(main(sys.argv[2:]))
