"""What is loaded late is the same module in the end, however it is asked for."""

from __future__ import annotations

import subprocess
import sys

ASKED = """
import sys
from desktop.late import load_late
load_late("urllib.request")
import urllib.request
assert "http.client" not in sys.modules
{how}
assert "http.client" in sys.modules
load_late("urllib.request")
assert sys.modules["urllib.request"].__file__ == urllib.request.__file__
assert urllib.request.Request is sys.modules["urllib.request"].Request
"""


def asked(how: str) -> None:
    done = subprocess.run([sys.executable, "-c", ASKED.format(how=how)], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_late_module_is_loaded_when_something_of_it_is_asked_for() -> None:
    asked("urllib.request.getproxies")
    asked("from urllib.request import getproxies")
    asked("import requests")
