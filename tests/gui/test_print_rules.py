"""The checklist before print, by keyboard: what stops, a reason with the space bar, Enter prints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.actions.agreements import agreement_draft, conclude
from desktop.actions.mediations import edit_mediation, mediation_draft
from desktop.store.links import prints_of
from desktop.store.rows import MediationRow
from desktop.ui.dialogs.paper import PaperDialog
from desktop.ui.dialogs.print_rules import AIR, PrintRulesDialog
from desktop.ui.measures import scaled
from sync.records.papers import PaperKind
from tests.gui.walk import Walk, elsewhere, still_clipped, type_in, without_a_name
from tests.support.window_desk import LEAD

Key = Qt.Key


def mediation(walk: Walk) -> MediationRow:
    walk.shell.turn("mediations")
    walk.settle()
    row: MediationRow = walk.shell.mediations.current
    return row


def changed(walk: Walk, **given: object) -> str:
    """Conclude a new version of the day's agreement."""
    row, desk = mediation(walk), walk.shell.tools.desk

    def conclude_anew() -> str:
        draft = agreement_draft(desk, row.id, row.agreement) | {"amend_reason": "改期"} | given
        return conclude(desk, row.id, draft).id

    return elsewhere(conclude_anew)


def opened(walk: Walk, agreement: str) -> PaperDialog:
    dialog = PaperDialog.show_paper(walk.application.window, walk.shell.tools, PaperKind.AGREEMENT, agreement)
    walk.until(lambda: dialog.document.pageCount() > 0 and dialog.save.isEnabled())
    walk.settle()
    return dialog


def checklist(walk: Walk) -> PrintRulesDialog:
    walk.until(lambda: any(isinstance(d, PrintRulesDialog) for d in walk.dialogs()))
    return next(d for d in walk.dialogs() if isinstance(d, PrintRulesDialog))


def test_a_reason_is_given_by_keyboard_and_kept_with_the_print(
    open_window: Callable[..., Walk], tmp_path: Path
) -> None:
    walk = open_window(name=LEAD)
    terms = [{"text": "被申请人尽快支付申请人损失", "amount": "6700"}]
    agreement = changed(walk, terms=terms)
    paper = opened(walk, agreement)
    assert "2" in paper.note.text()
    assert paper.note.property("role") == "error"
    paper.save_as(tmp_path / "a.pdf")
    rules = checklist(walk)
    assert not rules.print.isEnabled()
    assert still_clipped(walk.qtbot, rules) == []
    assert without_a_name(rules) == []

    for reason in ("修好当天支付", "双方坚持这样写"):
        walk.qtbot.keyClick(rules.table, Key.Key_Space)
        assert rules.focusWidget() is rules.reason
        type_in(rules.reason, reason)
        walk.qtbot.keyClick(rules.reason, Key.Key_Return)
    assert rules.focusWidget() is rules.table
    assert rules.print.isEnabled()
    walk.qtbot.keyClick(rules.table, Key.Key_Return)
    walk.settle()

    with walk.reader() as reader:
        (printed,) = prints_of(reader, agreement)
    assert [w.reason for w in printed.went_on] == ["修好当天支付", "双方坚持这样写"]
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert not paper.rules.isVisible()


def test_what_stops_is_first_and_takes_no_reason(open_window: Callable[..., Walk], tmp_path: Path) -> None:
    walk = open_window(name=LEAD)

    row, desk = mediation(walk), walk.shell.tools.desk
    agreement = str(row.agreement)

    def ask_for_another() -> None:
        draft, seen = mediation_draft(desk, row.id)
        edit_mediation(desk, row.id, draft | {"interests": "replacement_asked"}, seen)

    elsewhere(ask_for_another)
    paper = opened(walk, agreement)
    walk.qtbot.mouseClick(paper.rules, Qt.MouseButton.LeftButton)
    rules = checklist(walk)
    first = rules.table.item(0, 0)
    assert first is not None
    assert first.text() == walk.shell.tools.words("rules.state_stops")
    walk.qtbot.keyClick(rules.table, Key.Key_Space)
    assert not rules.reason.isEnabled()
    walk.qtbot.keyClick(rules.table, Key.Key_Return)
    QApplication.processEvents()
    assert rules.isVisible()
    walk.qtbot.keyClick(rules, Key.Key_Escape)
    paper.save_as(tmp_path / "a.pdf")
    checklist(walk).reject()
    walk.settle()
    with walk.reader() as reader:
        assert prints_of(reader, agreement) == []
    assert not (tmp_path / "a.pdf").exists()


def test_a_rule_is_as_high_as_its_words_at_the_width_that_there_is(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD, language="en")
    paper = opened(walk, changed(walk, terms=[{"text": "被申请人尽快支付申请人损失", "amount": "6700"}]))
    paper.rules.click()
    rules = checklist(walk)
    for width in (800, 1000):
        rules.resize(width, 600)
        walk.settle()
        table = rules.table
        usual = table.verticalHeader().sectionSizeHint(0)
        assert [table.rowHeight(at) for at in range(table.rowCount())] == [
            max(table.sizeHintForRow(at), usual) + scaled(AIR) for at in range(table.rowCount())
        ]
