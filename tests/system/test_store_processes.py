"""Two programs at one store, and programs that are killed: nothing is lost, doubled or given out twice."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.store import chain
from desktop.store.check import full_check, rebuild_projections
from desktop.store.links import participations_of
from desktop.store.store import Store
from sync.records.numbers import desk_suffix
from sync.records.papers import NumberVoid
from sync.records.visits import Visit
from tests.support.desk_store import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk.new(tmp_path)
    yield desk
    desk.store.close()


def start(desk: Desk, *arguments: str) -> subprocess.Popen[str]:
    """Start a program at the desk's store; it has opened it when this returns."""
    command = [sys.executable, "-m", "tests.support.desk_process", arguments[0], str(desk.store.path), *arguments[1:]]
    program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(desk.key.hex() + "\n")
    program.stdin.flush()
    assert program.stdout.readline() == "open\n"
    return program


def ended_well(*programs: subprocess.Popen[str]) -> None:
    for program in programs:
        program.communicate(timeout=150)
        assert program.returncode == 0


def numbers_of(desk: Desk) -> list[str]:
    with desk.store.read() as reader:
        found = (
            reader.conn.exec_driver_sql("SELECT id FROM record WHERE kind IN ('visit', 'number_void')").scalars().all()
        )
        values = reader.current(found).values()
    return [value.number for value in values if isinstance(value, (Visit, NumberVoid))]


def test_two_programs_give_out_ten_thousand_numbers_and_edit_one_card_and_nothing_is_lost(desk: Desk) -> None:
    person = desk.person()
    desk.keep(desk.lease(1, 6000), desk.lease(6001, 9000), person)
    ended_well(*(start(desk, "allocate", "5000", person.id, field) for field in ("note", "address")))
    numbers = numbers_of(desk)
    assert len(numbers) == len(set(numbers)) == 10_000
    suffix = desk_suffix(desk.store.id)
    leased = {int(m[1]) for n in numbers if (m := re.fullmatch(r"光明登2026-(\d{6})", n))}
    local = {int(m[1]) for n in numbers if (m := re.fullmatch(rf"光明登2026-(\d{{6}})-{suffix}", n))}
    assert leased == set(range(1, 9001))
    assert local == set(range(1, 1001))
    with desk.store.read() as reader:
        edits = Counter(name for revision in reader.revisions_of(person.id) for name in revision.fields)
        folded = reader.folded(person.id)
    assert edits == {"note": 250, "address": 250}
    assert (folded.fields["note"], folded.fields["address"]) == ("note 4980", "address 4980")
    assert folded.conflicts == {}
    with desk.store.read() as reader:  # neither another program's writes nor what was broken off is remembered wrongly
        assert chain.verify(reader.sql, desk.store.id).broken == ()
    assert full_check(desk.store).finished
    assert rebuild_projections(desk.store) == {}


def test_a_program_sees_that_another_one_wrote_and_only_then(desk: Desk) -> None:
    person = desk.person()
    before = desk.store.data_version()
    desk.keep(person)
    assert desk.store.data_version() == before
    ended_well(start(desk, "edit", person.id, "note", "1"))
    assert desk.store.data_version() != before


def test_nothing_acknowledged_is_lost_by_kill_9(desk: Desk) -> None:
    acknowledged: list[str] = []
    for pause in (0.05, 0.13, 0.21, 0.34, 0.4):
        with start(desk, "capture") as program:
            time.sleep(pause)
            program.kill()
            assert program.stdout is not None
            out = program.stdout.read()  # `communicate` passes over what was read ahead with the first line
        acknowledged += [line for line in out.splitlines() if line.startswith("vis_") and len(line) == 36]
    assert len(acknowledged) > 20
    desk.store.close()
    desk.store = Store.open(desk.store.path, desk.key)
    assert desk.store.unclean
    with desk.store.read() as reader:
        assert reader.known(acknowledged) == set(acknowledged)
        visits = reader.conn.exec_driver_sql("SELECT id FROM record WHERE kind = 'visit'").scalars().all()
        # A transaction is whole: no visit without its visitor, and at most one a round that nobody was told of.
        assert all(len(participations_of(reader, visit)) == 1 for visit in visits)
        assert len(acknowledged) <= len(visits) == len(set(visits)) <= len(acknowledged) + 5
    assert full_check(desk.store).finished
    assert not desk.store.unclean
    assert rebuild_projections(desk.store) == {}
    path = desk.store.path
    desk.store.close()
    assert [p.name for p in path.parent.iterdir() if "open" in p.name] == []
