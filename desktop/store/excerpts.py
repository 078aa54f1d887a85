"""What a result of a search shows: its title, and the text around what was found, with the places to be marked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from desktop.store.matching import Match, spans
from desktop.store.rows import Span
from desktop.store.said import title_of
from sync.records.graphemes import boundary
from sync.records.names import mask_number
from sync.records.record import Record
from sync.records.telephones import mask_phone

AROUND: Final = 24
MOST_MARKED: Final = 8
"""So many words of a query are marked: a pasted page has thousands."""
_MASKS: Final = {"document": mask_number, "phones": mask_phone, "telephone": mask_phone}


def shown(record: Record, reasons: list[Match]) -> tuple[str, tuple[Span, ...], str, tuple[Span, ...]]:
    """Return title and excerpt, each with its places to be marked; the excerpt is of the best reason's field."""
    title = title_of(record)
    best = min(reasons, key=lambda reason: reason.rank)
    reasons = [best, *(reason for reason in reasons[:MOST_MARKED] if reason is not best)]
    excerpt, marked = _excerpt(best, reasons)
    return title, _whole(title, _together(p for reason in reasons for p in spans(title, reason))), excerpt, marked


def _excerpt(best: Match, reasons: list[Match]) -> tuple[str, tuple[Span, ...]]:
    if best.field in _MASKS:
        return _masked(best)
    line = " ".join(best.said.split())
    here = [reason for reason in reasons if (reason.field, reason.said) == (best.field, best.said)]
    places = _whole(line, _together(place for reason in here for place in spans(line, reason)))
    start = boundary(line, max(places[0][0] - AROUND, 0)) if places else 0
    end = boundary(line, min(max(start + 3 * AROUND, places[0][1] if places else 0), len(line)))
    before = "…" if start else ""
    moved = len(before) - start
    kept = tuple((a + moved, min(b, end) + moved) for a, b in places if a < end)
    return before + line[start:end] + ("…" if end < len(line) else ""), kept


def _masked(best: Match) -> tuple[str, tuple[Span, ...]]:
    """A number on a screen is masked (个人信息保护法 6): what was typed is known to whoever typed it."""
    masked = list(_MASKS[best.field](best.said))
    places = spans(best.said, best) if len(masked) == len(best.said) else ()
    for start, end in places:
        masked[start:end] = best.said[start:end]
    return "".join(masked), places


def _whole(text: str, places: Iterable[Span]) -> tuple[Span, ...]:
    """Let each place end where a character does: what belongs to a marked one is marked with it."""
    return _together((start, boundary(text, end)) for start, end in places)


def _together(places: Iterable[Span]) -> tuple[Span, ...]:
    """Sort places and join those that overlap or touch."""
    found: list[Span] = []
    for start, end in sorted(places):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)
