"""The faces that papers are set in: found by the manifest, opened when a character needs them, asked in its order."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import resources
from desktop.printing.clusters import clusters, composed, is_invisible, is_selector, is_space
from desktop.printing.truetype import TrueType
from sync.records.errors import Damaged, QianshaoError, Refused, RuleBroken

MOST_CHECKED = 2000
"""Texts that are remembered as printable: the forms of one file say the same things again and again."""
OVERRIDE = "QIANSHAO_FONTS"
FONT_NAME = re.compile(rb"/FontName /[A-Z]{6}\+([A-Za-z0-9-]+)")


@dataclass(frozen=True, slots=True)
class Face:
    """One entry of resources/fonts/manifest.toml. ``order`` is its place in the fallback chain.

    ``sha256`` is over the whole file, ``directory`` over its table directory: enough to tell editions apart.
    A face without ``package`` is a font of the system that a station prefers, as it was found there.
    """

    name: str
    file: str
    sha256: str
    directory: str
    weight: str
    order: int
    package: str


@dataclass(frozen=True, slots=True)
class Shape:
    """How one cluster is drawn: glyphs of one face with the advance of each, in thousandths of the size.

    ``thicken`` asks for an outline around the glyph, where bold text falls back to a face that is not bold.
    """

    face: Face
    cluster: str
    glyphs: tuple[int, ...]
    advances: tuple[float, ...]
    thicken: bool
    advance: float = field(init=False)
    """Of the whole cluster, in thousandths of the size."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "advance", sum(self.advances))


class Fonts:
    """The faces of one manifest in the folders where they may be. A face's file is opened when it is first needed."""

    def __init__(self, manifest: dict[str, Any], folders: list[Path], style: str = "") -> None:
        entries = [_face(entry) for entry in manifest["face"]]
        self.faces = sorted(entries, key=lambda face: face.order)
        self.folders = folders
        self.style = style
        self._styles: list[dict[str, Any]] = manifest.get("style", [])
        self._files: dict[str, TrueType] = {}
        self._shapes: dict[tuple[str, bool], Shape] = {}
        self._checked: set[str] = set()

    @cached_property
    def first(self) -> list[Face]:
        """The faces that are asked before the chain. Refused("printing.no_style") where the system has not the font."""
        if not self.style:
            return []
        entry = next((each for each in self._styles if each["name"] == self.style), {"files": [self.style]})
        shipped = [face for face in self.faces if face.name in entry.get("faces", ())]
        return shipped or [self._of_system(entry["files"])]

    def _of_system(self, files: list[str]) -> Face:
        """Return the first of the system's fonts that is there and may be embedded (OS/2, fsType)."""
        for path in (path for name in files for path in _places(name, self.folders)):
            with suppress(Damaged):  # a collection, outlines of another kind: another of the files may do
                font = TrueType(path)
                if font.embeddable:
                    whole, directory = (hashlib.sha256(part).hexdigest() for part in (font.data, font.directory))
                    face = Face(f"System-{font.name}", path.name, whole, directory, "regular", 0, "")
                    self._files[face.name] = font
                    return face
        raise Refused("printing.no_style", style=self.style, file=files[0])

    def styles(self) -> list[str]:
        """Return the names of the styles that this machine has, in the manifest's order."""
        names = (name for entry in self._styles for name in entry.get("files", ()))
        there = {name for name in names if next(_places(name, self.folders), None)}
        return [each["name"] for each in self._styles if "faces" in each or there.intersection(each["files"])]

    def file(self, face: Face) -> TrueType:
        """Open the file of a face; Refused where it is missing or is another edition than the manifest names."""
        if face.name not in self._files:
            self._files[face.name] = self._open(face)
        return self._files[face.name]

    def _open(self, face: Face) -> TrueType:
        stranger = None
        for path in _places(face.file, self.folders):
            font = TrueType(path)
            if hashlib.sha256(font.directory).hexdigest() == face.directory:
                return font
            stranger = path
        if stranger is not None:
            raise _other(face, stranger)
        raise Refused("printing.no_font", file=face.file, package=face.package)

    def shape(self, cluster: str, bold: bool = False) -> Shape:
        """Return how to draw a cluster, in the first face of the chain that has it.

        Raises RuleBroken("printing.no_glyph") naming the character that no face has: a box is never printed.
        """
        key = (cluster, bold)
        if key not in self._shapes:
            self._shapes[key] = self._choose(cluster, bold)
        return self._shapes[key]

    def _choose(self, cluster: str, bold: bool) -> Shape:
        for find in (_variant, _glyphs):
            for face in self._chain(bold) if find is _glyphs or _has_selector(cluster) else ():
                file = self.file(face)
                glyphs = find(file, cluster)
                if glyphs is not None:
                    advances = tuple(round(file.metrics(g)[0] * 1000 / file.units, 3) for g in glyphs)
                    return Shape(face, cluster, glyphs, advances, thicken=bold and face.weight != "bold")
        missing = self._missing(cluster)
        raise RuleBroken("printing.no_glyph", character=missing, code=f"U+{ord(missing):04X}")

    def _chain(self, bold: bool) -> Iterator[Face]:
        for faces in (self.first, self.faces):
            if bold:
                yield from (face for face in faces if face.weight == "bold")
            yield from (face for face in faces if face.weight != "bold")

    def _missing(self, cluster: str) -> str:
        """The character of a cluster to name: the first that no face has at all, else its base."""
        for character in cluster:
            faces = (self.file(face) for face in self._chain(False))
            if not is_invisible(character) and not any(file.glyph(ord(character)) for file in faces):
                return character
        return cluster[0]

    def check(self, text: str) -> None:
        """Raise RuleBroken where a character of ``text`` cannot be printed; draws nothing."""
        if text in self._checked:
            return
        for cluster in set(clusters(text)) - {"\n"}:
            self.shape(cluster)
        if len(self._checked) >= MOST_CHECKED:
            self._checked.clear()
        self._checked.add(text)

    def faces_in(self, pdf: bytes) -> tuple[str, ...]:
        """Return the faces that a paper is set in, each ``name sha256``: by the names that its fonts have in it."""
        named = {match.decode("ascii") for match in FONT_NAME.findall(pdf)}
        preferred: list[Face] = []
        with suppress(Refused):  # the system's font is gone: this paper was set before
            preferred = [face for face in self.first if face not in self.faces]
        return tuple(f"{face.name} {face.sha256}" for face in (*preferred, *self.faces) if self._named(face) in named)

    def _named(self, face: Face) -> str:
        """The name that a face's font has in a paper; "" where its file is not here: nothing was set in it here."""
        try:
            return self.file(face).name
        except QianshaoError:
            return ""

    def problems(self) -> list[QianshaoError]:
        """Read every file of the manifest whole and return what is wrong with it, for ``doctor``; takes a second."""
        found: list[QianshaoError] = []
        try:
            _ = self.first
        except QianshaoError as why:
            found.append(why)
        for face in self.faces:
            try:
                file = self.file(face)
                if hashlib.sha256(file.data).hexdigest() != face.sha256:
                    found.append(_other(face, file.path))
            except QianshaoError as why:
                found.append(why)
        return found


