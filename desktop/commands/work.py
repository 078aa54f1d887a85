"""Doing: enrol, import a ledger, export a list, print a paper, the day end."""

from __future__ import annotations

import argparse
import hashlib
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from desktop.commands.access import Access
from desktop.commands.output import Meter, Said, moment, sentence
from sync.records.errors import QianshaoError, Refused, RuleBroken, Unavailable
from sync.records.times import BEIJING, parse_day

if TYPE_CHECKING:
    from desktop.actions.day_end import Underway
    from desktop.actions.desk import Desk
    from desktop.actions.imports import Imported
    from desktop.actions.print_rules import RulesUnmet
    from desktop.actions.sending import FileProgress
    from desktop.store.store import Store
    from resources import Wording
    from sync.records.papers import PaperKind

_ABOUT: Final = {
    "visit": "registration",
    "order": "dispatch_order",
    "mediation_event": "mediation_record",
}  # fmt: skip
"""Other names of papers: those of what they are about."""
WHOLE_FILE: Final = ("file", "case_file")


def enrol(args: argparse.Namespace, access: Access) -> Said:
    """Make this home a device of a station, with its store and its first staff member."""
    from desktop.actions.enrolment import enrol as enrol_station

    password = access.new_password()
    store = enrol_station(access.home, access.keys(new=True), args.district, args.code, args.staff, password)
    try:
        with store.read() as reader:
            told = {"store": store.id, "unit": store.unit, "unit_name": reader.meta("unit_name") or ""}
        notes = _first_exchange(access, store, args.staff, password)
    finally:
        store.close()
    return Said(told, [access.words("cli.enrolled", unit=told["unit_name"], staff=args.staff)], notes)


def _first_exchange(access: Access, store: Store, staff: str, password: str) -> list[str]:
    """Fetch directories, colleagues and blocks of numbers at once; without a network they come with the day end."""
    from desktop.actions.care import after_many
    from desktop.actions.day_end import run_day_end
    from desktop.actions.desk import Desk
    from desktop.actions.signing_in import sign_in

    try:
        desk = Desk(store, sign_in(store, staff, password))
        end = run_day_end(desk, access.home, keys=access.keys())
        after_many(store, end.pulled)
    except QianshaoError as error:
        return [access.words(error.key, **error.values)]
    return []


def import_ledger(args: argparse.Namespace, access: Access) -> Said:
    """Import a ledger of visits; one interrupt stops it in good order between two batches."""
    from desktop.actions.imports import import_visits

    say = access.words
    with access.desk() as desk, interruptible() as interrupted:
        meter = Meter(say("cli.importing"))
        done = import_visits(desk, args.file, meter, interrupted, language=say.language)
    return _imported(done, say)


def import_items(args: argparse.Namespace, access: Access) -> Said:
    """Import items of an outside system; one interrupt stops it in good order between two batches."""
    from desktop.actions.outside_items import import_items as take_items

    say = access.words
    with access.desk() as desk, interruptible() as interrupted:
        meter = Meter(say("cli.importing"))
        done = take_items(desk, args.file, args.system, meter, interrupted, language=say.language)
    said = _imported(done, say, {"moved": done.moved})
    return Said(said.data, [*said.lines, say("cli.moved", count=done.moved)], said.notes) if done.moved else said


def _imported(done: Imported, say: Wording, more: dict[str, Any] | None = None) -> Said:
    data = {
        "read": done.read,
        "added": done.added,
        "unchanged": done.unchanged,
        "refused": done.refused,
        "rejected_file": str(done.rejected_file) if done.rejected_file else None,
        **(more or {}),
    }
    notes = []
    if done.extra_columns:
        notes.append(say("cli.extra_columns", columns="、".join(done.extra_columns)))
    if done.unknown_categories:
        notes.append(say("cli.unknown_categories", words="、".join(done.unknown_categories)))
    if done.hinted:
        notes.append(say("cli.hinted", count=done.hinted))
    lines = [say("cli.imported", **data)]
    if done.rejected_file:
        lines.append(say("cli.rejected_file", file=done.rejected_file))
    return Said(data, lines, notes)


