"""A photograph or a scanned picture made fit to be bound: decoded once, scaled where it is large, its pixels alone.

What came with it (place, device, an earlier thumbnail, a profile) stays behind: here a picture is its pixels.
"""

from __future__ import annotations

import hashlib
import io
import warnings
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.printing.whole.limits import limits
from sync.records.errors import RuleBroken

if TYPE_CHECKING:
    from PIL import Image

JPEG, PNG = "image/jpeg", "image/png"


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels as a PDF holds them (ISO 32000-1, 8.9): ``filter`` says how they are packed, ``colours`` their space.

    ``digest`` is of the pixels, whatever zlib packed them.
    """

    width: int
    height: int
    colours: str
    filter: str
    content: bytes
    digest: bytes


def picture(name: str, media_type: str, content: bytes) -> Picture:
    """Return a JPEG or PNG as a picture to bind. RuleBroken, naming it, where it is damaged or has too many pixels."""
    from PIL import Image, ImageOps

    most = limits().most_pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its size is judged here
            with Image.open(io.BytesIO(content), formats=["JPEG" if media_type == JPEG else "PNG"]) as source:
                if source.width * source.height > most:
                    pixels = source.width * source.height // 1_000_000
                    raise RuleBroken("whole_file.too_many_pixels", file=name, limit=most // 1_000_000, pixels=pixels)
                if media_type == JPEG:
                    source.draft("RGB", (limits().longest_side, limits().longest_side))  # scaled while it is decoded
                image = ImageOps.exif_transpose(source)
                image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as why:
        raise RuleBroken("whole_file.damaged", file=name) from why
    return _packed(image, lossless=media_type == PNG)


def _packed(image: Image.Image, *, lossless: bool) -> Picture:
    longest = limits().longest_side
    scaled = max(image.size) > longest
    image = _bare(image)
    if scaled:
        image.thumbnail((longest, longest))
    colours = "DeviceGray" if image.mode == "L" else "DeviceRGB"
    if lossless and not scaled:
        pixels = image.tobytes()
        packed, digest = zlib.compress(pixels), hashlib.sha256(pixels).digest()
        return Picture(image.width, image.height, colours, "FlateDecode", packed, digest)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=limits().jpeg_quality)
    packed = out.getvalue()
    return Picture(image.width, image.height, colours, "DCTDecode", packed, hashlib.sha256(packed).digest())


def _bare(image: Image.Image) -> Image.Image:
    """Return grey or coloured pixels on white: no transparency, no palette, no ink colours."""
    from PIL import Image

    if image.mode in ("L", "RGB"):
        return image
    if image.mode in ("1", "I", "I;16", "F"):
        return image.convert("L")
    if "A" in image.mode or "transparency" in image.info:
        above = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", above.size, "white"), above).convert("RGB")
    return image.convert("RGB")
