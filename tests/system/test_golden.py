"""Every page of every paper looks as it did when somebody looked at it and kept it (tests/golden)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

import resources
from desktop.printing.document import Page
from sync.records.papers import PaperKind
from tests.support import golden, sheets
from tests.support.golden_papers import golden as papers
from tests.support.golden_papers import kind_of, templates
from tests.support.sheets import render

SHARED = {"mediation_form", "station_form", "notice", "notes", "proof"}
"""Words of several papers: none of them is a paper of its own."""
SHEET = sheets.REGISTRATION


def first_page(text: str = SHEET.text) -> Image.Image:
    return next(golden.pages_of(render(replace(SHEET, text=text))))


@pytest.mark.parametrize("name", papers())
def test_a_paper_looks_as_it_was_kept(name: str) -> None:
    now = golden.pages_now(name)
    kept = {path.name for path in golden.KEPT.glob(f"{golden.stem_of(name)}-*.png")}
    told = [golden.differing(file, now.get(file)) for file in sorted(now.keys() | kept)]
    assert not any(told), f"kept, now, and where they differ: {', '.join(str(path) for path in told if path)}"


def test_every_kind_and_every_wording_of_a_paper_is_among_them() -> None:
    shown = set(templates())
    assert {kind_of(template) for template in shown} - {None} == set(PaperKind)
    folder = Path(str(resources.__file__)).parent / "print"
    known = {path.stem for path in folder.glob("*-[0-9]*.toml")}
    assert shown == {name for name in known if name.rpartition("-")[0] not in SHARED}


def test_no_picture_is_left_of_a_paper_that_is_no_more_and_all_are_small() -> None:
    kept = list(golden.KEPT.glob("*.png"))
    assert {path.stem.rpartition("-")[0] for path in kept} == {golden.stem_of(name) for name in papers()}
    assert sum(path.stat().st_size for path in kept) < 1_500_000


def test_the_comparison_sees_a_lost_word_and_a_page_of_another_size() -> None:
    kept = first_page()
    assert golden.look_alike(kept, first_page())
    assert not golden.look_alike(kept, first_page(SHEET.text.replace("帮助", "　　")))
    assert not golden.look_alike(kept, kept.crop((0, 0, kept.width, kept.height - 1)))


@pytest.mark.parametrize("which", [10, 30, 31, 40, 41])
def test_the_comparison_sees_a_line_that_moved_by_a_millimetre(which: int, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, count, drawn = first_page(), 0, Page.line

    def moved(self: Page, start: tuple[float, float], end: tuple[float, float], *rest: float, **more: object) -> None:
        nonlocal count
        count += 1
        if count == which:
            across, down = (3.0, 0.0) if start[0] == end[0] else (0.0, 3.0)
            start, end = (start[0] + across, start[1] + down), (end[0] + across, end[1] + down)
        drawn(self, start, end, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Page, "line", moved)
    assert not golden.look_alike(kept, first_page())
    assert count >= which


def test_the_comparison_forgives_softer_edges(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = {name: list(golden.pages_now(name).values()) for name in ("registration", "hard agreement", "ledger")}
    sharp = golden.reduced
    monkeypatch.setattr(golden, "reduced", lambda page: sharp(page.filter(ImageFilter.GaussianBlur(0.6))))
    for name, pages in exact.items():
        soft = list(golden.pages_now(name).values())
        assert soft != pages
        assert all(map(golden.look_alike, pages, soft))


def test_a_page_that_looks_otherwise_leaves_a_picture_that_shows_where(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(golden, "DIFFERING", tmp_path / "golden")
    kept = Image.open(golden.KEPT / "registration-1.png").convert("L")
    assert golden.differing("registration-1.png", kept) is None
    now = kept.copy()
    now.paste(255, (100, 200, 160, 300))
    told = golden.differing("registration-1.png", now)
    assert told == tmp_path / "golden" / "registration-1.png"
    with Image.open(told) as picture:
        assert picture.size == (3 * kept.width, kept.height)
    assert golden.differing("registration-9.png", kept) is not None
    assert golden.differing("registration-1.png", None) is not None
