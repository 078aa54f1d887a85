"""Cards: what two desks may edit at once, kept as revisions and merged field by field.

A card's first record holds all its fields. Every edit is a `Revision`: a fact that names the card, the heads of
the card's history that its writer saw, and only the fields that were changed. The card's value is a fold over
that graph, the same at every end: for each field the revisions that no later one has seen stand; where two of
them differ, the field is in conflict, both values are kept and shown, and the one with the greater id is used
meanwhile. An edit that has seen both settles it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sync.records.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(Fact):
    """An edit of ``card``: ``fields`` maps field names to new values in canonical (JSON) form.

    ``seen`` holds the ids of the card or revisions that stood at the writer's desk: the card's own id counts as
    the first one.
    """

    card: str
    seen: tuple[str, ...]
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """One value that stands for a field, and the record that said it (the card itself or a revision)."""

    value: Any
    said_by: str


@dataclass(frozen=True, slots=True)
class Folded:
    """A card's value after all its revisions.

    ``fields`` are JSON values by field name, ``heads`` the ids that an edit made now has seen, and
    ``conflicts`` the fields that two desks set differently without seeing each other, greatest id first.
    """

    fields: dict[str, Any]
    heads: tuple[str, ...]
    conflicts: dict[str, tuple[Standing, ...]]


def fold_card(card_id: str, first: Mapping[str, Any], revisions: Iterable[Revision]) -> Folded:
    """Fold ``revisions`` (in any order, repeated or not) over the JSON fields of the card's ``first`` record."""
    by_id = {r.id: r for r in revisions}
    ancestors = _ancestors(card_id, by_id)
    seen_by_any = set().union(*(r.seen for r in by_id.values())) if by_id else set()
    heads = tuple(sorted(i for i in (card_id, *by_id) if i not in seen_by_any)) or (card_id,)
    said: dict[str, list[str]] = {name: [card_id] for name in first}
    for revision_id in sorted(by_id):
        for name in by_id[revision_id].fields:
            said.setdefault(name, []).append(revision_id)
    fields: dict[str, Any] = {}
    conflicts: dict[str, tuple[Standing, ...]] = {}
    for name, ids in said.items():
        standing = [i for i in ids if not any(i in ancestors[j] for j in ids if j != i)]
        newest_first = sorted(standing, reverse=True)
        values = [Standing(first.get(name) if i == card_id else by_id[i].fields[name], i) for i in newest_first]
        fields[name] = values[0].value
        if any(v.value != values[0].value for v in values[1:]):
            conflicts[name] = tuple(values)
    return Folded(fields, heads, conflicts)


def _ancestors(card_id: str, by_id: Mapping[str, Revision]) -> dict[str, frozenset[str]]:
    """Return for the card and each revision everything that its writer had seen, directly or not."""
    known: dict[str, frozenset[str]] = {card_id: frozenset()}
    for start in sorted(by_id):
        stack = [start]
        while stack:
            current = stack[-1]
            if current in known:
                stack.pop()
                continue
            revision = by_id.get(current)
            if revision is None:
                # Named but not here yet: it counts as seen, its own past is unknown until it arrives.
                known[current] = frozenset({card_id})
                stack.pop()
                continue
            # Ids that would make a circle can only come from a hostile writer: they are left out.
            waiting = [s for s in revision.seen if s not in known and s not in stack]
            if waiting:
                stack.extend(waiting)
                continue
            past = {card_id, *revision.seen}
            for s in revision.seen:
                past |= known.get(s, frozenset())
            known[current] = frozenset(past - {current})
            stack.pop()
    return known
