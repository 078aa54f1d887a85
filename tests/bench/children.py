"""Fresh Python processes that are timed: their modules are compiled beforehand, as an installed program's are."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

SECONDS = 120


def run(module: str, *args: str, compiled: Path) -> tuple[float, str]:
    """Run ``python -m module``; returns when it was started (seconds of the monotonic clock) and what it printed.

    ``compiled`` is the folder of compiled modules: what a first run leaves there, the later ones load.
    """
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env["PYTHONPYCACHEPREFIX"] = str(compiled)
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", module, *args], check=True, stdout=subprocess.PIPE, text=True, timeout=SECONDS, env=env
    )
    return begun, done.stdout
