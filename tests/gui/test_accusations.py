"""The form of an accusation in the real window: no draft while it is typed, one question before it is given up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.actions.accusations import accusation_rows
from desktop.actions.drafts import waiting_drafts
from desktop.store.files import read_file
from desktop.store.journal import CAPABILITIES
from desktop.store.links import attachments_of
from desktop.ui.dialogs.paper import PaperDialog
from desktop.ui.dialogs.papers import PapersDialog
from desktop.ui.draft_keeper import TYPING_PAUSE_MS
from desktop.ui.fields.line import LineControl
from desktop.ui.pieces.file_tile import FileTile
from sync.protocol.age import new_identity, recipient_of
from sync.protocol.version import SEALED_FILES
from sync.records.media import is_envelope
from tests.gui.walk import Walk
from tests.support.pictures import png
from tests.support.window_desk import LEAD


def test_an_accusation_is_typed_without_a_draft_and_sealed(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    desk = walk.shell.tools.desk
    with desk.store.write() as work:
        work.set_meta("district", "uni_0198a0000000700080000000000000dd")
        work.set_meta("district_recipient", recipient_of(new_identity()))
    walk.shell.turn("matters")
    walk.settle()
    drafts = len(waiting_drafts(desk))
    panel = walk.shell.matters.accuse()
    walk.settle()
    accused = panel.view.cells["accused"].control
    assert isinstance(accused, LineControl)
    accused.start()
    QTest.keyClicks(accused.stops()[0], "ZHAO")
    QTest.qWait(TYPING_PAUSE_MS + 300)
    walk.settle()
    assert panel.keeper.touched
    assert len(waiting_drafts(desk)) == drafts

    panel.leave()
    assert walk.shell.matters.panel is panel
    assert panel.view.banner.text() == walk.application.words("window.sealed_leave")

    panel.view.fill({"text": "收受礼金"})
    walk.qtbot.mouseClick(panel.view.button, Qt.MouseButton.LeftButton)
    walk.settle()
    assert walk.shell.matters.panel is None
    close_receipt(walk)
    (row,) = accusation_rows(desk)
    assert any(row.code in shown.title for shown in walk.shell.matters.model.rows())
    assert len(waiting_drafts(desk)) == drafts


def test_leaving_twice_gives_an_accusation_up(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    walk.shell.turn("matters")
    walk.settle()
    panel = walk.shell.matters.accuse()
    walk.settle()
    first = panel.view.cells["accused"].control.stops()[0]
    QTest.keyClicks(first, "ZHAO")
    assert walk.shell.matters.new() is panel  # another form asks first, too
    assert panel.view.banner.text() == walk.application.words("window.sealed_leave")
    panel.leave()
    walk.settle()
    assert walk.shell.matters.panel is None
    assert accusation_rows(walk.shell.tools.desk) == []


def close_receipt(walk: Walk) -> None:
    """The receipt's preview opens by itself, for the accuser waits for it."""
    walk.until(lambda: any(isinstance(one, PaperDialog) for one in QApplication.topLevelWidgets()))
    dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, PaperDialog) and one.isVisible())
    walk.until(lambda: dialog.save.isEnabled())
    dialog.reject()
    walk.settle()


def test_files_of_an_accusation_wait_in_memory_alone_and_go_with_it(
    open_window: Callable[..., Walk], tmp_path: Path
) -> None:
    walk = open_window(name=LEAD)
    desk = walk.shell.tools.desk
    with desk.store.write() as work:
        work.set_meta("district", "uni_0198a0000000700080000000000000dd")
        work.set_meta("district_recipient", recipient_of(new_identity()))
        work.set_meta(CAPABILITIES, SEALED_FILES)
    drafts = waiting_drafts(desk)
    walk.shell.turn("matters")
    walk.settle()
    panel = walk.shell.matters.accuse()
    walk.settle()
    assert panel.files is not None
    files = []
    for name, width in (("礼金.png", 60), ("拿错了.png", 70)):
        (tmp_path / name).write_bytes(png(width, 40))
        files.append(tmp_path / name)
    panel.files.intake.add_paths(files)
    walk.until(lambda: len(panel.files.files) == 2)
    walk.settle()
    assert len({tile.picture.icon().cacheKey() for tile in panel.files.findChildren(FileTile)}) >= 2
    wrong = next(one for one in panel.files.files if one["name"].startswith("拿错了"))
    panel.files.drop(wrong["digest"])
    walk.until(lambda: len(panel.files.files) == 1)
    with desk.store.read() as reader:
        assert reader.sql("SELECT count(*) FROM file").fetchone()[0] == 0
    assert waiting_drafts(desk) == drafts
    panel.view.fill({"accused": "赵某某", "text": "收受礼金"})
    walk.qtbot.mouseClick(panel.view.button, Qt.MouseButton.LeftButton)
    walk.until(lambda: walk.shell.matters.panel is None)
    close_receipt(walk)
    (row,) = accusation_rows(desk)
    with desk.store.read() as reader:
        (kept,) = attachments_of(reader, row.id)
        assert is_envelope(read_file(reader, kept.digest))
        assert reader.sql("SELECT count(*) FROM file").fetchone()[0] == 1
    walk.shell.matters.show_papers(row.matter)
    walk.until(lambda: any(isinstance(one, PapersDialog) for one in QApplication.topLevelWidgets()))
    papers = next(one for one in QApplication.topLevelWidgets() if isinstance(one, PapersDialog))
    walk.until(lambda: papers.table.rowCount() == 1)
    assert papers.table.item(0, 0).text() == walk.application.words("records.paperkind_accusation_receipt")
    papers.reject()
    walk.settle()
