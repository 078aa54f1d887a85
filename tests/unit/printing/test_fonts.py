"""The fallback chain: which face draws what, and what is refused by name."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import resources
from desktop.printing import fonts as fonts_module
from desktop.printing.clusters import clusters
from desktop.printing.fonts import Fonts, installed
from desktop.printing.subset import subset
from desktop.printing.truetype import TrueType
from sync.records.errors import Damaged, QianshaoError, Refused, RuleBroken

MANIFEST: dict[str, Any] = tomllib.loads(resources.read_text("fonts", "manifest.toml"))
FOLDERS = [Path(folder) for folder in MANIFEST["folders"]]


@pytest.fixture
def no_system_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts_module, "_system_folders", list)


@pytest.mark.parametrize(
    ("character", "face"),
    [("人", "WenKai"), ("a", "WenKai"), ("𡉃", "BabelStoneHan"), ("㔰", "HanaMinA"), ("𠀣", "HanaMinB")],
)
def test_the_first_face_that_has_a_character_draws_it(character: str, face: str) -> None:
    assert installed().shape(character).face.name == face


def test_bold_text_is_drawn_in_the_bold_face_and_thickened_where_only_a_plain_face_has_it() -> None:
    assert installed().shape("人", bold=True).face.weight == "bold"
    assert not installed().shape("人", bold=True).thicken
    rare = installed().shape("𡉃", bold=True)
    assert rare.face.name == "BabelStoneHan"
    assert rare.thicken


def test_marks_and_selectors_stay_with_their_base() -> None:
    assert clusters("葛\U000e0100飾e\u0301\u0323x") == ["葛\U000e0100", "飾", "e\u0301\u0323", "x"]
    assert clusters("𠮷\ufe00野") == ["𠮷\ufe00", "野"]
    assert clusters("\ufeff甲\u200b乙") == ["\ufeff甲\u200b", "乙"]


def test_every_line_end_is_one_line_feed() -> None:
    assert clusters("甲\r\n乙\r丙\u2028丁\t戊") == ["甲", "\n", "乙", "\n", "丙", "\n", "丁", " ", "戊"]


def test_a_variation_sequence_is_drawn_by_a_face_that_knows_it() -> None:
    chosen = installed().shape("葛\U000e0100")
    file = installed().file(chosen.face)
    assert chosen.glyphs == (file.variant(ord("葛"), 0xE0100),)


def test_an_unknown_variation_falls_back_to_its_base() -> None:
    assert installed().shape("人\U000e01ef").glyphs == installed().shape("人").glyphs


def test_a_base_with_a_mark_is_drawn_as_the_one_letter_that_it_is() -> None:
    assert installed().shape("e\u0301").glyphs == installed().shape("é").glyphs


def test_an_exotic_space_is_drawn_as_a_space() -> None:
    assert installed().shape("\u2009").glyphs


@pytest.mark.parametrize("text", ["🦄", "ཀ", "\u0378", "人\U000e0100\u0f71"])
def test_a_character_that_no_face_has_is_refused_by_name(text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        installed().check(f"张{text}三")
    assert refused.value.key == "printing.no_glyph"
    character = refused.value.values["character"]
    assert character in text
    assert refused.value.values["code"] == f"U+{ord(str(character)):04X}"


@pytest.mark.parametrize("character", ["\ue000", "\U000f0000", "\uf8ff"])
def test_private_use_is_refused_although_a_face_may_have_it(character: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        installed().check(f"张{character}")
    assert refused.value.key == "printing.private_use"


def test_a_private_use_character_of_gb_18030_is_refused_with_the_one_in_its_place() -> None:
    with pytest.raises(RuleBroken) as refused:
        installed().check("张\ue81e")
    assert refused.value.key == "printing.private_replaced"
    assert refused.value.values == {"code": "U+E81E", "standard": "龴", "place": "U+9FB4"}


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\ud800"])
def test_control_characters_and_half_characters_are_refused(character: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        installed().check(f"张{character}")
    assert refused.value.key == "printing.control_character"


@pytest.mark.usefixtures("no_system_fonts")
def test_a_missing_file_names_the_package_to_install(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        Fonts(MANIFEST, [tmp_path]).shape("人")
    assert refused.value.key == "printing.no_font"
    assert refused.value.values == {"file": "LXGWWenKai-Regular.ttf", "package": "fonts-lxgw-wenkai"}


@pytest.mark.usefixtures("no_system_fonts")
def test_a_missing_fallback_matters_only_for_characters_that_need_it(tmp_path: Path) -> None:
    (tmp_path / "LXGWWenKai-Regular.ttf").symlink_to(FOLDERS[0] / "LXGWWenKai-Regular.ttf")
    fonts = Fonts(MANIFEST, [tmp_path])
    assert fonts.shape("人").face.name == "WenKai"
    with pytest.raises(Refused) as refused:
        fonts.shape("𡉃")
    assert refused.value.values["package"] == "fonts-babelstone-han"
    assert {str(problem.values["file"]) for problem in fonts.problems()} == {
        "LXGWWenKai-Bold.ttf",
        "BabelStoneHan.ttf",
        "HanaMinA.ttf",
        "HanaMinB.ttf",
    }


@pytest.mark.usefixtures("no_system_fonts")
def test_another_edition_of_a_face_is_refused_unless_the_right_one_is_there_too(tmp_path: Path) -> None:
    right = FOLDERS[0] / "LXGWWenKai-Regular.ttf"
    (tmp_path / right.name).symlink_to(FOLDERS[0] / "LXGWWenKai-Bold.ttf")
    with pytest.raises(Refused) as refused:
        Fonts(MANIFEST, [tmp_path]).shape("人")
    assert refused.value.key == "printing.other_font"
    assert Fonts(MANIFEST, [tmp_path, right.parent]).shape("人").face.name == "WenKai"


@pytest.mark.usefixtures("no_system_fonts")
def test_the_full_check_finds_one_changed_byte(tmp_path: Path) -> None:
    content = bytearray((FOLDERS[0] / "LXGWWenKai-Regular.ttf").read_bytes())
    content[-2_000_000] ^= 1
    (tmp_path / "LXGWWenKai-Regular.ttf").write_bytes(content)
    problems = Fonts(MANIFEST, [tmp_path, *FOLDERS]).problems()
    assert [(problem.key, problem.values["folder"]) for problem in problems] == [("printing.other_font", str(tmp_path))]


def test_the_installed_fonts_are_those_of_the_manifest() -> None:
    assert installed().problems() == []


@pytest.mark.usefixtures("no_system_fonts")
def test_a_folder_named_in_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANSHAO_FONTS", str(tmp_path))
    assert fonts_module._folders(MANIFEST)[0] == tmp_path


def test_a_face_with_cubic_outlines_is_not_taken() -> None:
    with pytest.raises(Damaged) as damaged:
        TrueType(Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"))
    assert damaged.value.key == "printing.bad_font"


@pytest.mark.parametrize("length", [0, 3, 11, 60, 400, 5000])
def test_a_file_that_ends_too_early_is_damaged_and_nothing_worse(tmp_path: Path, length: int) -> None:
    whole = (FOLDERS[0] / "LXGWWenKai-Regular.ttf").read_bytes()
    (tmp_path / "short.ttf").write_bytes(whole[:length])
    with pytest.raises(QianshaoError):
        TrueType(tmp_path / "short.ttf")


def test_a_subset_is_a_font_whose_first_glyph_draws_nothing(tmp_path: Path) -> None:
    file = installed().file(installed().faces[0])
    wanted = [0, file.glyph(ord("人")), file.glyph(ord("é"))]
    (tmp_path / "subset.ttf").write_bytes(subset(file, wanted) + b"\0")
    read = (tmp_path / "subset.ttf").read_bytes()
    assert read[:4] == b"\0\1\0\0"
    assert len(read) < 4000
    assert subset(file, wanted) == subset(file, wanted)
