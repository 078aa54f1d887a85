"""Files at the window: dropped, pasted and chosen, kept with the draft through a crash, saved with the visit."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget

from desktop.actions.attachments import FILES, Content
from desktop.actions.drafts import take_up, waiting_drafts
from desktop.store.links import attachments_of
from desktop.store.visits import list_visits
from desktop.ui.dialogs.attachment import AttachmentDialog
from desktop.ui.dialogs.attachments import AttachmentsDialog
from desktop.ui.fields.files import FilesField
from desktop.ui.files_shown import show_small
from desktop.ui.form_panel import FormPanel
from desktop.ui.pieces.file_tile import SIDE, FileTile
from desktop.ui.pieces.shown_file import PagesView, PictureView
from sync.records.papers import Attachment
from tests.gui.walk import Walk, elsewhere, still_clipped, without_a_name
from tests.support import pictures
from tests.support.armed_papers import paper
from tests.support.window_desk import LEAD

COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


def files_of(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drop(target: QWidget, mime: QMimeData) -> None:
    """What the window system sends for a drag that ends over ``target``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 6.12 wants a QPointF, which 6.9 does not take
        entering = QDragEnterEvent(QPoint(5, 5), COPY, mime, LEFT, PLAIN)
    QApplication.sendEvent(target, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), COPY, mime, LEFT, PLAIN, QEvent.Type.Drop))


def field_of(panel: FormPanel) -> FilesField:
    assert panel.files is not None
    return panel.files


