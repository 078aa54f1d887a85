"""A paper's text read back from its PDF, page by page, as what was set and not as what a viewer makes of it.

Strict on purpose: a page with anything on it that our papers never draw (pictures, notes, coverings, text in another
colour or beside the page, words marked as standing outside that are no mark of ours) says so. What it cannot see is a
font whose letters look like others: a paper that counts is compared by eye with the text that was proven.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

from desktop.printing.canonical_text import canonical, is_mark
from desktop.printing.document import A4, BLACK, RED
from sync.records.errors import Refused

MOST_BYTES: Final = 64 << 20
MOST_PAGES: Final = 2000
MOST_CONTENT: Final = 8 << 20
"""Bytes of one page's operators, or of one font's table, after decompression."""
_BFCHAR: Final = re.compile(rb"<([0-9a-fA-F]{4})>\s*<((?:[0-9a-fA-F]{4})+)>")
_DRAWN: Final = frozenset(
    ["BT", "ET", "Td", "Tf", "Tj", "Tc", "Tr", "w", "RG", "rg", "J", "d", "m", "l", "S", "BMC", "BDC", "EMC"]
)
_IN_CODE: Final = frozenset(["q", "Q", "cm", "re", "f", "rg", "EMC"])
_COLOURS: Final = (BLACK, RED)


@dataclass(slots=True)
class PageRead:
    """One page: the text that was set, the marks outside of it, the code beside its drawing, and whether there is
    anything else.
    """

    text: str = ""
    marks: list[str] = field(default_factory=list)
    code: str = ""
    strange: bool = False


def read_back(pdf: bytes) -> list[PageRead]:
    """Return what each page says. Refused: "proof.not_pdf" (damaged or none), "proof.encrypted", "proof.too_large"."""
    import pikepdf

    if len(pdf) > MOST_BYTES:
        raise Refused("proof.too_large", limit=MOST_BYTES >> 20)
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False) as opened:
            if len(opened.pages) > MOST_PAGES:
                raise Refused("proof.too_many_pages", limit=MOST_PAGES)
            return [_Reading(opened, page).page() for page in opened.pages]
    except pikepdf.PasswordError as error:
        raise Refused("proof.encrypted") from error
    except (pikepdf.PdfError, zlib.error, *_BROKEN) as error:
        raise Refused("proof.not_pdf") from error


_BROKEN: Final = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, NotImplementedError)
"""What a file with other objects than it should have gives in the library's hands."""


class _Reading:
    """Walks through one page's operators and keeps what was set."""

    def __init__(self, pdf: Any, page: Any) -> None:
        self._pdf, self._page = pdf, page
        self._read = PageRead()
        self._parts: list[str] = []
        self._outside: list[str] = []
        self._nesting: list[str] = []
        self._fonts: dict[str, dict[int, str]] = {}
        self._font: dict[int, str] = {}

    def page(self) -> PageRead:
        import pikepdf

        content = b"\n".join(_content(part) for part in _streams(self._page.obj.get("/Contents")))
        for instruction in pikepdf.parse_content_stream(pikepdf.Stream(self._pdf, content)):
            self._step(list(instruction.operands), str(instruction.operator))
        self._read.strange |= "/Annots" in self._page.obj and len(self._page.obj["/Annots"]) > 0
        self._read.strange |= bool(self._nesting)
        self._read.text = canonical(self._parts)
        return self._read

    def _step(self, operands: Sequence[Any], operator: str) -> None:
        inside_code = "code" in self._nesting
        if operator not in (_IN_CODE if inside_code else _DRAWN) or not self._is_ours(operands, operator):
            self._read.strange = True
        match operator:
            case "BMC" | "BDC":
                self._open(operands)
            case "EMC":
                self._close()
            case "Tf":
                self._font = self._table(str(operands[0]))
            case "Tj" | "'":
                self._say(bytes(operands[-1]))
            case "TJ":
                for part in operands[0]:
                    self._say(bytes(part) if not isinstance(part, (int, float)) and _is_string(part) else b"")

    def _is_ours(self, operands: Sequence[Any], operator: str) -> bool:
        """Whether an operator has operands as our papers give it."""
        if operator in ("rg", "RG"):
            return tuple(float(part) for part in operands) in _COLOURS
        if operator == "Tr":
            return int(operands[0]) in (0, 2)
        if operator == "Td":
            return 0 <= float(operands[0]) <= A4[0] and 0 <= float(operands[1]) <= A4[1]
        if operator == "Tf":
            return float(operands[1]) >= 5
        return True

    def _open(self, operands: Sequence[Any]) -> None:
        tag = str(operands[0])
        actual = operands[1].get("/ActualText") if tag == "/Span" and len(operands) > 1 else None
        if actual is not None:
            if self._read.code:
                self._read.strange = True
            self._read.code = str(actual)
        self._nesting.append("code" if actual is not None else "artifact" if tag == "/Artifact" else "")

    def _close(self) -> None:
        if not self._nesting:
            self._read.strange = True
            return
        if self._nesting.pop() == "artifact" and "artifact" not in self._nesting:
            self._read.marks.append(canonical(self._outside))
            self._outside.clear()

    def _table(self, name: str) -> dict[int, str]:
        if name not in self._fonts:
            font = self._page.obj["/Resources"]["/Font"][name]
            table = _content(font["/ToUnicode"])
            found = {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in _pairs(table)}
            self._fonts[name] = found
        return self._fonts[name]

    def _say(self, codes: bytes) -> None:
        text = [self._font.get(int.from_bytes(codes[at : at + 2]), "") for at in range(0, len(codes), 2)]
        (self._outside if "artifact" in self._nesting else self._parts).extend(text)


def _pairs(table: bytes) -> Iterable[tuple[bytes, bytes]]:
    blocks = re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL)
    return (pair for block in blocks for pair in _BFCHAR.findall(block))


def _is_string(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.String)


def _streams(contents: Any) -> Iterator[Any]:
    import pikepdf

    if isinstance(contents, pikepdf.Array):
        yield from contents
    elif contents is not None:
        yield contents


def _content(stream: Any) -> bytes:
    """Return a stream's bytes, at most `MOST_CONTENT`: a small one may unpack to gigabytes."""
    if "/Filter" not in stream:
        content: bytes = stream.read_raw_bytes()
        return content[:MOST_CONTENT]
    filters = stream["/Filter"]
    names = [str(filters)] if not hasattr(filters, "__len__") or _is_name(filters) else [str(f) for f in filters]
    if names != ["/FlateDecode"] or stream.get("/DecodeParms") is not None:
        raise ValueError("not packed as our papers are")
    inflate = zlib.decompressobj()
    content = inflate.decompress(stream.read_raw_bytes(), MOST_CONTENT)
    if inflate.unconsumed_tail:
        raise ValueError("too much")
    return content


def _is_name(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Name)


def are_marks(page: PageRead, number: str) -> bool:
    """Whether everything that stands outside the text is a mark of ours: nothing else may hide there."""
    return all(is_mark(mark, number) for mark in page.marks)
