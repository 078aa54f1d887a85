"""Text cut into overlapping pairs of characters: most Chinese words have two, and none of them has to be known."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from sync.records.text import half_width

_RUN: Final = re.compile(r"[a-z0-9]+|[^\s!-/:-@\[-`{-~\u2000-\u206f\u3000-\u303f\uff00-\uff65a-z0-9]+")
_EMPTY: Final = frozenset("的了是在和与及或等")
"""Pairs with one of these say little, and stand in every sentence."""


def bigrams(text: str) -> frozenset[str]:
    """Return the pairs of neighbours of each run of characters; a Latin word, a number or a lone character is one."""
    found: set[str] = set()
    for run in _RUN.findall(half_width(text).casefold()):
        if run[0].isascii() or len(run) == 1:
            found.add(run)
        else:
            found.update(a + b for a, b in pairwise(run) if a not in _EMPTY and b not in _EMPTY)
    return frozenset(found)
