"""The bare way's station: a SQLCipher table with a dirty mark, pages over one kept connection, durable at both ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import sqlcipher3.dbapi2 as sqlcipher

from tests.bench.bare_district import FIELDS, Row, packed, unpacked

PAGE = 2000
_COLUMNS = ", ".join(f"f{n}" for n in range(FIELDS))
_PLACES = ", ".join("?" * FIELDS)


class BareStation:
    """One table of records, pulled by unit; ``sent`` and ``got`` count the bytes of bodies."""

    def __init__(self, path: Path, port: int, unit: str = "") -> None:
        self._unit = unit
        self._db: Any = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False)
        self._db.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(f"CREATE TABLE bare (id TEXT PRIMARY KEY, rev INT, dirty INT, {_COLUMNS}) WITHOUT ROWID")
        self._db.execute("CREATE INDEX dirty ON bare (dirty) WHERE dirty")
        self._db.execute("CREATE TABLE note (cursor INT)")
        self._db.execute("INSERT INTO note VALUES (0)")
        self._http = requests.Session()
        self._http.trust_env = False
        self._url = f"http://127.0.0.1:{port}"
        self.sent = self.got = 0

    def write(self, rows: Sequence[Row]) -> None:
        """Keep rows that wait to be sent."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(
            f"INSERT OR REPLACE INTO bare VALUES (?, ?, 1, {_PLACES})", [(i, rev, *fields) for i, rev, fields in rows]
        )
        self._db.execute("COMMIT")

    def push(self) -> int:
        """Send what waits, page by page; returns how many rows went."""
        done = 0
        while True:
            found = self._db.execute(f"SELECT id, rev, {_COLUMNS} FROM bare WHERE dirty LIMIT {PAGE}").fetchall()
            if not found:
                return done
            self._ask("push", (self._unit, [(row[0], row[1], row[2:]) for row in found]))
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("UPDATE bare SET dirty = 0 WHERE id = ?", [(row[0],) for row in found])
            self._db.execute("COMMIT")
            done += len(found)

    def pull(self) -> int:
        """Fetch what is new, page by page; returns how many rows came."""
        done = 0
        while True:
            (after,) = self._db.execute("SELECT cursor FROM note").fetchone()
            upto, rows = unpacked(self._ask("pull", (self._unit, after, PAGE)), tuple[int, list[Row]])
            if rows:
                self._db.execute("BEGIN IMMEDIATE")
                told = [(i, rev, *fields) for i, rev, fields in rows]
                self._db.executemany(f"INSERT OR REPLACE INTO bare VALUES (?, ?, 0, {_PLACES})", told)
                self._db.execute("UPDATE note SET cursor = ?", (upto,))
                self._db.execute("COMMIT")
            done += len(rows)
            if len(rows) < PAGE:
                return done

    def exchange(self) -> None:
        """Both ways; where nothing waits, the pull is the one round trip."""
        self.push()
        self.pull()

    def _ask(self, verb: str, message: object) -> bytes:
        body = packed(message)
        answer = self._http.post(f"{self._url}/{verb}", data=body, timeout=60)
        answer.raise_for_status()
        self.sent += len(body)
        self.got += len(answer.content)
        return answer.content

    def close(self) -> None:
        """Give connection and file back."""
        self._http.close()
        self._db.close()


@contextmanager
def bare_district(dsn: str) -> Iterator[int]:
    """Run the bare district as a process; gives its port."""
    command = [sys.executable, "-m", "tests.bench.bare_district", dsn]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait(10)
        server.stdout.close()
