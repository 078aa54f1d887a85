"""The made-up city is a store like any other, and building it goes on where it was stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.store.check import full_check, rebuild_projections
from desktop.store.search import search
from desktop.store.tally import counts
from tests.support import city
from tests.support.city_records import PERSONS


class Stopped(Exception):
    """The power went."""


def test_a_city_that_was_stopped_goes_on_and_is_what_a_desk_would_have_written(tmp_path: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        city.build(tmp_path, 1200, tell=stop)
    told: list[tuple[int, int]] = []
    at = city.build(tmp_path, 1200, tell=lambda done, total: told.append((done, total)))
    assert told == [(2, 2)]
    assert city.build(tmp_path, 1200).unit == at.unit
    store = at.store()
    try:
        with store.read() as reader:
            found = counts(reader)
            assert found["visit"] == 1200
            assert PERSONS <= found["person"] <= 2 * PERSONS
            assert {"matter", "step", "mediation", "agreement", "dispatch_order", "organisation"} <= found.keys()
            assert search(reader, "渗水")
        assert rebuild_projections(store) == {}
        assert full_check(store).finished
    finally:
        store.close()
