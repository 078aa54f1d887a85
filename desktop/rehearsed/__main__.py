"""``python -m desktop.rehearsed FOLDER``: one JSON object a line is an order, each line that is printed an outcome.

Several desks live in one process, each with its own home and store below FOLDER. What a desk has saved is told the
moment it is on disk, so that whoever ends this process without a word knows what was acknowledged. Only a folder that
a rehearsal made (it holds ``rehearsal.json``) is worked in: nobody's own records are ever touched.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from desktop.rehearsed.desks import Desks
from sync.records.errors import QianshaoError

MARK: Final = "rehearsal.json"
Outcome = dict[str, Any]


def main(argv: list[str]) -> int:
    """Work until standard input ends; 1 where the folder is no rehearsal's."""
    folder = Path(argv[0]) if argv else Path()
    if not argv or not (folder / MARK).is_file():
        sys.stderr.write("usage: python -m desktop.rehearsed FOLDER (made by qianshao-district rehearse)\n")
        return 1
    desks = Desks(folder)
    for line in sys.stdin:
        _obey(desks, json.loads(line))
    desks.close()
    return 0


def _obey(desks: Desks, order: dict[str, Any]) -> None:
    verb: Callable[[dict[str, Any]], Iterator[Outcome]] = getattr(desks, f"do_{order['verb']}")
    try:
        for outcome in verb(order):
            _say(outcome)
        _say({"over": True})
    except QianshaoError as error:
        _say({"over": True, "error": error.key, "sort": type(error).__name__, "values": _plain(error.values)})


def _plain(values: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _say(outcome: Outcome) -> None:
    sys.stdout.write(json.dumps(outcome, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
