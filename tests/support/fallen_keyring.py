"""A program whose keyring service falls while it is asked for a key; run in a session of its own.

The real Secret Service is halted, asked, and killed with the question open, each time for another question. The bus
starts it anew. Prints what it is told.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable

import secretstorage

from desktop.keys import KeyRing, new_key
from sync.records.errors import QianshaoError
from tests.support.locked_keyring import process_of

STORE = "sto_0198a0000000700080000000000000dd"


def while_it_falls(ask: Callable[[], object]) -> object:
    """What ``ask`` returns, or is refused with, when the service is killed while it waits for the answer."""
    bus = secretstorage.dbus_init()
    service = process_of(bus, "org.freedesktop.secrets")
    os.kill(service, signal.SIGSTOP)
    answers: list[object] = []

    def asked() -> None:
        try:
            answers.append(ask())
        except QianshaoError as error:
            answers.append(error.key)

    thread = threading.Thread(target=asked)
    thread.start()
    time.sleep(0.5)
    assert thread.is_alive(), "the question was answered by a service that was halted"
    os.kill(service, signal.SIGKILL)
    thread.join()
    return answers[0]


def main() -> None:
    """Read a key, and keep another, while the service falls."""
    first, second = new_key(), new_key()
    keys = KeyRing()
    keys.set_store_key(STORE, first)
    print("read:", while_it_falls(lambda: keys.store_key(STORE)) == first)
    print("kept:", while_it_falls(lambda: keys.set_store_key(STORE, second)) is None)
    print("found:", keys.store_key(STORE) == second)


if __name__ == "__main__":
    main()