def names(panel: FormPanel) -> list[str]:
    return [f["name"] for f in field_of(panel).files]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a person has in a folder: a photo, a scan, and things that are none."""
    for name, content in {
        "现场.png": pictures.png(60, 40),
        "合同.pdf": pictures.pdf(pages=2),
        "坏.jpg": pictures.JPEG[:-30],
        "程序.jpg": b"MZ" + bytes(500),
        "空.png": b"",
    }.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_files_are_dropped_pasted_and_chosen_and_saved_with_the_visit(
    walk: Walk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "何秀英", "text": "楼道堆物"})
    text = panel.view.cells["text"].control.stops()[0]

    drop(text, files_of(folder / "现场.png"))
    walk.settle()
    assert names(panel) == ["现场.png"]
    assert panel.view.values()["text"] == "楼道堆物"  # the path was not typed into it

    QGuiApplication.clipboard().setMimeData(files_of(folder / "合同.pdf"))
    text.setFocus()
    walk.qtbot.keyClick(text, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    walk.settle()
    words_and_picture = QMimeData()
    words_and_picture.setText("，请尽快处理")
    words_and_picture.setImageData(QImage(9, 9, QImage.Format.Format_RGB32))
    QGuiApplication.clipboard().setMimeData(words_and_picture)
    walk.qtbot.keyClick(text, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "，请尽快处理" in panel.view.values()["text"]  # what is copied from a document is its text
    image = QImage(30, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    QGuiApplication.clipboard().setImage(image)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    walk.qtbot.keyClick(panel.view, Qt.Key.Key_V, both)
    walk.settle()
    assert [n[:5] for n in names(panel)] == ["现场.pn", "合同.pd", "粘贴的图片"]

    chosen = [str(folder / n) for n in ("现场.png", "坏.jpg", "程序.jpg", "空.png", "没有了.png")]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: (chosen, ""))
    told: list[str] = []
    field_of(panel).intake.refused.connect(told.append)
    walk.qtbot.keyClick(panel.view, Qt.Key.Key_A, both)
    walk.settle()
    assert len(names(panel)) == 3
    assert [n for n in ("坏", "程序", "空", "没有了") if any(n in t for t in told)] == ["坏", "程序", "空", "没有了"]
    assert field_of(panel).line.wrong.text().endswith("\n".join(told))
    assert field_of(panel).line.wrong.isVisible()
    assert still_clipped(walk.qtbot, panel) == []
    assert without_a_name(field_of(panel)) == []

    panel.view.submit()
    walk.until(lambda: walk.shell.visits.panel is None)
    walk.settle()
    with walk.reader() as reader:
        saved = attachments_of(reader, walk.shell.visits.current.id)
    assert [a.media_type for a in saved] == ["image/png", "application/pdf", "image/png"]
    visit = walk.shell.visits.current.id
    assert visit not in {d.id for d in elsewhere(lambda: waiting_drafts(walk.shell.tools.desk))}


def test_what_was_attached_survives_a_crash_and_what_was_removed_is_forgotten(
    open_window: Callable[..., Walk], folder: Path
) -> None:
    walk = open_window(name=LEAD)
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "蒋桂珍", "text": "墙面开裂"})
    drop(panel, files_of(folder / "现场.png", folder / "合同.pdf"))
    walk.settle()
    (tile, *_more) = field_of(panel).findChildren(FileTile)
    tile.removed.emit(tile.key)
    walk.settle()
    walk.application.close()  # nothing was handed in

    again = open_window(name=LEAD)
    desk = again.shell.tools.desk
    (draft,) = elsewhere(lambda: [d for d in waiting_drafts(desk) if "蒋桂珍" in d.title])
    _, values = elsewhere(lambda: take_up(desk, draft.id))
    assert [f["name"] for f in values[FILES]] == ["合同.pdf"]
    again.shell.take(draft)
    again.settle()
    panel = again.shell.visits.panel
    assert panel is not None
    assert names(panel) == ["合同.pdf"]
    (tile,) = field_of(panel).findChildren(FileTile)
    tile.opened.emit(tile.key)
    again.settle()
    (dialog,) = (d for d in again.dialogs() if isinstance(d, AttachmentDialog))
    assert isinstance(dialog.shown, PagesView)
    assert dialog.shown.pages.pageCount() == 2
    assert not dialog.save.isVisible()  # a draft's file is nobody's record yet
    dialog.reject()
    panel.view.submit()
    again.until(lambda: again.shell.visits.panel is None)
    again.settle()
    with again.reader() as reader:
        found: list[Attachment] = attachments_of(reader, again.shell.visits.current.id)
    assert [a.name for a in found] == ["合同.pdf"]


def test_a_record_gets_a_file_later_shows_it_lets_a_copy_out_and_takes_it_back(
    walk: Walk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, words = walk.shell.matters, walk.application.words
    walk.shell.turn("matters")
    walk.until(lambda: page.current is not None)
    walk.settle()
    assert "matters.attach" in [command.name for command in page.commands()]

    drop(page.story.viewport(), files_of(folder / "现场.png", folder / "程序.jpg"))
    walk.settle()
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, AttachmentsDialog))
    assert [t.picture.accessibleName() for t in dialog.findChildren(FileTile)] == ["现场.png"]
    assert "程序.jpg" in dialog.line.wrong.text()
    assert still_clipped(walk.qtbot, dialog) == []
    assert without_a_name(dialog) == []
    dialog.accept()
    walk.settle()

    (tile,) = page.story.findChildren(FileTile)
    assert not tile.picture.icon().isNull()
    walk.qtbot.mouseClick(tile.picture, LEFT)
    walk.settle()
    (view,) = (d for d in walk.dialogs() if isinstance(d, AttachmentDialog))
    assert isinstance(view.shown, PictureView)
    assert view.shown.picture.width() == 60
    walk.qtbot.keyClick(view, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert view.shown.picture.width() == 75
    assert still_clipped(walk.qtbot, view) == []
    assert without_a_name(view) == []
    view.save.click()
    assert view.note.text() == words("attachments.reason_needed")
    view.reason.setText("法院调取")
    target = folder / "拷贝"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    view.save.click()
    walk.settle()
    assert (folder / "拷贝.png").read_bytes()
    view.withdraw.click()
    walk.settle()

    (tile,) = page.story.findChildren(FileTile)
    assert words("attachments.withdrawn_note", reason="法院调取") in [lab.text() for lab in tile.findChildren(QLabel)]


def test_one_under_way_is_stopped_and_leaves_nothing(walk: Walk, folder: Path) -> None:
    image = QImage(5000, 3600, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkYellow)
    assert image.save(str(folder / "大.jpg"), "JPG")  # type: ignore[call-overload]
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    field = field_of(panel)
    field.intake.add_paths([folder / "大.jpg", *[folder / "现场.png"] * 40])
    assert field.line.going.isVisibleTo(panel)
    field.line.stop.click()
    panel.view.submit()
    assert walk.application.words("attachments.wait") in panel.view.banner.text()
    walk.settle()
    assert names(panel) == []
    assert not field.line.going.isVisibleTo(panel)
    told = field.line.wrong.text()
    assert walk.application.words("attachments.cancelled", file="大.jpg") in told
    assert walk.application.words("attachments.too_many", file="现场.png", limit=30) in told


def test_a_photo_of_a_hundred_megapixels_is_dropped_and_made_to_fit(walk: Walk, tmp_path: Path) -> None:
    huge, worse = tmp_path / "全景.jpg", tmp_path / "炸弹.png"
    image = QImage(12_000, 8_400, QImage.Format.Format_Grayscale8)
    image.fill(120)
    assert image.save(str(huge), "JPG")
    del image
    worse.write_bytes(pictures.png_that_claims(30_000, 30_000))
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "何秀英", "text": "楼道堆物"})
    told: list[str] = []
    field_of(panel).intake.refused.connect(told.append)
    drop(panel.view.cells["text"].control.stops()[0], files_of(huge, worse))
    panel.view.fill({"text": "楼道堆物,另附照片"})  # somebody goes on typing meanwhile
    walk.until(lambda: names(panel) == ["全景.jpg"] and bool(told), 60_000)
    walk.settle()
    (sentence,) = told
    assert "炸弹" in sentence
    panel.view.submit()
    walk.until(lambda: walk.shell.visits.panel is None, 30_000)
    walk.settle()
    with walk.reader() as reader:
        (kept,) = attachments_of(reader, walk.shell.visits.current.id)
        (row,) = list_visits(reader, text="另附照片")
    assert kept.size < 20 * 1024 * 1024
    assert row.id == walk.shell.visits.current.id


def test_a_paper_shows_its_first_page_on_its_tile(walk: Walk) -> None:
    tools = walk.shell.tools
    tile = FileTile(tools.theme, "a", "材料.pdf")
    walk.qtbot.addWidget(tile)
    show_small(tools, tile, "application/pdf", "", Content("材料.pdf", "application/pdf", paper()))

    def blue() -> bool:
        image = tile.picture.icon().pixmap(SIDE, SIDE).toImage()
        return image.pixelColor(image.width() // 2, image.height() * 17 // 20).blue() > 200

    walk.until(lambda: blue() and tile.picture.icon().pixmap(SIDE, SIDE).toImage().pixelColor(3, 3).red() > 240)
    broken = FileTile(tools.theme, "b", "坏.pdf")
    walk.qtbot.addWidget(broken)
    before = broken.picture.icon().cacheKey()
    show_small(tools, broken, "application/pdf", "", Content("坏.pdf", "application/pdf", b"%PDF-1.7"))
    walk.settle()
    assert broken.picture.icon().cacheKey() == before, "it keeps its icon"
