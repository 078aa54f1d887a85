"""Objects of a PDF that reportlab has no words for: what PDF/A asks for, and the structure tree."""

from __future__ import annotations

from reportlab.pdfbase import pdfdoc

from desktop.printing import archival
from desktop.printing.structure import Element, Structure


class Raw(pdfdoc.PDFObject):  # type: ignore[misc]
    """An object whose bytes are known, or will be before the file is written."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = content

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        return self.content


def compressed(content: bytes) -> pdfdoc.PDFStream:
    """Return a stream that zlib packs."""
    return pdfdoc.PDFStream(content=content, filters=[pdfdoc.PDFZCompress])


def keeping(document: pdfdoc.PDFDocument, title: str) -> dict[str, object]:
    """Add what PDF/A-2b asks for, and return what the catalog says of it (archival.py)."""
    said = archival.metadata(title)
    head = b"<< /Type /Metadata /Subtype /XML /Length %d >>" % len(said)  # plain: read by programs that know no PDF
    packet = document.Reference(Raw(head + b"\nstream\n" + said + b"\nendstream"))
    colours = compressed(archival.profile())
    colours.dictionary["N"] = 3
    intent = {
        "Type": pdfdoc.PDFName("OutputIntent"),
        "S": pdfdoc.PDFName("GTS_PDFA1"),
        "OutputConditionIdentifier": pdfdoc.PDFString(archival.CONDITION),
        "Info": pdfdoc.PDFString(archival.CONDITION),
        "DestOutputProfile": document.Reference(colours),
    }
    return {
        "Metadata": packet,
        "OutputIntents": pdfdoc.PDFArray([pdfdoc.PDFDictionary(intent)]),
        "ViewerPreferences": pdfdoc.PDFDictionary({"DisplayDocTitle": Raw(b"true")}),
    }


def tree(document: pdfdoc.PDFDocument, structure: Structure) -> dict[str, object]:
    """Add the structure tree (ISO 32000-1, 14.7.2), and return what the catalog says of it; nothing where it is empty.

    Every page of ``document`` must be there: content is named by its page.
    """
    if not structure.pages:
        return {}
    top, whole = Raw(), Raw()
    places = {None: _place(document, top), structure.root: _place(document, whole)}
    written: list[tuple[Element, Element | None, Raw]] = [(structure.root, None, whole)]
    for element, within in structure.elements():
        made = Raw()
        places[element] = _place(document, made)
        written.append((element, within, made))
    for element, holder, made in written:
        made.content = b"<< /S /%s /P %d 0 R %s >>" % (
            element.kind.encode(),
            places[holder],
            _inside(document, element, places),
        )
    parents = b" ".join(
        b"%d [ %s ]" % (page, b" ".join(b"%d 0 R" % places[element] for element in marks))
        for page, marks in enumerate(structure.pages)
    )
    top.content = b"<< /Type /StructTreeRoot /K %d 0 R /ParentTreeNextKey %d /ParentTree << /Nums [ %s ] >> >>" % (
        places[structure.root],
        len(structure.pages),
        parents,
    )
    return {"MarkInfo": pdfdoc.PDFDictionary({"Marked": Raw(b"true")}), "StructTreeRoot": document.Reference(top)}


def _inside(document: pdfdoc.PDFDocument, element: Element, places: dict[Element | None, int]) -> bytes:
    """Return what is in an element: other ones, and content by its mark, with its page where that is another one."""
    page = next((inner[0] for inner in element.inside if isinstance(inner, tuple)), None)
    kids = []
    for inner in element.inside:
        if isinstance(inner, Element):
            kids.append(b"%d 0 R" % places[inner])
        elif inner[0] == page:
            kids.append(b"%d" % inner[1])
        else:
            kids.append(b"<< /Type /MCR /Pg %d 0 R /MCID %d >>" % (_page(document, inner[0]), inner[1]))
    here = b"" if page is None else b"/Pg %d 0 R " % _page(document, page)
    return here + b"/K [ " + b" ".join(kids) + b" ]"


def _place(document: pdfdoc.PDFDocument, made: Raw) -> int:
    """Register an object and return its number."""
    return int(document.idToObjectNumberAndVersion[document.Reference(made).name][0])


def _page(document: pdfdoc.PDFDocument, place: int) -> int:
    return int(document.idToObjectNumberAndVersion[f"Page{place + 1}"][0])
