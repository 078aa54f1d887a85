"""The real program in a process of its own, signed in at its gate as soon as it lets one in.

``python -m tests.bench.today_window HOME NAME PASSWORD`` prints when the answers were handed in and when Today stood.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

gc.disable()  # as desktop.cli does before it loads the window, and the next three lines too

from desktop.config import home_from  # noqa: E402
from desktop.early import ask_early  # noqa: E402

asked = ask_early(home_from(Path(sys.argv[1])))

from desktop.app import main, qt_application  # noqa: E402
from tests.bench.windows import say_when_painted  # noqa: E402
from tests.support.clerk import Clerk  # noqa: E402


def handing_in() -> None:
    """Say when the answers are handed in."""
    print(f"handed_in {time.monotonic():.6f}", flush=True)


if __name__ == "__main__":
    home, name, password = sys.argv[1:]
    qt_application()
    clerk = Clerk(name, password, lambda window: say_when_painted(window, "today"), handing_in)
    sys.exit(main(["--home", home], asked))
