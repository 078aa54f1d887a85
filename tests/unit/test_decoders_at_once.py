"""Threads that read records of many kinds for the first time, at once: the process lives."""

from __future__ import annotations

import subprocess
import sys

READ_AT_ONCE = """
import json, sys, threading
from sync.protocol.codec import UNREADABLE, convert, decode_body
from sync.records.errors import Damaged
from sync.records.kinds import KINDS
sys.setswitchinterval(1e-6)
made = {"by": "s", "unit": "u", "store": "x", "at": "2026-01-01T00:00:00Z"}
body = json.dumps({"id": "x", "made": made}).encode()
start = threading.Barrier(8)
def read(names):
    start.wait()
    for name in names:
        for act in (lambda: decode_body(name, body), lambda: convert(name, {"id": "x", "made": made})):
            try:
                act()
            except Damaged:
                pass
names = list(KINDS)
threads = [threading.Thread(target=read, args=(names[n:] + names[:n] if n % 2 else names,)) for n in range(8)]
for one in threads: one.start()
for one in threads: one.join()
"""


def test_records_of_many_kinds_are_read_for_the_first_time_by_threads_at_once() -> None:
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", READ_AT_ONCE], check=False, capture_output=True, text=True, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, "")
