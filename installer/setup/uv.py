"""Run .venv's uv with the mirror and CA file that this machine's pip is set to: `python installer/setup/uv.py …`."""

from __future__ import annotations

import os
import sys

from installer.setup.setup import UV, uv_environment


def main() -> None:
    """Become uv."""
    os.execve(UV, [str(UV), *sys.argv[1:]], uv_environment())  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
