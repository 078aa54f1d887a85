"""Papers of the counter from the window, by keyboard: a record's papers, blank forms, the hand-over."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from desktop.store.blanks import open_blanks
from desktop.ui.dialogs.blank_forms import BlankFormsDialog
from desktop.ui.dialogs.hand_over import HandOverDialog
from desktop.ui.dialogs.paper import PaperDialog
from desktop.ui.dialogs.papers import PapersDialog
from desktop.ui.dialogs.printing_many import PrintManyDialog
from sync.records.kinds import new_id
from sync.records.papers import NumberLease, PaperKind, Series
from sync.records.record import Made
from tests.gui.layout import faults
from tests.gui.walk import Walk, without_a_name
from tests.support.window_desk import LEAD, NOW


def shown(walk: Walk, kind: type[QDialog]) -> QDialog:
    walk.settle()
    return next(dialog for dialog in walk.dialogs() if type(dialog) is kind)


def laid_out(walk: Walk, dialog: QWidget) -> None:
    walk.until(lambda: faults(dialog) == [])
    assert without_a_name(dialog) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_papers_of_a_visit_are_listed_and_enter_shows_one(open_window: Callable[..., Walk], language: str) -> None:
    walk = open_window(name=LEAD, language=language)
    walk.shell.turn("visits")
    walk.settle()
    walk.command("visits.papers")
    dialog = shown(walk, PapersDialog)
    assert isinstance(dialog, PapersDialog)
    assert [dialog.table.item(line, 0).text() for line in range(dialog.table.rowCount())] == [
        walk.application.words(f"records.paperkind_{paper}")
        for paper in (PaperKind.REGISTRATION, PaperKind.VISIT_RECEIPT, PaperKind.PRIVACY_NOTICE)
    ]
    laid_out(walk, dialog)
    dialog.table.setCurrentCell(2, 0)
    walk.qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    paper = shown(walk, PaperDialog)
    assert isinstance(paper, PaperDialog)
    walk.until(lambda: paper.document.pageCount() == 1)


def test_a_matter_says_what_its_papers_lack(walk: Walk) -> None:
    walk.shell.turn("matters")
    walk.settle()
    walk.command("matters.papers")
    dialog = shown(walk, PapersDialog)
    assert isinstance(dialog, PapersDialog)
    assert dialog.table.rowCount() == 3
    assert dialog.note.text()
    assert not dialog.show_paper.isEnabled()
    laid_out(walk, dialog)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_blank_forms_are_given_out_and_stand_in_the_list(open_window: Callable[..., Walk], language: str) -> None:
    walk = open_window(name=LEAD, language=language)
    store = walk.shell.tools.desk.store
    made = Made(by="", unit=store.unit, store="sto_district", at=NOW)
    for year in (NOW.year, walk.shell.tools.desk.now().year):
        with store.write() as work:
            lease = {"series": Series.VISIT, "unit": store.unit, "store": store.id, "first": 900_001, "last": 900_020}
            work.add(NumberLease(id=new_id("number_lease"), made=made, year=year, **lease))  # type: ignore[arg-type]
    walk.command("desk.blanks")
    dialog = shown(walk, BlankFormsDialog)
    assert isinstance(dialog, BlankFormsDialog)
    laid_out(walk, dialog)
    dialog.view.fill({"count": 3})
    dialog.view.submit()
    walk.until(lambda: dialog.table.rowCount() == 3)
    many = shown(walk, PrintManyDialog)
    many.reject()
    with walk.reader() as reader:
        assert [blank.number for blank in open_blanks(reader)] == [
            dialog.table.item(line, 0).text() for line in range(3)
        ]
    dialog.table.selectRow(0)
    walk.qtbot.mouseClick(dialog.void, Qt.MouseButton.LeftButton)
    walk.settle()
    assert dialog.focusWidget() is dialog.reason
    dialog.reason.setText("来电恢复")
    walk.qtbot.mouseClick(dialog.void, Qt.MouseButton.LeftButton)
    walk.until(lambda: dialog.table.rowCount() == 2)
    laid_out(walk, dialog)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_is_handed_over_on_paper(open_window: Callable[..., Walk], language: str) -> None:
    walk = open_window(name=LEAD, language=language)
    walk.command("desk.hand_over")
    dialog = shown(walk, HandOverDialog)
    assert isinstance(dialog, HandOverDialog)
    laid_out(walk, dialog)
    to = next(staff for name, staff in walk.desk.staff.items() if name != LEAD)
    dialog.view.fill({"to_staff": to, "devices": "钥匙两把"})
    dialog.view.submit()
    walk.settle()
    paper = shown(walk, PaperDialog)
    assert isinstance(paper, PaperDialog)
    walk.until(lambda: paper.document.pageCount() > 0)
