"""Several papers in one go: each is a print of its own, and what did not leave is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from desktop.actions.desk import Desk
from desktop.actions.papers import issue_paper
from desktop.changes import Changes
from sync.records.errors import QianshaoError
from sync.records.papers import PaperKind

Send = Callable[[bytes, int], None]
"""Gives a PDF to the printer, so many copies of it."""


@dataclass(slots=True)
class ManyPrinted:
    """How many left, which did not and why (the subject's id, the error), and how many were not begun."""

    printed: int = 0
    stayed: list[tuple[str, QianshaoError]] = field(default_factory=list)
    left: int = 0
    changes: Changes = field(default_factory=Changes)


def issue_many(
    desk: Desk,
    paper: PaperKind,
    subjects: Sequence[str],
    printer: str,
    send: Send,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = bool,
) -> ManyPrinted:
    """Print one copy of each subject's paper: recorded first, one by one, then given to the printer.

    One that cannot be printed holds up no other. Refused where this person may not print.
    """
    desk.must_may("print")
    done = ManyPrinted()
    for at, subject in enumerate(subjects):
        if cancelled():
            done.left = len(subjects) - at
            break
        try:
            made = issue_paper(desk, paper, subject, 1, printer)
            done.changes |= made.changes
            send(made.bytes, 1)
            done.printed += 1
        except QianshaoError as error:
            done.stayed.append((subject, error))
        progress(at + 1, len(subjects))
    return done
