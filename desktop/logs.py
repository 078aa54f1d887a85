"""The station's log file: what went wrong in the program, where, and when; no value of any record, its owner's only."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from desktop.config import Home

MOST_BYTES: Final = 1 << 20
"""Of one file; one older file is kept beside it."""
_OURS: Final = ("desktop", "sync")
"""Whose lines are kept: other libraries may say values in theirs."""


def log_path(home: Home) -> Path:
    """Return the log file of a home."""
    return home.logs / "qianshao.log"


def keep_log(home: Home) -> logging.Handler:
    """Keep warnings and errors of the program in the home's log file from now on; it is made by the first of them."""
    path = log_path(home)
    if path.exists() and path.stat().st_size > MOST_BYTES:
        path.replace(path.with_suffix(".1.log"))
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    for name in _OURS:
        logging.getLogger(name).addHandler(handler)
    return handler
