"""Golden pages: every page of every paper as it was looked at and kept, in 50 dots an inch and sixteen greys.

``python -m tests.support.golden`` keeps the pages anew that look otherwise now, and names them to be looked at.
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from tests.support.golden_papers import golden

ROOT: Final = Path(__file__).parents[2]
KEPT: Final = ROOT / "tests" / "golden"
DIFFERING: Final = ROOT / "build" / "golden"
FINE: Final = 150
"""Dots an inch that a page is drawn in."""
PART: Final = 3
"""So many dots of it, in each direction, are one of a golden page: how edges are smoothed matters less."""
GREYS: Final = 16
BLUR: Final = 1.0
"""Radius in dots within which ink may lie otherwise."""
DIFFERENT: Final = 26
"""From this difference on, of 255, a dot of the blurred pages is another one."""
MANY: Final = 20
"""So many other dots are another page: a lost character, a short line moved by a millimetre."""


def pages_of(pdf: bytes) -> Iterator[Image.Image]:
    """Yield each page as it is kept."""
    command = ["pdftoppm", "-r", str(FINE), "-gray", "-"]
    stream = io.BytesIO(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout)
    while stream.read(2) == b"P5":
        stream.seek(-2, io.SEEK_CUR)
        head = [stream.readline() for _ in range(3)]
        width, height = map(int, head[1].split())
        yield reduced(Image.frombytes("L", (width, height), stream.read(width * height)))


def reduced(page: Image.Image) -> Image.Image:
    """Return a page that was drawn in `FINE` dots an inch as it is kept, without what is left over at its edges."""
    whole = page.crop((0, 0, page.width // PART * PART - PART, page.height // PART * PART - PART))
    return whole.reduce(PART).point([(grey * (GREYS - 1) + 127) // 255 * 255 // (GREYS - 1) for grey in range(256)])


def other_dots(kept: Image.Image, now: Image.Image) -> Image.Image:
    """Return white where two pages differ to the eye, black elsewhere; pages of two sizes differ everywhere."""
    if kept.size != now.size:
        return Image.new("L", now.size, 255)
    soft = [page.convert("L").filter(ImageFilter.GaussianBlur(BLUR)) for page in (kept, now)]
    return ImageChops.difference(*soft).point([0] * DIFFERENT + [255] * (256 - DIFFERENT))


def look_alike(kept: Image.Image, now: Image.Image) -> bool:
    """Whether two pages look the same, drawn by whichever version of whichever program."""
    return other_dots(kept, now).histogram()[255] < MANY


def stem_of(name: str) -> str:
    """Return what the names of a paper's files begin with."""
    return name.replace(" ", "_").replace("-", "_")


def pages_now(name: str) -> dict[str, Image.Image]:
    """Return the pages of a paper as they look now by the names of their files."""
    return {f"{stem_of(name)}-{number}.png": page for number, page in enumerate(pages_of(golden()[name]()), 1)}


def kept_page(file: str) -> Image.Image | None:
    """Return the page that was kept, None where none was."""
    return Image.open(KEPT / file).convert("L") if (KEPT / file).exists() else None


def differing(file: str, now: Image.Image | None) -> Path | None:
    """Compare a page with the kept one; where they differ, return a picture: kept, now, and where in black."""
    kept = kept_page(file)
    (DIFFERING / file).unlink(missing_ok=True)
    if kept is not None and now is not None and look_alike(kept, now):
        return None
    size = (now or kept or Image.new("L", (1, 1))).size
    blank = Image.new("L", size, 255)
    where = ImageChops.invert(other_dots(kept or blank, now or blank))
    beside = Image.new("L", (size[0] * 3, size[1]), 255)
    for place, page in enumerate((kept or blank, now or blank, where)):
        beside.paste(page, (place * size[0], 0))
    DIFFERING.mkdir(parents=True, exist_ok=True)
    beside.save(DIFFERING / file)
    return DIFFERING / file


def main() -> None:
    """Keep what looks otherwise, remove what is no more, and say which pages are to be looked at."""
    now = {file: page for name in golden() for file, page in pages_now(name).items()}
    KEPT.mkdir(exist_ok=True)
    for gone in {path.name for path in KEPT.glob("*.png")} - now.keys():
        (KEPT / gone).unlink()
        print(f"removed {gone}")
    for file, page in now.items():
        kept = kept_page(file)
        if kept is None or not look_alike(kept, page):
            page.quantize(GREYS).save(KEPT / file, optimize=True, bits=4)
            print(f"look at {(KEPT / file).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
