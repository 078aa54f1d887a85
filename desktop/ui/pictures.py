"""Pictures and PDFs that are handed in, made fit to be kept; pictures that are kept, made fit to be shown.

Runs on a lane's worker, with values alone: what Qt needs meanwhile lives and dies within a call. A picture is decoded
and encoded anew: so its orientation is applied, and what a camera wrote beside the pixels (place, time, device, an
earlier thumbnail) and whatever follows the picture in its file stay behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QLoggingCategory, QSize, Qt
from PySide6.QtGui import QColorSpace, QImage, QImageReader, QPainter
from PySide6.QtPdf import QPdfDocument

from desktop.files.attached import JPEG, PDF, PNG, Source, kept_name, limits, look_at, read_source
from desktop.files.papers_apart import disarmed
from sync.records.errors import Refused, RuleBroken

STEPS = 3
"""Reading, decoding, encoding: what a report counts."""

ALLOCATION_MEGABYTES = 256
"""The most that one decoded picture may take, whatever its header promised."""

Report = Callable[[int, int], None]

# What libjpeg, libpng and the profile reader have to say about a stranger's picture is told by our own sentence.
QLoggingCategory.setFilterRules("qt.gui.imageio*=false\nqt.gui.icc*=false\nqt.pdf*=false")
QImageReader.setAllocationLimit(ALLOCATION_MEGABYTES)


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that may be kept: its name and media type say what its bytes are; ``scaled`` where it was larger."""

    name: str
    media_type: str
    content: bytes
    scaled: bool = False


def prepare_path(path: Path, report: Report, cancelled: Callable[[], bool]) -> Ready:
    """Make the file at ``path`` fit to be kept: as `prepare`, and Unavailable where it cannot be read."""
    return prepare(read_source(path), report, cancelled)


def prepare_bytes(name: str, content: bytes, report: Report, cancelled: Callable[[], bool]) -> Ready:
    """Make ``content`` fit to be kept: as `prepare`."""
    return prepare(look_at(name, content), report, cancelled)


def prepare(
    source: Source,
    report: Report = lambda _done, _of: None,
    cancelled: Callable[[], bool] = bool,
) -> Ready:
    """Scale and encode a picture anew, open a PDF once and disarm it (papers_apart.py).

    RuleBroken where it is damaged, locked or stays too large.
    Refused("attachments.cancelled") at the next step after somebody stopped it.
    """
    report(1, STEPS)
    _stop_if(cancelled, source)
    if source.media_type == PDF:
        _open_pdf(source)
        report(2, STEPS)
        return Ready(source.name, PDF, _disarmed(source))
    image, scaled = _decoded(source)
    return _finished(source, image, scaled, report, cancelled)


def _finished(source: Source, image: QImage, scaled: bool, report: Report, cancelled: Callable[[], bool]) -> Ready:
    report(2, STEPS)
    _stop_if(cancelled, source)
    media_type = PNG if source.media_type == PNG and (image.hasAlphaChannel() or not scaled) else JPEG
    content = encoded(_bare(image, media_type), media_type)
    report(3, STEPS)
    _stop_if(cancelled, source)
    if not content or len(content) > limits().file_bytes:
        raise RuleBroken("attachments.too_large", file=source.name, limit=limits().file_bytes // (1024 * 1024))
    return Ready(kept_name(source.name, media_type), media_type, content, scaled)


def prepare_image(name: str, image: QImage, report: Report, cancelled: Callable[[], bool]) -> Ready:
    """Make a picture from the clipboard fit to be kept, as PNG, or as JPEG where it was larger; as `prepare`."""
    source = Source(kept_name(name, PNG), PNG, b"", image.width(), image.height())
    report(1, STEPS)
    longest = limits().longest_side
    scaled = max(image.width(), image.height()) > longest
    if scaled:
        ways = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        image = image.scaled(longest, longest, *ways)
    return _finished(source, image, scaled, report, cancelled)


def small(content: bytes, side: int) -> QImage:
    """Return a kept picture within ``side`` pixels each way; a null image where it cannot be shown."""
    buffer = _buffer(content)
    reader = QImageReader(buffer)
    size = reader.size()
    if max(size.width(), size.height()) > side:
        reader.setScaledSize(size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    return reader.read()


def encoded(image: QImage, media_type: str) -> bytes:
    """Return ``image`` as a file; empty where it cannot be written."""
    buffer = _buffer(b"", QIODevice.OpenModeFlag.WriteOnly)
    if media_type == PNG:
        done = image.save(buffer, "PNG")  # type: ignore[call-overload]
    else:
        done = image.save(buffer, "JPG", limits().jpeg_quality)  # type: ignore[call-overload]
    return bytes(buffer.data().data()) if done else b""


def _decoded(source: Source) -> tuple[QImage, bool]:
    buffer = _buffer(source.content)
    reader = QImageReader(buffer, QByteArray(b"jpeg" if source.media_type == JPEG else b"png"))
    reader.setAutoTransform(True)
    size = QSize(source.width, source.height)
    longest = limits().longest_side
    scaled = max(size.width(), size.height()) > longest
    if scaled:
        reader.setScaledSize(size.scaled(longest, longest, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    if reader.size() != size:
        raise RuleBroken("attachments.damaged", file=source.name)  # the header that was walked is not the decoder's
    image = reader.read()
    if image.isNull():
        raise RuleBroken("attachments.damaged", file=source.name)
    return image, scaled


def _bare(image: QImage, media_type: str) -> QImage:
    """Return the pixels in sRGB and nothing else: no text, no profile, no resolution."""
    clear = media_type == PNG and image.hasAlphaChannel()
    form = QImage.Format.Format_RGBA8888 if clear else QImage.Format.Format_RGB888
    if image.colorSpace().isValid() and image.colorSpace() != QColorSpace(QColorSpace.NamedColorSpace.SRgb):
        same = image.convertToFormat(QImage.Format.Format_ARGB32)
        same.convertToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
        image = image if same.isNull() else same
    bare = QImage(image.size(), form)
    bare.fill(Qt.GlobalColor.transparent if clear else Qt.GlobalColor.white)
    painter = QPainter(bare)
    painter.drawImage(bare.rect(), image, image.rect())
    painter.end()
    return bare


def _open_pdf(source: Source) -> None:
    buffer = _buffer(source.content)
    document = QPdfDocument()
    document.load(buffer)
    error, pages = document.error(), document.pageCount()
    document.close()
    if error == QPdfDocument.Error.IncorrectPassword:
        raise RuleBroken("attachments.locked", file=source.name)
    if error != QPdfDocument.Error.None_ or not pages:
        raise RuleBroken("attachments.damaged", file=source.name)


def _disarmed(source: Source) -> bytes:
    content = disarmed(source.content)
    if len(content) > limits().file_bytes:
        raise RuleBroken("attachments.too_large", file=source.name, limit=limits().file_bytes // (1024 * 1024))
    return content


def _buffer(content: bytes, mode: QIODevice.OpenModeFlag = QIODevice.OpenModeFlag.ReadOnly) -> QBuffer:
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(mode)
    return buffer


def _stop_if(cancelled: Callable[[], bool], source: Source) -> None:
    if cancelled():
        raise Refused("attachments.cancelled", file=source.name)
