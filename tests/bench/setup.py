"""`make setup` where nothing is to do, against a Python that does nothing: what each demo and test run pays first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.bench.figures import Figure, alternating

TIMES = 15
SETUP = Path(__file__).resolve().parents[2] / "installer" / "setup" / "setup.py"


def measure() -> list[Figure]:
    """Return the one figure; both sides are whole processes."""
    ours, bare = alternating(TIMES, lambda: _run(str(SETUP)), lambda: _run("-c", "pass"))
    return [Figure("setup with nothing to do", "ms", ours, bare)]


def _run(*args: str) -> None:
    subprocess.run([sys.executable, *args], check=True)
