"""The canonical text of a paper: what a code on it vouches for, the same from a drawing, a PDF or a copied text.

It is every character that the paper sets, in the order in which it sets them, page after page, without white space
and without what stands outside the text: page numbers, the running number, the marks of preview and reprint, the words
beside the code. Code points are as drawn: nothing is normalised (NFC would replace characters that stand in names,
docs/adr/0008). White space is left out because lines, columns and justification are layout, and because no two tools
copy the same blanks out of a page.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Final

from desktop.printing.clusters import is_space
from desktop.printing.template import template

COPY: Final = re.compile(r"副本第([0-9]+)次打印")
"""The mark of a reprint, without its blanks."""
PREVIEW: Final = "预览件不得使用"
"""The mark of what was never printed."""
_MARK: Final = (
    r"第[0-9]+页共[0-9]+页|—[0-9]+—|副本第[0-9]+次打印|预览件不得使用|本件验证码(?:向服务站核验真伪)?|向服务站核验真伪"
)
_NOTE: Final = re.escape("".join(template("notes-1")("described").split()))
"""The note under a page that describes a character without a code."""
_MARKS: Final = re.compile(f"(?:{_MARK}|{_NOTE})+")


def canonical(texts: Iterable[str]) -> str:
    """Join what a paper sets and leave out every white space (Unicode White_Space and the separators Zs)."""
    return "".join(char for text in texts for char in text if not (char.isspace() or is_space(char)))


def digest(text: str) -> bytes:
    """Return SHA-256 over the canonical text in UTF-8."""
    return hashlib.sha256(text.encode()).digest()


def is_mark(text: str, number: str) -> bool:
    """Whether canonical ``text`` is nothing but marks: a page's or a copy's, or the running number of the paper."""
    rest = text.removesuffix(canonical([number]))
    return not rest or bool(_MARKS.fullmatch(rest))


def without_marks(text: str, number: str) -> Iterator[str]:
    """Yield the canonical texts that a copied text may be: in it nothing tells a mark from the paper's own words.

    The number on a line by itself is the running one of a later page, or stands where the form has it; the first lines
    of a page (after a form feed) may repeat a table's heading.
    """
    running = canonical([number])
    pages = [
        [line for each in page.splitlines() if (line := _plain(canonical([each]), running))]
        for page in text.split("\f")
    ]
    for left in ([line for page in pages for line in page], _without_repeats(pages)):
        places = [place for place, line in enumerate(left) if line == running]
        yield "".join(left)
        for keep in (None, *places[:1]):
            yield "".join(line for place, line in enumerate(left) if place not in places or place == keep)


def _without_repeats(pages: list[list[str]]) -> list[str]:
    left: list[str] = []
    for page in pages:
        begin = 0
        while begin < len(page) and page[begin] in left:
            begin += 1
        left += page[begin:]
    return left


def _plain(text: str, running: str) -> str:
    """Return a line without the marks that stand beside the running number, or as it is."""
    rest = _MARKS.sub("", text)
    return rest if rest in ("", running) else text
