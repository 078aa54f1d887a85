"""A program that is killed without a word: what was acknowledged is there once, at both ends."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.actions.day_end import connect
from desktop.actions.desk import Desk
from desktop.actions.signing_in import sign_in
from desktop.actions.visits import log_visit
from desktop.config import Home
from desktop.forms.questions import fresh
from desktop.forms.visits import VISIT_FORM
from desktop.keys import keys_for
from desktop.store.files import put_file
from desktop.store.opening import read_id
from desktop.store.store import Store
from desktop.store.tally import records
from resources import path
from sync.records.kinds import new_id
from sync.records.papers import Attachment
from sync.rehearsal.processes import DistrictProcess, StationProcess
from tests.support.breaking_line import BreakingLine, Moment
from tests.support.district_process import DistrictHere
from tests.support.district_process import verb as district_verb
from tests.support.station_process import StationHere

pytestmark = pytest.mark.timeout(400)
STATION = "凤凰社区群众诉求服务站"
PERSON = {"QIANSHAO_STAFF": "李文静", "QIANSHAO_PASSWORD": "Herbst-2026-laub"}


@pytest.fixture
def district(tmp_path: Path) -> Iterator[DistrictProcess]:
    with DistrictHere(tmp_path / "district") as running:
        running.init()
        running.serve()
        yield running


@pytest.fixture
def line(district: DistrictProcess) -> Iterator[BreakingLine]:
    with BreakingLine(district.url) as line:
        yield line


@pytest.fixture
def station(tmp_path: Path, district: DistrictProcess, line: BreakingLine, secret_service: None) -> StationProcess:
    code = district.last_line("station", "add", STATION)
    made = StationHere(tmp_path / "station", {"QIANSHAO_HOME": str(tmp_path / "station"), **PERSON})
    made.verb("enrol", "--district", line.url, "--code", code, "--staff", PERSON["QIANSHAO_STAFF"])
    return made


def started(station: StationProcess, *args: str) -> subprocess.Popen[bytes]:
    """Start a verb of the station without waiting for it."""
    return subprocess.Popen(
        [sys.executable, "-m", "desktop.cli", *args],
        env={**os.environ, **station.env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def killed_after(seconds: float, station: StationProcess, *args: str) -> bool:
    """Start a verb, kill it after ``seconds``; whether it was still running then."""
    child = started(station, *args)
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


def desk_at(station: StationProcess) -> Desk:
    """The station's desk in this process, beside the program that is killed."""
    home = Home(station.home)
    store = Store.open(home.store_path, keys_for(home).store_key(read_id(home.store_path)))
    return Desk(store, sign_in(store, PERSON["QIANSHAO_STAFF"], PERSON["QIANSHAO_PASSWORD"]))


def log_visit_with_a_paper(desk: Desk, turn: int) -> None:
    """One visit with its number, and an attachment of its own whose bytes travel, too."""
    given = {"name": f"张伟{turn}", "text": f"第{turn}件", "happened_at": desk.now().isoformat()}
    done = log_visit(desk, fresh(VISIT_FORM, "visit", given))
    content = b"\xff\xd8\xff" + os.urandom(900_000)  # three pieces or more
    digest = hashlib.sha256(content).hexdigest()
    with desk.store.write() as work:
        put_file(work, digest, content)
        paper = Attachment(
            id=new_id("attachment"),
            made=desk.made(),
            subject=done.id,
            name="照片.jpg",
            media_type="image/jpeg",
            size=len(content),
            digest=digest,
        )
        work.add(paper)


MOMENTS = {
    "station": [(v, m, 0) for v in ("push", "pull", "receipt", "uploads") for m in (Moment.ANSWERED, Moment.TOLD)]
    + [("exchange", m, 0) for m in (Moment.ANSWERED, Moment.TOLD)]
    + [("uploads", Moment.ANSWERED, 2)],
    "district": [(v, m, 0) for v in ("push", "receipt") for m in (Moment.HEARD, Moment.ANSWERED)]
    + [("exchange", m, 0) for m in (Moment.HEARD, Moment.ANSWERED)]
    + [("uploads", Moment.ANSWERED, 0), ("uploads", Moment.HALFWAY, 1), ("uploads", Moment.ANSWERED, 2)],
}
"""Each stands for all before the next: what an end keeps changes at these words alone. The first word of an upload
begins it or asks where it stands, those after it are its pieces. Pages are said where one request is not taken."""


