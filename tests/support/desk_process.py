"""A second program at one store: ``python -m tests.support.desk_process VERB PATH ...`` with the key on standard input.

Each line that it prints stands for something that it was told is committed.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from desktop.store.store import Store
from sync.records.errors import RuleBroken
from sync.records.kinds import new_id
from sync.records.papers import NumberVoid, Series
from tests.support.desk_store import UNIT, Desk

PER_WORK = 20


def allocate(desk: Desk, count: int, card: str, field: str) -> None:
    """Give out ``count`` numbers, most to visits, every seventh voided; every tenth transaction breaks off.

    Each transaction also edits ``field`` of a card that the other program edits, too.
    """
    done = turn = 0
    while done < count:
        turn += 1
        numbers = []
        with contextlib.suppress(RuleBroken), desk.store.write() as work:
            for place in range(min(PER_WORK, count - done)):
                number = work.allocate(Series.VISIT, UNIT, "光明", 2026)
                if place % 7 == 3:
                    void = {"series": Series.VISIT, "unit": UNIT, "year": 2026, "number": number, "reason": "填写错误"}
                    work.add(NumberVoid(id=new_id("number_void"), made=desk.made, **void))  # type: ignore[arg-type]
                else:
                    work.add(desk.visit("号码", number=number))
                numbers.append(number)
            work.revise(card, {field: f"{field} {done}"}, desk.made)
            if turn % 10 == 0:
                raise RuleBroken("records.test")
        if turn % 10:
            done += len(numbers)


def edit(desk: Desk, card: str, field: str, count: int) -> None:
    """Edit one field of a card again and again."""
    for turn in range(count):
        with desk.store.write() as work:
            work.revise(card, {field: f"{field} {turn}"}, desk.made)


def capture(desk: Desk) -> None:
    """Log visits with their visitor until somebody ends this, saying each that was kept."""
    turn = 0
    while True:
        turn += 1
        visit, person = desk.visit(f"来访 {turn}"), desk.person(f"来访人{turn}")
        with desk.store.write() as work:
            work.add(person)
            work.add(visit)
            work.add(desk.takes_part(person.id, visit.id))
        print(visit.id, flush=True)


def main() -> None:
    """Run the verb."""
    verb, path, *rest = sys.argv[1:]
    key = bytes.fromhex(sys.stdin.readline().strip())
    desk = Desk(Store.open(Path(path), key), key)
    print("open", flush=True)
    if verb == "allocate":
        allocate(desk, int(rest[0]), rest[1], rest[2])
    elif verb == "edit":
        edit(desk, rest[0], rest[1], int(rest[2]))
    elif verb == "capture":
        capture(desk)
    desk.store.close()


if __name__ == "__main__":
    main()
