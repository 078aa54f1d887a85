"""The thread beside the server: what a look that fails becomes, and how it ends."""

from __future__ import annotations

import threading

import pytest

from sync.server.looking import Looking
from sync.server.store.store import StoreBusy

SOON = 0.001


class Told:
    """A look that does what it is told, one after another; without a word left it says that there is no more."""

    def __init__(self, *words: bool | Exception) -> None:
        self.words, self.looks = list(words), 0

    def __call__(self) -> bool:
        self.looks += 1
        word = self.words.pop(0) if self.words else False
        if isinstance(word, Exception):
            raise word
        return word


def looks_of(told: Told, *, goes_on: bool) -> int:
    looking = Looking("test", told, SOON, goes_on=goes_on)
    looking.start()
    looking.thread.join(30)
    assert not looking.thread.is_alive()
    return told.looks


def test_it_looks_until_there_is_no_more_also_past_a_database_that_is_away() -> None:
    assert looks_of(Told(True, StoreBusy("SELECT 1", None, OSError("away")), True, False, True), goes_on=False) == 4


@pytest.mark.allowed_log("bug: ")
@pytest.mark.parametrize(("goes_on", "looks"), [(False, 2), (True, 4)])
def test_a_look_that_fails_is_the_last_one_or_not(goes_on: bool, looks: int) -> None:
    assert looks_of(Told(True, ValueError("a name"), True), goes_on=goes_on) == looks


def test_whoever_ends_it_waits_for_the_look_that_is_under_way() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), []

    def look() -> bool:
        begun.set()
        go_on.wait(30)
        done.append("")
        return True

    looking = Looking("test", look, SOON, goes_on=True)
    looking.start()
    assert begun.wait(30)
    threading.Timer(0.05, go_on.set).start()
    looking.end()
    assert done == [""]
    assert not looking.thread.is_alive()
