"""Several papers in one go: each is a print of its own, and what did not leave is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from desktop.actions.desk import Desk
from desktop.actions.papers import usual_copies
from desktop.actions.print_jobs import Wanted, send_paper, settle
from desktop.changes import Changes
from desktop.devices.printers import Printers
from sync.records.errors import QianshaoError


@dataclass(slots=True)
class ManyPrinted:
    """How many a printer took, which stayed and why (the subject's id, the error), and how many were not begun."""

    printed: int = 0
    stayed: list[tuple[str, QianshaoError]] = field(default_factory=list)
    left: int = 0
    changes: Changes = field(default_factory=Changes)


def send_many(
    desk: Desk,
    printers: Printers,
    wanted: Wanted,
    subjects: Sequence[str],
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = bool,
) -> ManyPrinted:
    """Print ``wanted`` of each subject, in its usual copies: recorded first, one by one, then given to the printer.

    One that cannot be printed holds up no other. Refused where this person may not print.
    """
    desk.must_may("print")
    done = ManyPrinted()
    for at, subject in enumerate(subjects):
        if cancelled():
            done.left = len(subjects) - at
            break
        try:
            how = replace(wanted.how, copies=usual_copies(desk, wanted.paper, subject))
            sent = send_paper(desk, printers, replace(wanted, subject=subject, how=how))
            done.changes |= sent.changes
            if sent.error is None:
                done.printed += 1
            else:
                done.stayed.append((subject, sent.error))
        except QianshaoError as error:
            done.stayed.append((subject, error))
        progress(at + 1, len(subjects))
    if done.printed:
        with suppress(QianshaoError):  # they left all the same; what became of them is asked again later
            done.changes |= settle(desk, printers)
    return done
