"""Files as people hand them in, made without the program: a camera's JPEG, a PNG, PDFs, and what means harm."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import pikepdf
from PIL import Image, ImageDraw, ImageOps

PLACE = b"22.7486N 113.9353E"
"""What a camera wrote beside the pixels: it must not be found in what is kept."""

JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1x"
    "eXBkeFxlZ2P/wAALCAAEAAgBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AKAA/9k="
)
"""Eight by four pixels, grey, baseline."""


def png(width: int = 8, height: int = 4, *, text: bytes = b"") -> bytes:
    """A grey PNG, white on its left half; ``text`` goes into a tEXt chunk."""
    rows = b"".join(b"\0" + b"\xff" * (width // 2) + b"\x40" * (width - width // 2) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), *([(b"tEXt", b"Comment\0" + text)] if text else [])]
    chunks += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes whose header promises a picture of that size: a decompression bomb."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(bytes(1000)))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def from_camera(jpeg: bytes, orientation: int) -> bytes:
    """A JPEG with an Exif segment: an orientation (1 to 8) and a place, and bytes after its end as phones add them."""
    tiff = b"II*\0" + struct.pack("<I", 8)
    entries = struct.pack("<HHII", 0x0112, 3, 1, orientation) + struct.pack("<HHII", 0x010E, 2, len(PLACE), 38)
    tiff += struct.pack("<H", 2) + entries + struct.pack("<I", 0) + PLACE
    segment = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:] + b"trailer " + PLACE


def scene(width: int, height: int) -> bytes:
    """A JPEG that is looked at: a sky, a ground and a wall."""
    made, out = Image.linear_gradient("L").resize((width, height)), io.BytesIO()
    coloured = ImageOps.colorize(made, "#5b8fc4", "#d8c9a8")
    drawn = ImageDraw.Draw(coloured)
    drawn.rectangle(
        (width // 4, height // 3, width * 3 // 4, height * 4 // 5), fill="#b5573c", outline="#3a2a22", width=9
    )
    drawn.rectangle((width * 2 // 5, height // 2, width * 3 // 5, height * 4 // 5), fill="#3a2a22")
    coloured.save(out, "JPEG", quality=88)
    return out.getvalue()


def pdf(password: str = "", pages: int = 1) -> bytes:
    """A PDF of empty pages, locked where a password is given."""
    made, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page(page_size=(200, 100))
    made.save(out, encryption=pikepdf.Encryption(user=password, owner=password) if password else False)
    return out.getvalue()
