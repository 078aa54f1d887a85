"""The lane of files by its own rules: how big pieces are, how long it waits, and who is not in step with whom."""

from __future__ import annotations

import random
import time

import pytest

from sync.client import back_off
from sync.client.file_lane import Pace
from sync.client.tus_words import checksum, metadata, name_in, offset_in
from sync.records.errors import Damaged


def test_a_piece_is_what_the_line_carries_in_two_seconds() -> None:
    pace = Pace()
    pace.took(pace.size, 0.01)
    assert pace.size == 1024 * 1024, "four times as much at most"
    pace.took(pace.size, 0.01)
    pace.took(pace.size, 0.01)
    assert pace.size == Pace.MOST
    pace.took(pace.size, 64.0)  # 64 KiB a second
    assert pace.size == 128 * 1024
    pace.took(pace.size, 100.0)
    assert pace.size == Pace.LEAST
    pace.missed()
    assert pace.size == Pace.LEAST


def test_waits_grow_up_to_a_minute_and_are_drawn_apart() -> None:
    assert [back_off.delay(n, lambda: 1.0) for n in (1, 2, 3, 6, 7, 99)] == [1, 2, 4, 32, 60, 60]
    assert [back_off.delay(n, lambda: 0.0) for n in (1, 2, 99)] == [0.5, 1, 30]
    seed = random.Random(1)
    assert len({round(back_off.delay(5, seed.random), 3) for _ in range(200)}) > 150


def test_a_wait_ends_as_soon_as_somebody_cancels() -> None:
    asked = iter([False, False, True])
    started = time.monotonic()
    back_off.wait(60, lambda: next(asked))
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("location", ["", "/v1/uploads/", "/v1/uploads/../../evil", "http://other/x?y=" + "a" * 20])
def test_a_location_that_names_no_upload_is_not_followed(location: str) -> None:
    with pytest.raises(Damaged):
        name_in(location)


def test_words_of_tus() -> None:
    assert name_in("http://elsewhere.example/v1/uploads/abcdefghijklmnop_-1") == "abcdefghijklmnop_-1"
    assert metadata(sha256="ab", record="c") == "sha256 YWI=,record Yw=="
    assert checksum(b"") == "sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert offset_in({"upload-offset": "17"}) == 17
    for said in ({}, {"upload-offset": "-1"}, {"upload-offset": "1e3"}):
        with pytest.raises(Damaged):
            offset_in(said)
