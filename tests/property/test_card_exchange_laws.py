"""Three desks of a station and their district edit one card with real stores: whatever comes when, all ends agree."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.store.check import rebuild_projections
from desktop.store.conflicts import count_conflicts
from sync.client import day_end
from sync.records.cards import Folded, Revision
from sync.records.kinds import new_id
from sync.records.persons import Person
from sync.server.cards import edit_card
from sync.server.store.cards import conflict_counts, folded_card
from sync.server.store.check import check
from sync.server.store.store import DistrictStore
from tests.support.in_process import Desk, enrol_desk, new_district

FIELDS: tuple[dict[str, Any], ...] = (
    {"address": "甲"},
    {"address": "乙"},
    {"note": "丙"},
    {"phones": ["13800000001", "13800000002"]},
    {"phones": ["13800000002", "13800000003"]},
    {"phones": []},
    {"sex": "of a newer program", "address": "丁"},
)
STEP = st.tuples(st.sampled_from(("edit", "edit", "exchange")), st.integers(0, 3), st.sampled_from(FIELDS))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, min_size=3, max_size=10))
def test_three_desks_and_the_district_have_the_same_card_and_the_same_conflicts(
    steps: list[tuple[str, int, dict[str, Any]]],
) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        district = new_district(folder)
        desks = [enrol_desk(folder, district, name) for name in ("甲登记", "乙登记", "丙登记")]
        try:
            card = _shared_card(desks)
            for what, end, fields in steps:
                if "sex" in fields:
                    _edit_unread(desks[end % 3], card, fields)
                elif end == 3:
                    edit_card(district, card, fields, by="")
                elif what == "exchange":
                    _exchange(desks[end])
                else:
                    with desks[end].store.write() as work:
                        work.revise(card, fields, desks[end].made())
            for _ in range(2):
                for desk in desks:
                    _exchange(desk)
            _all_agree(district, desks, card)
        finally:
            for desk in desks:
                desk.store.close()
            district.close()


def _shared_card(desks: list[Desk]) -> str:
    for desk in desks:
        _exchange(desk)
    first = Person(id=new_id("person"), made=desks[0].made(), name="黎平桂", phones=("13800000001",))
    with desks[0].store.write() as work:
        work.add(first)
    for desk in desks:
        _exchange(desk)
    return first.id


def _edit_unread(desk: Desk, card: str, fields: dict[str, Any]) -> None:
    """An edit as a newer program makes it: here it says what the card cannot be."""
    with desk.store.write() as work:
        seen = work.folded(card).heads
        work.add(Revision(id=new_id("revision"), made=desk.made(), card=card, seen=seen, fields=fields))


def _exchange(desk: Desk) -> None:
    day_end.run(desk.journal, desk.district, "test")


def _all_agree(district: DistrictStore, desks: list[Desk], card: str) -> None:
    with district.read() as conn:
        there = folded_card(conn, card).folded
        listed = sum(conflict_counts(conn).values())
    assert check(district) == {}
    for desk in desks:
        with desk.store.read() as reader:
            here: Folded = reader.folded(card)
            assert count_conflicts(reader) == listed == int(bool(here.conflicts))
            edits = [r for r in reader.revisions_of(card) if isinstance(r, Revision)]
        assert here == there
        assert {r.id for r in edits} >= {side.said_by for sides in here.conflicts.values() for side in sides}
        assert rebuild_projections(desk.store) == {}
