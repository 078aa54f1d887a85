"""Run as a process of its own: prints SHA-256 and name of every kind of paper and of its copy, as it makes them.

``python -m tests.support.paper_digests [zlib-ng]``: with the argument another build of zlib packs the streams. Each
line ends with the path of the paper's bytes where QIANSHAO_PAPERS_OUT names a folder.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from desktop.printing.marking import mark_copy
from tests.support.sheets import EVERY, render


def main() -> None:
    """Print the digests."""
    if "zlib-ng" in sys.argv:
        from reportlab.pdfbase import pdfdoc
        from zlib_ng import zlib_ng

        pdfdoc.zlib = zlib_ng
    out = os.environ.get("QIANSHAO_PAPERS_OUT", "")
    for name, sheet in EVERY.items():
        paper = render(sheet)
        for what, content in ((name, paper), (f"{name} copy", mark_copy(paper, sheet.template, 2))):
            print(hashlib.sha256(content).hexdigest(), what)
            if out:
                (Path(out) / f"{what}.pdf").write_bytes(content)


if __name__ == "__main__":
    main()
