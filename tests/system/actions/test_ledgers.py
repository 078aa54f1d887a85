"""台账 on paper over a real store: what is filtered, masked, logged, and nothing left where it does not come about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desktop.actions import ledgers
from desktop.actions.ledgers import write_ledger
from desktop.actions.visits import log_visit
from desktop.forms.form import Draft
from desktop.store.listing import Filter
from sync.records.errors import Refused, Unavailable
from sync.records.times import BEIJING
from tests.support.pdf import check_structure, text_of
from tests.system.actions.conftest import Station

MARCH = Filter(since=datetime(2026, 3, 1, tzinfo=BEIJING), until=datetime(2026, 4, 1, tzinfo=BEIJING))


@pytest.fixture
def visits(station: Station, visitor: Callable[..., Draft]) -> int:
    """Seventy visits of March, one of which says a number and a telephone, and one of April."""
    for at in range(69):
        log_visit(station.desk, station.draft("visit", **visitor(text=f"第{at}件事")))
    told = "请打 13812345678，证件 11010519491231002X"
    log_visit(station.desk, station.draft("visit", **visitor(text=told)))
    station.clock.later(days=40)
    log_visit(station.desk, station.draft("visit", **visitor(text="四月的事")))
    return 70


def test_a_ledger_has_the_rows_of_its_period_masked_over_pages(station: Station, visits: int, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    out = tmp_path / "a.pdf"
    done = write_ledger(station.desk, "visits", MARCH, out, lambda d, t: told.append((d, t)), told="2026-03")
    assert (done.rows, told[-1]) == (visits, (visits, visits))
    text = text_of(out.read_bytes())
    for said in (
        "登记台账",
        "凤凰社区",
        "2026-03",
        "共70条",
        "第0件事",
        "第68件事",
        "138****5678",
        "110105********002X",
    ):
        assert said in text
    assert "四月的事" not in text
    assert "13812345678" not in text
    assert text.count("来访时间") > 1, "the head stands on every page"
    check_structure(out.read_bytes(), tmp_path)
    assert out.stat().st_mode & 0o077 == 0
    assert station.counts()["audit_entry"] == 1


def test_a_ledger_of_nothing_is_a_ledger(station: Station, tmp_path: Path) -> None:
    done = write_ledger(station.desk, "mediations", MARCH, tmp_path / "a.pdf")
    assert done.rows == 0
    assert "调解台账" in text_of((tmp_path / "a.pdf").read_bytes())


def test_what_is_too_long_or_has_no_paper_or_is_stopped_leaves_nothing(
    station: Station, visits: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "a.pdf"
    with pytest.raises(Refused, match="ledger_no_paper"):
        write_ledger(station.desk, "persons", Filter(), out)
    with pytest.raises(Refused, match="cancelled"):
        write_ledger(station.desk, "visits", MARCH, out, cancelled=lambda: True)
    with pytest.raises(Unavailable, match="unwritable"):
        write_ledger(station.desk, "visits", MARCH, tmp_path / "nowhere" / "a.pdf")
    monkeypatch.setattr(ledgers, "MOST", visits - 1)
    with pytest.raises(Refused, match="ledger_long"):
        write_ledger(station.desk, "visits", MARCH, out)
    assert list(tmp_path.glob("*.pdf")) == []


def test_a_clock_far_from_home_counts_days_at_home(station: Station, visits: int, tmp_path: Path) -> None:
    day = Filter(since=MARCH.since, until=datetime(2026, 3, 5, 4, 0, tzinfo=BEIJING) + timedelta(hours=8, seconds=1))
    assert write_ledger(station.desk, "visits", day, tmp_path / "a.pdf").rows == visits
