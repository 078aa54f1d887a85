"""Work on a stranger's file, run in a process of its own (strangers.py starts it): it gets bytes and gives bytes.

It knows no store, no key and no network, and the system limits its memory and its time: what a crafted file does to a
decoder ends with this process. The only door to Pillow and pikepdf at the district.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable
from typing import Any, Final, NoReturn

from sync.records.paper_actions import Sorts, disarm, is_signed
from sync.records.picture_notes import without_notes

DONE, BROKEN, LOCKED, SIGNED = 0, 3, 4, 5
"""How the process ends. SIGNED: a paper that was signed electronically, whose signature any change would break."""

SIDE: Final = 400
"""Pixels of a thumbnail each way: what a page shows of it, on a telephone with three to one."""
MOST_THUMBNAIL_BYTES: Final = 48 * 1024
_QUALITIES: Final = (78, 60, 40, 20)

MEMORY_BYTES: Final = 1024**3
CPU_SECONDS: Final = 20
PAGE: Final = "page "
_RENDERER_FILES: Final = 64
PAGE_SECONDS: Final = 5
"""Of processor time for one page: what takes longer is not drawn."""
_DEEPEST: Final = 20
_OF_OBJECTS: Final = ("/Metadata", "/PieceInfo", "/LastModified", "/Measure", "/GeoData", "/LGIDict")
_OF_REMARKS: Final = ("/T", "/M", "/CreationDate")
"""Who wrote a remark on a page, and when (ISO 32000-1, 12.5.6.2); of a form's field /T is its name."""
_OF_FILES: Final = ("/CreationDate", "/ModDate", "/Mac")


def main(task: str) -> int:
    """Do ``task`` with what standard input holds; what comes of it goes to standard output.

    "page" and the renderer's path: this process becomes the renderer (poppler's pdftoppm), under the same limits.
    """
    if task.startswith(PAGE):
        draw_first_page(task.removeprefix(PAGE))
    work = {"thumbnail": thumbnail, "paper": paper_without_notes}[task]
    load()
    _be_small()
    return _done(work, sys.stdin.buffer.read())


def _done(work: Callable[[bytes], bytes], content: bytes) -> int:
    try:
        made = work(content)
    except Locked:
        return LOCKED
    except Signed:
        return SIGNED
    except Exception:  # noqa: BLE001 - whatever a decoder says of it, the file cannot be used
        return BROKEN
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return DONE


class Locked(Exception):
    """A paper that opens by a password only."""


class Signed(Exception):
    """A paper that bears an electronic signature."""


def load() -> None:
    """Load the decoders, before the process may open no file more."""
    import pikepdf
    from PIL import Image, ImageCms, ImageOps, TiffImagePlugin

    _ = (pikepdf, ImageCms, ImageOps, TiffImagePlugin)
    Image.preinit()


def draw_first_page(renderer: str) -> NoReturn:
    """Become ``renderer``, which reads a PDF and writes its first page as PNG.

    It has to open its own libraries and fonts, so that it may open files, and a connection; it starts no process more.
    """
    if sys.platform == "win32":
        sys.exit(BROKEN)
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a cache of fonts that cannot be written is none, and no end
    _be_small(files=_RENDERER_FILES)
    resource.setrlimit(resource.RLIMIT_CPU, (PAGE_SECONDS, PAGE_SECONDS))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    named = ["pdftoppm", "-f", "1", "-l", "1", "-singlefile", "-scale-to", str(2 * SIDE), "-png", "-"]
    os.execve(renderer, named, {})  # noqa: S606 - that is what it is for


def _be_small(files: int = 3) -> None:
    """Limit this process; ``files``: so many at once, three that are open already."""
    if sys.platform == "win32":
        return
    import resource

    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),  # it writes to no file
        (resource.RLIMIT_NOFILE, files),  # of three it opens none, and no connection
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))


