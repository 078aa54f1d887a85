"""How text is cut for searching: tails of names, and overlapping pairs of characters for everything else.

Chinese has no spaces, so the index holds every pair of neighbours of a run, and its last character alone. A query's
pairs narrow the candidates; whether the text really contains the query is then looked at in the text itself.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Not "letters": Python's tables know fewer rare characters than names do, so only what divides words is listed.
_RUN: Final = re.compile(r"[^\s!-/:-@\[-`{-~\u0000-\u001f\u007f-\u00bf\u2000-\u206f\u3000-\u3006\u3008-\u303f]+")
TAIL_LENGTH: Final = 16
MAX_TAILS: Final = 48


def folded(text: str) -> str:
    """Return ``text`` as it is compared: width and case do not matter."""
    return unicodedata.normalize("NFKC", text).casefold()


def pairs(text: str) -> set[str]:
    """Return what the index holds for ``text``: each run's pairs of neighbours and its last character."""
    found: set[str] = set()
    for run in _RUN.findall(folded(text)):
        found.update(run[i : i + 2] for i in range(len(run) - 1))
        found.add(run[-1])
    return found


def wanted(text: str) -> list[str]:
    """Return the folded words of a query: each must occur, as it is written, in what is found."""
    return [word for word in folded(text).split() if _RUN.search(word)]


def indexed(word: str) -> bool:
    """Whether the index alone says which texts hold the folded ``word``: it is one or two characters of a run."""
    return len(word) <= 2 and _RUN.fullmatch(word) is not None


def match_expression(words: list[str]) -> str:
    """Return the FTS5 expression that every text with all ``words`` satisfies; some others may too."""
    terms: list[str] = []
    for word in words:
        for run in _RUN.findall(word):
            if len(run) == 1:
                terms.append(f'"{run}"*')
            else:
                terms.extend(f'"{run[i : i + 2]}"' for i in range(len(run) - 1))
    return " AND ".join(dict.fromkeys(terms))


def tails(name: str) -> set[str]:
    """Return the parts by which a name is found: it and what is left of it after each leading character."""
    whole = "".join(_RUN.findall(folded(name)))
    return {whole[i : i + TAIL_LENGTH] for i in range(min(len(whole), MAX_TAILS))}


def name_key(text: str) -> str:
    """Return a query in the form of `tails`: without separators, at most as long as a stored tail."""
    return "".join(_RUN.findall(folded(text)))[:TAIL_LENGTH]


def number_key(text: str) -> str:
    """Return a number (document, telephone, credit code) as it is compared: letters and digits only."""
    return "".join(c for c in folded(text) if c.isalnum())
