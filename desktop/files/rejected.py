"""The file of refused rows beside a ledger: its own words, the column and the reason in front, for the owner only."""

from __future__ import annotations

import csv
import filecmp
import os
from pathlib import Path
from typing import Any

from desktop.files.formula_cells import guarded
from desktop.files.ledgers import REJECTED
from desktop.files.tables import Cells
from sync.protocol.disk import sync_folder
from sync.records.errors import Unavailable


class RejectedRows:
    """Written as rows are refused, so that nothing is held in memory; `finish` gives the file its name.

    UTF-8 with BOM, which spreadsheet programs open by themselves. No file is made where no row was refused, and an
    earlier file of another content is not written over: somebody may be mending it.
    """

    def __init__(self, ledger: Path, header: Cells) -> None:
        self.count = 0
        self._target = ledger.with_name(f"{ledger.stem}.rejected.csv")
        self._part = ledger.with_name(f".{ledger.stem}.rejected.{os.getpid()}.part")
        self._header = header
        self._file: Any = None
        self._csv: Any = None

    def add(self, cells: Cells, column: str, reason: str) -> None:
        """Write one refused row. Unavailable("imports.rejected_unwritable") where the folder cannot be written."""
        try:
            if self._file is None:
                self._open()
            self._csv.writerow([column, reason, *map(guarded, cells)])
        except OSError as error:
            raise Unavailable("imports.rejected_unwritable", file=self._target.name) from error
        self.count += 1

    def _open(self) -> None:
        self._part.unlink(missing_ok=True)
        handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file)
        self._csv.writerow([*REJECTED, *map(guarded, self._header)])

    def finish(self) -> Path | None:
        """Bring the file to the disk under its name and return its path; None where no row was refused."""
        if self._file is None:
            return None
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            target = self._free_name()
            self._part.replace(target)
            sync_folder(target.parent)
        except OSError as error:
            raise Unavailable("imports.rejected_unwritable", file=self._target.name) from error
        return target

    def _free_name(self) -> Path:
        target, count = self._target, 1
        while target.exists() and not filecmp.cmp(target, self._part, shallow=False):
            count += 1
            target = self._target.with_name(f"{self._target.stem}-{count}.csv")
        return target

    def discard(self) -> None:
        """Leave no half-written file behind; after `finish` there is nothing to do."""
        if self._file is not None:
            self._file.close()
            self._part.unlink(missing_ok=True)
