"""A program that is killed without a word: what was acknowledged is there once, at both ends."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from resources import path
from sync.rehearsal.processes import DistrictProcess, StationProcess

STATION = "凤凰社区群众诉求服务站"
PERSON = {"QIANSHAO_STAFF": "李文静", "QIANSHAO_PASSWORD": "Herbst-2026-laub"}


@pytest.fixture
def district(tmp_path: Path) -> Iterator[DistrictProcess]:
    with DistrictProcess(tmp_path / "district") as running:
        running.init()
        running.serve()
        yield running


@pytest.fixture
def station(tmp_path: Path, district: DistrictProcess, secret_service: None) -> StationProcess:
    code = district.last_line("station", "add", STATION)
    made = StationProcess(tmp_path / "station", {"QIANSHAO_HOME": str(tmp_path / "station"), **PERSON})
    made.verb("enrol", "--district", district.url, "--code", code, "--staff", PERSON["QIANSHAO_STAFF"])
    return made


def killed_after(seconds: float, station: StationProcess, *args: str) -> bool:
    """Start a verb, kill it after ``seconds``; whether it was still running then."""
    child = subprocess.Popen(
        [sys.executable, "-m", "desktop.cli", *args],
        env={**os.environ, **station.env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        child.wait()
        return True
    return False


def ledger(folder: Path) -> Path:
    file = folder / "ledger.csv"
    file.write_bytes(path("demo", "ledger.csv").read_bytes())
    return file


def test_a_day_end_killed_at_any_moment_is_finished_by_the_next_one(
    tmp_path: Path, district: DistrictProcess, station: StationProcess
) -> None:
    station.verb("import", "visits", str(ledger(tmp_path)))
    start = time.monotonic()
    station.verb("list", "visits")
    whole = 2 * (time.monotonic() - start)
    chance = random.Random(2026)
    kills = sum(killed_after(chance.uniform(0.2, whole), station, "day-end") for _ in range(10))
    assert kills >= 3
    end = station.json("day-end")
    assert (end["unsent"], end["held"]) == (0, 0)
    again = station.json("day-end")
    assert again["unsent"] == 0
    ours = station.json("records")
    theirs = district.records()
    assert ours["counts"]["visit"] == theirs["counts"]["visit"] == 600
    assert set(theirs["counts"]) == set(ours["counts"])


def test_a_district_killed_in_the_middle_of_a_push_loses_nothing_that_it_acknowledged(
    tmp_path: Path, district: DistrictProcess, station: StationProcess
) -> None:
    station.verb("import", "visits", str(ledger(tmp_path)))
    url = district.url
    for wait in (0.3, 0.6, 0.9):
        child = subprocess.Popen(
            [sys.executable, "-m", "desktop.cli", "day-end"],
            env={**os.environ, **station.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(wait)
        district.kill()
        child.wait(60)
        district.serve(port=int(url.rsplit(":", 1)[1]))
    assert station.json("day-end")["unsent"] == 0
    assert district.records()["counts"]["visit"] == 600


def test_an_import_killed_at_any_moment_is_finished_by_the_next_one(tmp_path: Path, station: StationProcess) -> None:
    file = ledger(tmp_path)
    chance = random.Random(11)
    for _ in range(5):
        killed_after(chance.uniform(0.3, 1.5), station, "import", "visits", str(file))
    done = station.json("import", "visits", str(file))
    assert done["read"] == 600
    assert done["added"] + done["unchanged"] == 600
    assert station.json("records", "--all")["counts"]["visit"] == 600


def test_an_enrolment_killed_at_any_moment_is_finished_by_the_next_one(
    tmp_path: Path, district: DistrictProcess, secret_service: None
) -> None:
    chance = random.Random(7)
    enrolled = killed = 0
    for turn in range(3):
        home = tmp_path / f"home{turn}"
        station = StationProcess(home, {"QIANSHAO_HOME": str(home), **PERSON})
        code = district.last_line("station", "add", STATION)
        enrol = ("enrol", "--district", district.url, "--code", code, "--staff", PERSON["QIANSHAO_STAFF"])
        killed += killed_after(chance.uniform(0.3, 1.6), station, *enrol)
        if (home / "store.db").exists():
            enrolled += 1  # where there is a store, somebody can sign in to it and the district knows it
        else:
            station.verb(*enrol)
        assert station.json("day-end")["unsent"] == 0
    assert killed
    assert enrolled < 3


def test_neither_store_nor_logs_hold_a_name_a_number_or_a_telephone_in_clear(
    tmp_path: Path, district: DistrictProcess, station: StationProcess
) -> None:
    station.verb("import", "visits", str(ledger(tmp_path)))
    station.verb("day-end")
    with pytest.raises(Exception, match="exit 1"):
        station.verb("show", "黎平桂")
    (tmp_path / "ledger.csv").unlink()
    secrets = [
        text.encode(code)
        for text in ("黎平桂", "夏健思", "14043845962", "440311196005310337")
        for code in ("utf-8", "utf-16-le")
    ]
    looked = 0
    for file in tmp_path.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            looked += 1
            assert not [s for s in secrets if s in content], file
    assert looked >= 4
