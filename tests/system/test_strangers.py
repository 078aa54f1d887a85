"""The process in which strangers' files are decoded: what it may not do, and what becomes of files that mean harm."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time

import pytest
from PIL import Image

from sync.records.errors import Unavailable
from sync.server import strangers
from sync.server.opened_apart import MEMORY_BYTES, SIDE
from sync.server.strangers import Unreadable, paper_without_notes, thumbnail
from tests.support.pictures import JPEG, PLACE, from_camera, pdf, png, png_that_claims

WITHIN = "from sync.server import opened_apart as o; o.load(); o._be_small(); "


def within(work: str) -> str:
    """What the last line of its complaint is where ``work`` is done under the limits of that process; empty: none."""
    done = subprocess.run(
        [sys.executable, "-c", WITHIN + work], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


@pytest.mark.parametrize(
    ("work", "complaint"),
    [
        ("open('/etc/hostname')", "Too many open files"),
        ("import socket; socket.socket()", "Too many open files"),
        (f"bytearray({MEMORY_BYTES})", "MemoryError"),
        ("import os; os.pipe()", "Too many open files"),
    ],
    ids=["a file", "a connection", "memory", "a pipe"],
)
def test_it_opens_nothing_and_takes_no_more_memory_than_it_may(work: str, complaint: str) -> None:
    assert complaint in within(work)
    assert within("print(1)") == ""


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type", "size"),
    [
        (from_camera(saved(Image.new("RGB", (900, 300)), "JPEG"), 6), "image/jpeg", (133, SIDE)),
        (saved(Image.new("CMYK", (900, 300)), "JPEG"), "image/jpeg", (SIDE, 133)),
        (saved(Image.new("RGB", (900, 900)), "JPEG", progressive=True), "image/jpeg", (SIDE, SIDE)),
        (saved(Image.new("RGBA", (10, 900), (0, 0, 0, 0)), "PNG"), "image/png", (4, SIDE)),
        (saved(Image.new("P", (900, 10)), "PNG", transparency=0), "image/png", (SIDE, 4)),
        (saved(Image.new("I;16", (900, 900), 65535), "PNG"), "image/png", (SIDE, SIDE)),
        (saved(Image.new("1", (900, 900)), "PNG"), "image/png", (SIDE, SIDE)),
        (JPEG, "image/jpeg", (8, 4)),
    ],
    ids=["turned", "ink", "progressive", "clear", "palette", "sixteen bits", "one bit", "small"],
)
def test_every_kind_of_picture_becomes_a_plain_small_jpeg(
    content: bytes, media_type: str, size: tuple[int, int]
) -> None:
    made = Image.open(io.BytesIO(thumbnail(content, media_type)))
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", size)
    assert not made.getexif()
    assert PLACE not in thumbnail(content, media_type)


def test_what_lets_the_ground_through_stands_on_white_and_a_profile_is_applied_and_left_out() -> None:
    clear = saved(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG")
    assert Image.open(io.BytesIO(thumbnail(clear, "image/png"))).getpixel((4, 4)) == (255, 255, 255)
    broken = saved(Image.new("RGB", (9, 9), "red"), "PNG", icc_profile=os.urandom(400))
    made = Image.open(io.BytesIO(thumbnail(broken, "image/png")))
    assert "icc_profile" not in made.info
    assert made.getpixel((4, 4))[0] > 240


@pytest.mark.parametrize(
    "content",
    [
        png_that_claims(60_000, 60_000),
        png_that_claims(6_000, 6_000),
        png()[:-20],
        JPEG[:-30],
        b"\xff\xd8\xff" + os.urandom(400),
        b"",
    ],
    ids=["a bomb", "a promise", "cut off", "cut off too", "noise", "nothing"],
)
def test_a_picture_that_means_harm_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        thumbnail(content, "image/png" if content.startswith(b"\x89") else "image/jpeg")


def test_a_decoder_that_crashes_takes_nobody_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "_CHILD", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(Unreadable):
        thumbnail(JPEG, "image/jpeg")
    with pytest.raises(Unreadable):
        paper_without_notes(pdf())


def test_who_waits_too_long_is_told_to_come_again_and_few_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "_CHILD", "import time; time.sleep(60)")
    monkeypatch.setattr(strangers, "_SECONDS", 0.5)
    started, ends = time.monotonic(), []

    def ask() -> None:
        try:
            thumbnail(JPEG, "image/jpeg")
        except Unavailable:
            ends.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(2 * strangers.AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(ends) == len(threads)
    assert max(ends) - started < 20


def test_the_child_sees_nothing_of_the_servers_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANSHAO_SECRET_OF_A_TEST", "1")
    told = "import os, sys; sys.stdout.write(' '.join(os.environ)); sys.exit(0)"
    monkeypatch.setattr(strangers, "_CHILD", told)
    assert b"QIANSHAO" not in thumbnail(JPEG, "image/jpeg")
