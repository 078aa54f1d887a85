"""The case file's window binds the whole file: scans put in their places, progress, one record as it leaves, copies."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from desktop.store.links import attachments_of, prints_of
from desktop.store.prints import outcomes_of
from desktop.ui.dialogs.attachment import AttachmentDialog
from desktop.ui.dialogs.attachments import AttachmentsDialog
from desktop.ui.dialogs.case_file import CaseFileDialog
from desktop.ui.dialogs.whole_file import WholeFileDialog
from sync.records.papers import PaperKind, PrintResult
from tests.gui.walk import Walk, still_clipped, without_a_name
from tests.support import scans
from tests.support.pdf import text_of
from tests.support.print_queue import PrintQueue
from tests.support.window_desk import LEAD


def case_file(walk: Walk) -> tuple[CaseFileDialog, str]:
    """Open the file of the mediation."""
    walk.shell.turn("mediations")
    walk.settle()
    mediation = walk.shell.mediations.current.id
    walk.qtbot.mouseClick(walk.verb(walk.shell.mediations, "file"), Qt.MouseButton.LeftButton)
    walk.settle()
    dialog = next(d for d in walk.dialogs() if isinstance(d, CaseFileDialog))
    walk.until(lambda: dialog.table.rowCount() > 0)
    return dialog, mediation


def bind(walk: Walk, file: CaseFileDialog) -> WholeFileDialog:
    """Press the one button, and wait for what it makes."""
    walk.qtbot.mouseClick(file.whole, Qt.MouseButton.LeftButton)
    dialog = next(d for d in walk.dialogs() if isinstance(d, WholeFileDialog))
    walk.until(dialog.save.isEnabled, timeout=30_000)
    walk.settle()
    return dialog


def line_of(file: CaseFileDialog, name: str) -> int:
    return next(line for line in range(file.table.rowCount()) if file.table.item(line, 0).text() == name)


def put_scan(walk: Walk, file: CaseFileDialog, document: str, path: Path) -> None:
    """Choose a document's line, press the button for scans, and add a file there."""
    file.table.setCurrentCell(line_of(file, document), 0)
    walk.qtbot.mouseClick(file.add_scans, Qt.MouseButton.LeftButton)
    walk.settle()
    dialog = next(d for d in walk.dialogs() if isinstance(d, AttachmentsDialog))
    dialog.intake.add_paths([path])
    walk.settle()
    walk.until(lambda: not dialog.none.isVisible())
    dialog.accept()
    walk.settle()


def test_one_button_binds_the_file_and_it_is_recorded_as_it_is_saved(
    open_window: Callable[..., Walk], tmp_path: Path
) -> None:
    walk = open_window(name=LEAD)
    file, mediation = case_file(walk)
    proof = tmp_path / "身份证.jpg"
    proof.write_bytes(scans.picture(1000, 630))
    put_scan(walk, file, "当事人身份证明", proof)
    assert file.table.item(line_of(file, "当事人身份证明"), 2).text() == "已放入扫描件"
    assert file.table.item(line_of(file, "当事人身份证明"), 3).text() == "1 份"
    dialog = bind(walk, file)
    assert dialog.view.pages.pageCount() > 6
    assert "保存或打印时记录入卷" in dialog.note.text()
    with walk.reader() as reader:
        assert [p for p in prints_of(reader, mediation) if p.paper is PaperKind.CASE_FILE] == []
    out = tmp_path / "卷宗.pdf"
    dialog.save_as(out)
    walk.settle()
    with walk.reader() as reader:
        (part,) = [p for p in prints_of(reader, mediation) if p.paper is PaperKind.CASE_FILE]
    assert "identity" in {c.document for c in part.contents}
    assert f"本卷宗共{part.contents[-1].last}页" in text_of(out.read_bytes())
    assert out.stat().st_mode & 0o077 == 0
    dialog.close()
    walk.settle()
    assert "已合成 1 册" in file.note.text()


def test_what_cannot_be_written_is_not_recorded(open_window: Callable[..., Walk], tmp_path: Path) -> None:
    walk = open_window(name=LEAD)
    file, mediation = case_file(walk)
    dialog = bind(walk, file)
    dialog.save_as(tmp_path / "nowhere" / "卷宗.pdf")
    walk.settle()
    assert dialog.note.property("role") == "error"
    assert dialog.save.isEnabled()
    with walk.reader() as reader:
        assert [p for p in prints_of(reader, mediation) if p.paper is PaperKind.CASE_FILE] == []


