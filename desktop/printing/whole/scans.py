"""A PDF that somebody handed in, made fit to be bound: its pages as pictures of a kind, and nothing that acts.

It is hostile. Only what a page draws is taken: no scripts, actions, forms, annotations, embedded files, no metadata and
nothing that points outside. What an annotation shows (a court's seal, a filled-in field) is drawn into its page first.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from desktop.printing.whole.limits import limits
from sync.records.errors import RuleBroken

if TYPE_CHECKING:
    import pikepdf

ACTING = frozenset({"/AA", "/EF", "/JS", "/JavaScript", "/Launch", "/OpenAction", "/RichMediaContent", "/URI"})
"""Entries that act or carry a file: taken away wherever they stand."""
BESIDE = ACTING | {
    *("/A", "/AF", "/Alternates", "/LastModified", "/Measure", "/Metadata", "/OPI", "/PieceInfo", "/PtData", "/Ref"),
    *("/StructParent", "/StructParents", "/Thumb"),
}
"""What stands beside the drawing of a form or an image (other entries of these names may be somebody's resources)."""


BROKEN = ("file is damaged", "Pages tree includes", "unable to recover")
"""What qpdf says of a file that it had to put together again: pages may be gone without a trace."""


class Scan:
    """A scanned PDF, open. RuleBroken where it is locked, damaged or has too many pages; ``name`` is for sentences."""

    def __init__(self, name: str, content: bytes) -> None:
        import pikepdf

        self.name = name
        try:
            self.pdf = pikepdf.open(io.BytesIO(content), attempt_recovery=True, suppress_warnings=True)
        except pikepdf.PasswordError as why:
            raise RuleBroken("whole_file.locked", file=name) from why
        except (pikepdf.PdfError, ValueError) as why:
            raise RuleBroken("whole_file.damaged", file=name) from why
        try:
            self.pages = len(self.pdf.pages)
        except (pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError) as why:
            raise RuleBroken("whole_file.damaged", file=name) from why
        if not self.pages or any(mark in told for told in self.pdf.get_warnings() for mark in BROKEN):
            raise RuleBroken("whole_file.damaged", file=name)
        if self.pages > limits().scan_pages:
            raise RuleBroken("whole_file.scan_pages", file=name, pages=self.pages, limit=limits().scan_pages)

    def forms(self, into: pikepdf.Pdf, each: Callable[[], None]) -> Iterator[pikepdf.Object]:
        """Yield each page as a form XObject of ``into``; ``each`` is called before each, to report and to stop."""
        import pikepdf

        try:
            if "/AcroForm" in self.pdf.Root:
                self.pdf.generate_appearance_streams()
            self.pdf.flatten_annotations("print")
            for page in self.pdf.pages:
                each()
                page.contents_coalesce()
                page.obj.Contents.read_bytes()  # damaged content is found here, not at the printer
                form = into.copy_foreign(page.as_form_xobject())
                strip(form)
                yield form
        except (pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError, RuntimeError) as why:
            raise RuleBroken("whole_file.damaged", file=self.name) from why


def strip(form: pikepdf.Object) -> None:
    """Take from a form, and from all that it draws with, whatever acts or points elsewhere."""
    waiting, seen = [form], set()
    while waiting:
        at = waiting.pop()
        if at.is_indirect:
            if at.objgen in seen:
                continue
            seen.add(at.objgen)
        waiting += _stripped(at)


def _stripped(at: Any) -> list[Any]:
    import pikepdf

    if isinstance(at, pikepdf.Array):
        return [inner for inner in at if _holds(inner)]
    for key in (BESIDE if isinstance(at, pikepdf.Stream) else ACTING) & set(at.keys()):
        del at[key]
    if at.get("/Subtype") == "/PS" or at.get("/Subtype2") == "/PS":
        at["/Subtype"] = pikepdf.Name("/None")  # PostScript is run by printers (8.8.2): nobody draws this any more
    return [inner for key, inner in at.items() if key != "/Parent" and _holds(inner)]


def _holds(value: Any) -> bool:
    import pikepdf

    return isinstance(value, (pikepdf.Array, pikepdf.Dictionary, pikepdf.Stream))
