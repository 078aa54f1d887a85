"""Whether a paper is what its code says (验证文书): offline, by the keys that the district has published.

A code proves that a station's key signed this number and this text. It does not prove when: the paper's own dates are
text. So nothing clears a paper whose key was revoked, however early it says it was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from desktop.actions.desk import Desk
from desktop.actions.proving_words import changes, kept_original, original_of
from desktop.actions.sheets import said
from desktop.printing.canonical_text import COPY, PREVIEW, digest, without_marks
from desktop.printing.proof import Statement, codes_in, opened, without_code
from desktop.printing.reading_back import PageRead, are_marks, read_back
from desktop.store.editions import announced_keys, published_keys
from desktop.store.reader import Reader
from desktop.store.units import units
from resources import Wording
from sync.records.errors import Refused, Unavailable
from sync.records.mediations import Agreement
from sync.records.papers import Attachment, PaperKind
from sync.records.station_keys import Published
from sync.records.times import to_minute

MOST_TEXT: Final = 2_000_000
"""Characters of a text that is looked through."""


class Verdict(StrEnum):
    """What was found out about a paper, from the best to the worst."""

    GENUINE = "genuine"
    SIGNED_ORIGINAL = "signed_original"
    CODE_ONLY = "code_only"
    LETTERS = "letters"
    REVOKED = "revoked"
    PREVIEW = "preview"
    UNPUBLISHED = "unpublished"
    UNKNOWN_KEY = "unknown_key"
    ALTERED = "altered"
    DRAWN_OVER = "drawn_over"
    FORGED = "forged"
    NO_CODE = "no_code"


@dataclass(frozen=True, slots=True)
class Finding:
    """One paper: what its code says, who signed, and whether all of it holds.

    ``pages`` are the first and the last page of it, counted from 1, (0, 0) for a text. ``copy`` is which reprint it
    says it is, 1 for the first print. ``text`` is what was proven, to be compared by eye; without one it is empty.
    ``here`` is whether these bytes are to the last one what this desk's store keeps. ``changes`` are what was printed
    and what stands there now, where the text is altered and the printed one is kept here. ``original`` names the scan
    of the signed agreement that counts in this text's place.
    """

    verdict: Verdict
    number: str = ""
    paper: str = ""
    template: str = ""
    key: str = ""
    unit: str = ""
    copy: int = 1
    pages: tuple[int, int] = (0, 0)
    ended_at: datetime | None = None
    revoked_at: datetime | None = None
    reason: str = ""
    text: str = ""
    here: bool = False
    changes: tuple[tuple[str, str], ...] = ()
    original: str = ""


GOOD: Final = frozenset({Verdict.GENUINE, Verdict.SIGNED_ORIGINAL})
MOST_CHANGES: Final = 5
"""Places of an altered text that one sentence names."""


def prove_file(desk: Desk, file: Path) -> list[Finding]:
    """Return what is to be said of a file: a PDF, or a text with a code in it. Unavailable("proof.cannot_read")."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Unavailable("proof.cannot_read", file=str(file)) from error
    return prove(desk, content)


