"""A paper's code as somebody else's tools see it: drawn by poppler as a scan would be, read by zbar."""

from __future__ import annotations

import subprocess
from pathlib import Path


def scanned(pdf: bytes, folder: Path, *, dots: int = 150, page: int = 1) -> str:
    """Return what zbarimg reads from a page drawn at ``dots`` an inch in grey; "" where it finds no code."""
    name = folder / "scan"
    command = ["pdftoppm", "-r", str(dots), "-gray", "-f", str(page), "-l", str(page), "-singlefile", "-", str(name)]
    subprocess.run(command, input=pdf, capture_output=True, check=True)
    # Bar codes are left out: the lines of a form look like one now and then, to which some number is read.
    command = ["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", f"{name}.pgm"]
    read = subprocess.run(command, capture_output=True, check=False, text=True)
    return read.stdout.strip()


def copied(pdf: bytes) -> str:
    """Return the text of a PDF as pdftotext copies it."""
    command = ["pdftotext", "-enc", "UTF-8", "-raw", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