@pytest.mark.parametrize("victim", MOMENTS)
def test_a_day_end_killed_at_any_moment_loses_and_doubles_nothing(
    district: DistrictProcess, line: BreakingLine, station: StationProcess, victim: str
) -> None:
    station.verb("day-end")
    desk = desk_at(station)
    for turn, (verb, moment, skip) in enumerate(MOMENTS[victim]):
        log_visit_with_a_paper(desk, turn)
        line.older = verb in ("push", "pull", "receipt")
        child = started(station, "day-end")
        line.break_at(verb, moment, child.kill if victim == "station" else district.kill, skip)
        assert line.broke.wait(60), (victim, verb, moment)
        if victim == "district" and verb == "uploads":  # the receipt is there: the station waits for the line to mend
            district.serve(port=int(line.district.rsplit(":", 1)[1]))
            assert child.wait(90) == 0
            continue
        if victim == "district":  # it comes back, and the day end goes on from where the line broke
            district.serve(port=int(line.district.rsplit(":", 1)[1]))
        status = child.wait(60)
        # Who was told the last word may be through before the plug is out.
        over = {0} if verb in ("receipt", "exchange") and moment is Moment.TOLD else set()
        assert status in ({-signal.SIGKILL} | over if victim == "station" else {0}), (victim, verb, moment)
        held = district_lines(district)
        assert line.acknowledged.items() <= held.items(), "what was acknowledged is there"
        assert settled(desk).items() <= held.items(), "nothing is settled that the district has not"
    end = station.json("day-end")
    assert (end["unsent"], end["held"], end["refused"], end["files_waiting"]) == (0, 0, 0, 0)
    with desk.store.read() as reader:
        here = {f"{kind} {i} {h.hex()}" for kind, i, h in records(reader)}
        numbers = [reader.get(name).number for name in names_of(here, "visit")]
        papers = [reader.get(name).digest for name in names_of(here, "attachment")]
    assert here == set(district.verb("records", "--lines", "--station", STATION).splitlines())
    assert len(set(numbers)) == len(numbers) == len(MOMENTS[victim])
    assert len(set(papers)) == len(MOMENTS[victim])
    connection = connect(Home(station.home), desk.store.key_id, keys_for(Home(station.home)))
    assert [hashlib.sha256(connection.get_file(digest)).hexdigest() for digest in papers] == papers
    connection.close()
    desk.store.close()


def names_of(lines: set[str], kind: str) -> list[str]:
    return sorted(line.split()[1] for line in lines if line.startswith(f"{kind} "))


def district_lines(district: DistrictProcess) -> dict[str, bytes]:
    """Id and hash of every record at the district, each once."""
    lines = [line.split() for line in district_verb(district.db, "records", "--lines").stdout.splitlines()]
    found = {name: bytes.fromhex(hash_) for _, name, hash_ in lines}
    assert len(found) == len(lines) > 0
    return found


def settled(desk: Desk) -> dict[str, bytes]:
    """Id and hash of what the station holds for settled."""
    with desk.store.read() as reader:
        rows = reader.conn.exec_driver_sql("SELECT id, hash FROM record WHERE district_seq > 0").all()
    return {row[0]: bytes(row[1]) for row in rows}


def test_a_day_end_killed_again_and_again_by_the_clock_is_finished_by_the_next_one(
    tmp_path: Path, district: DistrictProcess, station: StationProcess
) -> None:
    station.verb("import", "visits", str(ledger(tmp_path)))
    start = time.monotonic()
    assert started(station, "list", "visits").wait(60) == 0
    whole = 2 * (time.monotonic() - start)
    chance = random.Random(2026)
    for _ in range(6):
        killed_after(chance.uniform(0.2, whole), station, "day-end")
    assert station.json("day-end")["unsent"] == 0
    ours = station.json("records")
    theirs = district.records("--station", STATION)
    assert ours["counts"]["visit"] == 600
    assert ours == theirs


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
        station = StationHere(home, {"QIANSHAO_HOME": str(home), **PERSON})
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
