"""A paper's text read back from its PDF, page by page, as what was set and not as what a viewer makes of it.

Strict on purpose: a page with anything on it that our papers never draw (pictures, notes, coverings, text in another
colour or beside the page, words marked as standing outside that are no mark of ours) says so, and so does one
whose fonts are not the program's own (letters.py).
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
from desktop.printing.letters import draws_what_it_says
from desktop.printing.whole.stamps import in_box
from sync.records.errors import Refused

MOST_BYTES: Final = 64 << 20
MOST_PAGES: Final = 2000
MOST_CONTENT: Final = 8 << 20
"""Bytes of one page's operators, or of one font's table, after decompression."""
SMALLEST_TYPE, WIDEST_RULE, SHORTEST_RULE = 5.0, 2.0, 8.0
"""Points: of type and rules as our papers have them."""
SHORTEST_HEADING: Final = 4
"""Characters of a repeated heading at least: a single figure of the text is none."""
_BFCHAR: Final = re.compile(rb"<([0-9a-fA-F]{4})>\s*<((?:[0-9a-fA-F]{4})+)>")
_DRAWN: Final = frozenset(
    ["BT", "ET", "Td", "Tf", "Tj", "Tc", "Tr", "w", "RG", "rg", "J", "d", "m", "l", "S", "BMC", "BDC", "EMC"]
)
_IN_CODE: Final = frozenset(["q", "Q", "cm", "re", "f", "rg", "EMC"])
DIGITS: Final = frozenset("0123456789")
_COLOURS: Final = (BLACK, RED)
_FAINT: Final = (0.6, 0.6, 0.6)
"""Of lines to write on; no text has it."""


@dataclass(slots=True)
class PageRead:
    """One page: the text that was set, the marks outside of it, the code beside its drawing, whether there is anything
    else, and whether all its fonts draw what they say.
    """

    text: str = ""
    marks: list[str] = field(default_factory=list)
    code: str = ""
    strange: bool = False
    letters: bool = True


def read_back(pdf: bytes) -> list[PageRead]:
    """Return what each page says. Refused: "proof.not_pdf" (damaged or none), "proof.encrypted", "proof.too_large"."""
    import pikepdf

    if len(pdf) > MOST_BYTES:
        raise Refused("proof.too_large", limit=MOST_BYTES >> 20)
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False) as opened:
            if len(opened.pages) > MOST_PAGES:
                raise Refused("proof.too_many_pages", limit=MOST_PAGES)
            known: dict[tuple[int, int], bool] = {}
            return [_Reading(opened, page, known).page() for page in opened.pages]
    except pikepdf.PasswordError as error:
        raise Refused("proof.encrypted") from error
    except (pikepdf.PdfError, zlib.error, *_BROKEN) as error:
        raise Refused("proof.not_pdf") from error


_BROKEN: Final = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, NotImplementedError)
"""What a file with other objects than it should have gives in the library's hands."""


class _Reading:
    """Walks through one page's operators and keeps what was set."""

    def __init__(self, pdf: Any, page: Any, known: dict[tuple[int, int], bool]) -> None:
        self._pdf, self._page, self._known = pdf, page, known
        self._read = PageRead()
        self._parts: list[str] = []
        self._outside: list[str] = []
        self._nesting: list[str] = []
        self._fonts: dict[str, dict[int, str]] = {}
        self._font: dict[int, str] = {}
        self._at = (0.0, 0.0)
        self._point = (0.0, 0.0)
        self._rules: set[tuple[str, float]] = set()
        self._short: set[tuple[str, float]] = set()

    def page(self) -> PageRead:
        import pikepdf

        content = b"\n".join(_content(part) for part in _streams(self._page.obj.get("/Contents")))
        for instruction in pikepdf.parse_content_stream(pikepdf.Stream(self._pdf, content)):
            self._step(list(instruction.operands), str(instruction.operator))
        self._read.strange |= "/Annots" in self._page.obj and len(self._page.obj["/Annots"]) > 0
        self._read.strange |= bool(self._nesting) or not self._short <= self._rules
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
            case "Td":
                self._at = (float(operands[0]), A4[1] - float(operands[1]))
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
            colour = tuple(float(part) for part in operands)
            return colour in _COLOURS or (operator == "RG" and colour == _FAINT)
        if operator == "Tr":
            return int(operands[0]) in (0, 2)
        if operator == "Td":
            return 0 <= float(operands[0]) <= A4[0] and 0 <= float(operands[1]) <= A4[1]
        if operator == "Tf":
            return float(operands[1]) >= SMALLEST_TYPE
        if operator == "w":
            return float(operands[0]) <= WIDEST_RULE
        if operator == "l":
            return self._is_rule(float(operands[0]), float(operands[1]))
        if operator == "m":
            self._point = (float(operands[0]), float(operands[1]))
        return True

    def _is_rule(self, x: float, y: float) -> bool:
        """Whether a line runs along or down the page; one as short as the stroke of a letter has to go on another."""
        across, down = abs(x - self._point[0]), abs(y - self._point[1])
        where = ("across", y) if down == 0 else ("down", x)
        (self._rules if max(across, down) >= SHORTEST_RULE else self._short).add(where)
        return min(across, down) == 0

    def _open(self, operands: Sequence[Any]) -> None:
        tag = str(operands[0])
        actual = operands[1].get("/ActualText") if tag in ("/Figure", "/Span") and len(operands) > 1 else None
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
            self._read.letters &= self._draws(font, found)
        return self._fonts[name]

    def _draws(self, font: Any, table: dict[int, str]) -> bool:
        """Whether a font draws what it says; one that several pages use is looked at once."""
        if font.objgen not in self._known or font.objgen == (0, 0):
            program = _content(font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"])
            self._known[font.objgen] = draws_what_it_says(font, table, program)
        return self._known[font.objgen]

    def _say(self, codes: bytes) -> None:
        numbers = [int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2)]
        before = -1
        for number in numbers:  # what has no text of its own goes on with the cluster before it
            self._read.strange |= number not in self._font and number != before + 1
            before = number
        text = [self._font.get(number, "") for number in numbers]
        if "artifact" in self._nesting and in_box(*self._at) and len(text) <= 4 and set(text) <= DIGITS:
            return  # the page's number in a bound file: nowhere else may digits stand outside the text
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


def are_marks(pages: Sequence[PageRead], number: str) -> bool:
    """Whether everything that stands outside the text of a paper is a mark of ours, or a table's heading that a later
    page repeats: nothing else may hide there.
    """
    before = ""
    for page in pages:
        for mark in page.marks:
            if not is_mark(mark, number) and not (len(mark) >= SHORTEST_HEADING and mark in before):
                return False
        before += page.text
    return True
