"""Random bytes drawn for many at a time: nobody is given what another one was given."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from sync.records.ids import new_uuid7
from sync.records.randomness import RANDOM_BYTES, random_bytes

MANY = 2_000


def test_threads_that_ask_at_once_are_given_different_bytes() -> None:
    with ThreadPoolExecutor(8) as threads:
        given = [
            piece for some in threads.map(lambda _: [random_bytes() for _ in range(MANY)], range(8)) for piece in some
        ]

    assert len(set(given)) == 8 * MANY
    assert {len(piece) for piece in given} == {RANDOM_BYTES}


@pytest.mark.skipif(sys.platform == "win32", reason="no process there begins as a copy of another one")
def test_a_child_process_is_not_given_what_its_parent_had_drawn() -> None:
    random_bytes()  # more was drawn with it
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, b"".join(random_bytes() for _ in range(32)) + new_uuid7().encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)

    of_child = {told[at : at + RANDOM_BYTES] for at in range(0, 32 * RANDOM_BYTES, RANDOM_BYTES)}
    assert len(of_child) == 32
    assert not of_child & {random_bytes() for _ in range(64)}
    assert new_uuid7()[-16:] != told[-16:].decode()
