"""A face inside one document: a composite font whose codes are clusters, so that text reads back to the letter.

reportlab's own TrueType fonts write code points above U+FFFF into ToUnicode as five digits and make a font of every
256 characters; this one writes UTF-16 and one font for each face (ISO 32000-1, 9.7 and 9.10.3).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from reportlab.pdfbase import pdfdoc

from desktop.printing.fonts import Face, Shape
from desktop.printing.objects import compressed
from desktop.printing.subset import subset
from desktop.printing.truetype import TrueType

BLOCK = 100
"""Entries of one bfchar block (Adobe technical note 5014, 1.4.1)."""
SYMBOLIC = 4


@dataclass(slots=True)
class FontUse:
    """The codes that one document uses of a face: ``glyphs[code]``, and what text the code stands for."""

    face: Face
    file: TrueType
    name: str
    glyphs: list[int] = field(default_factory=lambda: [0])
    texts: list[str] = field(default_factory=lambda: [""])
    _codes: dict[str, str] = field(default_factory=dict)

    def encode(self, shape: Shape) -> str:
        """Return the hex codes that draw a shape; its text stands with the first code, the others have none."""
        if shape.cluster not in self._codes:
            first = len(self.glyphs)
            self.glyphs += shape.glyphs
            self.texts += [shape.cluster, *[""] * (len(shape.glyphs) - 1)][: len(shape.glyphs)]
            self._codes[shape.cluster] = "".join(f"{code:04x}" for code in range(first, len(self.glyphs)))
        return self._codes[shape.cluster]

    def write(self, document: pdfdoc.PDFDocument) -> pdfdoc.PDFObjectReference:
        """Add the font to ``document`` and return the reference to it."""
        program = subset(self.file, self.glyphs)
        name = pdfdoc.PDFName(f"{_tag(program)}+{self.file.name}")
        descendant = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("CIDFontType2"),
                "BaseFont": name,
                "CIDSystemInfo": "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
                "FontDescriptor": document.Reference(self._descriptor(document, name, program)),
                "CIDToGIDMap": pdfdoc.PDFName("Identity"),
                "DW": 1000,
                "W": self._widths(),
            }
        )
        font = {
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("Type0"),
            "BaseFont": name,
            "Encoding": pdfdoc.PDFName("Identity-H"),
            "DescendantFonts": pdfdoc.PDFArray([document.Reference(descendant)]),
            "ToUnicode": document.Reference(compressed(self._to_unicode())),
        }
        return document.Reference(pdfdoc.PDFDictionary(font))

    def _descriptor(self, document: pdfdoc.PDFDocument, name: str, program: bytes) -> pdfdoc.PDFDictionary:
        box = [int.from_bytes(self.file.head[at : at + 2], signed=True) for at in range(36, 44, 2)]
        stream = compressed(program)
        stream.dictionary["Length1"] = len(program)
        return pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("FontDescriptor"),
                "FontName": name,
                "Flags": SYMBOLIC,
                "FontBBox": pdfdoc.PDFArray([self._scaled(edge) for edge in box]),
                "ItalicAngle": 0,
                "Ascent": self._scaled(self.file.ascent),
                "Descent": self._scaled(self.file.descent),
                "CapHeight": self._scaled(self.file.ascent),
                "StemV": 120 if self.face.weight == "bold" else 80,
                "FontFile2": document.Reference(stream),
            }
        )

    def _scaled(self, units: int) -> int:
        return round(units * 1000 / self.file.units)

    def _widths(self) -> str:
        """The W array: only codes that are not one em wide, the others have the default of 1000."""
        widths = [self._scaled(self.file.metrics(glyph)[0]) for glyph in self.glyphs]
        return "[ " + " ".join(f"{code} [{width}]" for code, width in enumerate(widths) if width != 1000) + " ]"

    def _to_unicode(self) -> bytes:
        pairs = [f"<{code:04x}> <{text.encode('utf-16-be').hex()}>" for code, text in enumerate(self.texts) if text]
        blocks = [pairs[start : start + BLOCK] for start in range(0, len(pairs), BLOCK)]
        body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return TO_UNICODE.format(body=body).encode("ascii")


TO_UNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
{body}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def _tag(program: bytes) -> str:
    """Six capital letters that name the subset (ISO 32000-1, 9.6.4), from its content and so the same each time."""
    digest = int.from_bytes(hashlib.sha256(program).digest())
    return "".join(chr(ord("A") + digest // 26**place % 26) for place in range(6))
