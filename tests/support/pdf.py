"""Papers read back with tools that nobody of this project wrote: poppler and qpdf."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter


def _tool(*command: str, pdf: bytes) -> str:
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode("utf-8")


def text_of(pdf: bytes) -> str:
    """Return what pdftotext reads, without any white space: lines and columns are layout, not text."""
    return "".join(_tool("pdftotext", "-enc", "UTF-8", "-raw", "-", "-", pdf=pdf).split())


def drawn_text_of(pdf: bytes, folder: Path) -> str:
    """Return what mutool sees drawn, code point by code point in the order of drawing, spaces too."""
    (folder / "paper.pdf").write_bytes(pdf)
    command = ["mutool", "trace", str(folder / "paper.pdf"), "1-N"]
    told = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")
    filled = "".join(re.findall(r"<fill_text .*?</fill_text>", told, re.DOTALL))  # a bold glyph's outline is not text
    return "".join(unescape(found) for found in re.findall(r'<g unicode="([^"]*)"', filled))


@dataclass(frozen=True, slots=True)
class Box:
    """A word with its edges in points from the top left corner of its page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


_WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')


def boxes_of(pdf: bytes) -> list[list[Box]]:
    """Return the words of each page as pdftotext -bbox places them."""
    pages = _tool("pdftotext", "-enc", "UTF-8", "-bbox", "-", "-", pdf=pdf).split("<page ")[1:]
    return [[Box(unescape(word[4]), *map(float, word[:4])) for word in _WORD.findall(page)] for page in pages]


def fonts_of(pdf: bytes) -> list[dict[str, str]]:
    """Return pdffonts's lines: name, and yes or no for embedded, subset and uni (text can be read back)."""
    lines = _tool("pdffonts", "-", pdf=pdf).splitlines()[2:]
    return [
        {"name": line.split()[0], **dict(zip(("emb", "sub", "uni"), line.split()[-5:-2], strict=True))}
        for line in lines
    ]


def information_of(pdf: bytes) -> dict[str, str]:
    """Return pdfinfo's lines."""
    lines = _tool("pdfinfo", "-", pdf=pdf).splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def check_structure(pdf: bytes, folder: Path) -> None:
    """Fail where qpdf finds the structure wanting; a warning is a failure too."""
    (folder / "paper.pdf").write_bytes(pdf)
    subprocess.run(["qpdf", "--check", str(folder / "paper.pdf")], check=True, capture_output=True)


def ink_of(pdf: bytes, page: int) -> float:
    """Return the share of dark pixels of a page, counted from 1, drawn by pdftoppm at 60 dots an inch."""
    command = ["pdftoppm", "-r", "60", "-gray", "-f", str(page), "-l", str(page), "-"]
    picture = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    header = picture.split(b"\n", 3)
    pixels = header[3]
    return sum(1 for pixel in pixels if pixel < 128) / len(pixels)


def apart(one: bytes, other: bytes, folder: Path) -> int:
    """Return by how many of 255 shades two papers differ where they differ most, drawn by mutool at 72 dots an inch and
    softened over two: a stroke's width stays below 20, another character of the same size is above 50."""
    pages = zip(_drawn(folder, one), _drawn(folder, other), strict=True)
    return max(int(ImageChops.difference(*both).getextrema()[1]) for both in pages)


def _drawn(folder: Path, pdf: bytes) -> list[Image.Image]:
    for old in folder.glob("drawn*"):
        old.unlink()
    (folder / "drawn.pdf").write_bytes(pdf)
    command = ["mutool", "draw", "-q", "-r", "72", "-c", "gray", "-o", str(folder / "drawn-%03d.pgm"), "drawn.pdf"]
    subprocess.run(command, check=True, cwd=folder)
    pages = []
    for path in sorted(folder.glob("drawn-*.pgm")):
        with Image.open(path) as page:
            pages.append(page.convert("L").filter(ImageFilter.BoxBlur(2)))
    return pages
