"""What Today asks of the store costs the same however many records there are."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from desktop.ui.stories.day import read_day
from tests.support.window_day import a_day
from tests.support.window_desk import enrolled_home

GROWING = ("record", "link", "card", "visit")
"""Tables with a row for each record, or more."""

SHORT = ("record_held", "card_conflicted", "visit_happened")
"""Indices that hold only what waits, or are walked from the newest on, as far as is shown."""


def test_no_statement_of_today_walks_through_all_records(tmp_path: Path) -> None:
    at = enrolled_home(tmp_path / "qianshao")
    a_day(at)
    asked: list[str] = []
    with closing(at.store()) as store:
        with store.read() as reader:
            driver = reader._handle.driver
        driver.set_trace_callback(asked.append)
        day = read_day(at.desk(store))
        driver.set_trace_callback(None)
        plans = {
            statement: [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")]
            for statement in asked
            if statement.lstrip().startswith("SELECT")
        }

    assert day.matters
    assert day.orders
    assert len(plans) > 10
    walks = {step for plan in plans.values() for step in plan if step.split()[0] == "SCAN"}
    assert not {step for step in walks if step.split()[1] in GROWING and not step.endswith(SHORT)}
