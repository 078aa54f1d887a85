"""Reporting by stick, as people call it: `qianshao bundle` and `qianshao-district bundle`, with real files between."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.commands.access import Access, Secrets
from desktop.config import Home
from resources import wording
from sync.protocol.bundle import HEAD_BYTES
from tests.support.district_process import serving, verb
from tests.system.test_cli import PASSWORD, Station


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Station:
    """A station that was enrolled by network; from then on its district's server is not there any more."""
    return enrolled(tmp_path_factory.mktemp("sticks"))


def enrolled(folder: Path) -> Station:
    db = f"sqlite:///{folder}/district.db"
    assert verb(db, "init").returncode == 0
    code = verb(db, "station", "add", "偏远社区").stdout.splitlines()[-1]
    with serving(db, folder) as server:
        made = Station(folder / "home", db, server.url)
        made.run("enrol", "--district", server.url, "--code", code, "--staff", "张登记")
    return made


def imported(station: Station, *words: str) -> dict[str, object]:
    done = verb(station.db, "bundle", "import", *words, "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def lines(text: str) -> set[str]:
    return set(text.splitlines())


def test_a_station_reports_and_is_answered_without_any_network(station: Station, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_bytes((Path(__file__).parents[1] / "data" / "ledger.csv").read_bytes())
    station.run("import", "visits", str(ledger))
    stick = tmp_path / "stick"
    stick.mkdir()
    written = station.json("bundle", "write", "--out", str(stick))
    assert written["records"] > 600
    (file,) = written["files"]
    if os.name == "posix":
        assert Path(file).stat().st_mode & 0o077 == 0
    told = imported(station, file)
    assert (told["records"], told["refused"], told["again"]) == (written["records"], 0, None)
    (answer,) = told["answers"]  # type: ignore[misc]
    assert Path(answer).parent == stick, "it goes back on the same stick"
    read = station.json("bundle", "read", answer)
    assert (read["accepted"], read["refused"], read["unsent"], read["agreed"]) == (written["records"], 0, 1, True)
    again = imported(station, file, "--out", str(tmp_path / "again.qsr"))
    assert again["again"] is not None
    assert again["receipt"] == told["receipt"], "the same bundle gets the same receipt"
    assert "已经导入过" in verb(station.db, "bundle", "import", file).stdout


def carried(station: Station, stick: Path) -> None:
    """Take what waits to the district, and its answer back."""
    told = imported(station, *station.json("bundle", "write", "--out", str(stick))["files"])
    assert station.json("bundle", "read", *told["answers"])["agreed"]  # type: ignore[misc]


def test_a_stick_that_would_rewrite_much_stops_both_ways_and_goes_on_once_the_lead_agreed(tmp_path: Path) -> None:
    station = enrolled(tmp_path)
    ledger, stick = tmp_path / "ledger.csv", tmp_path / "stick"
    stick.mkdir()
    ledger.write_bytes((Path(__file__).parents[1] / "data" / "ledger.csv").read_bytes())
    station.run("import", "visits", str(ledger))
    carried(station, stick)
    home = Home(station.home)
    home.save(replace(home.settings, mass_change_percent=0, mass_change_least=5))
    people = [row["id"] for row in station.rows("list", "persons", "--limit", "12")]
    secrets = Secrets(station.secrets["QIANSHAO_STAFF"], PASSWORD, station.secrets["QIANSHAO_PASSPHRASE"])
    with Access(home, wording("zh"), secrets).desk() as desk, desk.store.write() as work:
        for person in people[:6]:
            work.revise(person, {"note": "批量改写"}, desk.made())
    before, logged = set(stick.iterdir()), station.rows("records", "--all", "--lines")
    stopped = station.run("bundle", "write", "--out", str(stick), status=1)
    assert "改写 6 张卡片" in stopped.stderr
    assert set(stick.iterdir()) == before
    new = [row["id"] for row in station.rows("records", "--all", "--lines") if row not in logged]
    assert not any("sequence=" in json.dumps(station.json("show", each)) for each in new), "the log tells of no bundle"
    assert station.json("mass-change", "show")["direction"] == "sent"
    station.json("mass-change", "decline", "--reason", "先核实")
    assert "没有同意" in station.run("bundle", "write", "--out", str(stick), status=1).stderr
    station.json("mass-change", "allow", "--reason", "核实过")
    carried(station, stick)

    for person in people[6:]:
        assert verb(station.db, "card", "edit", person, "employer=区里核实的单位").returncode == 0
    told = imported(station, *station.json("bundle", "write", "--out", str(stick))["files"])
    answers: list[str] = told["answers"]  # type: ignore[assignment]
    stopped = station.run("bundle", "read", *answers, status=1)
    assert "改写 6 张卡片" in stopped.stderr
    assert "employer" not in station.json("show", people[6])["record"]
    shown = station.json("mass-change", "show")
    assert (shown["direction"], {row["id"] for row in shown["records"]}) == ("received", set(people[6:]))
    station.json("mass-change", "allow")
    assert station.json("bundle", "read", *answers)["agreed"]
    assert station.json("show", people[6])["record"]["employer"] == "区里核实的单位"
    assert station.json("mass-change", "show") == {}


def test_what_is_on_the_stick_must_be_whole_and_ours(station: Station, tmp_path: Path) -> None:
    written = station.json("bundle", "write", "--out", str(tmp_path))
    (file,) = (Path(name) for name in written["files"])
    whole = file.read_bytes()
    before = verb(station.db, "records", "--json").stdout
    for content, said in (
        (whole[:-20], "不完整"),
        (whole[: HEAD_BYTES + 100] + b"?" + whole[HEAD_BYTES + 101 :], "签名不符"),
        (b"%PDF-1.7" + whole, "不是前哨的报送包"),
    ):
        file.write_bytes(content)
        refused = verb(station.db, "bundle", "import", str(file))
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
        assert said in refused.stderr
    assert verb(station.db, "records", "--json").stdout == before
    file.write_bytes(whole)
    assert "无法识别" not in verb(station.db, "bundle", "import", str(file)).stdout
    station.run("bundle", "read", str(file), status=1)
    station.run("bundle", "write", "--out", str(tmp_path / "gone"), status=1)
    station.run("bundle", "write", "--out", str(tmp_path), "--part-mb", "1", status=1)


def test_a_bundle_of_another_district_is_refused_there(station: Station, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path}/other.db"
    assert verb(other, "init").returncode == 0
    written = station.json("bundle", "write", "--out", str(tmp_path))
    refused = verb(other, "bundle", "import", *written["files"], "--language", "en")
    assert (refused.returncode, "another district" in refused.stderr) == (1, True)
    shown = verb(other, "key", "bundle", "--json")
    assert json.loads(shown.stdout)["recipient"].startswith("age1")


def test_the_stations_log_tells_of_every_bundle(station: Station, tmp_path: Path) -> None:
    before = station.rows("records", "--all", "--lines")
    written = station.json("bundle", "write", "--out", str(tmp_path))
    after = station.rows("records", "--all", "--lines")
    new = [row for row in after if row not in before]
    assert [row["kind"] for row in new] == ["audit_entry"] * len(new)
    told = json.dumps([station.json("show", row["id"]) for row in new], ensure_ascii=False)
    assert f"sequence={written['sequence']}" in told


def test_what_a_revoked_device_had_not_sent_comes_by_stick_where_the_administrator_asks_for_it(tmp_path: Path) -> None:
    station = enrolled(tmp_path)
    ledger = tmp_path / "ledger.csv"
    ledger.write_bytes((Path(__file__).parents[1] / "data" / "ledger.csv").read_bytes())
    station.run("import", "visits", str(ledger))
    written = station.json("bundle", "write", "--out", str(tmp_path))
    assert verb(station.db, "revoke", Home(tmp_path / "home").settings.device).returncode == 0
    refused = verb(station.db, "bundle", "import", *written["files"])
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "--revoked" in refused.stderr, "the sentence says what to do"
    told = imported(station, *written["files"], "--revoked")
    assert (told["records"], told["refused"]) == (written["records"], 0)
    visits = [line for line in verb(station.db, "records", "--lines").stdout.splitlines() if line.startswith("visit ")]
    assert len(visits) == 600
    read = station.json("bundle", "read", *told["answers"])  # type: ignore[misc]
    assert (read["accepted"], read["pulled"]) == (written["records"], 0), "it is answered, and gets nothing else"