def _has_selector(cluster: str) -> bool:
    return len(cluster) > 1 and is_selector(cluster[1])


def _variant(file: TrueType, cluster: str) -> tuple[int, ...] | None:
    """Return the glyph that a face has for base and variation selector, None where it does not know the sequence."""
    glyph = file.variant(ord(cluster[0]), ord(cluster[1])) if len(cluster) == 2 else 0
    return (glyph,) if glyph else None


def _glyphs(file: TrueType, cluster: str) -> tuple[int, ...] | None:
    """Return the glyphs of a cluster in one face, None where the face has not all of it.

    A variation selector that no face knows is not drawn (Unicode 23.4); the text of the PDF keeps it.
    """
    whole = composed(cluster)
    drawn = whole if len(whole) == 1 and file.glyph(ord(whole)) else cluster
    found = tuple(_glyph(file, character) for character in drawn if not is_invisible(character))
    return found if all(found) else None


def _glyph(file: TrueType, character: str) -> int:
    return file.glyph(ord(character)) or (file.glyph(0x20) if is_space(character) else 0)


def _face(entry: dict[str, Any]) -> Face:
    return Face(
        name=entry["name"],
        file=entry["file"],
        sha256=entry["sha256"],
        directory=entry["directory"],
        weight=entry["weight"],
        order=entry["order"],
        package=entry.get("debian", ""),
    )


def _other(face: Face, path: Path) -> Refused:
    return Refused("printing.other_font", file=face.file, folder=str(path.parent), package=face.package)


def _places(file: str, folders: list[Path]) -> Iterator[Path]:
    """Where a file of that name lies: directly in a folder first, then anywhere below the system's font folders."""
    seen = set()
    for folder in folders:
        path = folder / file
        if path.is_file():
            seen.add(path)
            yield path
    for folder in _system_folders():
        for path in sorted(folder.rglob(file)) if folder.is_dir() else ():
            if path not in seen and path.is_file():
                seen.add(path)
                yield path


def _system_folders() -> list[Path]:
    """The folders where this system and this user keep fonts."""
    home = Path.home()
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
        return [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts", local / "Microsoft" / "Windows" / "Fonts"]
    if sys.platform == "darwin":
        return [Path("/Library/Fonts"), home / "Library" / "Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]


def _folders(manifest: dict[str, Any]) -> list[Path]:
    """QIANSHAO_FONTS, the folder inside a frozen bundle, the folders that the manifest names."""
    chosen = [Path(part) for part in os.environ.get(OVERRIDE, "").split(os.pathsep) if part]
    frozen = getattr(sys, "_MEIPASS", None)
    bundle = [Path(frozen) / "resources" / "fonts"] if frozen else []
    return [*chosen, *bundle, *(Path(folder) for folder in manifest["folders"])]


@cache
def installed(style: str = "") -> Fonts:
    """Return the fonts of this machine, those of ``style`` first (manner.py; empty: the manifest's order).

    One object for each style in the process, so that a file is opened and checked once.
    """
    manifest = tomllib.loads(resources.read_text("fonts", "manifest.toml"))
    return Fonts(manifest, _folders(manifest), style)