def thumbnail(content: bytes) -> bytes:
    """Return a picture as a JPEG of `SIDE` pixels at most, upright, in sRGB, with nothing beside its pixels."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # the caller measured it (records/picture_sizes.py), and memory has its limit
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened:
        opened.draft("RGB", (2 * SIDE, 2 * SIDE))
        opened.load()
        small = _in_colours(ImageOps.exif_transpose(opened))
        small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        bare = _bare(small, opened.info.get("icc_profile"))
    made = (_encoded(bare, quality) for quality in _QUALITIES)
    return next(one for one in made if len(one) <= MOST_THUMBNAIL_BYTES)


def _encoded(image: Any, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _in_colours(image: Any) -> Any:
    """Return a picture that can be scaled: in red, green and blue (or as ink, or grey), and what lets it through."""
    if image.mode.startswith("I"):  # sixteen bits of grey: the upper eight
        return image.convert("I").point(lambda value: value * (1 / 256) + 0).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _bare(image: Any, profile: bytes | None) -> Any:
    """Return the pixels alone, on white where they let it through."""
    from PIL import Image

    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    if profile:
        with contextlib.suppress(Exception):  # a profile that cannot be used: the numbers are taken as they are
            image = _in_srgb(image, profile)
    plain = Image.new("RGB", image.size, "white")
    plain.paste(image.convert("RGB"))
    return plain


def _in_srgb(image: Any, profile: bytes) -> Any:
    from PIL import ImageCms

    meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return ImageCms.profileToProfile(image, meant, ImageCms.createProfile("sRGB"), outputMode="RGB")


def paper_without_notes(content: bytes) -> bytes:
    """Return a PDF without what says who made it, where, when and by which program; its pages stay as they are.

    Left out: the information dictionary, XMP of the whole and of every part, private data of programs, authors and
    times of remarks, geographic measures, what cameras wrote into its JPEGs, earlier versions that a program kept
    before the last, and what it does by itself or brings along (records/paper_actions.py). Locked and Signed as they
    say; any other error: it cannot be read.
    """
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content), access_mode=pikepdf.AccessMode.stream) as pdf:
            if not len(pdf.pages):
                raise ValueError("no pages")
            sorts = Sorts(pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array, pikepdf.Object)
            if is_signed(pdf, sorts):
                raise Signed
            if "/Info" in pdf.trailer:
                del pdf.trailer["/Info"]
            disarm(pdf, sorts)
            for part in pdf.objects:
                _strip(part)
            out = io.BytesIO()
            pdf.save(out, deterministic_id=True, encryption=False)
    except pikepdf.PasswordError as error:
        raise Locked from error
    return out.getvalue()


def _strip(part: Any, depth: int = 0) -> None:
    """Take out of an object, and of what stands within it directly, what `paper_without_notes` leaves out."""
    import pikepdf

    within: list[Any] = []
    if isinstance(part, pikepdf.Array):
        within = list(part)
    elif isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
        _strip_one(part)
        within = [part[name] for name in part.keys()]  # noqa: SIM118 - a stream is no mapping
    for one in within:  # what is not within but elsewhere is met by itself
        if isinstance(one, pikepdf.Object) and not one.is_indirect and depth < _DEEPEST:
            _strip(one, depth + 1)


def _strip_one(part: Any) -> None:
    import pikepdf

    _forget(part, _OF_OBJECTS)
    if "/Rect" in part and "/Subtype" in part and part.Subtype != "/Widget":
        _forget(part, _OF_REMARKS)
    if isinstance(part.get("/Params"), pikepdf.Dictionary):
        _forget(part.Params, _OF_FILES)
    if isinstance(part, pikepdf.Stream):
        _strip_picture(part)


def _forget(part: Any, names: tuple[str, ...]) -> None:
    for name in names:
        if name in part:
            del part[name]


def _strip_picture(stream: Any) -> None:
    if stream.get("/Filter") not in ("/DCTDecode", ["/DCTDecode"]):
        return
    raw = stream.read_raw_bytes()
    with contextlib.suppress(ValueError):  # a JPEG that breaks off is shown as far as it goes
        bare = without_notes(raw)
        if len(bare) < len(raw):
            stream.write(bare, filter=stream.get("/Filter"), decode_parms=stream.get("/DecodeParms"))
