"""Pictures and PDFs through the real decoders: whole, hostile, huge; what a camera wrote beside the pixels is gone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from desktop.files.attached import JPEG, PDF, PNG, limits, look_at
from desktop.ui.pictures import Ready, encoded, prepare, prepare_bytes, prepare_image, prepare_path, small
from sync.records.errors import Refused, RuleBroken
from tests.support import pictures
from tests.support.armed_papers import ARMS, is_armed, paper

MEGAPIXELS = (12_000, 8_400)
CHILD = """
import resource, sys
import desktop.ui
from PySide6.QtGui import QGuiApplication
from desktop.ui.pictures import prepare_path, small
from pathlib import Path
application = QGuiApplication([])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
made = prepare_path(Path(sys.argv[1]), lambda done, of: None, bool)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(made.scaled, len(made.content), grown // 1024, small(made.content, 64).width())
"""


def photo(width: int = 40, height: int = 20) -> QImage:
    """A picture whose left half is red and whose right half is blue."""
    image = QImage(width, height, QImage.Format.Format_RGB888)
    image.fill(QColor("blue"))
    for x in range(width // 2):
        for y in range(height):
            image.setPixelColor(x, y, QColor("red"))
    return image


def ready(name: str, content: bytes) -> Ready:
    return prepare_bytes(name, content, lambda _done, _of: None, bool)


def why(content: bytes) -> str:
    with pytest.raises(RuleBroken) as caught:
        ready("照片.jpg", content)
    return caught.value.key


def test_a_camera_s_picture_stands_upright_and_says_no_place(qapp: QApplication) -> None:
    content = pictures.from_camera(encoded(photo(), JPEG), 6)
    assert pictures.PLACE in content
    made = ready("现场.JPG", content)
    image = QImage.fromData(made.content)
    assert (made.name, made.media_type, made.scaled) == ("现场.jpg", JPEG, False)
    assert (image.width(), image.height()) == (20, 40)
    assert image.pixelColor(10, 5).red() > 200
    assert image.pixelColor(10, 35).blue() > 200
    assert pictures.PLACE not in made.content
    assert b"Exif" not in made.content


def test_a_png_loses_its_words_and_keeps_its_clear_pixels(qapp: QApplication) -> None:
    made = ready("截图.png", pictures.png(text=pictures.PLACE))
    assert made.media_type == PNG
    assert pictures.PLACE not in made.content
    assert b"tEXt" not in made.content
    clear = QImage(6, 6, QImage.Format.Format_RGBA8888)
    clear.fill(QColor(0, 0, 0, 0))
    again = QImage.fromData(ready("a.png", encoded(clear, PNG)).content)
    assert again.pixelColor(3, 3).alpha() == 0


def test_a_picture_from_the_clipboard_is_scaled_to_what_is_kept(qapp: QApplication) -> None:
    made = prepare_image("粘贴", photo(6000, 30), lambda _d, _o: None, bool)
    assert (made.name, made.media_type, made.scaled) == ("粘贴.jpg", JPEG, True)
    assert QImage.fromData(made.content).width() == limits().longest_side
    assert small(made.content, 100).width() == 100


def test_a_hundred_megapixels_are_scaled_within_bounded_memory(qapp: QApplication, tmp_path: Path) -> None:
    image = QImage(*MEGAPIXELS, QImage.Format.Format_Grayscale8)
    image.fill(QColor(120, 120, 120))
    path = tmp_path / "全景.jpg"
    path.write_bytes(encoded(image, JPEG))
    del image
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    scaled, size, grown, side = done.stdout.split()
    assert (scaled, side) == ("True", "64")
    assert int(size) < limits().file_bytes
    assert int(grown) < 160  # megabytes; decoded whole it would be 288 in colour


def test_bombs_and_broken_pictures_are_told(qapp: QApplication) -> None:
    assert why(pictures.png_that_claims(30_000, 30_000)) == "attachments.too_many_pixels"
    assert why(pictures.png_that_claims(4_000, 4_000)) == "attachments.damaged"
    assert why(b"MZ" + bytes(100)) == "attachments.other_kind"
    assert why(encoded(photo(), JPEG)[:-40]) == "attachments.damaged"


def test_a_pdf_is_opened_once_and_kept_as_it_is_but_for_what_it_does_or_brings_along(qapp: QApplication) -> None:
    whole = pictures.pdf(pages=2)
    assert ready("材料.pdf", whole) == Ready("材料.pdf", PDF, whole)
    armed = paper(ARMS["file_on_a_page"])
    kept = ready("材料.pdf", armed).content
    assert is_armed(armed)
    assert not is_armed(kept)
    assert why(pictures.pdf("secret")) == "attachments.locked"
    assert why(b"%PDF-1.7\nstartxref\n0\n%%EOF\n") == "attachments.damaged"


def test_a_stopped_one_leaves_nothing(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(pictures.png())
    with pytest.raises(Refused) as caught:
        prepare_path(path, lambda _done, _of: None, lambda: True)
    assert caught.value.key == "attachments.cancelled"


@pytest.mark.parametrize("media_type", [JPEG, PNG, PDF])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_changed_bytes_become_a_whole_file_or_a_sentence(
    qapp: QApplication, media_type: str, data: st.DataObject
) -> None:
    start = pictures.pdf() if media_type == PDF else encoded(photo(), media_type)
    whole = bytearray(start)
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=6)):
        whole[at] = data.draw(st.integers(0, 255))
    try:
        made = prepare(look_at("a", bytes(whole)))
    except RuleBroken:
        return
    if made.media_type != PDF:
        image = QImage.fromData(made.content)
        assert not image.isNull()
        assert max(image.width(), image.height()) <= limits().longest_side
