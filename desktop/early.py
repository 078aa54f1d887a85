"""Asks for a store's key early: the system's keyring answers while Qt is loaded, and neither needs the other."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final, NamedTuple

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

    def work() -> None:
        try:
            asked.set_result(ask(home, passphrase))
        except BaseException as error:  # noqa: BLE001 whoever waits for the answer is told
            asked.set_exception(error)

    # A program that ends before it opens a store waits for no keyring.
    threading.Thread(target=work, name="early", daemon=True).start()
    return asked
