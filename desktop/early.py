"""Asks for a store's key early: the system's keyring is asked while Qt is loaded, and neither needs the other.

On Linux by a process of its own: what speaks to the keyring is half as much to load as Qt and the window, and one
interpreter does only one of both at a time. The key comes back through a pipe that nobody else has.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from sync.records import errors
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.config import Home
    from desktop.keys import Keys

PASSPHRASE: Final = "QIANSHAO_PASSPHRASE"  # noqa: S105 - the variable's name


class Given(NamedTuple):
    """Where a store's secrets lie, and its key."""

    keys: Keys
    key: bytes


Asked = Future[Given]
"""An answer that is on its way; it raises what keys and store say where there is none."""


class _Apart(NamedTuple):
    """A process that asks the keyring, and the end of the pipe through which it answers."""

    process: int
    answer: int


def ask(home: Home, passphrase: str) -> Given:
    """Wait for the key of the store of ``home``; Refused, Unavailable or Damaged as keys say."""
    from desktop.keys import keys_for
    from desktop.store.opening import read_id

    keys = keys_for(home, passphrase)
    return Given(keys, keys.store_key(read_id(home.store_path)))


def ask_early(home: Home) -> Asked:
    """Ask beside everything else. Nothing of the store itself is touched: another window may have it in use."""
    asked: Asked = Future()
    passphrase = os.environ.get(PASSPHRASE, "")
    apart = None if home.keys_path.exists() else _ask_apart(home)

    def work() -> None:
        try:
            asked.set_result((_told(apart) if apart else None) or ask(home, passphrase))
        except BaseException as error:  # noqa: BLE001 whoever waits for the answer is told
            asked.set_exception(error)

    # A program that ends before it opens a store waits for no keyring.
    threading.Thread(target=work, name="early", daemon=True).start()
    return asked


def _ask_apart(home: Home) -> _Apart | None:
    """Ask the keyring by another process; None where there is no such thing as a copy of this one.

    A process that has threads is not copied: the copy would have their locks, and not them.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return None
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        atexit.register(_end, process)
        return _Apart(process, reading)
    try:
        os.write(writing, json.dumps(_answer(home)).encode())
    finally:  # nothing of what the program does at its end is for its copy
        os._exit(0)


def _answer(home: Home) -> dict[str, object]:
    try:
        return {"key": ask(home, "").key.hex()}
    except QianshaoError as error:
        return {"error": type(error).__name__, "says": error.key, "values": error.values}


def _told(apart: _Apart) -> Given | None:
    """Return or raise what the other process found; None where it ended without an answer."""
    from desktop.keys import KeyRing

    with os.fdopen(apart.answer, "rb") as pipe:
        said = pipe.read()
    os.waitpid(apart.process, 0)
    atexit.unregister(_end)
    if not said:
        return None
    answer = json.loads(said)
    if "key" in answer:
        return Given(KeyRing(answers=True), bytes.fromhex(answer["key"]))
    raise getattr(errors, answer["error"])(answer["says"], **answer["values"])


def _end(process: int) -> None:
    """Let no question to the keyring outlive the program that asked it."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
