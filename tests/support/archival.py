"""Whether a PDF is PDF/A-2b: by pikepdf's validator, which approves only what veraPDF's rules know to conform."""

from __future__ import annotations

import io

from pikepdf import pdfa


def faults(pdf: bytes) -> list[str]:
    """Return what is wrong with ``pdf`` as PDF/A-2b, or is not known to be right; empty where it conforms."""
    report = pdfa.validate_written(io.BytesIO(pdf), "2b")
    found = [str(finding) for finding in report.findings]
    return found if found or report.passed else [report.verdict]
