"""Tables from the district to a desk: looked over, published, pulled, and kept by the orders issued under them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.actions.dispatch_rules import dispatch_rules, rules_of_version
from desktop.actions.rule_tables import versions
from resources import read_text
from sync.records.rule_tables import TableName
from sync.records.times import BEIJING
from tests.support.district_process import Done, serving, verb
from tests.system.test_cli import Station, at_the_desk
from tests.system.test_every_kind import BODY, OTHER_BODY, SECRETARY, UNIT

SHIPPED = read_text("dictionaries", "dispatch_rules.toml")


@dataclass
class Both:
    """A district that serves, and a station of it."""

    db: str
    folder: Path
    station: Station

    def rules(self, *words: str, status: int = 0) -> Done:
        """Run one verb of the district's."""
        done = verb(self.db, "rules", *words)
        assert done.returncode == status, done.stderr
        return done

    def file(self, text: str, name: str = "rules.toml") -> str:
        """Write what a district's person edited."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return str(self.folder / name)

    def told(self, *words: str) -> list[dict[str, Any]]:
        """What a verb of the district's says as JSON."""
        return [json.loads(line) for line in self.rules(*words, "--json").stdout.splitlines()]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("rules")
    db = f"sqlite:///{folder}/district.db"
    assert verb(db, "init").returncode == 0
    code = verb(db, "station", "add", UNIT).stdout.splitlines()[-1]
    for name in (BODY, OTHER_BODY):
        assert verb(db, "department", "add", name).returncode == 0
    assert verb(db, "staff", "add", SECRETARY, "--station", UNIT, "--role", "issuing_secretary").returncode == 0
    with serving(db, folder) as server:
        station = Station(folder / "home", db, server.url)
        station.run("enrol", "--district", server.url, "--code", code, "--staff", "张登记")
        station.run("day-end")
        yield Both(db, folder, station)


def test_a_table_is_looked_over_published_and_holds_at_the_station_after_its_exchange(both: Both) -> None:
    bad = both.file(SHIPPED.replace("科级正职", "大人物").replace("people_upto = 29", "people_upto = 20"))
    told = both.rules("check", "dispatch_rules", bad, status=1).stdout.splitlines()
    assert len(told) == 2
    assert "21 至 29 人不属于任何等级" in told[0]
    assert "“* / yellow”" in told[1]
    assert both.rules("publish", "dispatch_rules", bad, status=1).stderr.splitlines() == [told[0]]
    assert [row["version"] for row in both.told("show") if row["table"] == "dispatch_rules"] == ["default-2"]
    with at_the_desk(both.station) as desk, desk.store.read() as reader:
        assert dispatch_rules(reader, date.today()).to_confirm
    good = both.file(SHIPPED.replace('"30 minutes"', '"20 minutes"', 1))
    assert both.rules("check", "dispatch_rules", good).stdout
    assert (
        both.told("publish", "dispatch_rules", good, "--note", "红色 20 分钟报到")[0]["version"]
        == "dispatch_rules-1001"
    )
    later = (date.today() + timedelta(days=2)).isoformat()
    both.rules("publish", "dispatch_rules", good, "--starts", later)
    both.station.run("day-end")
    with at_the_desk(both.station) as desk, desk.store.read() as reader:
        today = desk.now().astimezone(BEIJING).date()
        held = dispatch_rules(reader, today)
        assert (held.version, str(held.limit("other", "red").report)) == ("dispatch_rules-1001", "20 minutes")
        assert not held.to_confirm
        assert [v.note for v in versions(reader, TableName.DISPATCH_RULES)] == ["红色 20 分钟报到", ""]
        old = rules_of_version(reader, "default-2")
        assert old is not None
        assert str(old.limit("other", "red").report) == "30 minutes"
    states = {row["version"]: row["in_force"] for row in both.told("show") if row["table"] == "dispatch_rules"}
    assert states == {"default-2": False, "dispatch_rules-1001": True, "dispatch_rules-1002": False}
    assert both.told("show", "dispatch_rules", "--version", "dispatch_rules-1001")[0]["text"] == Path(good).read_text(
        "utf-8"
    )
