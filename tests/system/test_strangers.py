"""The process in which strangers' files are decoded: what it may not do, and what becomes of files that mean harm."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from sync.records.errors import Unavailable
from sync.server import strangers
from sync.server.opened_apart import MEMORY_BYTES, PAGE, SIDE
from sync.server.strangers import Unreadable, first_page, paper_without_notes, thumbnail
from tests.support.armed_papers import ARMS, Arm, drawn_in_itself, is_armed, laughs, paper, said
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


@pytest.mark.parametrize("arm", ARMS.values(), ids=list(ARMS))
def test_a_paper_that_does_something_by_itself_or_brings_files_along_is_disarmed(arm: Arm) -> None:
    armed = paper(arm)
    assert is_armed(armed)
    made = paper_without_notes(armed)
    assert not is_armed(made)
    assert "PAPER" in said(made), "what is drawn stays"


def test_what_is_only_called_as_an_action_is_and_a_link_to_an_address_stay() -> None:
    made = said(paper_without_notes(paper()))
    assert all(name in made for name in ("/A ", "/AA ", "/EF ", "http://www.szgm.gov.cn/", "/Helvetica"))


def test_the_first_page_of_a_paper_becomes_a_small_picture() -> None:
    drawn = Image.open(io.BytesIO(first_page(paper())))
    assert (drawn.format, drawn.size) == ("JPEG", (300, SIDE))
    assert drawn.getpixel((100, SIDE - 60))[2] > 200, "the blue field below"
    assert drawn.getpixel((290, 10)) == (255, 255, 255)


@pytest.mark.parametrize("content", [laughs(), b"%PDF-1.7\n" + os.urandom(400), pdf()[:-200], b""])
def test_a_paper_that_cannot_be_drawn_or_takes_too_long_has_no_picture(content: bytes) -> None:
    with pytest.raises(Unreadable):
        first_page(content)


def test_what_draws_itself_ends() -> None:
    assert first_page(drawn_in_itself())


def test_where_nothing_draws_pages_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert strangers.renderer() == ""
    with pytest.raises(Unreadable):
        first_page(paper())


def test_the_renderer_sees_nothing_of_the_servers_surroundings_and_starts_no_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    telling = "sys.stdout.write(' '.join(os.environ) + str(resource.getrlimit(resource.RLIMIT_FSIZE)))"
    told.write_text(f"#!{sys.executable}\nimport os, sys, resource\n{telling}\n")
    told.chmod(0o755)
    monkeypatch.setenv("QIANSHAO_SECRET_OF_A_TEST", "1")
    made = strangers._made(f"{PAGE}{told}", b"")[1]
    assert b"QIANSHAO" not in made
    assert made.endswith(b"(0, 0)")
