"""What a station gone bad tries on its neighbour: words that its own keys are good for, about what is not its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from sync.client.http import HttpDistrict
from sync.protocol.messages import Frame, Hello, MoveStore, Pull, Push, State
from sync.protocol.pages import numbered
from sync.protocol.version import OLDEST, VERSION
from sync.records.audit import Erasure
from sync.records.canonical import seal
from sync.records.cards import Revision
from sync.records.errors import Refused
from sync.records.kinds import STORE_PREFIX, kind_of, kind_of_value, new_id, new_identity
from sync.records.papers import NumberLease, Series
from sync.records.record import Made, Record
from sync.records.visits import Channel, Visit

_CARDS: Final = ("person", "matter")
_PAGE: Final = 2000


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Whom it is tried on, and the ids of records of his that the district has."""

    store: str
    unit: str
    member: str
    targets: tuple[str, ...]


def taken(district: HttpDistrict, made: Made, him: Neighbour) -> Iterator[str]:
    """Try everything and yield the name of each attempt that was not refused: a district yields none.

    Unavailable where the line breaks.
    """
    yield from _spoken_for(district, made, him)
    if set(_pulled(district, made.store)) & set(him.targets):
        yield "a look"
    tries = list(_attempts(made, him))
    answers = district.push(Push(made.store, [frame for _, frame in tries])).answers
    heard = {(answer.id, answer.hash): answer.state for answer in answers}
    yield from (name for name, frame in tries if heard.get((frame.id, frame.hash)) is not State.REFUSED)


def _spoken_for(district: HttpDistrict, made: Made, him: Neighbour) -> Iterator[str]:
    """In his store's name, and in the name of a store that is to take its place."""
    hello = Hello(VERSION, OLDEST, "x", him.store, datetime.now(UTC))
    for name, say in (
        ("a hello", lambda: district.hello(hello)),
        ("a pull", lambda: district.pull(Pull(him.store, 0, _PAGE))),
        ("a push", lambda: district.push(Push(him.store, [_frame(_visit(replace(made, store=him.store)))]))),
        ("a move", lambda: district.move(MoveStore(him.store, new_identity(STORE_PREFIX)))),
        ("a move onto him", lambda: district.move(MoveStore(made.store, him.store))),
    ):
        try:
            say()
        except Refused:
            continue
        yield name


def _attempts(made: Made, him: Neighbour) -> Iterator[tuple[str, Frame]]:
    """Records that are not his to write, and content that is not what its hash says."""
    yield "a visit at his unit", _frame(_visit(replace(made, unit=him.unit)))
    yield "a visit by his store", _frame(_visit(replace(made, store=him.store)))
    yield "a visit by his lead", _frame(_visit(replace(made, by=him.member)))
    yield "numbers", _frame(_numbers(made))
    true = _frame(_visit(made))
    yield "other content", Frame(true.kind, true.id, true.hash, true.salt, true.body.replace("原话".encode(), b"x"))
    yield "another kind", Frame("number_lease", true.id, true.hash, true.salt, true.body)
    for target in him.targets:
        yield f"an erasure of {target}", _frame(Erasure(id=new_id("erasure"), made=made, target=target, reason="x"))
        kind = kind_of(target)
        if kind is not None and kind.name in _CARDS:
            edit = Revision(id=new_id("revision"), made=made, card=target, seen=(target,), fields={"note": "别人的话"})
            yield f"an edit of {target}", _frame(edit)
        elif kind is not None:
            yield f"an amendment of {target}", _frame(replace(_visit(made), amends=target, amend_reason="x"))
            yield f"the id {target}", _frame(replace(_visit(made), id=target))


def _visit(made: Made) -> Visit:
    return Visit(id=new_id("visit"), made=made, channel=Channel.PHONE, happened_at=made.at, text="原话")


def _numbers(made: Made) -> NumberLease:
    return NumberLease(
        id=new_id("number_lease"),
        made=made,
        series=Series.VISIT,
        unit=made.unit,
        year=made.at.year,
        store=made.store,
        first=1,
        last=9,
    )


def _frame(record: Record) -> Frame:
    return Frame.of(seal(kind_of_value(record).name, record))


def _pulled(district: HttpDistrict, store: str) -> Sequence[str]:
    """The ids of everything that the district gives this store."""
    found: list[str] = []
    cursor, more = 0, True
    while more:
        page = district.pull(Pull(store, cursor, _PAGE))
        found += [record.record.id for record in numbered(page)]
        cursor, more = page.cursor, page.more
    return found
