"""Run as a process of its own: prints SHA-256 and name of every kind of paper, its copy, and a whole file.

``python -m tests.support.paper_digests [zlib-ng]``: with the argument another build of zlib packs the streams. Each
line ends with the path of the paper's bytes where PAPERS_OUT names a folder.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from desktop.printing.fonts import installed
from desktop.printing.marking import mark_copy
from desktop.printing.whole import binder, pictures
from desktop.printing.whole.scans import Scan
from tests.support import scans
from tests.support.sheets import CASES, EVERY, render


def main() -> None:
    """Print the digests."""
    if "zlib-ng" in sys.argv:
        from reportlab.pdfbase import pdfdoc
        from zlib_ng import zlib_ng

        pdfdoc.zlib = binder.zlib = pictures.zlib = zlib_ng
    out = os.environ.get("PAPERS_OUT", "")
    whole = whole_file()
    made = {"whole file": whole, "whole file copy": mark_copy(whole, "file_index-1", 2)}
    for name, sheet in EVERY.items():
        paper = render(sheet)
        made |= {name: paper, f"{name} copy": mark_copy(paper, sheet.template, 2)}
    for what, content in made.items():
        print(hashlib.sha256(content).hexdigest(), what)
        if out:
            (Path(out) / f"{what}.pdf").write_bytes(content)


def whole_file() -> bytes:
    """Bind every form of a file with a scanned PDF, a JPEG and a PNG."""
    pieces = [binder.Piece(name, render(sheet)) for name, sheet in CASES.items()]
    pieces[3:3] = [
        binder.Piece("a.pdf", Scan("a.pdf", scans.scanned(2)), 1),
        binder.Piece("b.jpg", pictures.picture("b.jpg", pictures.JPEG, scans.picture(3000, 2000)), 1),
        binder.Piece("c.png", pictures.picture("c.png", pictures.PNG, scans.picture(400, 300, "PNG")), 1),
    ]
    return binder.bind("调解卷宗", pieces, 1, installed()).pdf


if __name__ == "__main__":
    main()
