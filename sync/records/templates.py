"""Printed words that a district publishes: editions of a paper's template, or of the list of a file's documents.

Numbers below `FIRST` are the program's own (resources/print); those from it on are the district's, so that the two
never give one name to different words. What was published is never changed: a change is the next number.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sync.records.errors import RuleBroken
from sync.records.record import Fact
from sync.records.text import unshowable

FIRST: Final = 1001
LAST: Final = 999_999
LONGEST_TEXT: Final = 64 * 1024
"""Characters of a whole template."""
LONGEST_WORD: Final = 2000
"""Characters of one label or clause."""
CASEFILE: Final = "casefile"
"""The name under which the list of a file's documents is published."""
MARKS: Final = frozenset({"page", "copy", "preview"})
"""What stands outside a paper's text is the program's: whoever verifies a paper has to know it."""
NEEDS: Final = ("must", "if_needed", "local")
_NAME: Final = re.compile(r"[a-z][a-z_]{0,39}")
_PLACE: Final = re.compile(r"\{([a-z_]+)\}")

Words = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTemplate(Fact):
    """Edition ``number`` of the template ``name``, for papers drawn up from ``starts_on`` on.

    ``text`` is TOML as in resources/print: labels and clauses, and for a paper ``base``, the program's edition whose
    words stand where this one says nothing and whose places it has to keep.
    """

    name: str
    number: int
    text: str
    starts_on: date

    @property
    def edition(self) -> str:
        """What a print names, for example ``agreement-1001``."""
        return f"{self.name}-{self.number}"


def places(word: str) -> frozenset[str]:
    """Return the names of the places in a clause: ``{number}`` and nothing else is one."""
    return frozenset(_PLACE.findall(word))


def filled(word: str, values: Mapping[str, object]) -> str:
    """Put ``values`` in the places of a clause. Nothing of a value is looked into: ``{x.y}`` and ``{x[0]}`` are text.

    A place without a value is a bug (KeyError).
    """
    return _PLACE.sub(lambda found: str(values[found[1]]), word)


def parsed(text: str) -> dict[str, Any]:
    """Return what a template's text says; RuleBroken: "proof.template_long", "proof.template_toml"."""
    if len(text) > LONGEST_TEXT:
        raise RuleBroken("proof.template_long", field="text", limit=LONGEST_TEXT)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise RuleBroken("proof.template_toml", field="text", why=_one_line(error)) from error


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:120]


def check_template(record: PaperTemplate, base: Words | None) -> dict[str, str | list[str]]:
    """Return all words of a district's edition, over those of its ``base`` (None where this program has it not).

    RuleBroken with a sentence that names the key: what the layout needs and misses, what it does not know, a place
    that is missing or was never there, a character that cannot be printed, a clause that is too long.
    """
    if not _NAME.fullmatch(record.name):
        raise RuleBroken("proof.template_name", field="name", name=record.name[:60])
    if not FIRST <= record.number <= LAST:
        raise RuleBroken("proof.template_number", field="number", first=FIRST, last=LAST)
    found = parsed(record.text)
    named = found.pop("base", None)
    if base is None or base_of(record) is None:
        raise RuleBroken("proof.template_base", field="base", base=str(named)[:60] if named else "—")
    for key, word in found.items():
        _check_word(key, word, base)
    return {**base, **found}


def base_of(record: PaperTemplate) -> str | None:
    """Return the program's edition that a district's one stands on; None where it names none of this paper."""
    named = parsed(record.text).get("base")
    fits = isinstance(named, str) and re.fullmatch(re.escape(record.name) + r"-[0-9]{1,3}", named)
    return named if fits else None


def _check_word(key: str, word: object, base: Words) -> None:
    if key in MARKS:
        raise RuleBroken("proof.template_mark", field="text", key=key)
    if key not in base:
        raise RuleBroken("proof.template_unknown_key", field="text", key=key[:60])
    before = base[key]
    if isinstance(before, str) and isinstance(word, str):
        _check_text(key, word)
        if places(word) != places(before):
            wanted = "、".join(f"{{{name}}}" for name in sorted(places(before))) or "—"
            raise RuleBroken("proof.template_places", field="text", key=key, places=wanted)
        if "{" in _PLACE.sub("", word) or "}" in _PLACE.sub("", word):
            raise RuleBroken("proof.template_brackets", field="text", key=key)
    elif isinstance(before, list) and isinstance(word, list) and word and all(isinstance(w, str) for w in word):
        for one in word:
            _check_text(key, one)
            if "{" in one or "}" in one:
                raise RuleBroken("proof.template_brackets", field="text", key=key)
    else:
        raise RuleBroken("proof.template_type", field="text", key=key)


def _check_text(key: str, word: str) -> None:
    if not word.strip():
        raise RuleBroken("proof.template_empty", field="text", key=key)
    if len(word) > LONGEST_WORD:
        raise RuleBroken("proof.template_word_long", field="text", key=key, limit=LONGEST_WORD)
    if found := unshowable(word):
        raise RuleBroken("proof.template_character", field="text", key=key, code=f"U+{ord(found[0]):04X}")


def check_casefile(record: PaperTemplate, known: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Return name and need of each document of a district's list, in its order.

    ``known`` are the program's own rows: a district says which of them a file has, in which order and with which need;
    what prints one is the program's. RuleBroken where a row is none of them, says otherwise, or stands twice.
    """
    if not FIRST <= record.number <= LAST:
        raise RuleBroken("proof.template_number", field="number", first=FIRST, last=LAST)
    rows = parsed(record.text).get("document")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise RuleBroken("proof.casefile_empty", field="text")
    own = {row["name"]: row for row in known}
    found: dict[str, str] = {}
    for row in rows:
        name, need = row.get("name"), row.get("need")
        ours = own.get(name) if isinstance(name, str) else None
        same = ours is not None and all(ours.get(part) == said for part, said in row.items() if part != "need")
        if not same or need not in NEEDS or name in found:
            raise RuleBroken("proof.casefile_row", field="text", name=str(name)[:60])
        found[str(name)] = str(need)
    return tuple(found.items())


def in_force(records: Iterable[PaperTemplate], name: str, on: date) -> list[PaperTemplate]:
    """Return the editions of ``name`` that are valid on a day, the newest first: the one with the greatest number.

    Of two records with one edition the first written counts: what was published is never altered.
    """
    first: dict[int, PaperTemplate] = {}
    for record in sorted(records, key=lambda r: r.id):
        if record.name == name and record.starts_on <= on:
            first.setdefault(record.number, record)
    return [first[number] for number in sorted(first, reverse=True)]
