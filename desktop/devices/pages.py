"""A page range as people write it, in the form that print systems read (RFC 8011, 5.2.7): rising, no page twice."""

from __future__ import annotations

import re
from typing import Final

from sync.records.errors import RuleBroken
from sync.records.text import half_width

_TO: Final = re.compile(r"\s*[-–—~至到]\s*")
_PART: Final = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")


def page_range(text: str, count: int) -> str:
    """Return ``text`` ("1-3，5", "2、4至6") as "1-3,5"; empty for all of the ``count`` pages.

    RuleBroken("printing.pages_unreadable", "printing.pages_beyond"), field "pages".
    """
    pages: set[int] = set()
    for part in re.split(r"[,;、\s]+", _TO.sub("-", half_width(text).strip())):
        if not part:
            continue
        found = _PART.fullmatch(part.removeprefix("第").removesuffix("页"))
        if found is None:
            raise RuleBroken("printing.pages_unreadable", field="pages", text=text.strip()[:40])
        first, last = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= last <= count:
            raise RuleBroken("printing.pages_beyond", field="pages", text=part, count=count)
        pages.update(range(first, last + 1))
    return "" if not pages or len(pages) == count else _written(sorted(pages))


def pages_of(written: str, count: int) -> list[int]:
    """Return the pages, from 1, that a range in its stored form names; all where it is empty."""
    if not written:
        return list(range(1, count + 1))
    found: list[int] = []
    for part in written.split(","):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return [page for page in found if 1 <= page <= count]


def _written(pages: list[int]) -> str:
    spans: list[list[int]] = []
    for page in pages:
        if spans and page == spans[-1][1] + 1:
            spans[-1][1] = page
        else:
            spans.append([page, page])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
