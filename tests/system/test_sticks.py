"""Reporting by stick, as people call it: `qianshao bundle` and `qianshao-district bundle`, with real files between."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from desktop.config import Home
from sync.protocol.bundle import HEAD_BYTES
from tests.support.district_process import serving, verb
from tests.system.test_cli import Station


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