def test_with_nothing_new_a_copy_of_a_part_is_offered_and_printed(
    open_window: Callable[..., Walk], print_queue: PrintQueue, tmp_path: Path
) -> None:
    walk = open_window(name=LEAD)
    file, mediation = case_file(walk)
    first = bind(walk, file)
    assert first.printer.currentText() == print_queue.name
    first.save_as(tmp_path / "a.pdf")
    walk.settle()
    first.close()
    again = bind(walk, file)
    assert again.parts.isVisible()
    assert again.parts.count() == 1
    walk.qtbot.mouseClick(again.print, Qt.MouseButton.LeftButton)
    walk.settle()
    assert print_queue.wait_for_paper().startswith(b"%PDF")
    with walk.reader() as reader:
        made = [p for p in prints_of(reader, mediation) if p.paper is PaperKind.CASE_FILE]
    assert [p.copy for p in made] == [1, 2]
    assert made[1].copy_of == made[0].id


def test_a_binding_can_be_stopped_and_records_nothing(open_window: Callable[..., Walk], tmp_path: Path) -> None:
    walk = open_window(name=LEAD)
    file, mediation = case_file(walk)
    long = tmp_path / "账册.pdf"
    long.write_bytes(scans.scanned(200))
    put_scan(walk, file, "人民调解证据材料", long)
    walk.qtbot.mouseClick(file.whole, Qt.MouseButton.LeftButton)
    dialog = next(d for d in walk.dialogs() if isinstance(d, WholeFileDialog))
    dialog.reject()
    walk.settle()
    assert dialog.isVisible()
    assert "没有记录" in dialog.note.text()
    with walk.reader() as reader:
        assert [p for p in prints_of(reader, mediation) if p.paper is PaperKind.CASE_FILE] == []


def test_a_scan_is_given_another_place_where_it_is_looked_at(open_window: Callable[..., Walk], tmp_path: Path) -> None:
    walk = open_window(name=LEAD)
    file, mediation = case_file(walk)
    proof = tmp_path / "凭证.png"
    proof.write_bytes(scans.picture(400, 300, "PNG"))
    put_scan(walk, file, "人民调解证据材料", proof)
    with walk.reader() as reader:
        (scan,) = attachments_of(reader, mediation)
    dialog = AttachmentDialog.show_record(
        walk.application.window, walk.shell.tools, scan.id, scan.name, scan.media_type
    )
    walk.settle()
    assert dialog.placed.isVisible()
    assert dialog.placed.choice.currentText() == "人民调解证据材料"
    at = dialog.placed.choice.findData("payment_receipt")
    dialog.placed.choice.setCurrentIndex(at)
    dialog.placed.choice.activated.emit(at)
    walk.settle()
    with walk.reader() as reader:
        (moved,) = attachments_of(reader, mediation)
    assert (moved.document, moved.amends) == ("payment_receipt", scan.id)


def test_nothing_is_clipped_and_everything_has_a_name(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    file, _mediation = case_file(walk)
    dialog = bind(walk, file)
    for shown in (file, dialog):
        assert still_clipped(walk.qtbot, shown) == []
        assert without_a_name(shown) == []


def test_a_printer_that_refuses_costs_no_copy_and_the_next_try_is_the_same_print(
    open_window: Callable[..., Walk], print_queue: PrintQueue
) -> None:
    walk = open_window(name=LEAD)
    file, mediation = case_file(walk)
    dialog = bind(walk, file)
    subprocess.run(["/usr/sbin/cupsreject", "-h", print_queue.server, print_queue.name], check=True)
    walk.qtbot.mouseClick(dialog.print, Qt.MouseButton.LeftButton)
    walk.settle()
    assert dialog.note.property("role") == "error"
    subprocess.run(["/usr/sbin/cupsaccept", "-h", print_queue.server, print_queue.name], check=True)
    walk.qtbot.mouseClick(dialog.print, Qt.MouseButton.LeftButton)
    walk.settle()
    assert print_queue.wait_for_paper().startswith(b"%PDF")
    with walk.reader() as reader:
        (part,) = [p for p in prints_of(reader, mediation) if p.paper is PaperKind.CASE_FILE]
        first = reader.get(part.amends or "")
        last = outcomes_of(reader, [part.id, first.id])
    assert (part.copy, part.digest, part.contents) == (1, first.digest, first.contents)
    assert last[first.id].result is PrintResult.NOT_TAKEN
    assert last[part.id].result not in {PrintResult.NOT_TAKEN, PrintResult.FAILED}
