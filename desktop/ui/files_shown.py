"""Files beside a record's story: small pictures that open inside the program, and the ways by which more come in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.files.attached import PDF
from desktop.ui.attaching import takes
from desktop.ui.pieces.file_tile import SIDE, FileTile
from desktop.ui.pieces.story import StoryView
from desktop.ui.stories.story import FileLine
from desktop.ui.tools import Tools

if TYPE_CHECKING:
    from desktop.actions.attachments import Content
    from desktop.ui.dialogs.attachments import AttachmentsDialog
    from desktop.ui.pages.list_page import ListPage
    from desktop.ui.pages.list_shape import Verb

KEYS, PASTE_KEYS = "Ctrl+Shift+A", "Ctrl+Shift+V"


def show_small(tools: Tools, tile: FileTile, media_type: str, digest: str, held: Content | None = None) -> None:
    """Have a picture's own small picture shown in ``tile``, when it is made, or a paper's first page; a file that is
    not here keeps its icon.

    ``held`` is the file itself, of a form that keeps nothing.
    """
    store = tools.desk.store
    from desktop.ui.pictures import small  # with Qt's PDF part, where a picture is shown

    def make() -> QImage:
        from desktop.store.files import has_file, read_file

        if held is not None:
            return shown(held.content)
        with store.read() as reader:
            if not has_file(reader, digest):
                return QImage()
            content = read_file(reader, digest)
        return shown(content)

    def shown(content: bytes) -> QImage:
        from desktop.ui.first_page import first_page

        return small(first_page(content) if media_type == PDF else content, SIDE * 2)

    if media_type == PDF:  # another process takes half a second: no page waits for that
        tools.tasks.link(lambda _task: make(), tile.show_picture, tile.keep_icon)
    else:
        tools.tasks.read(make, tile.show_picture, tile.keep_icon)


def tiles_of(
    tools: Tools, files: Iterable[FileLine], within: QWidget, after: Callable[[], None] = lambda: None
) -> list[FileTile]:
    """Return a tile for each file of a record; a click opens it over ``within``, a withdrawal there calls ``after``."""
    return [_tile(tools, file, within, after) for file in files]


def _tile(tools: Tools, file: FileLine, within: QWidget, after: Callable[[], None]) -> FileTile:
    tile = FileTile(tools.theme, file.id, file.name, file.note, struck=file.withdrawn)

    def opened(_key: str) -> None:
        from desktop.ui.dialogs.attachment import AttachmentDialog

        dialog = AttachmentDialog.show_record(
            within.window(), tools, file.id, file.name, file.media_type, withdrawn=file.withdrawn
        )
        dialog.changed.connect(tools.bus.tell)
        dialog.changed.connect(lambda _changes: after())

    tile.opened.connect(opened)
    if not file.withdrawn:
        show_small(tools, tile, file.media_type, file.digest)
    return tile


def show_files(view: StoryView, tools: Tools) -> None:
    """Let ``view`` show the files of each story that it tells."""
    view.show_files_by(lambda files: list(tiles_of(tools, files, view)))


class FilesOfPage(QObject):
    """Files come to the record that is chosen on a list page: by its verb, by keys, dropped on its story."""

    def __init__(self, page: ListPage) -> None:
        super().__init__(page)
        self._page = page
        show_files(page.story, page.tools)
        page.story.setAcceptDrops(True)
        for part in (page.story, page.story.viewport()):
            part.installEventFilter(self)
        if page.tools.may("attachment"):
            for keys, act in ((KEYS, self.open), (PASTE_KEYS, self.paste)):
                shortcut = QShortcut(QKeySequence(keys), page.front)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.activated.connect(act)

    def verb(self) -> Verb:
        """The verb of a chosen record."""
        from desktop.ui.pages.list_shape import Verb

        return Verb("attach", "clip", self.open, "attachment", "quiet", KEYS)

    def open(self) -> AttachmentsDialog | None:
        """Show the files of the chosen record, to add to them; None where none is chosen, or a form is open instead."""
        from desktop.ui.dialogs.attachments import AttachmentsDialog

        page = self._page
        if page.panel is not None:
            if page.panel.files is not None:
                page.panel.files.intake.choose()
            return None
        if page.current is None:
            return None
        title = page.story.title
        dialog = AttachmentsDialog(page.tools, page.current.id, title, page.window())
        dialog.open()
        return dialog

    def paste(self) -> None:
        """Give the chosen record what lies in the clipboard."""
        dialog = self.open()
        if dialog is not None:
            dialog.intake.paste()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Files that are dropped on the story go to its record."""
        if not isinstance(event, (QDragEnterEvent, QDragMoveEvent, QDropEvent)) or not takes(event.mimeData()):
            return False
        if self._page.current is None or not self._page.tools.may("attachment"):
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            dialog = self.open()
            if dialog is not None:
                dialog.intake.take(event.mimeData())
        return True
