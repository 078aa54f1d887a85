"""A paper's bytes before they are kept: drawn in the station's manner, or the first print's bytes, marked as a copy."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import TypeVar

from desktop.actions.desk import Desk
from desktop.actions.editions import dressed, words_for
from desktop.actions.paper_kinds import draw, is_living, sheet_of_paper
from desktop.actions.signed_originals import drawn_original
from desktop.printing.manner import Layout
from desktop.printing.marking import mark_copy
from desktop.printing.proof import Stamp
from desktop.printing.sheets import Sheet
from desktop.store.files import has_file, read_file
from desktop.store.links import prints_of
from desktop.store.prints import never_left, outcomes_of
from desktop.store.store import Reader
from sync.records.papers import Attachment, PaperKind, Print
from sync.records.times import BEIJING

S = TypeVar("S", bound=Sheet)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A paper's bytes, the name of their file, which copy it is, and the print that it replaces.

    ``template``, ``layout``, ``text`` and ``key`` as in `Print`.
    """

    content: bytes
    name: str
    copy: int
    template: str
    layout: str = ""
    text: str = ""
    key: str = ""
    faces: tuple[str, ...] = ()
    instead_of: Print | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over the bytes, in hex."""
        return hashlib.sha256(self.content).hexdigest()


def again(reader: Reader, paper: PaperKind, earlier: list[Print], instead_of: str) -> Drawn | None:
    """Return the bytes of a print that left no paper, to leave once more; None where they are not here."""
    found = next((p for p in earlier if p.id == instead_of), None)
    if found is None or not has_file(reader, found.digest):
        return None
    name = _file_name(reader, found) or paper.value
    kept = read_file(reader, found.digest)
    return Drawn(kept, name, found.copy, found.template, found.layout, found.text, found.key, found.faces, found)


def first_print(
    reader: Reader,
    desk: Desk,
    paper: PaperKind,
    subject: str,
    earlier: list[Print],
    signs: Stamp,
    before: Print | None = None,
) -> Drawn:
    """Draw the first print, signed; of a later one take the first one's bytes and mark them.

    ``before`` is a print that left no paper, and whose bytes are not here: it is set again, and is no copy. Where the
    signed original is kept, a copy of that leaves.
    """
    original = drawn_original(reader, desk, paper, subject)
    if original is not None:
        return copied_original(reader, desk, paper, subject, earlier, original)
    first = next((p for p in earlier if p.copy == 1), None)
    if first is not None and has_file(reader, first.digest):
        name = _file_name(reader, first)
        drawn = Drawn(b"", name, 1, first.template, first.layout, first.text, first.key, first.faces)
        content = read_file(reader, first.digest)
    else:
        # Printed at another desk: its bytes are at the district, so the paper is set again from the records.
        sheet = dataclasses.replace(sheet_for(reader, desk, paper, subject, first), stamp=signs)
        content = draw(paper, sheet)
        layout = sheet.manner.layout_for(sheet.template) or ""
        drawn = Drawn(b"", sheet.number, 1, sheet.template, layout, signs.text, signs.key)
    name = drawn.name or paper.value
    copy = before.copy if before else next_copy(earlier) if first else 1
    if copy == 1:
        return dataclasses.replace(drawn, content=content, name=name, instead_of=before)
    marked = mark_copy(content, drawn.template, copy, words=words_for(reader, drawn.template))
    return dataclasses.replace(drawn, content=marked, name=f"{name}-{copy}", copy=copy, instead_of=before)


def copied_original(
    reader: Reader,
    desk: Desk,
    paper: PaperKind,
    subject: str,
    earlier: list[Print],
    original: bytes,
    *,
    preview: bool = False,
) -> Drawn:
    """Mark the scan of the signed paper as the copy that comes now; the signed paper itself was the first."""
    sheet, copy = sheet_for(reader, desk, paper, subject, earlier[0] if earlier else None), next_copy(earlier)
    words = words_for(reader, sheet.template)
    marked = mark_copy(original, sheet.template, copy, preview=preview, words=words)
    return Drawn(marked, f"{sheet.number}-{copy}", copy, sheet.template)


def copy_of(reader: Reader, first: Print, copy: int, *, preview: bool = False) -> bytes:
    """Return a print's bytes with the mark of its ``copy``-th print."""
    words = words_for(reader, first.template)
    return mark_copy(read_file(reader, first.digest), first.template, copy, preview=preview, words=words)


def sheet_for(reader: Reader, desk: Desk, paper: PaperKind, subject: str, first: Print | None) -> Sheet:
    """Return what a paper says, in this station's manner and the words in force; a copy keeps the first one's both.

    An agreement has had its clauses since it was drawn up.
    """
    sheet = sheet_of_paper(reader, desk.session, paper, subject)
    if first is None:
        return in_manner(reader, desk, sheet, sheet.template if paper is PaperKind.AGREEMENT else "")
    layout = Layout(first.layout) if first.layout in set(Layout) else None
    kept = in_manner(reader, desk, sheet, first.template)
    return dataclasses.replace(kept, manner=dataclasses.replace(kept.manner, layout=layout))


def in_manner(reader: Reader, desk: Desk, sheet: S, keep: str = "") -> S:
    """Return ``sheet`` in this station's manner, and in the words in force or those of the edition ``keep``."""
    day = desk.now().astimezone(BEIJING).date()
    return dressed(reader, dataclasses.replace(sheet, manner=desk.manner()), day, keep)


def earlier_prints(reader: Reader, paper: PaperKind, version: str, now: str = "") -> list[Print]:
    """Return the prints of which a further one is a copy; of a living paper none where it says something else now.

    ``now`` is the digest of what it says (`said_now`).
    """
    found = [p for p in prints_of(reader, version) if p.paper is paper]
    if not now or not found:
        return found
    last = max(place for place, p in enumerate(found) if p.copy == 1)
    return found[last:] if found[last].text == now else []


def said_now(reader: Reader, desk: Desk, paper: PaperKind, subject: str) -> str:
    """Return what a living paper would say if it were printed now, as the digest of its text; "" for the others.

    Of its text and not of its bytes: another key or another page break makes no other paper.
    """
    if not is_living(paper):
        return ""
    noted = Stamp()
    draw(paper, dataclasses.replace(sheet_for(reader, desk, paper, subject, None), stamp=noted))
    return noted.text


def stayed(reader: Reader, earlier: list[Print]) -> str:
    """Return the id of the last print where it is proven that no paper of it exists; else ""."""
    last = earlier[-1].id if earlier else ""
    return last if never_left(outcomes_of(reader, [last]).get(last)) else ""


def that_left(reader: Reader, earlier: list[Print]) -> list[Print]:
    """Leave out a last print of which no paper exists: the next one is printed in its place."""
    return earlier[:-1] if stayed(reader, earlier) else earlier


def next_copy(earlier: list[Print]) -> int:
    """Return the number of the copy that comes now; of a paper that was signed elsewhere the first one is out too."""
    return 1 + max((p.copy for p in earlier), default=1)


def _file_name(reader: Reader, printed: Print) -> str:
    file = reader.find(printed.attachment or "", Attachment)
    return file.name.removesuffix(".pdf") if file is not None else ""
