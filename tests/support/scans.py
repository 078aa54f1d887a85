"""Scans to attach: pictures, PDFs as scanners make them, and ones that are damaged, locked or hostile."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image


def picture(width: int = 1240, height: int = 1754, form: str = "JPEG", mode: str = "RGB") -> bytes:
    """Return a grey ramp as JPEG or PNG."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(out, form)
    return out.getvalue()


def scanned(pages: int = 1, *, password: str = "") -> bytes:
    """Return a PDF of pictures, a page each, as a scanner makes it."""
    image = Image.linear_gradient("L").resize((620, 877))
    out = io.BytesIO()
    image.save(out, "PDF", save_all=True, append_images=[image] * (pages - 1), resolution=75)
    if not password:
        return out.getvalue()
    with pikepdf.open(io.BytesIO(out.getvalue())) as pdf:
        locked = io.BytesIO()
        pdf.save(locked, encryption=pikepdf.Encryption(owner=password, user=password))
    return locked.getvalue()


def hostile() -> bytes:
    """Return a PDF with a script that runs on opening, one on a page, a form field, an embedded file, and links out."""
    with pikepdf.open(io.BytesIO(scanned())) as pdf:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.Root.OpenAction = pdf.make_indirect(script)
        page = pdf.pages[0].obj
        page.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("calc.exe")))
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[0, 0, 100, 100],
            A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("http://localhost/x")),
        )
        appearance = pikepdf.Stream(pdf, b"0 1 0 rg 0 0 100 100 re f", Subtype=pikepdf.Name.Form, BBox=[0, 0, 100, 100])
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("seal"),
            F=4,
            Rect=[100, 100, 200, 200],
            AP=pikepdf.Dictionary(N=appearance),
            AA=pikepdf.Dictionary(K=script),
        )
        page.Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(link), pdf.make_indirect(field)]))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[page.Annots[1]])
        pdf.attachments["evil.exe"] = b"MZ..."
        image = next(iter(page.Resources.XObject.values()))
        image.Metadata = pikepdf.Stream(pdf, b"<x/>")
        image.OPI = pikepdf.Dictionary()
        page.Resources.XObject["/Run"] = pikepdf.Stream(
            pdf, b"quit", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.PS
        )
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()
