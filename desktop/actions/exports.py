"""Export of a list: what is filtered, or what was chosen; the station's log has it before the file has its name."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from desktop.actions import audit
from desktop.actions.desk import Desk
from desktop.actions.export_cells import Cells
from desktop.files.exports import Export, Format
from desktop.store.listing import Filter, lines_of, lines_with, rows_at
from resources import wording
from sync.records.audit import AuditAction
from sync.records.errors import Refused, RuleBroken
from sync.records.text import check_text

BATCH: Final = 200
REASON_LENGTH: Final = 200
_YIELD_SECONDS: Final = 0.002

Progress = Callable[[int, int], None]
"""Rows written, rows in all."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is exported: the list's name, a filter or the ``ids`` of chosen rows, and how it is written.

    ``full`` leaves document numbers and telephones whole and needs a ``reason``.
    """

    name: str
    form: Format
    chosen: Filter = field(default_factory=Filter)
    ids: tuple[str, ...] = ()
    full: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """Where the file is, how many rows it has, and its SHA-256 in hex."""

    path: Path
    rows: int
    digest: str


def export_list(
    desk: Desk,
    wanted: Wanted,
    path: Path,
    progress: Progress = lambda _done, _total: None,
    cancelled: Callable[[], bool] = bool,
    *,
    language: str = "zh",
) -> Exported:
    """Write ``wanted`` to ``path``, for its owner only, and log who took out what, how many, masked or not, and why.

    Rows are read in batches on snapshots of their own, so that a long export holds nobody up. Raises
    RuleBroken("lists.reason_needed"), Refused("lists.cancelled") (nothing is left), Refused("lists.no_role") for
    whoever may do nothing here, Unavailable("lists.unwritable").
    """
    if not desk.session.roles:
        raise Refused("lists.no_role")
    reason = _reason(wanted)
    cells = Cells(wanted.name, wording(language), full=wanted.full)
    lines = _lines(desk, wanted, cancelled)
    export = Export(path, wanted.form, cells.heading())
    try:
        for start in range(0, len(lines), BATCH):
            _stop_if(cancelled)
            _add(desk, wanted.name, cells, export, lines[start : start + BATCH])
            progress(min(start + BATCH, len(lines)), len(lines))
            time.sleep(_YIELD_SECONDS)
        _stop_if(cancelled)
        digest = export.close()
        _note(desk, wanted, export.rows, digest, reason)
        export.name()
    finally:
        export.discard()
    return Exported(path, export.rows, digest)


def _reason(wanted: Wanted) -> str:
    if not wanted.full:
        return ""
    reason = check_text(wanted.reason, field="reason", lines=False, limit=REASON_LENGTH).strip()
    if not reason:
        raise RuleBroken("lists.reason_needed", field="reason")
    return reason


def _lines(desk: Desk, wanted: Wanted, cancelled: Callable[[], bool]) -> array[int]:
    with desk.store.read() as reader:
        if wanted.ids:
            return lines_with(reader, wanted.name, wanted.ids)
        return lines_of(reader, wanted.name, wanted.chosen, cancelled)


def _add(desk: Desk, name: str, cells: Cells, export: Export, lines: Sequence[int]) -> None:
    with desk.store.read() as reader:
        told = cells.of(reader, rows_at(reader, name, lines))
    for row in told:
        export.add(row)


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise Refused("lists.cancelled")


def _note(desk: Desk, wanted: Wanted, rows: int, digest: str, reason: str) -> None:
    detail = f"rows={rows} format={wanted.form} numbers={'full' if wanted.full else 'masked'} sha256={digest}"
    with desk.store.write() as work:
        detail = f"{detail} reason={reason}" if reason else detail
        audit.note(work, desk.made(), AuditAction.EXPORTED, subject=wanted.name, detail=detail)
