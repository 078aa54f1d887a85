"""What `make bench` leaves behind has the form that others read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.figures import Figure, publish, quantile


def test_figures_are_printed_and_written_in_the_form_that_the_issue_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish([Figure("a", "ms", 6.0, 4.0), Figure("b", "ms", 9.0, 3.0, target=2.0)], tmp_path / "build")
    assert json.loads((tmp_path / "build" / "bench.json").read_text(encoding="utf-8")) == [
        {"name": "a", "unit": "ms", "value": 6.0, "limit": 4.0, "ratio": 1.5, "target": None, "ok": None},
        {"name": "b", "unit": "ms", "value": 9.0, "limit": 3.0, "ratio": 3.0, "target": 2.0, "ok": False},
    ]
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading.split() == ["figure", "value", "limit", "unit", "ratio"]
    assert [line.split() for line in lines] == [
        ["a", "6.00", "4.00", "ms", "1.50"],
        ["b", "9.00", "3.00", "ms", "3.00"],
    ]


def test_a_part_that_is_measured_by_itself_leaves_the_others(tmp_path: Path) -> None:
    publish([Figure("a", "ms", 6.0, 4.0), Figure("b", "ms", 9.0, 3.0)], tmp_path)
    publish([Figure("a", "ms", 5.0, 5.0)], tmp_path, keep=True)
    rows = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert {row["name"]: row["ratio"] for row in rows} == {"a": 1.0, "b": 3.0}
    publish([Figure("c", "ms", 5.0, 5.0)], tmp_path)
    assert len(json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))) == 1, "a whole run begins anew"


def test_a_figure_may_be_held_to_a_value_or_to_so_much_beyond_its_limit() -> None:
    held = [Figure("a", "ms", 40, 900, most=50), Figure("a", "ms", 60, 900, most=50)]
    held += [Figure("b", "ms", 130, 40, beyond=100), Figure("b", "ms", 150, 40, beyond=100)]
    assert [figure.ok for figure in held] == [True, False, True, False]
    assert held[0].row()["most"] == 50
    assert quantile([5.0, 1.0, 4.0, 2.0, 3.0], 0.5) == 3.0
    assert quantile([1.0, 2.0], 0.95) == 2.0
