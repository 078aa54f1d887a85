"""Export from a list's page: what the search box finds goes to a file, masked unless a reason is given."""

from __future__ import annotations

import csv
from pathlib import Path

from PySide6.QtWidgets import QPushButton

from desktop.ui.dialogs.exporting import ExportDialog
from tests.gui.walk import Walk, still_clipped, without_a_name


def test_what_the_search_box_finds_is_exported(walk: Walk, tmp_path: Path) -> None:
    walk.shell.turn("visits")
    walk.settle()
    page, words = walk.shell.visits, walk.application.words
    page.search.setText("渗水")
    walk.until(lambda: page.model.rowCount() == 1)
    page.findChild(QPushButton, "verb.visits.export").click()
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, ExportDialog))
    dialog.full.setChecked(True)
    dialog.choose.click()
    assert dialog.told.text() == words("lists.reason_needed")
    assert still_clipped(walk.qtbot, dialog) == []
    assert without_a_name(dialog) == []
    dialog.grab().save(str(tmp_path / "dialog.png"))

    dialog.full.setChecked(False)
    dialog.form.setCurrentIndex(dialog.form.findData("csv"))
    target = tmp_path / "a.csv"
    dialog.start(target)
    walk.settle()

    assert dialog.told.text() == words("lists.exported", rows=1, file="a.csv")
    with target.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert "渗水" in row["诉求"]
    assert "*" in row["电话"]
    dialog.reject()
