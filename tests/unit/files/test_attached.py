"""What a file is told by: its bytes, whole or not, within its sizes; its name is only for people."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.files import attached
from desktop.files.attached import JPEG, PDF, PNG, kept_name, limits, look_at, read_source, shown_name
from sync.records.errors import QianshaoError, RuleBroken, Unavailable
from tests.support import pictures

WHOLE = {JPEG: pictures.JPEG, PNG: pictures.png(), PDF: pictures.pdf()}


def why(name: str, content: bytes) -> str:
    with pytest.raises(RuleBroken) as caught:
        look_at(name, content)
    assert caught.value.values["file"] == shown_name(name)
    return caught.value.key


@pytest.mark.parametrize("media_type", WHOLE)
def test_a_whole_file_is_known_by_its_bytes_and_named_by_what_it_is(media_type: str) -> None:
    source = look_at("现场照片.exe", WHOLE[media_type])
    assert source.media_type == media_type
    assert source.name == f"现场照片.exe{attached.SUFFIX[media_type]}"
    assert (source.width, source.height) == ((0, 0) if media_type == PDF else (8, 4))


@pytest.mark.parametrize("media_type", WHOLE)
def test_one_that_was_cut_off_anywhere_is_refused(media_type: str) -> None:
    whole = WHOLE[media_type]
    for length in range(12, len(whole) - 8):
        assert why("a", whole[:length]) == "attachments.damaged", length


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "empty"),
        (b"MZ\x90\0" + bytes(200), "other_kind"),
        (b"GIF89a" + bytes(200), "other_kind"),
        (b"<svg onload='x'/>", "other_kind"),
        (b"#!/bin/sh\n%PDF-1.4", "other_kind"),
        (b"\xff\xd8\xff\xd9", "damaged"),
        (b"\xff\xd8\xff\xe0\0\0", "damaged"),
        (pictures.png_that_claims(60_000, 60_000), "too_many_pixels"),
        (pictures.png_that_claims(0, 9), "damaged"),
        (pictures.png()[:-1] + b"x", "damaged"),
        (b"%PDF-1.4\n" + bytes(limits().file_bytes), "too_large"),
    ],
)
def test_what_is_not_taken_is_told_why(content: bytes, key: str) -> None:
    assert why("照片.jpg", content) == f"attachments.{key}"


def test_what_follows_a_picture_in_its_file_is_left_behind() -> None:
    source = look_at("a.jpg", pictures.from_camera(pictures.JPEG, 6))
    assert source.content.endswith(b"\xff\xd9")
    assert look_at("a.png", pictures.png() + b"PK\3\4 a program").content == pictures.png()


@pytest.mark.parametrize("media_type", WHOLE)
@given(data=st.data())
def test_changed_bytes_give_a_file_or_a_sentence(media_type: str, data: st.DataObject) -> None:
    whole = bytearray(WHOLE[media_type])
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=8)):
        whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    for content in (bytes(whole), bytes(whole[:cut]), bytes(whole[cut:])):
        try:
            source = look_at("a", content)
        except RuleBroken:
            continue
        assert source.width * source.height <= limits().jpeg_pixels
        assert source.content in content


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("photo\u202egpj.exe", "photo_gpj.exe.png"),
        ("..\\..\\a/b.png", ".._.._a_b.png"),
        ("a\nb.JPG", "a_b.png"),
        ("", "file.png"),
        ("照" * 300 + ".pdf", "照" * 71 + "…照照照照.png"),
    ],
)
def test_a_name_is_shown_as_it_is_written_and_ends_with_what_it_is(name: str, kept: str) -> None:
    assert kept_name(name, PNG) == kept
    assert len(kept) <= attached.NAME_LENGTH


def test_a_file_that_is_gone_a_folder_and_a_pipe_are_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    errors: list[QianshaoError] = []
    for path in (tmp_path / "gone.jpg", tmp_path, tmp_path / "pipe"):
        with pytest.raises(QianshaoError) as caught:
            read_source(path)
        errors.append(caught.value)
    assert [type(e) for e in errors] == [Unavailable, RuleBroken, RuleBroken]
    assert [e.key for e in errors] == ["attachments.gone", "attachments.no_file", "attachments.no_file"]
