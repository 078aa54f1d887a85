"""Cards: what two desks may edit at once, kept as revisions and merged field by field.

A card's first record holds all its fields. Every edit is a `Revision`: a fact that names the card, the heads of
the card's history that its writer saw, and only the fields that were changed. The card's value is a fold over
that graph, the same at every end and in any order of arrival: for each field the revisions that no later one has
seen stand. Lists merge by element (element_merge.py). Where the values of two of them differ, the field is in
conflict: both are kept and shown with who said them and when, and one is used meanwhile. An edit that has seen both
decides; two such decisions made at once are merged or held again, like any edits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.records.canonical import canonical
from sync.records.element_merge import contradicting, is_list, merge_elements
from sync.records.record import Fact, Made
from sync.records.seen import Line, in_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(Fact):
    """An edit of ``card``: ``fields`` maps field names to new values in canonical (JSON) form.

    ``seen`` holds the ids of the card or revisions that stood at the writer's desk: the card's own id counts as
    the first one. One that names several has seen what stood side by side: what it says of a field decides. Who said
    what is overridden is named too, though others stand for it (`overridden`).
    """

    card: str
    seen: tuple[str, ...]
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """One value that stands for a field, the record that said it (the card itself or a revision), and its making."""

    value: Any
    said_by: str
    made: Made | None = None


@dataclass(frozen=True, slots=True)
class Folded:
    """A card's value after all its revisions.

    ``fields`` are JSON values by field name, ``heads`` the ids that an edit made now has seen, and
    ``conflicts`` the fields that two desks set differently without seeing each other, what is used meanwhile first;
    ``bases`` has for each of these what all of them had seen.
    """

    fields: dict[str, Any]
    heads: tuple[str, ...]
    conflicts: dict[str, tuple[Standing, ...]]
    bases: dict[str, Any] = field(default_factory=dict)


def same_value(left: Any, right: Any) -> bool:
    """Whether two JSON values are the same for a card: cleared and never filled in are, and 1 is not true."""
    if type(left) is str and type(right) is str:
        return left == right
    return (_blank(left) and _blank(right)) or canonical(left) == canonical(right)


def fold_card(card_id: str, first: Mapping[str, Any], revisions: Iterable[Revision]) -> Folded:
    """Fold ``revisions`` (in any order, repeated or not) over the JSON fields of the card's ``first`` record."""
    line = in_line(revisions, lambda _revision: 0)
    named = {i for revision in line.facts for i in revision.seen}
    heads = tuple(sorted((*line.heads, *([] if card_id in named else [card_id])))) or (card_id,)
    said: dict[str, dict[int, Any]] = {}
    for place, revision in enumerate(line.facts):
        for name, value in revision.fields.items():
            said.setdefault(name, {})[place] = value
    fields = dict(first)
    conflicts: dict[str, tuple[Standing, ...]] = {}
    bases: dict[str, Any] = {}
    for name, values in said.items():
        one = _Field(name, first.get(name), values, line)
        fields[name] = one.value
        if one.conflict:
            conflicts[name] = one.conflict
            bases[name] = one.base()
    return Folded(fields, heads, conflicts, bases)


def overridden(
    revisions: Iterable[Revision], seen: Collection[str], names: Collection[str], sure: Collection[str] | None = None
) -> tuple[str, ...]:
    """Return who said what an edit of the fields ``names`` overrides, as far as its writer, who saw ``seen``, had seen.

    The edit names these beside the heads. An edit in between may be refused, erased or unreadable elsewhere: the way to
    what was said before leads over it, and the value that was overridden would stand there beside the new one. ``sure``
    are the edits that cannot be refused any more (None: all): nobody need be named whom one of these overrode.
    """
    line = in_line(revisions, lambda _revision: 0)
    within = 0
    for place, revision in enumerate(line.facts):
        if revision.id in seen:
            within |= line.pasts[place] | 1 << place
    found: set[str] = set()
    for name in names:
        said = {place: None for place, revision in enumerate(line.facts) if name in revision.fields}
        kept = {place: None for place in said if sure is None or line.facts[place].id in sure}
        doubtful = [place for place in said if place not in kept and within >> place & 1]
        found |= {line.facts[place].id for place in (*doubtful, *_standing(kept, line, within))}
    return tuple(sorted(found.difference(seen)))


class _Field:
    """What was said of one field: what stands of it now, and whether it is in conflict."""

    def __init__(self, name: str, first: Any, said: Mapping[int, Any], line: Line[Revision]) -> None:
        self._first, self._said, self._line = first, said, line
        self._lists = is_list([first, *said.values()])
        self.places = _standing(said, line, -1)
        self.value, self.conflict = said[self.places[0]], ()
        values = [said[place] for place in self.places]
        if self._lists:
            self.value = merge_elements(first, said, line.pasts, self.places)
            apart = contradicting(name, self.value or [], values) if len(values) > 1 else frozenset()
            if apart:
                self.conflict = self._offered([_with_own(self.value, own or [], apart) for own in values])
        elif any(not same_value(value, self.value) for value in values[1:]):
            self.conflict = self._offered(values)

    conflict: tuple[Standing, ...]

    def base(self) -> Any:
        """Return what all who contradict each other had seen of the field."""
        common = -1
        for place in self.places:
            common &= self._line.pasts[place]
        said = {place: value for place, value in self._said.items() if common >> place & 1}
        if not said:
            return self._first
        places = _standing(said, self._line, common)
        return merge_elements(self._first, said, self._line.pasts, places) if self._lists else said[places[0]]

    def _offered(self, values: Sequence[Any]) -> tuple[Standing, ...]:
        """Return the values that differ, each once, with those who said them; what is used meanwhile first."""
        found: list[Standing] = []
        for place, value in zip(self.places, values, strict=True):
            if not any(same_value(value, known.value) for known in found):
                found.append(Standing(value, self._line.facts[place].id, self._line.facts[place].made))
        return tuple(found)


def _standing(said: Mapping[int, Any], line: Line[Revision], within: int) -> list[int]:
    """Return the places among ``within`` that said a field and that nobody has seen who said it later.

    What is used meanwhile comes first: whose writer had seen more, and else by the random part of the id. The part
    that tells the time is not asked: a desk whose clock is ahead would always have its way.
    """
    rest = sum(1 << place for place in said) & within
    found = []
    while rest:
        place = rest.bit_length() - 1
        found.append(place)
        rest &= ~(line.pasts[place] | 1 << place)
    return sorted(found, key=lambda p: (line.pasts[p].bit_count(), _lot(line.facts[p].id)), reverse=True)


def _lot(record_id: str) -> tuple[str, str]:
    return record_id[-15:], record_id


def _with_own(merged: Sequence[Any], own: Sequence[Any], apart: frozenset[bytes]) -> list[Any]:
    """Return a merged list as one side would have it: of what contradicts only its own."""
    kept = {canonical(element) for element in own}
    return [element for element in merged if canonical(element) not in apart or canonical(element) in kept]


def _blank(value: Any) -> bool:
    return value is None or value is False or (isinstance(value, (str, list, dict)) and not value)