def export(args: argparse.Namespace, access: Access) -> Said:
    """Export a list to a file; one interrupt stops it in good order and leaves nothing."""
    from desktop.actions.exports import Wanted, export_list
    from desktop.files.exports import Format
    from desktop.store.listing import Filter

    say, out = access.words, args.out
    form = {".xlsx": Format.XLSX, ".csv": Format.GB18030 if args.encoding == "gb18030" else Format.CSV}
    if out.suffix.lower() not in (*form, ".pdf"):
        raise RuleBroken("lists.bad_suffix", field="out", file=out.name)
    if args.full and out.suffix.lower() == ".pdf":
        raise RuleBroken("statistics.ledger_masked", field="full")
    if out.is_dir():
        raise Unavailable("cli.is_folder", folder=out)
    if not out.parent.is_dir():
        raise Unavailable("cli.no_folder", folder=out.parent)
    chosen = Filter(args.text.strip(), _midnight(args.since), _midnight(args.until, 1))
    meter = Meter(say("lists.exporting"))
    with access.desk() as desk, interruptible() as interrupted:
        if out.suffix.lower() == ".pdf":
            from desktop.actions.ledgers import write_ledger

            told = " ".join(part for part in (args.text.strip(), _days(args.since, args.until)) if part)
            done = write_ledger(desk, args.kind, chosen, out, meter, interrupted, told=told)
        else:
            wanted = Wanted(args.kind, form[out.suffix.lower()], chosen, full=args.full, reason=args.reason.strip())
            done = export_list(desk, wanted, out, meter, interrupted, language=say.language)
    data = {"file": str(done.path), "rows": done.rows, "sha256": done.digest, "full": args.full}
    return Said(data, [say("lists.exported", rows=done.rows, file=done.path)])


def _midnight(day: str, more: int = 0) -> datetime | None:
    """The midnight at +08:00 with which a day begins, or so many days later; None where none is named."""
    if not day:
        return None
    return datetime.combine(parse_day(day, field="since") + timedelta(days=more), time(), BEIJING)


def _days(since: str, until: str) -> str:
    return f"{since or '…'} – {until or '…'}" if since or until else ""


def print_paper(args: argparse.Namespace, access: Access) -> Said:
    """Record a print and write its PDF; the record is there before the file is."""
    from desktop.actions.paper_kinds import kinds
    from desktop.actions.papers import issue_paper
    from desktop.actions.print_rules import RulesUnmet
    from desktop.config import write_private
    from sync.records.papers import PaperKind

    if args.kinds:
        listed = [{"kind": k.paper.value, "title": k.title, "subject": k.subject, "need": k.need} for k in kinds()]
        return Said(listed, [f"{row['kind']:<26}{row['subject']:<16}{row['title']}" for row in listed])
    if args.out.is_dir():
        raise Unavailable("cli.is_folder", folder=args.out)
    if not args.out.parent.is_dir():
        raise Unavailable("cli.no_folder", folder=args.out.parent)
    if args.kind in WHOLE_FILE:
        from desktop.commands.whole_file import print_file

        with interruptible() as interrupted:
            return print_file(args, access, interrupted)
    paper = PaperKind(_ABOUT.get(args.kind, args.kind))
    with access.desk() as desk:
        try:
            subject = _subject(desk, paper, args.id)
            printed = issue_paper(desk, paper, subject, args.copies, reasons=args.reason.strip())
        except RulesUnmet as unmet:
            raise _unmet(access.words, unmet) from unmet
    try:
        write_private(args.out, printed.bytes)
    except OSError as error:
        raise Unavailable("cli.cannot_write", file=args.out) from error
    digest = hashlib.sha256(printed.bytes).hexdigest()
    data = {"print": printed.print_id, "copy": printed.copy, "file": str(args.out), "sha256": digest}
    return Said(data, [access.words("cli.printed", file=args.out)])