def prove(desk: Desk, content: bytes) -> list[Finding]:
    """Return a finding for each paper in a PDF or a text, the first page first; at least one.

    Refused as `read_back` says, Refused("proof.not_text") for bytes that are neither.
    """
    with desk.store.read() as reader:
        scan = kept_original(reader, hashlib.sha256(content).hexdigest())
        if scan is not None:
            return [_signed(*scan)]
        if b"%PDF-" in content[:1024]:
            return _prove_pdf(reader, content)
        try:
            return _prove_text(reader, content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise Refused("proof.not_text") from error


def prove_text(desk: Desk, text: str) -> list[Finding]:
    """Return what is to be said of a code that was scanned or pasted, alone or with the paper's text."""
    with desk.store.read() as reader:
        return _prove_text(reader, text)


def _signed(scan: Attachment, agreement: Agreement) -> Finding:
    title = said(f"records.paperkind_{PaperKind.AGREEMENT.value}")
    return Finding(Verdict.SIGNED_ORIGINAL, number=agreement.number, paper=title, here=True, original=scan.name)


def _prove_pdf(reader: Reader, content: bytes) -> list[Finding]:
    pages = read_back(content)
    starts = [at for at, page in enumerate(pages) if page.code]
    if not starts:
        return [Finding(Verdict.NO_CODE, pages=(1, len(pages)))]
    found = [Finding(Verdict.NO_CODE, pages=(1, starts[0]))] if starts[0] else []
    kept = bool(reader.linked(hashlib.sha256(content).hexdigest(), "attachment.digest"))
    for start, end in zip(starts, [*starts[1:], len(pages)], strict=True):
        found += _prove_pages(reader, pages[start:end], start, here=kept)
    return found


def _prove_pages(reader: Reader, pages: Sequence[PageRead], start: int, *, here: bool) -> list[Finding]:
    """Judge one paper; pages behind it that it does not vouch for get a finding of their own."""
    judged, statement = _judged(reader, pages[0].code)
    if statement is None:
        return [replace(judged, pages=(start + 1, start + len(pages)))]
    text, length = "", 0
    for length in range(1, len(pages) + 1):  # a scan bound behind it says nothing and is none of its pages
        text = "".join(page.text for page in pages[:length])
        if digest(text) == statement.text:
            break
    else:
        length = len(pages)
    while length > 1 and not pages[length - 1].text:  # a scan that is bound behind it adds no text, and is not of it
        length -= 1
    own, rest = pages[:length], pages[length:]
    clean = are_marks(own, statement.number) and not any(page.strange for page in own)
    copies = [int(n) for page in own for mark in page.marks for n in COPY.findall(mark)]
    fits = bool(text) and digest(text) == statement.text
    if clean or not fits:
        judged = _with_text(reader, judged, statement, text, fits)
    else:
        judged = replace(judged, verdict=Verdict.DRAWN_OVER)
    if judged.verdict is Verdict.GENUINE and not (here or all(page.letters for page in own)):
        judged = replace(judged, verdict=Verdict.LETTERS)
    if any(PREVIEW in mark for page in own for mark in page.marks):
        judged = replace(judged, verdict=Verdict.PREVIEW)  # of a reprint: the first print's code is on it
    place = (start + 1, start + length)
    first = replace(judged, pages=place, copy=max(copies, default=1), here=here)
    return [first, Finding(Verdict.NO_CODE, pages=(place[1] + 1, start + len(pages)))] if rest else [first]


def _prove_text(reader: Reader, text: str) -> list[Finding]:
    if len(text) > MOST_TEXT:
        raise Refused("proof.text_long", limit=MOST_TEXT)
    codes = list(codes_in(text))
    if not codes:
        return [Finding(Verdict.NO_CODE)]
    if len(codes) > 1:  # several codes and one text: nobody can tell which words belong to which
        return [_code_alone(*_judged(reader, code)) for code in codes]
    judged, statement = _judged(reader, codes[0])
    rest = without_code(text, codes[0])
    if statement is None or not rest.strip():
        return [_code_alone(judged, statement)]
    copies = [int(number) for number in COPY.findall("".join(rest.split()))]
    told = list(without_marks(rest, statement.number))
    proven = next((words for words in told if digest(words) == statement.text), "")
    judged = _with_text(reader, judged, statement, proven or told[0], bool(proven))
    return [replace(judged, copy=max(copies, default=1))]


def _code_alone(judged: Finding, statement: Statement | None) -> Finding:
    genuine = statement is not None and judged.verdict is Verdict.GENUINE
    return replace(judged, verdict=Verdict.CODE_ONLY) if genuine else judged


def _with_text(reader: Reader, judged: Finding, statement: Statement, text: str, fits: bool) -> Finding:
    """Say what the text adds: one that does not fit is altered, whoever signed the code."""
    if judged.verdict is Verdict.FORGED:
        return judged
    if not fits:
        return replace(judged, verdict=Verdict.ALTERED, changes=changes(reader, statement, text))
    return replace(judged, text=text, original=original_of(reader, statement))


def _judged(reader: Reader, code: str) -> tuple[Finding, Statement | None]:
    """Return what is to be said of a code alone, and its statement where it has one that may be compared."""
    listed = published_keys(reader)
    announced = {k: bytes.fromhex(a.public) for k, a in announced_keys(reader).items() if k not in listed}
    read = opened(code, {k: entry.public for k, entry in listed.items()} | announced)
    if read is None:
        return Finding(Verdict.FORGED), None
    statement, signed = read
    entry = listed.get(statement.key)
    found = Finding(
        _verdict(signed, entry, ours=statement.key in announced),
        number=statement.number,
        paper=_title(statement.template),
        template=statement.template,
        key=statement.key,
        unit=_unit(reader, entry, statement.key),
        ended_at=entry.ended_at if entry else None,
        revoked_at=entry.revoked_at if entry else None,
        reason=entry.reason if entry else "",
    )
    return found, statement if signed or entry is None else None


def _verdict(signed: bool, entry: Published | None, *, ours: bool) -> Verdict:
    if not signed:
        return Verdict.FORGED if entry is not None or ours else Verdict.UNKNOWN_KEY
    if entry is None:
        return Verdict.UNPUBLISHED
    return Verdict.REVOKED if entry.revoked_at is not None else Verdict.GENUINE


def _title(template: str) -> str:
    """The kind of paper in words; "" for a kind that this program does not know."""
    name = template.rpartition("-")[0].removeprefix("oral_")
    key = f"records.paperkind_{name}"
    return said(key) if said.has(key) else ""


def _unit(reader: Reader, entry: Published | None, key: str) -> str:
    known = announced_keys(reader).get(key)
    unit = units(reader).get(entry.unit if entry else known.unit if known else "")
    return unit.name if unit else ""


def told(finding: Finding, words: Wording) -> str:
    """Return the one sentence that says what was found out."""
    revoked = finding.revoked_at
    return words(
        f"proof.verdict_{finding.verdict.value}",
        paper=finding.paper or finding.template,
        number=finding.number,
        unit=finding.unit or "—",
        key=finding.key,
        copy=words("proof.copy", copy=finding.copy) if finding.copy > 1 else "",
        revoked=to_minute(revoked) if revoked else "",
        reason=finding.reason or words("proof.no_reason"),
    )


def place(finding: Finding, words: Wording) -> str:
    """Return which pages of a file a finding is about; "" for a text."""
    first, last = finding.pages
    if not last:
        return ""
    return words("proof.page", first=first) if first == last else words("proof.pages", first=first, last=last)


def notes(finding: Finding, words: Wording) -> list[str]:
    """Return what is to be added: that the key was replaced since, that the original lies here."""
    ended = finding.ended_at
    found = [words("proof.ended", at=to_minute(ended))] if ended else []
    if finding.changes:
        found.append(_differences(finding.changes, words))
    if finding.verdict is Verdict.SIGNED_ORIGINAL:
        return found
    if finding.original:
        found.append(words("proof.original_kept", file=finding.original))
    return [*found, words("proof.here")] if finding.here else found


def _differences(found: Sequence[tuple[str, str]], words: Wording) -> str:
    told = [words("proof.altered_change", was=was, now=now) for was, now in found[:MOST_CHANGES]]
    if len(found) > MOST_CHANGES:
        told.append(words("proof.altered_more", count=len(found) - MOST_CHANGES))
    return words("proof.altered_words", count=len(found), changes="；".join(told))
