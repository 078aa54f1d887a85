"""台账 on paper: what is filtered of a list as a PDF, its numbers masked; logged like every export."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from desktop.actions import audit
from desktop.actions.desk import Desk
from desktop.actions.export_cells import COLUMNS, Cells
from desktop.actions.exports import BATCH, Exported, Progress
from desktop.config import write_private
from desktop.printing.table_sheets import TableSheet
from desktop.store.listing import Filter, lines_of, lines_with, rows_at
from resources import LANGUAGES, wording
from sync.records.audit import AuditAction
from sync.records.errors import Refused, Unavailable
from sync.records.times import BEIJING, to_minute

MOST: Final = 10_000
"""So many rows are set on paper, in seconds and some 160 MB; who needs more takes a shorter period or a workbook."""
PAPER_COLUMNS: Final = {
    "visits": ("happened_at", "channel", "visitor", "headcount", "category", "text"),
    "mediations": ("started_at", "title", "parties", "state", "agreement"),
}
"""The columns of each list that has a ledger on paper (export_cells.COLUMNS)."""


def write_ledger(
    desk: Desk,
    name: str,
    chosen: Filter,
    path: Path,
    progress: Progress = lambda _done, _total: None,
    cancelled: Callable[[], bool] = bool,
    *,
    ids: Sequence[str] = (),
    told: str = "",
) -> Exported:
    """Write the ledger of ``name`` to ``path``, for its owner only, and log it; ``told`` says what was chosen.

    Refused("statistics.ledger_long"), ("statistics.ledger_no_paper"), ("lists.cancelled"), ("lists.no_role");
    Unavailable("lists.unwritable"). Nothing is left where it is stopped.
    """
    from desktop.printing import ledger

    if not desk.session.roles:
        raise Refused("lists.no_role")
    if name not in PAPER_COLUMNS:
        raise Refused("statistics.ledger_no_paper")
    rows = _rows(desk, name, chosen, ids, progress, cancelled)
    pdf = ledger.render(_sheet(desk, name, rows, told), name)
    if cancelled():
        raise Refused("lists.cancelled")
    digest = hashlib.sha256(pdf).hexdigest()
    with desk.store.write() as work:
        detail = f"rows={len(rows)} format=pdf numbers=masked sha256={digest}"
        audit.note(work, desk.made(), AuditAction.EXPORTED, subject=name, detail=detail)
    try:
        write_private(path, pdf)
    except OSError as error:
        raise Unavailable("lists.unwritable", file=path.name, reason=error.strerror or str(error)) from error
    return Exported(path, len(rows), digest)


def _rows(
    desk: Desk, name: str, chosen: Filter, ids: Sequence[str], progress: Progress, cancelled: Callable[[], bool]
) -> list[tuple[str, ...]]:
    cells = Cells(name, wording(LANGUAGES[0]), full=False)
    places = [[column for column, _tell in COLUMNS[name]].index(wanted) for wanted in PAPER_COLUMNS[name]]
    with desk.store.read() as reader:
        lines = lines_with(reader, name, ids) if ids else lines_of(reader, name, chosen, cancelled)
    if len(lines) > MOST:
        raise Refused("statistics.ledger_long", rows=len(lines), most=MOST)
    found: list[tuple[str, ...]] = []
    for start in range(0, len(lines), BATCH):
        if cancelled():
            raise Refused("lists.cancelled")
        with desk.store.read() as reader:
            some = cells.of(reader, rows_at(reader, name, lines[start : start + BATCH]))
        found += [(str(len(found) + at), *(row[place] for place in places)) for at, row in enumerate(some, 1)]
        progress(min(start + BATCH, len(lines)), len(lines))
    return found


def _sheet(desk: Desk, name: str, rows: list[tuple[str, ...]], told: str) -> TableSheet:
    words = wording(LANGUAGES[0])
    at = desk.now().astimezone(BEIJING)
    return TableSheet(
        template="ledger-1",
        number=at.strftime("%Y-%m-%d"),
        title=words(f"statistics.ledger_{name}"),
        facts=(
            words(
                "statistics.ledger_fact",
                unit=desk.session.unit_name,
                told=told or words("statistics.ledger_all"),
                rows=len(rows),
            ),
        ),
        heads=(
            words("statistics.ledger_number"),
            *(words(f"lists.column_{column}") for column in PAPER_COLUMNS[name]),
        ),
        rows=tuple(rows),
        made=words("statistics.made", name=desk.session.name, at=to_minute(at)),
    )
