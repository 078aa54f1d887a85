"""Forms of two lists, the groups that find matters and what a closing needs: as fields, and the fields as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from resources import Wording
from sync.records.artefacts import ORDER, Artefact, Closing, read_closings
from sync.records.errors import RuleBroken
from sync.records.list_tables import closings_text, sources_text
from sync.records.matters import Nature
from sync.records.sources import Source, read_sources
from sync.server.table_words import kind_words, need_words
from sync.server.web.publishing import Difference

KINDS: Final = (*(nature.value for nature in Nature), ORDER)
MOST_NEEDS: Final = 6
"""So many things at most that one closing needs, each with its alternatives."""
MOST_SOURCES: Final = 80
SPARE: Final = 3
"""So many empty rows stand below the groups."""
_OWN: Final = "group_"
"""How the names begin that the form gives to groups for which nobody wrote one."""
_LONGEST: Final = 40
Table = Mapping[str, Any]
Fields = Mapping[str, str]


def source_fields(table: Table) -> dict[str, str]:
    """Return the list of groups as fields: ``s0_name``, ``s0_label``, ``s0_place``, ``s0_ended``."""
    found: dict[str, str] = {}
    for number, source in enumerate(read_sources(table)):
        found |= {f"s{number}_name": source.name, f"s{number}_label": source.label, f"s{number}_place": str(number + 1)}
        if source.ended:
            found[f"s{number}_ended"] = "on"
    return found


def source_rows(form: Fields, table: Table) -> list[tuple[int, bool, Fields]]:
    """Return for each row its number, whether the version before has it, and its fields; spare rows below."""
    known = [source.name for source in read_sources(table)]
    typed = [n for n in range(len(known), MOST_SOURCES) if form.get(f"s{n}_label") or form.get(f"s{n}_name")]
    numbers = [*range(len(known)), *typed]
    spare = range(max(numbers) + 1, MOST_SOURCES)[:SPARE]
    rows: list[tuple[int, bool, Fields]] = []
    for number in (*numbers, *spare):
        cells = {k: form.get(f"s{number}_{k}", "").strip() for k in ("name", "label", "place", "ended")}
        if number < len(known):
            cells["name"] = known[number]
        rows.append((number, number < len(known), cells))
    return rows


def spelled_sources(form: Fields, table: Table) -> str:
    """Return the table that a form spells: no group of the version before is lost, since records name it.

    RuleBroken("tables.source_label") for a group without a name for people, ("tables.no_number") for a place that is
    none.
    """
    rows = [(n, cells) for n, known, cells in source_rows(form, table) if known or cells["label"] or cells["name"]]
    names = {cells["name"] for _, cells in rows}
    placed: list[tuple[int, Source]] = []
    for at, (_, cells) in enumerate(rows, 1):
        if not cells["label"]:
            raise RuleBroken("tables.source_label", field="text", row=cells["name"] or at)
        place = cells["place"] or str(MOST_SOURCES)
        if not place.isdecimal() or len(place) > 3:
            raise RuleBroken("tables.no_number", field="text", row=cells["label"][:_LONGEST], said=place[:_LONGEST])
        name = cells["name"] or next(f"{_OWN}{n}" for n in range(1, 999) if f"{_OWN}{n}" not in names)
        names.add(name)
        placed.append((int(place), Source(name, cells["label"][:_LONGEST], bool(cells["ended"]))))
    return sources_text(source for _, source in sorted(placed, key=lambda one: one[0]))


def source_differences(before: Table, after: Table, words: Wording) -> list[Difference]:
    """Say which groups are new, called otherwise, ended, offered again, or stand elsewhere."""
    old = {source.name: source for source in read_sources(before)}
    new = {source.name: source for source in read_sources(after)}
    found = []
    for name, source in new.items():
        was = old.get(name)
        if was is None:
            found.append(Difference(source.label, words("web.cell_new_row"), "", source.name))
            continue
        if was.label != source.label:
            found.append(Difference(was.label, words("web.cell_label"), was.label, source.label))
        if was.ended != source.ended:
            said = [words(f"web.source_{'ended' if one.ended else 'offered'}") for one in (was, source)]
            found.append(Difference(source.label, words("web.cell_state"), *said))
    kept = [name for name in new if name in old]
    if kept != list(old):
        order = ["、".join(table[name].label for name in names) for table, names in ((old, old), (new, kept))]
        found.append(Difference(words("web.source_order"), words("web.cell_place"), *order))
    return found


def closing_fields(table: Table) -> dict[str, str]:
    """Return what closings need as fields: ``n_dispute_0_agreement`` is ticked where that is one of the first's."""
    return {
        f"n_{closing.kind}_{place}_{one}": "on"
        for closing in read_closings(table)
        for place, need in enumerate(closing.needs)
        for one in need
    }


def closing_rows(form: Fields) -> list[tuple[str, list[tuple[int, frozenset[str]]]]]:
    """Return for each kind its needs, each with what is ticked, and an empty one below."""
    found = []
    for kind in KINDS:
        needs = [need for need in (_ticked(form, kind, place) for place in range(MOST_NEEDS)) if need]
        found.append((kind, list(enumerate([*needs, frozenset[str]()][:MOST_NEEDS]))))
    return found


def _ticked(form: Fields, kind: str, place: int) -> frozenset[str]:
    return frozenset(one.value for one in Artefact if form.get(f"n_{kind}_{place}_{one}"))


def spelled_closings(form: Fields) -> str:
    """Return the table that a form spells."""
    closings = [
        Closing(kind, tuple(tuple(one for one in Artefact if one in need) for _, need in needs if need))
        for kind, needs in closing_rows(form)
    ]
    return closings_text(closings)


def closing_differences(before: Table, after: Table, words: Wording) -> list[Difference]:
    """Say for each kind that changes what it needed and needs."""
    old = {closing.kind: closing for closing in read_closings(before)}
    return list(_closing_differences(old, read_closings(after), words))


def _closing_differences(old: Mapping[str, Closing], new: tuple[Closing, ...], words: Wording) -> Iterator[Difference]:
    for closing in new:
        was = old[closing.kind]
        if [set(need) for need in was.needs] != [set(need) for need in closing.needs]:
            said = (_needs_words(was, words), _needs_words(closing, words))
            yield Difference(kind_words(closing.kind, words), words("web.closing_needs"), *said)


def _needs_words(closing: Closing, words: Wording) -> str:
    return words("web.closing_and").join(need_words(need, words) for need in closing.needs) or words("web.closing_none")
