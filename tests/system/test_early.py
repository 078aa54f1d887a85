"""The key that is asked for early: by another process, from the real keyring, and as if this one had asked."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.config import Home
from desktop.keys import KeyRing, new_key
from desktop.store.opening import id_path

pytestmark = pytest.mark.usefixtures("secret_service")
STORE = "sto_0198a0000000700080000000000000e1"
BEGIN = """
import json, os, sys, threading, time
from pathlib import Path
import desktop.early as early
from desktop.config import Home
from sync.records.errors import QianshaoError
home = Home(Path(sys.argv[1]))
"""
ASK = """
try:
    given = early.ask_early(home).result()
except QianshaoError as error:
    print(type(error).__name__, error.key)
else:
    asked_here = "keyring" in sys.modules
    print(given.key.hex(), given.keys.store_key(sys.argv[2]).hex(), asked_here)
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home whose store has an id, and nothing in the keyring yet."""
    home = Home(tmp_path / "home").make()
    id_path(home.store_path).write_text(STORE, encoding="ascii")
    yield home
    KeyRing().delete(STORE)


def told(home: Home, code: str) -> list[str]:
    """Return the words that a new process prints, and nothing else may it say."""
    command = [sys.executable, "-c", BEGIN + code, str(home.path), STORE]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout.split()


def test_the_key_comes_from_another_process_that_has_ended_by_then(home: Home) -> None:
    key = new_key()
    KeyRing().set_store_key(STORE, key)
    ended = "try: os.waitpid(-1, os.WNOHANG)\nexcept ChildProcessError: print('ended')"

    assert told(home, f"{ASK}\n{ended}") == [key.hex(), key.hex(), "False", "ended"]


def test_what_the_keyring_refuses_is_refused_here(home: Home) -> None:
    assert told(home, ASK) == ["Refused", "store.key_missing"]
    id_path(home.store_path).unlink()
    assert told(home, ASK) == ["Damaged", "store.no_id"]


@pytest.mark.parametrize(
    "hindered",
    [
        pytest.param("threading.Thread(target=time.sleep, args=(5,), daemon=True).start()", id="a_second_thread"),
        pytest.param("early._answer = lambda home: {}['bug']", id="no_answer"),
        pytest.param("early._answer = lambda home: os.kill(os.getpid(), 9)", id="killed"),
    ],
)
def test_a_process_that_gets_no_answer_asks_itself(home: Home, hindered: str) -> None:
    key = new_key()
    KeyRing().set_store_key(STORE, key)

    assert told(home, f"{hindered}\n{ASK}") == [key.hex(), key.hex(), "True"]


def test_a_question_ends_with_the_program_that_asked(home: Home) -> None:
    waiting = "early._answer = lambda home: print(os.getpid(), flush=True) or time.sleep(300)"
    (process,) = told(home, f"{waiting}\nearly.ask_early(home)\ntime.sleep(0.5)")

    until = time.monotonic() + 10
    while Path(f"/proc/{process}").exists() and _runs(int(process)):
        assert time.monotonic() < until
        time.sleep(0.05)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
