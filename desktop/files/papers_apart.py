"""A PDF without what it does by itself and the files within it; as it came where nothing of that is in it, where it is
signed electronically, and where qpdf cannot write it anew.

`disarmed` starts the process, `main` is what it runs: the door to pikepdf for what is handed in at the desk.
"""

from __future__ import annotations

import io
import sys
from typing import Any

from desktop.files.apart import BROKEN, DONE, SAME, be_small, run_apart
from sync.records.paper_actions import Sorts, disarm, is_signed


def disarmed(content: bytes) -> bytes:
    """Return a PDF that was handed in as it is to be kept. Who made it, when and with what stays in it."""
    code, made = run_apart(__name__, content)
    return made if code == DONE and made else content


def main() -> int:
    """Disarm what standard input holds; what comes of it goes to standard output."""
    import pikepdf

    be_small(files=3)
    try:
        made = _disarmed(sys.stdin.buffer.read(), pikepdf)
    except Exception:  # noqa: BLE001 - whatever a decoder says of it, it is not written anew
        return BROKEN
    if made is None:
        return SAME
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return DONE


def _disarmed(content: bytes, pikepdf: Any) -> bytes | None:
    sorts = Sorts(pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array, pikepdf.Object)
    with pikepdf.open(io.BytesIO(content), access_mode=pikepdf.AccessMode.stream) as pdf:
        if not len(pdf.pages) or is_signed(pdf, sorts) or not disarm(pdf, sorts):
            return None
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, encryption=False)
    return out.getvalue()
