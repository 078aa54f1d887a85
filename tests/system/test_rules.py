"""Tables from the district to a desk: looked over, published, pulled, and kept by the orders issued under them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop.actions.dispatch_rules import dispatch_rules, rules_of_version
from desktop.actions.order_authorities import must_be_authorised
from desktop.actions.rule_tables import versions
from desktop.store.registers import duty_rosters
from desktop.store.units import units
from resources import read_text, wording
from sync.records.duty_rosters import on_duty
from sync.records.errors import Refused
from sync.records.rule_tables import TableName
from sync.records.times import BEIJING
from tests.support.district_process import Done, serving, verb
from tests.system.test_cli import Station, at_the_desk
from tests.system.test_every_kind import BODY, OTHER_BODY, SECRETARY, UNIT

SHIPPED = read_text("dictionaries", "dispatch_rules.toml")
SHIPPED_CALENDAR = read_text("dictionaries", "calendar.toml")


@dataclass
class Both:
    """A district that serves, and a station of it."""

    db: str
    folder: Path
    station: Station

    def verb(self, *words: str, status: int = 0) -> Done:
        """Run one verb of the district's."""
        done = verb(self.db, *words)
        assert done.returncode == status, done.stderr
        return done

    def rules(self, *words: str, status: int = 0) -> Done:
        """Run one verb about tables."""
        return self.verb("rules", *words, status=status)

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
    used = both.station.json("doctor")["tables"]
    assert (used["dispatch_rules"], used["sources"]) == ("dispatch_rules-1001", "default-1")
    states = {row["version"]: row["in_force"] for row in both.told("show") if row["table"] == "dispatch_rules"}
    assert states == {"default-2": False, "dispatch_rules-1001": True, "dispatch_rules-1002": False}
    assert both.told("show", "dispatch_rules", "--version", "dispatch_rules-1001")[0]["text"] == Path(good).read_text(
        "utf-8"
    )


def test_authorities_are_entered_refused_and_ended_and_a_desk_knows_by_which_it_orders(both: Both) -> None:
    today = datetime.now(UTC).astimezone(BEIJING).date()
    paper = ("--paper", "〔2026〕3号", "--granted-by", "区信访联席办")
    for words, said in (((UNIT, "--department", UNIT), "不是职能部门"), ((UNIT, "--ends", "2020-01-01"), "早于")):
        assert said in both.verb("authority", "add", *words, *paper, status=1).stderr
    made = both.verb("authority", "add", UNIT, "--department", BODY, *paper, "--json").stdout
    both.station.run("day-end")
    with at_the_desk(both.station) as desk, desk.store.read() as reader:
        known = {unit.name: unit.unit for unit in units(reader).values()}
        assert must_be_authorised(reader, desk.session, [known[BODY]], today).words == "区信访联席办〔2026〕3号"
        with pytest.raises(Refused) as refused:
            must_be_authorised(reader, desk.session, [known[BODY], known[OTHER_BODY]], today)
        told = wording("zh")(refused.value.key, **refused.value.values)
        assert told.startswith(f"“{UNIT}”没有向“{OTHER_BODY}”发令的在期授权；请向区信访联席办")
    entry = json.loads(made)["entry"]
    assert both.verb("authority", "end", entry, "--reason", "文件废止").returncode == 0
    assert both.verb("authority", "end", entry, "--reason", "文件废止", status=1).stderr
    assert "已撤回" in both.verb("authority", "list").stdout
    both.station.run("day-end")
    with at_the_desk(both.station) as desk, desk.store.read() as reader, pytest.raises(Refused):
        must_be_authorised(reader, desk.session, [known[BODY]], today)
    both.verb("authority", "add", UNIT, *paper)
    both.station.run("day-end")


def test_duty_officers_come_from_a_spreadsheet_whole_or_not_at_all(both: Both) -> None:
    book = openpyxl.Workbook()
    for row in (
        ("全区值班表",),
        ("部门", "姓名", "职务", "电话", "星期", "时间"),
        (BODY, "王值班", "科长", 13800001111, "周一至周日", "00:00-24:00"),
        (None, "李夜班", "副科长", "0755-23456789", None, "18:00-次日08:00"),
    ):
        book.worksheets[0].append(row)
    file = both.folder / "duty.xlsx"
    book.save(file)
    assert json.loads(both.verb("duty", "import", str(file), "--json").stdout) == {"department": BODY, "shifts": 2}
    assert "没有改动" in both.verb("duty", "import", str(file)).stdout
    assert "王值班\t科长\t13800001111\t每天 全天\n" in both.verb("duty", "list", "--now").stdout
    bad = both.folder / "bad.csv"
    bad.write_text(f"部门,姓名,电话,星期\n{OTHER_BODY},张三,13800001112,\n{BODY},李四,13800001113,周八\n", "gb18030")
    told = "第 3 行：“周八”不是星期，请写“周一至周五”或“六、日”。整份文件没有导入。\n"
    assert both.verb("duty", "import", str(bad), status=1).stderr == told
    for words, said in (("部门,姓名\n甲,乙\n", "表头"), ("\0", "表格"), ("", "表头"), ("部门,姓名,电话\n", "没有内容")):
        bad.write_text(words, "utf-8")
        assert said in both.verb("duty", "import", str(bad), status=1).stderr
    both.station.run("day-end")
    with at_the_desk(both.station) as desk, desk.store.read() as reader:
        known = {unit.name: unit.unit for unit in units(reader).values()}
        rosters = duty_rosters(reader, known[BODY])
        assert "王值班" in [shift.name for shift in on_duty(rosters, known[BODY], desk.now())]
        assert duty_rosters(reader, known[OTHER_BODY]) == []


