"""Whether the fonts inside a PDF draw what they say: the same outlines that this program takes from its own faces.

A font of one document has a code for each cluster, in the order of first use (embedding.py). So its program can be made
again from the clusters that ToUnicode names, and must be the same to the byte: a font whose 3 looks like an 8 is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.printing.embedding import FontUse
from desktop.printing.fonts import Face, Fonts, Shape, installed
from desktop.printing.subset import subset
from sync.records.errors import QianshaoError


def draws_what_it_says(font: Any, table: Mapping[int, str], program: bytes, fonts: Fonts | None = None) -> bool:
    """Whether ``font``, a Type0 dictionary whose ToUnicode is ``table``, has the ``program`` that we would embed.

    False too where its face is not one of the manifest's in this edition: then nobody here can say.
    """
    fonts = fonts or installed()
    descendant = font["/DescendantFonts"][0]
    if str(font["/Encoding"]) != "/Identity-H" or str(descendant["/CIDToGIDMap"]) != "/Identity":
        return False
    try:
        face = _face(fonts, str(font["/BaseFont"]).partition("+")[2])
        return face is not None and _again(fonts, face, table) == program
    except QianshaoError:  # a face is missing or another edition, a character is none that we print
        return False


def _face(fonts: Fonts, name: str) -> Face | None:
    return next((face for face in fonts.faces if fonts.file(face).name == name), None)


def _again(fonts: Fonts, face: Face, table: Mapping[int, str]) -> bytes:
    """Make the program of a font that uses these clusters of ``face``; b"" where their codes are not in our order."""
    use = FontUse(face, fonts.file(face), "")
    for code in sorted(table):
        shape = _shape(fonts, face, table[code])
        if shape is None or code != len(use.glyphs):
            return b""
        use.encode(shape)
    return subset(use.file, use.glyphs)


def _shape(fonts: Fonts, face: Face, cluster: str) -> Shape | None:
    """A cluster as ``face`` draws it: in plain text or in bold."""
    shapes = (fonts.shape(cluster, bold) for bold in (face.weight == "bold", face.weight != "bold"))
    return next((shape for shape in shapes if shape.face is face), None)
