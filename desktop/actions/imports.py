"""Import a ledger: each row is taken or refused by itself, and no row is taken twice, at whichever desk.

A row's identity is an HMAC with the station's import key (given at enrolment) over the row's normal form and which
n-th of equal rows of the file it is. The ids of its visit, person and participation follow from it.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from desktop.actions import audit
from desktop.actions.care import after_many
from desktop.actions.desk import Desk
from desktop.actions.imported_rows import ImportKey, Keyed, take_rows
from desktop.files.ledger_rows import RowRefused, read_row
from desktop.files.ledgers import Ledger, Row, open_ledger
from desktop.files.rejected import RejectedRows
from resources import Wording, wording
from sync.records.audit import AuditAction
from sync.records.errors import Refused, RuleBroken

BATCH: Final = 100
"""Rows that one transaction takes: about a tenth of a second, so that somebody who saves a form hardly waits."""

_YIELD_SECONDS: Final = 0.002

Progress = Callable[[int, int], None]
"""Rows read, rows in all (0: not known)."""


@dataclass(frozen=True, slots=True)
class Imported:
    """``read`` rows = ``added`` + ``unchanged`` (here already) + ``refused`` (in ``rejected_file``).

    ``extra_columns`` of the file were ignored; ``unknown_categories`` became 其他 with the word kept; ``hinted`` of
    the added rows may repeat an earlier visit; ``moved`` of those here already had another day.
    """

    read: int
    added: int
    unchanged: int
    refused: int
    rejected_file: Path | None
    extra_columns: tuple[str, ...] = ()
    unknown_categories: tuple[str, ...] = ()
    hinted: int = 0
    moved: int = 0


@dataclass(slots=True)
class _Tally:
    read: int = 0
    added: int = 0
    unchanged: int = 0
    hinted: int = 0


def import_visits(
    desk: Desk,
    path: Path,
    progress: Progress = lambda _done, _total: None,
    cancelled: Callable[[], bool] = bool,
    *,
    language: str = "zh",
) -> Imported:
    """Import the ledger at ``path`` in batches; stopped at any row, the next import of the file goes on from there.

    Raises Refused("imports.cancelled") when ``cancelled`` says so (rows taken so far stay), ("imports.no_key")
    before enrolment, and what `open_ledger` raises. ``language`` is that of the reasons in the file of refused rows.
    """
    desk.must_may("visit")
    key = import_key(desk)
    ledger = open_ledger(path)
    rejected = RejectedRows(path, ledger.header)
    tally, words = _Tally(), Counter[str]()
    try:
        with ledger.rows() as rows:
            keyed = _keyed(rows, key, rejected, tally, words, wording(language))
            while batch := list(islice(keyed, BATCH)):
                _stop_if(cancelled, tally)
                _take(desk, key, batch, tally)
                progress(tally.read, max(ledger.total, tally.read))
                time.sleep(_YIELD_SECONDS)
        rejected_file = rejected.finish()
    finally:
        rejected.discard()
    after_many(desk.store, tally.added)
    progress(tally.read, tally.read)
    _note(desk, path, tally, rejected.count)
    return _imported(ledger, tally, rejected.count, rejected_file, words)


def import_key(desk: Desk) -> ImportKey:
    """Return the station's key of imports; Refused("imports.no_key") before enrolment."""
    with desk.store.read() as reader:
        value = reader.meta("import_key")
    if not value:
        raise Refused("imports.no_key")
    return ImportKey(bytes.fromhex(value))


def _keyed(
    rows: Iterator[Row], key: ImportKey, rejected: RejectedRows, tally: _Tally, words: Counter[str], say: Wording
) -> Iterator[Keyed]:
    """Read rows, put the refused ones aside, and give each other one its identity."""
    equal: Counter[bytes] = Counter()
    for row in rows:
        tally.read += 1
        try:
            value = read_row(row)
        except RowRefused as refused:
            rejected.add(row.line.cells, refused.column, reason_of(say, refused.broken))
            continue
        if value.category_word:
            words[value.category_word] += 1
        content = key.digest("row", value.normal_form())
        yield Keyed(value, key.digest("nth", content + equal[content].to_bytes(8, "big")))
        equal[content] += 1


def reason_of(say: Wording, broken: RuleBroken) -> str:
    """A file cannot give a reason for a doubtful number: where a sentence would ask for one, imports has its own."""
    ours = broken.key.replace("records.", "imports.", 1)
    return say(ours if say.has(ours) else broken.key, **broken.values)


def _take(desk: Desk, key: ImportKey, batch: list[Keyed], tally: _Tally) -> None:
    with desk.store.write() as work:
        taken = take_rows(work, desk.made(), key, batch)
    tally.added += taken.added
    tally.hinted += taken.hinted
    tally.unchanged += len(batch) - taken.added


def _stop_if(cancelled: Callable[[], bool], tally: _Tally) -> None:
    if cancelled():
        raise Refused("imports.cancelled", added=tally.added)


def _note(desk: Desk, path: Path, tally: _Tally, refused: int) -> None:
    """The station's log gets the file's digest and the counts; an import that added nothing leaves no record."""
    if not tally.added:
        return
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    detail = f"sha256={digest} read={tally.read} added={tally.added} refused={refused}"
    with desk.store.write() as work:
        audit.note(work, desk.made(), AuditAction.IMPORTED, detail=detail)


def _imported(ledger: Ledger, tally: _Tally, refused: int, rejected_file: Path | None, words: Counter[str]) -> Imported:
    return Imported(
        read=tally.read,
        added=tally.added,
        unchanged=tally.unchanged,
        refused=refused,
        rejected_file=rejected_file,
        extra_columns=ledger.extra,
        unknown_categories=tuple(words),
        hinted=tally.hinted,
    )
