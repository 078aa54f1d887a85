"""The list pages by keyboard and mouse: filters as chips, counts, columns and sort that are kept, many rows at once."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.actions.list_views import View
from desktop.actions.visit_history import standing_visit
from desktop.store.links import prints_of
from desktop.ui.dialogs.columns import ColumnsDialog
from desktop.ui.dialogs.exporting import ExportDialog
from desktop.ui.dialogs.period import PeriodDialog
from desktop.ui.dialogs.printing_many import PrintManyDialog
from desktop.ui.models.narrow import Narrow
from desktop.ui.pages.list_page import ListPage
from sync.records.visits import Category, Channel
from tests.gui.walk import Walk, elsewhere, still_clipped, without_a_name
from tests.support.window_desk import LEAD, NOW, REGISTRAR

DAY = NOW.date()
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def page_of(walk: Walk, name: str) -> ListPage:
    walk.shell.turn(name)
    walk.settle()
    page = walk.shell.page(name)
    page = getattr(page, "shown", page)
    assert isinstance(page, ListPage)
    return page


def command(page: ListPage, name: str) -> None:
    """Do what the find box would do."""
    next(each for each in page.commands() if each.name == name).start()


def chips(page: ListPage) -> dict[str, QPushButton]:
    found = page.front.bar.findChildren(QPushButton)
    return {b.objectName().rpartition(".")[2]: b for b in found if b.property("kind") == "chip" and b.isVisible()}


def click(within: QWidget, name: str) -> None:
    found = within.findChild(QPushButton, name)
    assert found is not None
    found.click()


def press(widget: QWidget, key: Qt.Key, with_: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, with_)


def test_filters_are_chips_that_one_key_takes_away_and_they_survive_going_away_and_back(walk: Walk) -> None:
    page, words = page_of(walk, "visits"), walk.application.words
    whole = page.model.rowCount()
    page.front.bar.set(Narrow(period="days", first=DAY, last=DAY))
    page.front.bar.toggle("channels", "phone")
    walk.settle()
    assert (list(chips(page)), page.model.rowCount()) == (["period", "channels"], 1)
    assert chips(page)["channels"].text() == words("records.channel_phone")

    walk.shell.turn("matters")
    walk.settle()
    walk.shell.ways.back()
    walk.settle()
    assert (list(chips(page)), page.model.rowCount()) == (["period", "channels"], 1)

    chips(page)["channels"].setFocus()
    press(chips(page)["channels"], Qt.Key.Key_Delete)
    walk.settle()
    assert (list(chips(page)), page.model.rowCount()) == (["period"], whole)
    page.table.setFocus()
    press(page.table, Qt.Key.Key_Escape)
    walk.settle()
    assert chips(page) == {}


def test_an_empty_list_says_which_filter_hides_how_many(walk: Walk) -> None:
    page, words = page_of(walk, "visits"), walk.application.words
    whole = page.model.rowCount()
    page.front.bar.set(Narrow(period="days", first=DAY, categories=frozenset({"medical"})))
    walk.settle()

    assert page.nothing.isVisible()
    assert page.nothing.hint.text() == words("lists.hides", what=words("records.category_medical"), count=whole)
    assert still_clipped(walk.qtbot, page) == []


def test_a_period_of_ones_own_is_asked_for_and_bad_days_get_one_sentence(walk: Walk) -> None:
    page, words = page_of(walk, "matters"), walk.application.words
    command(page, "matters.period_days")
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, PeriodDialog))
    for first, last, key in (
        ("", "", "period_empty"),
        ("3月5日", "", "period_unreadable"),
        ("2026-11-24", "2026-11-23", "period_turned"),
    ):
        dialog.first.edit.setText(first)
        dialog.last.edit.setText(last)
        press(dialog.last.edit, Qt.Key.Key_Return)
        assert dialog.told.text() == words(f"lists.{key}")
    assert without_a_name(dialog) == []
    dialog.last.edit.setText("2026-11-24")
    press(dialog.last.edit, Qt.Key.Key_Return)
    walk.settle()

    assert page.model.rowCount() == 3
    assert chips(page)["period"].text() == "2026-11-24"


def test_counts_by_state_and_category_narrow_the_list_by_a_click(walk: Walk) -> None:
    page = page_of(walk, "matters")
    band = page.front.band

    def told() -> dict[str, str]:
        buttons = band.findChildren(QPushButton)
        return {b.objectName().rpartition(".")[2]: b.text().rpartition(" ")[2] for b in buttons if b.isVisible()}

    assert told() == {"registered": "2", "accepted": "1"}
    click(band, "groups.matters.accepted")
    walk.settle()
    assert page.model.rowCount() == 1
    assert told() == {"registered": "2", "accepted": "1"}  # what the others would show stays to be seen
    click(band, "groups.matters.accepted")
    band.by.setCurrentIndex(band.by.findData("category"))
    walk.settle()
    assert sum(map(int, told().values())) == page.model.rowCount() == 3


def test_columns_and_sort_are_chosen_by_keyboard_and_kept_for_each_person(
    open_window: Callable[..., Walk],
) -> None:
    walk = open_window(name=LEAD)
    page = page_of(walk, "visits")
    newest = page.model.rows()[0].id
    command(page, "visits.columns")
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, ColumnsDialog))
    assert without_a_name(dialog) == []
    dialog.list.setCurrentRow(1)
    press(dialog.list, Qt.Key.Key_Space)
    walk.until(dialog.isActiveWindow)
    press(dialog.list, Qt.Key.Key_Down, CONTROL)
    assert dialog.list.item(2).checkState() is Qt.CheckState.Unchecked
    dialog.list.setCurrentRow(0)
    dialog.width_box.setValue(150)
    dialog.sort.setCurrentIndex(1)
    click(dialog, "dialog.columns.take")
    walk.settle()

    def shown(page: ListPage) -> list[str]:
        header = page.table.horizontalHeader()
        order = sorted(range(header.count()), key=header.visualIndex)
        return [page.model.columns[i].name for i in order if not header.isSectionHidden(i)]

    assert shown(page) == ["happened_at", "visitor", "text", "sent"]
    assert page.table.columnWidth(0) == 150
    assert page.model.rows()[-1].id == newest
    walk.application.close()

    again = open_window(name=LEAD)
    page = page_of(again, "visits")
    assert (shown(page), page.table.columnWidth(0)) == (["happened_at", "visitor", "text", "sent"], 150)
    assert page.model.rows()[-1].id == newest
    page.table.as_it_was()
    again.settle()
    assert shown(page) == ["happened_at", "channel", "visitor", "text", "sent"]
    assert page.model.rows()[0].id == newest
    again.application.close()

    other = open_window(name=REGISTRAR)
    assert shown(page_of(other, "visits")) == ["happened_at", "channel", "visitor", "text", "sent"]


def test_a_header_sorts_where_an_index_answers_and_says_so_where_none_does(walk: Walk) -> None:
    page, words = page_of(walk, "matters"), walk.application.words
    header = page.table.horizontalHeader()
    names = [c.name for c in page.model.columns]
    tip = Qt.ItemDataRole.ToolTipRole
    told = {n: page.model.headerData(i, Qt.Orientation.Horizontal, tip) for i, n in enumerate(names)}
    assert told["state"] == words("lists.sorts")
    assert told["parties"] == words("lists.sorts_not")

    header.sectionClicked.emit(names.index("state"))
    walk.settle()
    assert [row.state for row in page.model.rows()] == ["registered", "registered", "accepted"]
    header.sectionClicked.emit(names.index("state"))
    walk.settle()
    assert [row.state for row in page.model.rows()] == ["accepted", "registered", "registered"]
    before = page.model.rows()
    header.sectionClicked.emit(names.index("parties"))
    walk.settle()
    assert page.model.rows() == before


def test_orders_come_newest_first_and_no_column_claims_a_sort_that_is_not(walk: Walk) -> None:
    page = page_of(walk, "orders")
    header = page.table.horizontalHeader()
    names = [c.name for c in page.model.columns]
    assert not header.isSortIndicatorShown()  # they are sorted by the day of issue, which is not among the columns

    page.front.arrange(View(columns=("number", "issued_at")))
    walk.settle()
    assert header.isSortIndicatorShown()
    assert header.sortIndicatorSection() == names.index("issued_at")


def test_many_filters_break_their_lines_and_leave_the_list_its_room(walk: Walk) -> None:
    page = page_of(walk, "visits")
    page.front.band.by.setCurrentIndex(page.front.band.by.findData("category"))
    page.front.bar.set(Narrow(channels=frozenset(Channel), categories=frozenset(list(Category)[:6]), mine=True))
    walk.settle()
    walk.until(lambda: page.table.isVisible() or page.nothing.isVisible())
    assert still_clipped(walk.qtbot, page) == []
    assert page.table.height() > 360
    assert page.front.band.y() > page.front.bar.y()


def test_several_rows_are_chosen_and_exported_or_printed_each_with_its_own_record(walk: Walk, tmp_path: Path) -> None:
    page, words = page_of(walk, "visits"), walk.application.words
    page.table.setFocus()
    press(page.table, Qt.Key.Key_Home)
    press(page.table, Qt.Key.Key_Down, SHIFT)
    press(page.table, Qt.Key.Key_Down, SHIFT)
    assert page.front.chosen.told.text() == words("lists.chosen", count="3")
    wanted = [row.id for row in page.model.rows()[:3]]

    command(page, "visits.export_chosen")
    (export,) = (d for d in walk.dialogs() if isinstance(d, ExportDialog))
    assert export.text.text() == words("lists.dialog_chosen", count="3")
    export.form.setCurrentIndex(export.form.findData("csv"))
    export.start(tmp_path / "a.csv")
    walk.settle()
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [r["诉求"] for r in csv.DictReader(file)] == [row.text for row in page.model.rows()[:3]]
    walk.close_dialogs()

    command(page, "visits.print_chosen")
    (printing,) = (d for d in walk.dialogs() if isinstance(d, PrintManyDialog))
    walk.settle()
    printing.start()
    walk.settle()
    # No printer is here: each print is recorded before paper leaves, and what did not leave is told.
    assert words("lists.print_many_stayed", count=3) in printing.told.text()

    def prints() -> list[int]:
        with walk.reader() as reader:
            return [len(prints_of(reader, standing_visit(reader, each).corrected)) for each in wanted]

    assert elsewhere(prints) == [1, 1, 1], printing.told.text()
    walk.close_dialogs()
    walk.settle()
    assert page.table.chosen_count() == 3  # what was printed shows, and what was chosen stays so
    press(page.table, Qt.Key.Key_A, CONTROL)
    assert page.front.chosen.told.text() == words("lists.chosen", count=str(page.model.rowCount()))
    assert still_clipped(walk.qtbot, page) == []
    press(page.table, Qt.Key.Key_Escape)
    assert page.table.chosen_count() == 1
