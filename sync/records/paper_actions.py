"""What a PDF does by itself or brings along is left out: scripts, programs to start, forms that send, files within.

The objects of an opened PDF are given by whoever has the library that opens one (ISO 32000-1, 7.7, 7.11, 12.6): nothing
is opened here. What is drawn on the pages stays as it is, and so do links to pages and to addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

ACTS: Final = frozenset(
    {
        *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"),
        *("/Rendition", "/Movie", "/Sound", "/RichMediaExecute"),
    }
)
"""Actions that run, start, send, fetch or play something (12.6.4); going to a page or an address is none of them."""
_NAMED: Final = ("/JavaScript", "/EmbeddedFiles")
_FILES: Final = ("/F", "/UF", "/DOS", "/Mac", "/Unix")
_PLAYED: Final = {"/Sound": "/Sound", "/Movie": "/Movie", "/RichMedia": "/RichMediaContent", "/3D": "/3DD"}
"""Annotations that play something, and where they keep it."""


@dataclass(frozen=True, slots=True)
class Sorts:
    """The types by which the library tells its objects apart."""

    dictionary: Any
    stream: Any
    array: Any
    any: Any


def disarm(pdf: Any, sorts: Sorts) -> bool:
    """Take out of an opened PDF what it does by itself and the files within it; returns whether there was anything.

    What is named nowhere any more is left out when it is written.
    """
    found = _disarm_root(pdf.Root, sorts)
    for part in pdf.objects:
        for one in _within(part, sorts):
            found |= _disarm_one(one, sorts)
    return found


def is_signed(pdf: Any, sorts: Sorts) -> bool:
    """Whether a signature was put on it (12.7.2 and 12.8): an empty field for one is none."""
    form = pdf.Root.get("/AcroForm")
    flags = 0 if form is None else int(form.get("/SigFlags", 0))
    if "/Perms" in pdf.Root or flags % 2:
        return True
    return any("/ByteRange" in part for part in pdf.objects if isinstance(part, sorts.dictionary))


def _within(part: Any, sorts: Sorts) -> Iterator[Any]:
    """An object and everything that stands in it directly, however deep: what stands elsewhere is met by itself."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if isinstance(one, (sorts.dictionary, sorts.stream)):
            yield one
            parts = [one.get(name) for name in list(one.keys())]
        elif isinstance(one, sorts.array):
            yield one
            parts = list(one)
        else:
            continue
        waiting += [each for each in parts if isinstance(each, sorts.any) and not each.is_indirect]


def _disarm_root(root: Any, sorts: Sorts) -> bool:
    found = False
    for holder, names in ((root.get("/Names"), _NAMED), (root.get("/AcroForm"), ("/XFA",)), (root, ("/Collection",))):
        if isinstance(holder, sorts.dictionary):
            for name in names:
                if name in holder:
                    del holder[name]
                    found = True
    return found


def _disarm_one(part: Any, sorts: Sorts) -> bool:
    """By what stands under a name, not by the name: a font of a page may be called as an action is."""
    if isinstance(part, sorts.array):
        gone = [place for place, each in enumerate(part) if _acts(each, sorts)]
        for place in reversed(gone):
            del part[place]
        return bool(gone)
    bad = [name for name in list(part.keys()) if _acts(part.get(name), sorts)]
    if _holds_file(part.get("/EF"), sorts):
        bad.append("/EF")
    played = _PLAYED.get(str(part.get("/Subtype", "")), "")
    if played and "/Rect" in part and played in part:
        bad.append(played)
    for name in bad:
        del part[name]
    return bool(bad)


def _acts(value: Any, sorts: Sorts) -> bool:
    return isinstance(value, sorts.dictionary) and str(value.get("/S", "")) in ACTS


def _holds_file(value: Any, sorts: Sorts) -> bool:
    return isinstance(value, sorts.dictionary) and any(isinstance(value.get(name), sorts.stream) for name in _FILES)
