"""A page at which this program itself fails: the records at which it does are found and refused, the others go on.

Without this, one record that meets a mistake of ours would hold up all that its station writes after it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from sync.records.errors import QianshaoError
from sync.server.arrived import Arrived, ReadPage
from sync.server.logs import places
from sync.server.store.store import StoreBusy

T = TypeVar("T")
FAULT: Final = "protocol.record_fault"
_log = logging.getLogger("qianshao.district")


def kept(page: ReadPage, keep: Callable[[ReadPage], T], attempt: Callable[[Sequence[Arrived]], object]) -> T:
    """Return what ``keep`` says of ``page``, or of the page without the records at which it fails.

    ``attempt`` does the same with some records and undoes it. What is refused, and a database that is away or full,
    is no failure; a failure that no single record brings about is raised as it is.
    """
    try:
        return keep(page)
    except (QianshaoError, StoreBusy):
        raise
    except Exception:
        faulty = _faulty(page.arrived, attempt)
        if not faulty:
            raise
        arrived = [
            replace(a, record=None, amends=None, reason=FAULT) if a.sealed.id in faulty else a for a in page.arrived
        ]
        return keep(replace(page, arrived=arrived))


def _faulty(arrived: Sequence[Arrived], attempt: Callable[[Sequence[Arrived]], object]) -> set[str]:
    """Return the ids of those at which ``attempt`` fails by themselves, by halves: few are."""
    try:
        attempt(arrived)
    except (QianshaoError, StoreBusy):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told in the log, and the record is refused
        if len(arrived) > 1:
            half = len(arrived) // 2
            return _faulty(arrived[:half], attempt) | _faulty(arrived[half:], attempt)
        _log.error("bug: record %s: %s", arrived[0].sealed.id, places(error))
        return {arrived[0].sealed.id}
    return set()
