"""Whether a page of others may stand in a PDF/A-2b file: yes where it draws pictures and lines only, in known colours.

Scanners make such pages. What has fonts, transparency, patterns or printers' inks is bound all the same, but the file
then does not say that it is PDF/A (ISO 19005-2, 6.2): nothing here checks fonts of others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

OPERATORS = frozenset(
    (
        "q", "Q", "cm", "Do", "re", "m", "l", "c", "v", "y", "h", "W", "W*", "n", "f", "F", "f*", "S", "s", "B",
        "B*", "b", "b*", "w", "J", "j", "M", "d", "i", "g", "G", "rg", "RG", "BMC", "BDC", "EMC", "MP", "DP"
    )
)  # fmt: skip
FILTERS = frozenset(
    (
        "/FlateDecode", "/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/RunLengthDecode", "/ASCII85Decode",
        "/ASCIIHexDecode"
    )
)  # fmt: skip
SPACES = frozenset({"/DeviceGray", "/DeviceRGB", "/CalGray", "/CalRGB"})
PROFILES = {b"GRAY": 1, b"RGB ": 3}
CLASSES = frozenset({b"scnr", b"mntr", b"prtr", b"spac"})
RESOURCES = frozenset({"/ProcSet", "/XObject", "/ColorSpace"})
DEEPEST = 8


def vouched(form: pikepdf.Object, depth: int = 0) -> bool:
    """Return whether what ``form`` draws is known to conform; then its transparency group, not needed, is taken off."""
    import pikepdf

    resources = form.get("/Resources", pikepdf.Dictionary())
    if depth > DEEPEST or not isinstance(resources, pikepdf.Dictionary) or not set(resources.keys()) <= RESOURCES:
        return False
    try:
        used = {str(instruction.operator) for instruction in pikepdf.parse_content_stream(form)}
    except (pikepdf.PdfError, ValueError, TypeError):
        return False
    drawn = list(resources.get("/XObject", pikepdf.Dictionary()).values())
    if not used <= OPERATORS or not all(_known(inner, depth) for inner in drawn):
        return False
    if "/Group" in form:
        del form["/Group"]
    return True


def _known(drawn: Any, depth: int) -> bool:
    if drawn.get("/Subtype") == "/Form":
        return "/OC" not in drawn and vouched(drawn, depth + 1)
    if drawn.get("/Subtype") != "/Image" or {"/SMask", "/SMaskInData", "/OC", "/Intent"} & set(drawn.keys()):
        return False
    filters = drawn.get("/Filter")
    names = [str(filters)] if isinstance(filters, _name()) else [str(one) for one in filters or ()]
    if not set(names) <= FILTERS:
        return False
    if drawn.get("/Interpolate"):
        drawn["/Interpolate"] = False
    mask = drawn.get("/Mask")
    return (bool(drawn.get("/ImageMask")) or _space(drawn.get("/ColorSpace"))) and (mask is None or _colour_key(mask))


def _name() -> type:
    import pikepdf

    return pikepdf.Name


def _colour_key(mask: Any) -> bool:
    import pikepdf

    return isinstance(mask, pikepdf.Array)


def _space(space: Any) -> bool:
    import pikepdf

    if isinstance(space, pikepdf.Name):
        return str(space) in SPACES
    if not isinstance(space, pikepdf.Array) or not len(space):
        return False
    kind = str(space[0])
    if kind == "/Indexed":
        return len(space) == 4 and not _is_indexed(space[1]) and _space(space[1])
    if kind == "/ICCBased":
        return _profile(space[1])
    return kind in SPACES


def _is_indexed(space: Any) -> bool:
    import pikepdf

    return isinstance(space, pikepdf.Array) and len(space) > 0 and str(space[0]) == "/Indexed"


def _profile(stream: Any) -> bool:
    """Whether an ICC profile fits its colours: version 4 at most, of a class and space that is allowed (6.2.4.2)."""
    import pikepdf

    try:
        content, number = stream.read_bytes(), int(stream.N)
    except (pikepdf.PdfError, AttributeError, TypeError, ValueError):
        return False
    fits = len(content) >= 128 and content[36:40] == b"acsp" and content[8] <= 4
    return fits and content[12:16] in CLASSES and PROFILES.get(content[16:20]) == number
