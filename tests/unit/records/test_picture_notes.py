"""Pictures lose what stands beside their pixels, and nothing else."""

from __future__ import annotations

import struct

import pytest

from sync.records.media import PNG_HEAD
from sync.records.picture_notes import without_notes
from tests.support.pictures import JPEG, PLACE, from_camera, png


@pytest.mark.parametrize("up", range(1, 9))
def test_a_cameras_place_and_what_follows_the_picture_go_and_which_way_up_it_is_stays(up: int) -> None:
    kept = without_notes(from_camera(JPEG, up))
    assert PLACE not in kept
    assert kept.endswith(b"\xff\xd9")
    assert struct.pack("<HHIH", 0x0112, 3, 1, up) in kept
    assert kept.replace(kept[2 : kept.index(JPEG[2:])], b"") == JPEG, "every other byte is the camera's"
    assert without_notes(kept) == kept


def test_a_picture_without_notes_is_what_it_was() -> None:
    assert without_notes(JPEG) == JPEG
    assert without_notes(png(300, 200)) == png(300, 200)


def test_comments_and_words_in_a_png_go() -> None:
    comment = b"\xff\xfe" + struct.pack(">H", len(PLACE) + 2) + PLACE
    assert without_notes(JPEG[:2] + comment + JPEG[2:]) == JPEG
    assert without_notes(png(text=PLACE) + b"trailer") == png()


def test_a_big_endian_camera_is_understood() -> None:
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
    segment = b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff
    assert struct.pack("<HHIH", 0x0112, 3, 1, 6) in without_notes(JPEG[:2] + segment + JPEG[2:])


@pytest.mark.parametrize("whole", [JPEG, png(), from_camera(JPEG, 6)[: -len(b"trailer ") - len(PLACE)]])
def test_a_picture_that_breaks_off_anywhere_is_told(whole: bytes) -> None:
    for cut in range(len(PNG_HEAD) if whole.startswith(PNG_HEAD) else 3, len(whole)):
        with pytest.raises(ValueError, match="breaks off"):
            without_notes(whole[:cut])