def test_the_responsibility_list_is_imported_searched_and_ranks_departments_with_reasons(both: Both) -> None:
    file = both.folder / "duties.csv"
    rows = f"事项,责任部门,协办部门,关键词,类别\n拖欠农民工工资,{OTHER_BODY},{BODY},欠薪,劳动争议\n房屋渗漏,{BODY},,,\n"
    file.write_text(rows + "违章搭建,区规划局,,,\n", "utf-8")
    assert both.verb("duties", "import", str(file), status=1).stderr.startswith(
        "“违章搭建”所写部门“区规划局”不在单位目录中"
    )
    file.write_text(rows, "gb18030")
    assert json.loads(both.verb("duties", "import", str(file), "--json").stdout)["items"] == 2
    both.station.run("day-end")
    assert [row["department"] for row in both.station.rows("departments", "duties", "欠薪")] == [OTHER_BODY]
    told = ("departments", "suggest", "--category", "labour", "--text", "老板拖欠工资不发")
    (first,) = both.station.rows(*told)
    assert (first["name"], first["reasons"][0]["kind"]) == (OTHER_BODY, "duty")
    assert first["reasons"][0]["text"] == "职责清单：拖欠农民工工资"
    assert both.station.run(*told).stdout.startswith(f"{first['points']}\t{OTHER_BODY}\t职责清单")
    assert "没有类别" in both.station.run("departments", "suggest", "--category", "x", "--text", "x", status=1).stderr


def test_a_period_is_counted_by_the_tables_that_held_at_the_station_on_the_day_of_its_start(both: Both) -> None:
    today = datetime.now(UTC).astimezone(BEIJING).date()
    asked = ("deadline", "--kind", "order-report", "--grade", "red", "--start")
    before = both.station.json(*asked, "2026-01-05T10:00")
    assert (before["due"], before["tables"]["dispatch_rules"]) == ("2026-01-05T10:30:00+08:00", "default-2")
    assert "default-2" in before["assumed"][0]
    rules = both.file(
        SHIPPED.replace('"30 minutes"', '"2 working_days"', 1).replace('resolve = "24 hours"', 'resolve = "5 days"', 1)
    )
    starts = ("--starts", (today + timedelta(days=3)).isoformat())
    version = both.told("publish", "dispatch_rules", rules, *starts)[0]["version"]
    january = [date(today.year + 1, 1, day) for day in range(8, 15)]
    friday = next(day for day in january if day.weekday() == 4)
    off = [(friday + timedelta(days=days)).isoformat() for days in (3, 7)]
    by_law = [[f"{friday.year}-{day}"] * 2 for day in tomllib.loads(SHIPPED_CALENDAR)["fixed"]]
    told = f"{SHIPPED_CALENDAR}\n[[year]]\nyear = {friday.year}\nwork = []\noff ="
    without = both.file(f"{told} {[off]}\n", "without.toml")
    refused = both.rules("check", "calendar", without, status=1).stdout
    assert f"{friday.year}-01-01 是法定节假日" in refused
    own = both.file(f"{told} {[*by_law, off]}\n", "own.toml")
    calendar = both.told("publish", "calendar", own)[0]["version"]
    earlier = both.station.json(*asked, f"{friday.isoformat()}T10:00")
    assert earlier["tables"]["dispatch_rules"] != version  # published, and not pulled
    both.station.run("day-end")
    assert both.station.json(*asked, f"{today.isoformat()}T10:00")["tables"]["dispatch_rules"] != version
    assert both.station.json(*asked, "2026-01-05T10:00") == before
    told = both.station.json(*asked, f"{friday.isoformat()}T10:00")
    assert told["tables"] == {"calendar": calendar, "dispatch_rules": version}
    tuesday = (friday + timedelta(days=11)).isoformat()
    assert (told["due"], told["assumed"]) == (f"{tuesday}T23:59:59+08:00", [])
    assert told["rule"] == f"2个工作日；发令规则{version}"
    law = both.station.json("deadline", "--kind", "petition-objection", "--start", f"{friday.isoformat()}T10:00")
    assert law["tables"] == {"calendar": calendar}
    said = both.station.run(*asked, f"{friday.isoformat()}T10:00").stdout
    assert (version in said, calendar in said) == (True, True)
