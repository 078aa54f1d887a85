"""Two cards are one person or organisation, are not, or nobody knows any more: said by people, and taken back.

The cards stay as they are; what is shown together follows from what was said (sync.records.sameness).
"""

from __future__ import annotations

from desktop.actions.cards import card
from desktop.actions.desk import Desk, Done
from desktop.store.alike import Beside, cards_beside
from desktop.store.same import edited_since, joined, said_about, statements_about
from desktop.store.store import Reader, Work
from sync.records.errors import Refused
from sync.records.kinds import new_id
from sync.records.persons import Organisation, Person
from sync.records.sameness import (
    Said,
    Sameness,
    SamenessReason,
    Verdict,
    check_sameness,
    fold_sameness,
    pair_of,
)


def say_same(desk: Desk, leading: str, other: str, reason: SamenessReason | None, text: str = "") -> Done:
    """Say that two cards are one person or organisation; ``leading`` is shown first from now on.

    Said again once a card's name or number was changed by somebody who did not know of it. Refused where it is known
    already, or where two cards that would come together were said to be different.
    """
    with desk.store.write() as work:
        if other in joined(work, leading) and not edited_since(work, leading, other):
            raise Refused("actions.same_already")
        said = _statement(desk, work, (leading, other), Verdict.SAME, reason, text)
        after = fold_sameness([*statements_about(work, [leading, other]), said])
        if other not in (after.groups[leading].cards if leading in after.groups else ()):
            raise Refused("actions.same_but_different")
        work.add(said)
    return Done(said.id, changes=work.changes)


def say_different(desk: Desk, one: str, other: str, reason: SamenessReason | None, text: str = "") -> Done:
    """Say that two cards are not the same: they are proposed no more; what joined just these two is replaced.

    Refused where other cards join them: that has to be taken back first.
    """
    with desk.store.write() as work:
        said = _statement(desk, work, (one, other), Verdict.DIFFERENT, reason, text)
        before, after = (fold_sameness([*statements_about(work, [one, other]), *more]) for more in ((), (said,)))
        if one in before.groups and set(after.doubts) - set(before.doubts):
            raise Refused("actions.different_but_joined")
        work.add(said)
    return Done(said.id, changes=work.changes)


def take_back(desk: Desk, one: str, other: str, text: str = "") -> Done:
    """Take back what was said about just these two cards; Refused where nothing was."""
    with desk.store.write() as work:
        stands = _stands(work, one, other)
        if stands is None or (stands.verdict is Verdict.WITHDRAWN and not stands.contradicted):
            raise Refused("actions.nothing_said")
        said = _statement(desk, work, (one, other), Verdict.WITHDRAWN, SamenessReason.MISTAKE, text)
        work.add(said)
    return Done(said.id, changes=work.changes)


def beside(desk: Desk, card_id: str) -> list[Beside]:
    """Return the cards that may be, are, or are not the same as ``card_id``."""
    with desk.store.read() as reader:
        return cards_beside(reader, card_id)


def leading_card(desk: Desk, card_id: str) -> str:
    """Return the card that is shown first of those that stand for the same one."""
    with desk.store.read() as reader:
        return joined(reader, card_id)[0]


def _statement(
    desk: Desk, work: Work, cards: tuple[str, str], verdict: Verdict, reason: SamenessReason | None, text: str
) -> Sameness:
    desk.must_may("sameness")
    for each in cards:
        card(work, each, (Person, Organisation))
    leading, other = cards
    stands = _stands(work, leading, other)
    said = Sameness(
        id=new_id("sameness"),
        made=desk.made(),
        leading=leading,
        other=other,
        verdict=verdict,
        reason=reason,
        text=text.strip(),
        seen=stands.heads if stands else (),
        cards_seen=(*work.folded(leading).heads, *work.folded(other).heads),
    )
    check_sameness(said)
    return said


def _stands(reader: Reader, one: str, other: str) -> Said | None:
    return said_about(reader, one).pairs.get(pair_of(one, other))
