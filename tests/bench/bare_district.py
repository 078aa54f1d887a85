"""The bare way's district: uvicorn, MessagePack, Zstandard and COPY into PostgreSQL, without any law of ours.

``python -m tests.bench.bare_district DSN`` serves on loopback and prints its port. No rights, no hashes, no receipt;
the newer of two rows wins, and a puller may skip a row that commits late.
"""

from __future__ import annotations

import socket
import sys
from typing import TypeVar

import msgspec
import psycopg
import uvicorn
import zstandard
from fastapi import FastAPI, Request, Response

T = TypeVar("T")
FIELDS = 26
"""Columns of a record's content, text each, beside id, revision and number."""
Row = tuple[str, int, list[str]]
Pushed = tuple[str, list[Row]]
"""Whose rows they are: a puller names the one that it asks for."""

_COLUMNS = ", ".join(f"f{n}" for n in range(FIELDS))
_TYPED = ", ".join(f"f{n} text" for n in range(FIELDS))
_NEWER = ", ".join(f"f{n} = excluded.f{n}" for n in range(FIELDS))
_TABLE = f"""
    CREATE TABLE IF NOT EXISTS bare (id text PRIMARY KEY, rev int8, seq bigserial, unit text, {_TYPED});
    CREATE INDEX IF NOT EXISTS bare_seq ON bare (unit, seq)
"""
_ARRIVED = f"CREATE TEMP TABLE arrived (id text, rev int8, unit text, {_TYPED})"
_UPSERT = f"""
    INSERT INTO bare (id, rev, unit, {_COLUMNS}) SELECT id, rev, unit, {_COLUMNS} FROM arrived
    ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, seq = nextval('bare_seq_seq'), {_NEWER}
    WHERE excluded.rev > bare.rev
"""
_PULL = f"SELECT seq, id, rev, {_COLUMNS} FROM bare WHERE unit = %s AND seq > %s ORDER BY seq LIMIT %s"


def build(dsn: str) -> FastAPI:
    """Return the application on one connection to PostgreSQL."""
    app = FastAPI()
    connection = psycopg.connect(dsn)
    connection.execute(_TABLE)
    connection.execute(_ARRIVED)
    connection.commit()

    @app.post("/push")
    async def push(request: Request) -> Response:
        unit, rows = unpacked(await request.body(), Pushed)
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY arrived (id, rev, unit, {_COLUMNS}) FROM STDIN") as copy:
                for id_, rev, fields in rows:
                    copy.write_row((id_, rev, unit, *fields))
            cursor.execute(_UPSERT)
            cursor.execute("TRUNCATE arrived")
        connection.commit()
        return Response(packed(len(rows)))

    @app.post("/pull")
    async def pull(request: Request) -> Response:
        unit, after, limit = unpacked(await request.body(), tuple[str, int, int])
        found = connection.execute(_PULL, (unit, after, limit)).fetchall()
        connection.commit()
        return Response(packed((found[-1][0] if found else after, [(row[1], row[2], row[3:]) for row in found])))

    return app


def packed(value: object) -> bytes:
    """Encode for the wire."""
    return zstandard.ZstdCompressor(level=3).compress(msgspec.msgpack.encode(value))


def unpacked(data: bytes, kind: type[T]) -> T:
    """Decode what `packed` made."""
    return msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompress(data), type=kind)


def main(dsn: str) -> None:
    """Serve until the process is ended."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.bind(("127.0.0.1", 0))
    print(bound.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(build(dsn), log_level="warning", access_log=False, lifespan="off")).run([bound])


if __name__ == "__main__":
    main(sys.argv[1])
