"""PDFs that are handed in at the desk: disarmed and drawn by processes of their own, or kept to the byte."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest
from PIL import Image

from desktop.files import apart
from desktop.files.apart import BROKEN, CPU_SECONDS, MEMORY_BYTES, run_apart
from desktop.files.papers_apart import disarmed
from desktop.ui.first_page import SIDE, first_page
from tests.support.armed_papers import ARMS, Arm, drawn_in_itself, is_armed, laughs, paper, said, signed
from tests.support.pictures import pdf

NOISE = b"%PDF-1.7\n" + os.urandom(400)


@pytest.mark.parametrize("arm", ARMS.values(), ids=list(ARMS))
def test_what_does_something_by_itself_or_brings_files_along_is_disarmed(arm: Arm) -> None:
    made = disarmed(paper(arm))
    assert not is_armed(made)
    assert "PAPER" in said(made)
    assert disarmed(made) == made, "and there is nothing left to do"


def test_a_paper_without_any_of_it_is_kept_to_the_byte() -> None:
    made = paper()  # made again it may be of the next second
    assert disarmed(made) == made


@pytest.mark.parametrize(
    "content",
    [signed(ARMS["file_within"]), signed(ARMS["open_script"]), pdf("secret"), NOISE, b""],
    ids=["signed", "signed too", "locked", "noise", "nothing"],
)
def test_what_is_signed_or_cannot_be_written_anew_is_kept_to_the_byte(content: bytes) -> None:
    assert disarmed(content) == content


def test_the_first_page_is_drawn_small() -> None:
    drawn = Image.open(io.BytesIO(first_page(paper())))
    assert (drawn.format, drawn.size) == ("PNG", (SIDE * 3 // 4, SIDE))
    assert drawn.convert("RGB").getpixel((60, SIDE - 40)) == (0, 0, 255)


@pytest.mark.parametrize(
    "content", [laughs(), drawn_in_itself(), NOISE, b""], ids=["laughs", "itself", "noise", "nothing"]
)
def test_what_cannot_be_drawn_or_takes_too_long_has_no_picture(content: bytes) -> None:
    assert first_page(content) == b""


@pytest.mark.parametrize(
    ("work", "complaint"),
    [
        ("open('/etc/hostname')", "Too many open files"),
        ("import socket; socket.socket()", "Too many open files"),
        (f"bytearray({MEMORY_BYTES})", "MemoryError"),
    ],
    ids=["a file", "a connection", "memory"],
)
@pytest.mark.parametrize("reserves", [False, True], ids=["all addresses", "what is used"])
def test_it_opens_nothing_and_takes_no_more_memory_than_it_may(work: str, complaint: str, *, reserves: bool) -> None:
    small = f"from desktop.files.apart import be_small; be_small(3, {CPU_SECONDS}, reserves={reserves}); "
    done = subprocess.run([sys.executable, "-c", small + work], capture_output=True, text=True, timeout=60, check=False)
    assert complaint in done.stderr
    assert done.returncode


def test_a_process_that_dies_or_takes_too_long_leaves_the_paper_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    armed = paper(ARMS["launch"])
    monkeypatch.setattr(apart, "_CHILD", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert run_apart("x", armed) == (BROKEN, b"")
    assert disarmed(armed) == armed
    monkeypatch.setattr(apart, "_CHILD", "import threading; threading.Event().wait()")
    monkeypatch.setattr(apart, "SECONDS", 0.2)
    assert run_apart("x", armed) == (BROKEN, b"")


def test_it_sees_nothing_of_the_desks_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANSHAO_SECRET_OF_A_TEST", "1")
    monkeypatch.setattr(apart, "_CHILD", "import os, sys; sys.stdout.write(' '.join(os.environ))")
    assert b"QIANSHAO" not in run_apart("x", b"")[1]
