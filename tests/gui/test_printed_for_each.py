"""An agreement printed for each party by keyboard alone, on a printer whose sheets are read back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from desktop.actions.proving import Verdict, prove_text
from desktop.devices.printers import Job, Sides
from desktop.store.links import prints_of
from desktop.store.prints import words_on
from desktop.ui.dialogs.paper import PaperDialog
from sync.records.mediations import Agreement
from tests.gui.keyboard import Keyboard
from tests.gui.walk import Walk, elsewhere, still_clipped, without_a_name
from tests.support.codes import scanned
from tests.support.pdf import information_of, text_of
from tests.support.pdf_queue import PdfQueue
from tests.support.window_desk import LEAD

Key = Qt.Key


def paper_dialog(walk: Walk, keyboard: Keyboard) -> PaperDialog:
    """From the list of mediations to the paper of the first one's agreement."""
    walk.shell.turn("mediations")
    walk.settle()
    walk.shell.mediations.table.setFocus()
    keyboard.press(Key.Key_Return)
    keyboard.tab_to("verb.mediations.print")
    keyboard.press(Key.Key_Return)
    walk.settle()
    dialog = next(d for d in walk.dialogs() if isinstance(d, PaperDialog))
    walk.until(lambda: dialog.document.pageCount() > 0 and dialog.print.isEnabled())
    walk.settle()
    return dialog


def test_each_party_has_a_set_and_the_log_says_printed_once_they_are_out(
    open_window: Callable[..., Walk], pdf_queue: PdfQueue, tmp_path: Path
) -> None:
    walk = open_window(name=LEAD)
    keyboard = Keyboard(walk)
    dialog = paper_dialog(walk, keyboard)
    subject = walk.shell.mediations.current.agreement
    with walk.reader() as reader:
        drawn = reader.find(subject, Agreement)
    assert drawn is not None
    count, parties = dialog.document.pageCount(), tuple(party.party for party in drawn.parties)
    assert dialog.printer.currentText() == pdf_queue.name
    keyboard.tab_to(f"dialog.paper.set.{len(parties)}")
    keyboard.press(Key.Key_Space)  # the committee has its set already
    assert dialog.copies.value() == len(parties)
    keyboard.tab_to("dialog.paper.sides")
    keyboard.press(Key.Key_Down)
    assert dialog.choice.chosen_sides() is Sides.LONG
    assert without_a_name(dialog) == []
    assert still_clipped(walk.qtbot, dialog) == []
    pdf_queue.run_dry()
    keyboard.tab_to("dialog.paper.print")
    keyboard.press(Key.Key_Return)
    walk.until(lambda: "正在打印" in dialog.note.text())
    assert pdf_queue.papers() == []
    pdf_queue.ink()
    walk.until(lambda: "已打印完成" in dialog.note.text(), timeout=20_000)
    assert still_clipped(walk.qtbot, dialog) == []

    with walk.reader() as reader:
        (fact,) = prints_of(reader, subject)
        words = words_on(reader, fact.id)
    assert (fact.copies, fact.recipients) == (len(parties), parties)
    assert [word.result.value for word in words] == ["taken", "printed"]
    came = pdf_queue.wait_for(Job(pdf_queue.name, words[-1].job))
    assert int(information_of(came)["Pages"]) == count * len(parties)
    text = text_of(came)
    assert text == text[: len(text) // len(parties)] * len(parties)
    assert all(party.name in text for party in drawn.parties)
    assert "预览" not in text
    codes = {scanned(came, tmp_path, page=1 + at * count) for at in range(len(parties))}
    (found,) = elsewhere(lambda: prove_text(walk.shell.tools.desk, codes.pop()))
    assert (found.verdict, found.number) == (Verdict.UNPUBLISHED, drawn.number)  # signed by this desk's own key
    assert not codes


def test_a_full_disk_is_said_in_one_sentence_and_the_paper_can_be_printed_after(
    open_window: Callable[..., Walk], pdf_queue: PdfQueue
) -> None:
    walk = open_window(name=LEAD)
    keyboard = Keyboard(walk)
    dialog = paper_dialog(walk, keyboard)
    pdf_queue.fill()
    keyboard.tab_to("dialog.paper.print")
    keyboard.press(Key.Key_Return)
    walk.until(lambda: "磁盘已满" in dialog.note.text())
    assert dialog.note.property("role") == "error"
    assert still_clipped(walk.qtbot, dialog) == []
    assert pdf_queue.papers() == []
    pdf_queue.empty()
    keyboard.tab_to("dialog.paper.print")
    keyboard.press(Key.Key_Return)
    walk.until(lambda: "第 1 次打印：已打印完成" in dialog.note.text(), timeout=20_000)
    assert len(pdf_queue.papers()) == 1
