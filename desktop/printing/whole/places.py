"""Where a scan or a picture stands on its page of a mediation's file, and how large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.printing.document import A4
from desktop.printing.frames import MM

if TYPE_CHECKING:
    import pikepdf

LEFT, TOP, RIGHT, BOTTOM = 12 * MM, 17 * MM, 12 * MM, 15 * MM
"""What stays free around a scan: the page number and the mark of a copy stand there."""


def edges(form: pikepdf.Object) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of what a form draws, its matrix applied."""
    import pikepdf

    a, b, c, d, e, f = (float(n) for n in form.get("/Matrix", pikepdf.Array([1, 0, 0, 1, 0, 0])))
    left, bottom, right, top = (float(n) for n in form.BBox)
    corners = [(x, y) for x in (left, right) for y in (bottom, top)]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def placed(left: float, bottom: float, right: float, top: float) -> bytes:
    """Return the matrix that puts a scanned page in the middle of what is free: smaller where it must, never larger."""
    width, height = max(right - left, 1.0), max(top - bottom, 1.0)
    scale = min((A4[0] - LEFT - RIGHT) / width, (A4[1] - TOP - BOTTOM) / height, 1.0)
    x = LEFT + (A4[0] - LEFT - RIGHT - width * scale) / 2 - left * scale
    y = BOTTOM + (A4[1] - TOP - BOTTOM - height * scale) / 2 - bottom * scale
    return b"%.5f 0 0 %.5f %.3f %.3f" % (scale, scale, x, y)


def fitted(width: int, height: int) -> bytes:
    """Return the matrix that puts a picture below the head of the page, at 100 dots an inch or more."""
    scale = min((A4[0] - LEFT - RIGHT) / width, (A4[1] - TOP - BOTTOM) / height, 0.72)
    x = LEFT + (A4[0] - LEFT - RIGHT - width * scale) / 2
    y = A4[1] - TOP - height * scale
    return b"%.3f 0 0 %.3f %.3f %.3f" % (width * scale, height * scale, x, y)
