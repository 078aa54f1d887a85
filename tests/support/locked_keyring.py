"""A program that asks a locked keyring for a key while nobody unlocks it; run in a session of its own.

It locks the real Secret Service, whose real prompt appears on the X server, and ends the prompt as a person who closes
it. Prints what it is told.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import secretstorage
from jeepney import DBusAddress, MessageType, new_method_call

from desktop.keys import KeyRing, new_key
from sync.records.errors import QianshaoError

STORE = "sto_0198a0000000700080000000000000dd"
_BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")


def process_of(bus: Any, name: str) -> int:
    """The process that has ``name`` on the bus, or 0."""
    answer = bus.send_and_get_reply(new_method_call(_BUS, "GetConnectionUnixProcessID", "s", (name,)))
    return int(answer.body[0]) if answer.header.message_type is MessageType.method_return else 0


def close_the_prompt() -> None:
    """Wait until the prompt is there, and end it."""
    bus = secretstorage.dbus_init()
    while not (prompt := process_of(bus, "org.gnome.keyring.SystemPrompter")):
        time.sleep(0.05)
    os.kill(prompt, signal.SIGKILL)


def main() -> None:
    """Keep a key, lock the keyring, ask for the key."""
    keys = KeyRing()
    keys.set_store_key(STORE, new_key())
    secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
    threading.Thread(target=close_the_prompt, daemon=True).start()
    try:
        KeyRing().store_key(STORE)
        print("told: the key")
    except QianshaoError as error:
        print("told:", type(error).__name__, error.key)


if __name__ == "__main__":
    main()
