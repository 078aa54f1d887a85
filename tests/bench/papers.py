"""Papers: an agreement against a bare reportlab page of the same text in the same face; a whole file; a thousand.

``python -m tests.bench.papers ours|bare``, in a fresh process, prints the milliseconds that its first PDF takes;
``batch`` prints how long each quarter of a thousand agreements took, and the process's memory after each, in MB.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path

from tests.bench import children
from tests.bench.figures import Figure, alternating, milliseconds

FIRST_TIMES = 7
WARM_TIMES = 40
FILE_TIMES, DOCUMENTS = 10, 16
BATCH = 1000
FACE, SIZE, LEADING, PER_LINE, PER_PAGE = "WenKai", 15, 26, 28, 28


def measure(compiled: Path) -> list[Figure]:
    """Return the figures of the first PDF of a process, modules and fonts included, and of the later ones."""
    rounds = [(_first("ours", compiled), _first("bare", compiled)) for _ in range(FIRST_TIMES + 1)][1:]
    first, first_bare = (statistics.median(times) for times in zip(*rounds, strict=True))
    ours, bare = our_paper(), bare_paper()
    ours(), bare()
    warm, warm_bare = alternating(WARM_TIMES, ours, bare)
    file, one_of_it = whole_file(), agreement_of_it()
    file(), one_of_it()
    bound, one = alternating(FILE_TIMES, file, one_of_it)
    size, subsets = sizes(ours())
    times, memory = _batch(compiled)
    return [
        Figure("papers.agreement.first", "ms", first, first_bare, beyond=500),
        Figure("papers.agreement.warm", "ms", warm, warm_bare, target=3),
        Figure("papers.size", "KB", size, subsets, target=1.5, most=200),
        Figure(f"papers.file ({DOCUMENTS} documents)", "ms", bound, one, target=10),
        Figure("papers.batch.time (last quarter of 1,000)", "s", times[-1], times[0], target=1.25),
        Figure("papers.batch.memory (after 1,000)", "MB", memory[-1], memory[0], target=1.1),
    ]


def whole_file() -> Callable[[], bytes]:
    """Return what renders sixteen forms of a file (of more there are) and binds them under continuous numbers."""
    from desktop.printing.fonts import installed
    from desktop.printing.whole.binder import Piece, bind
    from tests.support.sheets import CASES, render

    sheets = list(islice(CASES.items(), DOCUMENTS))

    def make() -> bytes:
        return bind("卷宗", [Piece(name, render(sheet)) for name, sheet in sheets], 1, installed()).pdf

    return make


def agreement_of_it() -> Callable[[], bytes]:
    """Return what renders the agreement of that file, of the edition that is printed now."""
    from tests.support.sheets import SECOND, render

    return lambda: render(SECOND)


def sizes(paper: bytes) -> tuple[float, float]:
    """Return a paper's size, and that of the font programs in it: the hint-free subsets, packed by zlib; in KB."""
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(paper)) as pdf:
        programs = [
            font.FontFile2 for font in pdf.objects if isinstance(font, pikepdf.Dictionary) and "/FontFile2" in font
        ]
        return len(paper) / 1000, sum(len(program.read_raw_bytes()) for program in programs) / 1000


def batch() -> tuple[list[float], list[float]]:
    """Render a thousand agreements, each with its own names; return seconds and memory of each quarter."""
    import gc
    import time
    from dataclasses import replace

    from desktop.printing.agreement import render
    from tests.support.sheets import AGREEMENT

    seconds, memory = [], []
    for quarter in range(4):
        gc.collect()
        begun = time.process_time()
        for number in range(quarter * BATCH // 4, (quarter + 1) * BATCH // 4):
            first, *others = AGREEMENT.parties
            name = f"王{chr(0x4E00 + number % 100 * 200)}{chr(0x20000 + number % 100 * 400)}"
            render(replace(AGREEMENT, number=f"第{number}号", parties=(replace(first, name=name), *others)))
        seconds.append(time.process_time() - begun)
        gc.collect()
        memory.append(_own_memory())
    return seconds, memory


def _own_memory() -> float:
    """Return this process's own memory in MB: pages of font files that were looked at are the system's."""
    rolled = Path("/proc/self/smaps_rollup").read_text("utf-8")
    return int(next(line.split()[1] for line in rolled.splitlines() if line.startswith("Anonymous:"))) / 1000


def _batch(compiled: Path) -> tuple[list[float], list[float]]:
    words = children.run("tests.bench.papers", "batch", compiled=compiled)[1].split()
    numbers = [float(word) for word in words]
    return numbers[:4], numbers[4:]


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
    if sys.argv[1] == "batch":
        print(*(f"{number:.3f}" for numbers in batch() for number in numbers))
    else:
        prepare = our_paper if sys.argv[1] == "ours" else bare_paper
        print(milliseconds(lambda: prepare()()))
