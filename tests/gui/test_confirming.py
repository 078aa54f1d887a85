"""The page that is turned to the resident: what it shows and hides, signing on it, and what becomes of a change."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.actions.agreements import sign, signature_draft
from desktop.actions.confirming import CONFIRMED
from desktop.store.files import read_file
from desktop.store.links import attachments_of, signatures_of
from desktop.ui.dialogs.confirming import CAPTION, ConfirmPage
from desktop.ui.dialogs.drawn_signature import DrawnSignatureDialog
from desktop.ui.form_panel import FormPanel
from desktop.ui.pieces.file_tile import FileTile
from desktop.ui.pieces.signature_pad import HEIGHT, WIDTH, SignaturePad
from sync.records.papers import AttachmentPurpose
from tests.gui.walk import Walk, elsewhere, still_clipped, without_a_name

NUMBER = "440311196005310337"
LEFT = Qt.MouseButton.LeftButton
VISIT = {
    "name": "黎平桂",
    "phone": "13812345678",
    "document": {"answer": "given", "type": "citizen", "number": NUMBER, "doubt": ""},
    "text": "楼上卫生间长期渗水",
}


def capture(walk: Walk) -> FormPanel:
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill(VISIT)
    walk.settle()
    return panel


def turned(walk: Walk, panel: QWidget) -> ConfirmPage:
    walk.qtbot.keyClick(panel, Qt.Key.Key_F9)
    walk.settle()
    (page,) = (d for d in walk.dialogs() if isinstance(d, ConfirmPage))
    return page


def draw(pad: SignaturePad) -> None:
    """One stroke of the mouse."""
    QTest.mousePress(pad, LEFT, pos=QPoint(60, 60))
    for x in range(60, 400, 20):
        QTest.mouseMove(pad, QPoint(x, 60 + x % 60))
    QTest.mouseRelease(pad, LEFT, pos=QPoint(400, 80))


def ink(image: QImage) -> int:
    """How many pixels are dark, of every third."""
    found = [image.pixelColor(x, y).lightness() < 100 for x in range(0, WIDTH, 3) for y in range(0, HEIGHT, 3)]
    return sum(found)


def told(page: QWidget) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel))


def test_a_resident_checks_signs_and_the_visit_has_both(walk: Walk) -> None:
    panel = capture(walk)
    page = turned(walk, panel)
    words = walk.application.words
    assert page.isFullScreen()
    assert page.geometry().contains(walk.application.window.geometry())
    assert "楼上卫生间长期渗水" in told(page)
    assert NUMBER not in told(page)
    assert "13812345678" not in told(page)
    assert words("actions.next_step_registered") in told(page)
    assert min(label.font().pixelSize() for label in page.findChildren(QLabel)) >= CAPTION
    page.other_language()
    assert "Please check" in told(page)
    page.sign()
    walk.settle()
    draw(page.pad)
    assert still_clipped(walk.qtbot, page) == []
    assert without_a_name(page) == []
    page.right.click()
    walk.until(lambda: bool(panel.view.values().get(CONFIRMED)))
    walk.settle()
    panel.view.submit()
    walk.until(lambda: walk.shell.visits.panel is None)
    walk.settle()

    with walk.reader() as reader:
        shown, signature = attachments_of(reader, walk.shell.visits.current.id)
        picture = QImage.fromData(read_file(reader, signature.digest))
    assert (shown.purpose, signature.purpose) == (AttachmentPurpose.CONFIRMATION, AttachmentPurpose.SIGNATURE)
    assert (picture.width(), picture.height()) == (WIDTH, HEIGHT)
    assert ink(picture) > 50
    assert words("confirm.done") in [chip.accessibleName() for chip in walk.shell.visits.story.findChildren(QWidget)]


def test_what_is_changed_after_the_check_is_no_longer_checked(walk: Walk) -> None:
    panel = capture(walk)
    turned(walk, panel).right.click()
    walk.until(lambda: bool(panel.view.values().get(CONFIRMED)))
    walk.settle()
    text = panel.view.cells["text"].control
    text.start()
    walk.qtbot.keyClicks(text.stops()[0], "x")
    walk.settle()
    assert panel.files is not None
    assert not panel.view.values().get(CONFIRMED)
    assert panel.files.files == []
    assert walk.application.words("confirm.changed") in panel.files.line.wrong.text()


def test_to_correct_leaves_the_form_as_it_was_and_nobody_absent_is_asked(walk: Walk) -> None:
    panel = capture(walk)
    page = turned(walk, panel)
    walk.qtbot.keyClick(page, Qt.Key.Key_Escape)
    walk.settle()
    walk.close_dialogs()
    assert walk.shell.visits.panel is panel
    assert not panel.view.values().get(CONFIRMED)
    panel.view.fill({"channel": "phone"})
    walk.qtbot.keyClick(panel, Qt.Key.Key_F9)
    walk.settle()
    assert walk.dialogs() == []
    assert walk.application.words("confirm.not_in_person") in told(panel)


def test_a_visit_that_stands_is_checked_afterwards(walk: Walk) -> None:
    walk.shell.turn("visits")
    page = walk.shell.visits
    walk.until(lambda: page.current is not None)
    rows = [page.model.row_at(page.model.index(at, 0)) for at in range(page.model.rowCount())]
    chosen = next(row for row in rows if row.channel == "walk_in")
    page.select(chosen.id)
    walk.settle()
    page.table.setFocus()
    walk.qtbot.keyClick(page.table, Qt.Key.Key_F9)
    walk.settle()
    (shown,) = (d for d in walk.dialogs() if isinstance(d, ConfirmPage))
    shown.right.click()
    walk.settle()
    with walk.reader() as reader:
        files = attachments_of(reader, chosen.id)
    assert [file.purpose for file in files] == [AttachmentPurpose.CONFIRMATION]


@pytest.fixture
def pad(walk: Walk) -> SignaturePad:
    """A field on the screen, of its natural size."""
    made = SignaturePad("签名")
    walk.qtbot.addWidget(made)
    made.resize(WIDTH, HEIGHT)
    made.show()
    walk.settle()
    return made


def test_strokes_of_mouse_pen_and_finger_are_drawn_undone_and_cleared(walk: Walk, pad: SignaturePad) -> None:
    blank = ink(pad.image())
    draw(pad)
    one = ink(pad.image())
    assert blank == 0 < one

    pen = QPointingDevice.primaryPointingDevice()
    buttons = (LEFT, LEFT)
    for kind, at, pressure in (
        (QEvent.Type.TabletPress, QPointF(500, 50), 0.2),
        (QEvent.Type.TabletMove, QPointF(600, 150), 1.0),
        (QEvent.Type.TabletMove, QPointF(700, 60), 1.0),
        (QEvent.Type.TabletRelease, QPointF(700, 60), 0.0),
    ):
        moved = QTabletEvent(kind, pen, at, at, pressure, 0, 0, 0, 0, 0, Qt.KeyboardModifier.NoModifier, *buttons)
        QApplication.sendEvent(pad, moved)
    assert [len(s.points) for s in pad.strokes][-1] == 3
    assert pad.strokes[-1].widths[0] < pad.strokes[-1].widths[1]

    finger = QTest.createTouchDevice()
    QTest.touchEvent(pad, finger).press(1, QPoint(100, 200), pad).commit()
    QTest.touchEvent(pad, finger).move(1, QPoint(200, 250), pad).commit()
    QTest.touchEvent(pad, finger).release(1, QPoint(200, 250), pad).commit()
    assert len(pad.strokes) == 3

    pad.undo()
    pad.undo()
    assert ink(pad.image()) == one
    pad.clear()
    assert pad.empty
    assert ink(pad.image()) == 0


def test_a_recorded_signature_gets_its_handwriting_once(walk: Walk) -> None:
    page = walk.shell.mediations
    walk.shell.turn("mediations")
    walk.until(lambda: page.current is not None)
    walk.settle()
    assert "mediations.draw" in [command.name for command in page.commands()]
    agreement, desk = page.current.agreement, walk.shell.tools.desk

    def sign_first() -> str:
        draft = signature_draft(desk, agreement)
        row = next(r for r in draft["signatures"] if r["manner"] == "signed")
        sign(desk, agreement, {**draft, "signatures": [{**row, "signed": True}]})
        return str(row["name"])

    name = elsewhere(sign_first)
    page.steps.draw(agreement)
    walk.settle()
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, DrawnSignatureDialog))
    assert name in dialog.who.currentText()
    dialog.keep()
    assert dialog.told.text() == walk.application.words("confirm.draw_empty")
    draw(dialog.pad)
    assert still_clipped(walk.qtbot, dialog) == []
    assert without_a_name(dialog) == []
    walk.qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    walk.settle()
    assert dialog.told.text() == walk.application.words("confirm.draw_nobody")
    dialog.reject()
    walk.settle()

    with walk.reader() as reader:
        (signature,) = signatures_of(reader, agreement)
        (drawn,) = attachments_of(reader, signature.id)
    assert (drawn.purpose, drawn.media_type) == (AttachmentPurpose.SIGNATURE, "image/png")
    assert [tile.key for tile in page.story.findChildren(FileTile)] == [drawn.id]
