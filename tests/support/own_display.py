"""An X server of its own for each worker of a test run: windows of two workers on one would take each other's focus."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress


class OwnDisplay:
    """Xvfb for this process alone, where it is one of several workers on a display."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and point DISPLAY to it; one process alone, or one without a display, goes on as it is."""
        if "PYTEST_XDIST_WORKER" not in os.environ or "DISPLAY" not in os.environ:
            return
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=(write,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        os.environ["DISPLAY"] = f":{number}"

    def stop(self) -> None:
        """End it."""
        if self._server is not None:
            self._server.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._server.wait(5)
