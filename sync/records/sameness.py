"""同一人、同一单位: whether two cards stand for one human being, or one organisation; said by people, and taken back.

Nothing here joins cards by itself. A person says of two cards that they are the same or that they are different, or
takes back what was said; the cards and everything that names them stay as they are. What follows is a fold over
these statements, the same at every end and in any order of their coming:

* of two statements about the same two cards, one that had seen the other replaces it;
* where statements that did not see each other disagree, the two cards stay apart until somebody who saw both decides:
  to show one person another's matters is worse than to show half;
* what is joined by several pairs is one group, unless two cards within it were said to be different: then all of it
  stays apart.

Two cards are named by each statement for themselves, and ``amends`` is not used: who was wrong says so anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sync.records.cards import Revision
from sync.records.errors import RuleBroken
from sync.records.ids import prefix_of
from sync.records.record import Fact
from sync.records.seen import Doubt, in_line
from sync.records.text import check_text


class Verdict(StrEnum):
    """What was said of two cards. ``WITHDRAWN``: what was said before holds no longer, in neither direction."""

    SAME = "same"
    DIFFERENT = "different"
    WITHDRAWN = "withdrawn"


class SamenessReason(StrEnum):
    """What it rests on. ``OTHER`` is told in words."""

    SAME_NUMBER = "same_number"
    PHONE_AND_NAME = "phone_and_name"
    NAME_AND_BIRTH = "name_and_birth"
    SAME_NAME = "same_name"
    TOLD = "told"
    KNOWN = "known"
    MISTAKE = "mistake"
    OTHER = "other"


SPEAKS_FOR: Final = frozenset(
    {
        SamenessReason.SAME_NUMBER,
        SamenessReason.PHONE_AND_NAME,
        SamenessReason.NAME_AND_BIRTH,
        SamenessReason.SAME_NAME,
    }
)
"""Reasons that speak for being the same: nobody can say "different" by one of them."""

IDENTIFIES: Final = frozenset({"name", "document", "born_on", "sex", "credit_code"})
"""Fields that say who a card is about: where one changes, two cards may be one no longer."""

ALIKE: Final = ("per", "fir")
"""The prefixes of the cards that may be joined; only two of one kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sameness(Fact):
    """One statement about two cards: ``leading`` is the one that a joined page shows first, ``other`` the second.

    ``seen`` holds the ids of the statements about these two cards that stood at the writer's desk, ``cards_seen`` the
    heads of both cards that stood there: an edit of who somebody is that is not among them was not looked at.
    """

    leading: str
    other: str
    verdict: Verdict
    reason: SamenessReason | None = None
    text: str = ""
    seen: tuple[str, ...] = ()
    cards_seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What stands about two cards: the verdict, the statements that make it, and whether they contradict each other."""

    verdict: Verdict
    heads: tuple[str, ...]
    contradicted: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Cards that stand for one: the leading one first, then by id."""

    cards: tuple[str, ...]

    @property
    def leading(self) -> str:
        """The card that is shown first."""
        return self.cards[0]


@dataclass(frozen=True, slots=True)
class Samenesses:
    """All that follows from statements: groups by each of their cards, what stands for each pair, and doubts."""

    groups: Mapping[str, Joined]
    pairs: Mapping[tuple[str, str], Said]
    doubts: tuple[Doubt, ...]


def edited_beside(said: Sameness, edits: Iterable[Revision]) -> tuple[str, ...]:
    """Return the ``edits`` of both cards that change who they are and that whoever made the statement had not seen.

    Nothing is known of statements of older programs, which did not say what of the cards stood there.
    """
    if not said.cards_seen:
        return ()
    line = in_line(edits, lambda _edit: 0)
    past = 0
    for place, edit in enumerate(line.facts):
        if edit.id in said.cards_seen:
            past |= line.pasts[place] | 1 << place
    unseen = (edit for place, edit in enumerate(line.facts) if not past >> place & 1)
    return tuple(sorted(edit.id for edit in unseen if not IDENTIFIES.isdisjoint(edit.fields)))


def pair_of(one: str, other: str) -> tuple[str, str]:
    """Return two cards as the key of `Samenesses.pairs`: the smaller id first."""
    return (one, other) if one < other else (other, one)


def check_sameness(said: Sameness) -> None:
    """Two different cards of one kind; a reason that fits what is said; words where the reason is another."""
    if said.leading == said.other:
        raise RuleBroken("records.same_card_twice", field="other")
    if not _alike(said):
        raise RuleBroken("records.same_of_two_kinds", field="other")
    if said.reason is None:
        raise RuleBroken("records.same_reason_missing", field="reason")
    if said.verdict is Verdict.DIFFERENT and said.reason in SPEAKS_FOR:
        raise RuleBroken("records.same_reason_speaks_for", field="reason")
    if said.reason is SamenessReason.OTHER and not said.text.strip():
        raise RuleBroken("records.same_text_missing", field="text")
    check_text(said.text)


def fold_sameness(statements: Iterable[Sameness]) -> Samenesses:
    """Fold ``statements``, in any order and repeated or not; those that no card can be joined by are passed over."""
    by_pair: dict[tuple[str, str], dict[str, Sameness]] = {}
    for said in statements:
        if said.leading != said.other and _alike(said):
            by_pair.setdefault(pair_of(said.leading, said.other), {})[said.id] = said
    pairs = {pair: _stands(by_id) for pair, by_id in by_pair.items()}
    doubts = [Doubt("records.doubt_same_contradicted", s.heads) for s in pairs.values() if s.contradicted]
    groups: dict[str, Joined] = {}
    joins = {pair for pair, said in pairs.items() if said.verdict is Verdict.SAME}
    apart = {pair for pair, said in pairs.items() if said.verdict is Verdict.DIFFERENT}
    for cards in _components(joins):
        within = [pair for pair in apart if cards.issuperset(pair)]
        if within:
            inside = sorted(i for pair in (*joins, *within) if cards.issuperset(pair) for i in pairs[pair].heads)
            doubts.append(Doubt("records.doubt_same_and_different", tuple(inside)))
            continue
        led = {by_pair[pair][i].other for pair in joins if cards.issuperset(pair) for i in pairs[pair].heads}
        joined = Joined(tuple(sorted(cards, key=lambda card: (card in led, card))))
        groups.update(dict.fromkeys(cards, joined))
    return Samenesses(groups, pairs, tuple(sorted(set(doubts), key=lambda d: (d.reason, d.records))))


def _alike(said: Sameness) -> bool:
    return prefix_of(said.leading) == prefix_of(said.other) and prefix_of(said.leading) in ALIKE


def _stands(by_id: Mapping[str, Sameness]) -> Said:
    heads = in_line(by_id.values(), lambda _said: 0).heads
    verdicts = {by_id[i].verdict for i in heads}
    if verdicts == {Verdict.SAME}:
        return Said(Verdict.SAME, heads)
    # A circle of statements that all claim to have seen each other has no heads: nothing is said then.
    apart = Verdict.DIFFERENT if Verdict.DIFFERENT in verdicts else Verdict.WITHDRAWN
    return Said(apart, heads, contradicted=Verdict.SAME in verdicts)


def _components(joins: Iterable[tuple[str, str]]) -> list[set[str]]:
    beside: dict[str, set[str]] = {}
    for one, other in joins:
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    found, passed = list[set[str]](), set[str]()
    for start in sorted(beside):
        if start in passed:
            continue
        cards, waiting = {start}, [start]
        while waiting:
            fresh = beside[waiting.pop()] - cards
            cards |= fresh
            waiting += fresh
        passed |= cards
        found.append(cards)
    return found
