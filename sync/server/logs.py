"""The server's log: one JSON object a line on standard error, without personal data.

Of our own loggers the message is ours and names nobody. Of libraries only the message's template is kept, and of an
exception its type and its places in the code: texts that were put together may quote what a request said.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final

OURS: Final = "qianshao"
FIELDS: Final = "fields"
"""The key of ``extra`` under which our loggers say more than a message: plain values for the line."""

_MOST: Final = 200
_FRAMES: Final = 8


def log_in_json() -> None:
    """Let everything that this process logs go to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    """Makes a line of a log record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line without its end."""
        ours = record.name.split(".")[0] == OURS
        said = record.getMessage() if ours else str(record.msg).partition("\n")[0][:_MOST]
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": said,
            **(getattr(record, FIELDS, {}) if ours else {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def places(error: BaseException) -> str:
    """Return an error's type and the places in the code that it came through, without its text."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return f"{type(error).__name__} at " + " < ".join(f"{f.name} ({f.filename}:{f.lineno})" for f in reversed(frames))
