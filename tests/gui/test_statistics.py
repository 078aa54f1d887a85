"""The statistics in the window: counted beside it, led through by keyboard, reported once, compared afterwards."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from desktop.ui.dialogs.cases import CasesDialog
from desktop.ui.dialogs.exporting import ExportDialog
from desktop.ui.dialogs.paper import PaperDialog
from desktop.ui.dialogs.reporting import ReportDialog
from desktop.ui.models.narrow import Narrow
from desktop.ui.pages.statistics import StatisticsPage
from sync.records.statistics import TOTAL, Measure, months
from tests.gui.walk import Walk, still_clipped, without_a_name

CONTROL = Qt.KeyboardModifier.ControlModifier
COLUMNS = list(Measure)


def counted(walk: Walk) -> StatisticsPage:
    """The page, having counted November 2026, the month of the test's records."""
    walk.qtbot.keyClick(walk.shell, Qt.Key.Key_9, CONTROL)
    page = walk.shell.statistics
    walk.until(lambda: page.model.table is not None and page._task is None)
    while page.bar.period != months(2026, 11, 1):  # the window's clock is the real one
        page.bar.turn(-1)
        walk.until(lambda: page._task is None)
    walk.settle()
    return page


def go(page: StatisticsPage, row: str, measure: Measure) -> None:
    page.table.setCurrentIndex(page.model.index(page.model.rows.index(row), COLUMNS.index(measure)))


def test_a_number_leads_to_its_records_by_keyboard(walk: Walk) -> None:
    page = counted(walk)
    assert page.bar.period == months(2026, 11, 1)
    assert page.model.value(TOTAL, Measure.ACCEPTED) == "1"
    assert page.model.value("neighbours", Measure.AMOUNT) == "6,700.00"
    assert "按受理日期" in page.front.meaning.text()
    assert page.table.hasFocus()
    go(page, "neighbours", Measure.AGREED)
    assert "按协议日期" in page.front.meaning.text()
    walk.qtbot.keyClick(page.table, Qt.Key.Key_Return)
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, CasesDialog))
    walk.until(lambda: dialog.list.rowCount() == 1)
    assert without_a_name(dialog) == []
    assert still_clipped(walk.qtbot, dialog) == []
    walk.qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    walk.settle()
    assert walk.shell.now == "mediations"
    assert walk.shell.here() == page.model.table.cases_of("neighbours", Measure.AGREED)[0]


def test_a_number_s_records_are_shown_as_a_list_with_a_chip_that_one_key_takes_away(walk: Walk) -> None:
    page = counted(walk)
    go(page, "neighbours", Measure.AGREED)
    walk.qtbot.keyClick(page.table, Qt.Key.Key_Return)
    dialog = walk.dialogs()[0]
    assert isinstance(dialog, CasesDialog)
    walk.until(lambda: bool(dialog.list.rowCount()))
    dialog.show_all.click()
    walk.settle()
    assert walk.shell.now == "mediations"
    listed = walk.shell.mediations
    cases = page.model.table.cases_of("neighbours", Measure.AGREED)
    walk.until(lambda: listed.model.rowCount() == len(cases))
    chip = listed.findChild(QPushButton, "narrow.mediations.among")
    assert chip.text().startswith("2026-11 · ")
    walk.qtbot.keyClick(chip, Qt.Key.Key_Delete)
    assert listed.front.bar.narrow == Narrow()
    listed.narrow_to(Narrow(among=("med_" + "0" * 32,), told="无"))
    walk.until(lambda: listed.model.rowCount() == 0)
    assert listed.front.told() == "无"
    assert listed.back()
    walk.until(lambda: listed.model.rowCount() == len(cases))


def test_an_empty_number_leads_nowhere(walk: Walk) -> None:
    page = counted(walk)
    go(page, "labour", Measure.AGREED)
    walk.qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert not walk.dialogs()


def test_periods_are_turned_and_a_picture_shows_the_column(walk: Walk) -> None:
    page = counted(walk)
    page.bar.turn(-1)
    walk.until(lambda: page._task is None)
    assert page.bar.period.written == "2026-10"
    assert page.model.value(TOTAL, Measure.ACCEPTED) == ""
    page.bar.span.setCurrentIndex(2)
    walk.until(lambda: page._task is None)
    assert page.bar.period.written == "2026H2"
    assert page.model.value(TOTAL, Measure.ACCEPTED) == "1"
    go(page, TOTAL, Measure.AMOUNT)
    walk.qtbot.keyClick(page.table, Qt.Key.Key_F6)
    walk.until(page.front.chart.isVisible)
    assert "6,700.00" in page.front.chart.accessibleName()
    assert "邻里 6,700.00" in page.front.chart.accessibleDescription()
    assert without_a_name(page) == []
    walk.qtbot.keyClick(page.front.picture, Qt.Key.Key_Escape)
    walk.until(page.table.isVisible)


def test_a_period_is_reported_when_it_is_over_and_changes_are_shown(walk: Walk) -> None:
    page = counted(walk)
    page.front.verbs["report"].click()
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, ReportDialog))
    walk.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    page.bar.turn(-1)
    walk.until(lambda: page._task is None)
    assert not page.front.verbs["print"].isEnabled()
    page.front.verbs["report"].click()
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, ReportDialog))
    assert still_clipped(walk.qtbot, dialog) == []
    dialog._sure()
    walk.until(lambda: page.front.verbs["print"].isEnabled())
    assert page.front.state.property("role") == "good"
    page.front.verbs["print"].click()
    walk.until(lambda: any(isinstance(d, PaperDialog) and d.document.pageCount() for d in walk.dialogs()))
    walk.close_dialogs()
    walk.settle()

    page.report()
    (again,) = (d for d in walk.dialogs() if isinstance(d, ReportDialog))
    assert isinstance(again.reason, QLineEdit)
    again._sure()
    assert again.told.text() == walk.application.words("actions.report_reason_missing")
    walk.close_dialogs()


def test_the_numbers_and_a_ledger_become_files(walk: Walk, tmp_path: Path) -> None:
    page = counted(walk)
    page.export_to(tmp_path / "a.xlsx")
    page.export_to(tmp_path / "a.pdf")
    walk.settle()
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert load_workbook(tmp_path / "a.xlsx").active is not None
    page.export_to(tmp_path / "a.doc")
    walk.settle()
    assert not (tmp_path / "a.doc").exists()

    page.front.verbs["ledger_visits"].click()
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, ExportDialog))
    dialog.form.setCurrentIndex(dialog.form.findData("pdf"))
    assert "全部记录：2026-11" in " ".join(part.text() for part in dialog.findChildren(QLabel))
    dialog.start(tmp_path / "ledger.pdf")
    walk.settle()
    assert (tmp_path / "ledger.pdf").read_bytes().startswith(b"%PDF")
    dialog.reject()