def _subject(desk: Desk, paper: PaperKind, said: str) -> str:
    """Return the record that is meant. "registration" and "agreement" give out a new blank form, and a colleague's name
    records a hand-over to him; an id is what it is."""
    from desktop.actions.blank_forms import hand_out
    from desktop.actions.hand_overs import hand_over
    from desktop.forms.hand_overs import HAND_OVER_FORM
    from desktop.forms.questions import fresh
    from sync.records.ids import prefix_of
    from sync.records.papers import PaperKind, Series

    blanks = {"registration": Series.VISIT, "agreement": Series.AGREEMENT}
    if paper is PaperKind.BLANK_FORM and said in blanks:
        return hand_out(desk, blanks[said], 1)[0]
    if paper is PaperKind.HAND_OVER and not prefix_of(said):
        return hand_over(desk, fresh(HAND_OVER_FORM, "hand_over", {"to_staff": said})).id
    return said


def _unmet(words: Wording, unmet: RulesUnmet) -> Refused:
    """Return the refusal that tells each rule which keeps a paper from being printed, with its law."""
    from desktop.actions.print_rules import laws

    law = laws(words.language)
    lines = [
        words(f"rules.line_{found.weight.value}", told=words(found.key, **found.values), law=law[found.rule])
        for found in unmet.findings
    ]
    enough = all(found.asks for found in unmet.findings)
    return Refused("rules.refused_reason" if enough else "rules.refused", lines=words("rules.between").join(lines))


def day_end(args: argparse.Namespace, access: Access) -> Said:
    """Exchange with the district now."""
    from desktop.actions.care import after_many
    from desktop.actions.day_end import run_day_end
    from desktop.actions.receipt_words import headline, lacking

    say = access.words
    meters: dict[str, Meter] = {}

    def report(now: Underway) -> None:
        if now.pause:
            sys.stderr.write(say("exchange.again", seconds=round(now.pause) or 1) + "\n")
            return
        meters.setdefault(now.stage, Meter(say(f"exchange.{now.stage}")))(now.done, now.total)

    with access.desk() as desk:
        end = run_day_end(desk, access.home, report, keys=access.keys())
        files, wrong = _send_files(desk, access)
        after_many(desk.store, end.pulled)  # no window is there that would do it when its desk is idle
    names = ("pushed", "pulled", "refused", "held", "acknowledged", "unsent")
    data = {name: getattr(end, name) for name in names}
    lines = [say("cli.day_end", **data), say("cli.receipt", at=moment(end.at), chain=end.chain)]
    data |= {"held": end.held + files.held, "files_sent": files.sent, "files_waiting": files.waiting}
    if files.files:
        lines.append(say("cli.files", sent=files.sent, waiting=files.waiting, held=files.held))
    notes = [*([] if end.agreed else [say("cli.not_agreed")]), *([sentence(say, wrong)] if wrong else [])]
    notes += [twice.told(say) for twice in end.twice]
    today = end.today
    data |= {"written": today.written, "signed": today.signed, "proved": end.proved, "bytes": end.carried}
    lines += [told] if (told := headline(say, today)) else []
    notes += lacking(say, today) if today.proof else [say("receipts.unsigned", at=moment(end.at))]
    for edition in end.unusable:
        if edition.fault is not None:
            told = sentence(say, edition.fault)
            notes.append(say("proof.arrived_unusable", template=edition.edition, fault=told))
    return Said(data, lines, notes, done=end.agreed)


def _send_files(desk: Desk, access: Access) -> tuple[FileProgress, QianshaoError | None]:
    """Send files behind the receipt, which stands whatever becomes of them; the first interrupt leaves the rest."""
    from desktop.actions.sending import Sending

    meter = Meter(access.words("exchange.stage_files_bytes"))
    sending = Sending(desk, access.home, access.keys())
    wrong: QianshaoError | None = None
    with interruptible() as stopped:
        try:
            sending.send(lambda at: meter(at.bytes_done, at.bytes_total), stopped)
        except QianshaoError as error:
            wrong = error
        finally:
            sending.close()
    return sending.progress, wrong


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Let the first interrupt ask for a stop; the second one ends the process as always."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)
