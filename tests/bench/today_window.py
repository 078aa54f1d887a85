"""The real program in a process of its own, signed in at its gate as soon as it lets one in.

``python -m tests.bench.today_window HOME NAME PASSWORD`` prints when the answers were handed in and when Today stood.
"""

from __future__ import annotations

import sys
import time

from desktop.app import main, qt_application
from tests.bench.windows import say_when_painted
from tests.support.clerk import Clerk


def handing_in() -> None:
    """Say when the answers are handed in."""
    print(f"handed_in {time.monotonic():.6f}", flush=True)


if __name__ == "__main__":
    home, name, password = sys.argv[1:]
    qt_application()
    clerk = Clerk(name, password, lambda window: say_when_painted(window, "today"), handing_in)
    sys.exit(main(["--home", home]))
