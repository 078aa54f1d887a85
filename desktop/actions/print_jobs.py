"""Paper on its way: a print is recorded, then handed to a printer, and what became of it is noted from proof alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from desktop.actions.desk import Desk, Done
from desktop.actions.papers import Printed, issue_paper
from desktop.actions.print_rules import Reasons
from desktop.changes import Changes
from desktop.devices.printers import How, Job, JobState, JobTold, Printers, Sides
from desktop.store.prints import open_outcomes, outcomes_of, prints_by_id
from desktop.store.store import Reader, Work
from sync.records.errors import QianshaoError, Refused
from sync.records.kinds import new_id
from sync.records.papers import FINAL_RESULTS, PaperKind, Print, PrintOutcome, PrintResult
from sync.records.text import check_text

MOST_REASON: Final = 300
_RESULTS: Final = {
    JobState.HELD: PrintResult.HELD,
    JobState.PRINTED: PrintResult.PRINTED,
    JobState.CANCELLED: PrintResult.CANCELLED,
    JobState.FAILED: PrintResult.FAILED,
    JobState.GONE: PrintResult.LOST,
}
"""What a job's state proves; while it waits, prints, or nobody can be asked, nothing more is known than before."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper to be printed: of what, on which printer, how, for whom, under a ``title`` that others may see.

    ``reasons`` as in `issue_paper`.
    """

    paper: PaperKind
    subject: str
    printer: str
    how: How = field(default_factory=How)
    recipients: tuple[str, ...] = ()
    title: str = ""
    instead_of: str = ""
    reasons: Reasons = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A recorded print, and its job; without one ``error`` says why no printer took it."""

    printed: Printed
    changes: Changes
    job: Job | None = None
    error: QianshaoError | None = None


def send_paper(desk: Desk, printers: Printers, wanted: Wanted) -> Sent:
    """Record a print, hand its bytes to the printer, and note whether it took them.

    Raises what `issue_paper` raises: then nothing is recorded and nothing left. Where no printer took it, no paper of
    the print exists: the next try is the same print.
    """
    how = wanted.how
    printed = issue_paper(
        desk,
        wanted.paper,
        wanted.subject,
        how.copies,
        wanted.printer,
        wanted.instead_of,
        wanted.reasons,
        pages=how.pages,
        recipients=wanted.recipients,
    )
    return hand_to_printer(desk, printers, printed, wanted.printer, how, wanted.title)


def hand_to_printer(desk: Desk, printers: Printers, printed: Printed, printer: str, how: How, title: str) -> Sent:
    """Hand a recorded print's bytes to a printer, and note whether it took them."""
    try:
        job = printers.print_pdf(printer, printed.bytes, how, title)
    except QianshaoError as error:
        done = note_outcome(desk, printed.print_id, PrintResult.NOT_TAKEN, reason=_why(error))
        return Sent(printed, printed.changes | done.changes, error=error)
    done = note_outcome(desk, printed.print_id, PrintResult.TAKEN, job=job.id)
    return Sent(printed, printed.changes | done.changes, job)


def note_outcome(
    desk: Desk, print_id: str, result: PrintResult, *, job: str = "", reason: str = "", unbegun: bool = False
) -> Done:
    """Note what is known of a print now, after what was known before; the same again is not noted."""
    with desk.store.write() as work:
        before = outcomes_of(work, [print_id]).get(print_id)
        if before is not None and (before.result in FINAL_RESULTS or _same(before, result, reason)):
            return Done(before.id)
        made = _add(desk, work, print_id, result, before, job=job, reason=reason, unbegun=unbegun)
    return Done(made.id, changes=work.changes)


def say_outcome(desk: Desk, print_id: str, *, in_hand: bool, reason: str = "") -> Done:
    """A person says that the paper is in hand, or that it is not and why: where the print system cannot tell.

    Refused("actions.print_outcome_known") where it is known, or was said, already.
    """
    desk.must_may("print_outcome")
    result = PrintResult.PRINTED if in_hand else PrintResult.FAILED
    check_text(reason, field="reason", lines=False, limit=MOST_REASON)
    with desk.store.write() as work:
        if work.find(print_id, Print) is None:
            raise Refused("store.no_such_record", id=print_id)
        before = outcomes_of(work, [print_id]).get(print_id)
        if before is not None and before.result in FINAL_RESULTS:
            raise Refused("actions.print_outcome_known")
        made = _add(desk, work, print_id, result, before, reason=reason.strip(), by_hand=True)
    return Done(made.id, changes=work.changes)


def settle(desk: Desk, printers: Printers) -> Changes:
    """Ask the print system about every job of this desk that is under way, and note what is proven now."""
    changes = Changes()
    with desk.store.read() as reader:
        waiting = open_outcomes(reader)
        prints = prints_by_id(reader, [o.print for o in waiting])
    for outcome in waiting:
        if outcome.print in prints:
            told = printers.state(Job(prints[outcome.print].printer, outcome.job))
            changes |= note_job(desk, outcome.print, told)
    return changes


def note_job(desk: Desk, print_id: str, told: JobTold) -> Changes:
    """Note what a job's state proves about its print."""
    result = _RESULTS.get(told.state)
    if result is None:
        return Changes()
    unbegun = result is PrintResult.CANCELLED and not told.began
    return note_outcome(desk, print_id, result, reason=",".join(told.reasons)[:MOST_REASON], unbegun=unbegun).changes


def usual_sides(desk: Desk, printer: str) -> Sides:
    """Return whether somebody last printed on both sides with ``printer``."""
    with desk.store.read() as reader:
        return _sides(reader, printer)


def keep_sides(desk: Desk, printer: str, sides: Sides) -> None:
    """Remember it for the next time; nothing is written where it is as before."""
    with desk.store.read() as reader:
        if _sides(reader, printer) is sides:
            return
    with desk.store.write() as work:
        work.set_meta(_key(printer), sides.value)


def _sides(reader: Reader, printer: str) -> Sides:
    said = reader.meta(_key(printer))
    return Sides(said) if said in set(Sides) else Sides.ONE


def _key(printer: str) -> str:
    return f"printer:{printer}"


def _same(before: PrintOutcome, result: PrintResult, reason: str) -> bool:
    return (before.result, before.reason) == (result, reason)


def _add(
    desk: Desk,
    work: Work,
    print_id: str,
    result: PrintResult,
    before: PrintOutcome | None,
    *,
    job: str = "",
    reason: str = "",
    by_hand: bool = False,
    unbegun: bool = False,
) -> PrintOutcome:
    made = PrintOutcome(
        id=new_id("print_outcome"),
        made=desk.made(),
        amends=before.id if before else None,
        print=print_id,
        result=result,
        job=job or (before.job if before else ""),
        reason=reason,
        by_hand=by_hand,
        unbegun=unbegun,
    )
    work.add(made)
    return made


def _why(error: QianshaoError) -> str:
    return str(error.values.get("reason") or error.key)[:MOST_REASON]
