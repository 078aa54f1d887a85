"""First and warm agreement PDF against a bare reportlab page of the same text in the same face.

``python -m tests.bench.papers ours|bare``, in a fresh process, prints the milliseconds that its first PDF takes.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from io import BytesIO
from pathlib import Path

from tests.bench import children
from tests.bench.figures import Figure, alternating, milliseconds

FIRST_TIMES = 7
WARM_TIMES = 40
FACE, SIZE, LEADING, PER_LINE, PER_PAGE = "WenKai", 15, 26, 28, 28


def measure(compiled: Path) -> list[Figure]:
    """Return the figures of the first PDF of a process, modules and fonts included, and of the later ones."""
    rounds = [(_first("ours", compiled), _first("bare", compiled)) for _ in range(FIRST_TIMES + 1)][1:]
    first, first_bare = (statistics.median(times) for times in zip(*rounds, strict=True))
    ours, bare = our_paper(), bare_paper()
    ours(), bare()
    warm, warm_bare = alternating(WARM_TIMES, ours, bare)
    return [
        Figure("agreement PDF, first of the process", "ms", first, first_bare),
        Figure("agreement PDF, warm", "ms", warm, warm_bare),
    ]


def our_paper() -> Callable[[], bytes]:
    """Return what renders the agreement."""
    from desktop.printing.agreement import render
    from tests.support.sheets import AGREEMENT

    return lambda: render(AGREEMENT)


def bare_paper() -> Callable[[], bytes]:
    """Return what draws the same text with reportlab's canvas: no form, no line breaking, one face."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from desktop.printing.fonts import installed
    from tests.support.sheets import AGREEMENT

    fonts = installed()
    path = fonts.file(fonts.faces[0]).path
    pdfmetrics.registerFont(TTFont(FACE, str(path)))
    text = "".join(texts(AGREEMENT))
    lines = [text[start : start + PER_LINE] for start in range(0, len(text), PER_LINE)]

    def draw() -> bytes:
        out = BytesIO()
        canvas = Canvas(out)
        for start in range(0, len(lines), PER_PAGE):
            canvas.setFont(FACE, SIZE)
            for number, line in enumerate(lines[start : start + PER_PAGE]):
                canvas.drawString(80, 780 - LEADING * number, line)
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    return draw


def texts(value: object) -> Iterator[str]:
    """Yield all text of a sheet."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def _first(which: str, compiled: Path) -> float:
    return float(children.run("tests.bench.papers", which, compiled=compiled)[1])


if __name__ == "__main__":
    prepare = our_paper if sys.argv[1] == "ours" else bare_paper
    print(milliseconds(lambda: prepare()()))
