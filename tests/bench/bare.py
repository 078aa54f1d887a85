"""The limits: the least that a machine has to do for the same promise, without anything of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import msgspec
import requests
import zstandard

PAGE = 2000
Row = tuple[str, bytes]


def encrypted_file(path: Path) -> Any:
    """Return a SQLCipher connection with a raw key, WAL and synchronous=FULL, and one table."""
    import sqlcipher3.dbapi2 as sqlcipher

    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE bare (id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID")
    return connection


def commit_row(connection: Any, row: Row) -> None:
    """One row in one durable transaction."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO bare VALUES (?, ?)", row)
    connection.execute("COMMIT")


def travelled(bodies: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield pages that were encoded, compressed, expanded and decoded: the least that travelling costs."""
    for start in range(0, len(bodies), PAGE):
        packed = zstandard.ZstdCompressor(level=3).compress(msgspec.msgpack.encode(bodies[start : start + PAGE]))
        yield msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompress(packed), type=list[Row])


def insert_pages(bodies: Sequence[Row], connection: Any) -> None:
    """Let the bytes travel and insert them into SQLCipher, one durable transaction a page."""
    for rows in travelled(bodies):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO bare VALUES (?, ?)", rows)
        connection.execute("COMMIT")


def copy_pages(bodies: Sequence[Row], connection: Any) -> None:
    """Let the bytes travel and COPY them into PostgreSQL, one durable transaction a page."""
    for rows in travelled(bodies):
        with connection.cursor() as cursor, cursor.copy("COPY bare (id, body) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(("text", "bytea"))
            for row in rows:
                copy.write_row(row)
        connection.commit()


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: two would wait for each other (Nagle and delayed acknowledgement)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a bench prints figures."""


class RoundTrip:
    """A bare HTTP server on loopback, in a process of its own as the district is, and one kept connection to it."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.bench.bare"]
        self._server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._server.stdout is not None
        self._url = f"http://127.0.0.1:{int(self._server.stdout.readline())}/"
        self._http = requests.Session()
        self._http.trust_env = False

    def once(self) -> None:
        """One request with a short body and its answer."""
        self._http.post(self._url, data=b"x" * 200, timeout=10).raise_for_status()

    def close(self) -> None:
        """End the server."""
        self._http.close()
        self._server.terminate()
        self._server.wait(10)
        if self._server.stdout is not None:
            self._server.stdout.close()


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), _Echo)
    print(server.server_port, flush=True)
    server.serve_forever()
