"""How a station likes its papers: the frame of GB/T 9704-2012, the face of the text, fonts of the system."""

from __future__ import annotations

import hashlib
import re
import struct
import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import resources
from desktop.printing import fonts as fonts_module
from desktop.printing.fonts import Fonts, installed
from desktop.printing.manner import Layout, Manner
from desktop.printing.station.values import NoticeSheet
from sync.records.errors import Refused
from tests.support.pdf import boxes_of, fonts_of, text_of
from tests.support.sheets import AGREEMENT, ORDER, RECORD, render
from tests.support.station_sheets import STATION_SHEETS

MANIFEST: dict[str, Any] = tomllib.loads(resources.read_text("fonts", "manifest.toml"))
FOLDERS = [Path(folder) for folder in MANIFEST["folders"]]
LIGHT = FOLDERS[0] / "LXGWWenKai-Light.ttf"
"""A face that no manifest names: it stands for a font of the system."""
MM = 72 / 25.4


def test_an_order_has_22_lines_of_28_characters_in_156_by_225_millimetres() -> None:
    pdf = render(replace(ORDER, text="甲" * 28 * 60, manner=Manner(layout=Layout.OFFICIAL)))
    page = boxes_of(pdf)[1]
    full = [box for box in page if re.fullmatch("甲+", box.text)]
    assert len(full) == 22
    assert {len(box.text) for box in full} == {28}
    left, right = min(box.left for box in full), max(box.right for box in full)
    assert left == pytest.approx(28 * MM, abs=0.6)
    assert right - left == pytest.approx(156 * MM, abs=1.2)
    tops = [box.top for box in full]
    pitches = {round(lower - upper, 1) for upper, lower in pairwise(tops)}
    assert pitches == {round(225 * MM / 22, 1)}
    assert tops[0] > 37 * MM - 1
    assert full[-1].bottom < (297 - 35) * MM + 1


def test_a_station_may_set_orders_as_forms_and_forms_stay_what_they_are() -> None:
    def edge(pdf: bytes) -> float:
        return min(box.top for box in boxes_of(pdf)[0])

    assert edge(render(ORDER)) > 37 * MM - 1
    assert edge(render(replace(ORDER, manner=Manner(layout=Layout.FORM)))) < 30 * MM
    for sheet in (AGREEMENT, RECORD):
        assert render(replace(sheet, manner=Manner(layout=Layout.OFFICIAL))) == render(sheet)


def test_a_notice_in_the_official_frame_has_its_lines_too() -> None:
    notice = replace(STATION_SHEETS["acceptance notice"], manner=Manner(layout=Layout.OFFICIAL))
    assert isinstance(notice, NoticeSheet)
    page = boxes_of(render(replace(notice, matter="甲" * 28 * 8)))[0]
    full = [box for box in page if re.fullmatch("甲{28}", box.text)]
    assert len(full) >= 6
    assert {round(lower.top - upper.top, 1) for upper, lower in pairwise(full)} == {round(225 * MM / 22, 1)}


def test_song_comes_first_where_it_is_chosen_and_every_character_is_still_there() -> None:
    usual, song = render(AGREEMENT), render(replace(AGREEMENT, manner=Manner(face="song")))
    assert "".join(sorted(text_of(song))) == "".join(sorted(text_of(usual)))
    used = {font["name"].partition("+")[2] for font in fonts_of(song)}
    assert "BabelStoneHan" in used
    assert not any("LXGW" in name for name in used)


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder of a system's fonts, empty."""
    monkeypatch.setattr(fonts_module, "_system_folders", lambda: [tmp_path])
    return tmp_path


def test_a_font_of_the_system_is_preferred_and_known_by_its_digest(system: Path) -> None:
    (system / "simfang.ttf").write_bytes(LIGHT.read_bytes())
    fonts = Fonts(MANIFEST, FOLDERS, "fangsong")
    face = fonts.shape("人").face
    assert (face.file, face.package) == ("simfang.ttf", "")
    assert face.sha256 == hashlib.sha256(LIGHT.read_bytes()).hexdigest()
    assert face.sha256 not in {each.sha256 for each in fonts.faces}
    assert fonts.shape("𠀣").face.name == "HanaMinB"
    assert fonts.shape("人", bold=True).thicken
    assert fonts.styles() == ["song", "fangsong"]
    assert "人民调解协议书" in text_of(render_with(fonts))


def render_with(fonts: Fonts) -> bytes:
    from desktop.printing import agreement

    return agreement.render(AGREEMENT, fonts)


def test_a_face_that_is_not_there_is_refused_with_its_file_and_none_is_offered(system: Path) -> None:
    fonts = Fonts(MANIFEST, FOLDERS, "fangsong")
    with pytest.raises(Refused) as refused:
        fonts.shape("人")
    assert refused.value.key == "printing.no_style"
    assert refused.value.values["file"] == "simfang.ttf"
    assert fonts.styles() == ["song"]
    with pytest.raises(Refused):
        Fonts(MANIFEST, FOLDERS, "nowhere.ttf").shape("人")


def test_a_font_that_may_not_be_embedded_or_has_other_outlines_is_passed_over(system: Path) -> None:
    restricted = bytearray(LIGHT.read_bytes())
    count = struct.unpack_from(">H", restricted, 4)[0]
    entries = (struct.unpack_from(">4sLLL", restricted, 12 + 16 * number) for number in range(count))
    place = next(offset for tag, _sum, offset, _length in entries if tag == b"OS/2")
    struct.pack_into(">H", restricted, place + 8, 0x2)
    (system / "simfang.ttf").write_bytes(restricted)
    (system / "FZFSJW.TTF").write_bytes(b"ttcf" + LIGHT.read_bytes()[4:])
    with pytest.raises(Refused):
        Fonts(MANIFEST, FOLDERS, "fangsong").shape("人")
    (system / "STFANGSO.TTF").write_bytes(LIGHT.read_bytes())
    assert Fonts(MANIFEST, FOLDERS, "fangsong").shape("人").face.file == "STFANGSO.TTF"


def test_a_face_that_only_has_some_characters_leaves_the_others_to_the_chain() -> None:
    assert installed("song").shape("㔰").face.name != "WenKai"
    assert installed("song").shape("人").face.name == "BabelStoneHan"
    assert installed().shape("人").face.name == "WenKai"
