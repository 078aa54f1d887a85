"""One search over everything: candidates from the index, best first, and a look at each record itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import TextClause, bindparam, select
from sqlalchemy import text as sql

from desktop.store import earlier
from desktop.store.asking import MOST_WORDS, party_tiers, sound_expressions, text_expression
from desktop.store.excerpts import shown
from desktop.store.index import filled
from desktop.store.matching import Match, Word, match, words_of
from desktop.store.reader import Reader, current
from desktop.store.rows import Hit, Manner
from desktop.store.said import PARTIES, SEARCHED, moment_of, text_of, unit_of
from desktop.store.tables import card, dispatch_order, matter, mediation, record, visit
from desktop.store.terms import all_of, any_of, eager, kinds_term, time_term, units_term
from desktop.store.words import folded
from sync.records.matter_state import MatterStage
from sync.records.mediations import Outcome
from sync.records.order_state import OrderStage
from sync.records.record import Record

PAGE: Final = 200
SCANNED: Final = 400
"""So many of the newest records are looked at before the index gathers what begins with a single character: what
stands in one of eight of them is found there, and what is rarer is soon gathered."""
COMMON: Final = SCANNED // 3
"""A character that so many of them hold narrows nothing."""
TOP: Final = (1 << 62) + 1

STATES: Final = tuple(dict.fromkeys(map(str, (*MatterStage, *OrderStage, *Outcome, "unsent", "held", "settled"))))
"""What `Filters.states` may hold: states of matters and orders, outcomes of mediations, the journal's own."""

_ROWS = (
    select(
        record.c.line,
        record.c.kind,
        record.c.body,
        record.c.state.label("sent"),
        card.c.fields,
        matter.c.state.label("matter"),
        dispatch_order.c.state.label("order"),
        mediation.c.outcome,
        visit.c.amended.label("visit_amended"),
        dispatch_order.c.amended.label("order_amended"),
    )
    .select_from(record)
    .outerjoin(card, card.c.line == record.c.line)
    .outerjoin(matter, matter.c.line == record.c.line)
    .outerjoin(dispatch_order, dispatch_order.c.line == record.c.line)
    .outerjoin(mediation, mediation.c.line == record.c.line)
    .outerjoin(visit, visit.c.line == record.c.line)
    .where(record.c.line.in_(bindparam("lines", expanding=True)), record.c.readable == 1)
    .order_by(record.c.line.desc())
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for beside the words; empty means all. ``until`` is not included.

    ``states`` are a matter's or an order's state, a mediation's outcome, or the journal's ("unsent", "held",
    "settled").
    """

    kinds: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    states: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()

    def terms(self) -> str:
        """The expression that narrows candidates down to these."""
        return all_of((kinds_term(self.kinds), units_term(self.units), time_term(self.since, self.until)))

    def admit(self, row: Any, value: Record) -> bool:
        """Whether a record is asked for."""
        at = moment_of(value)
        return (
            (not self.kinds or row.kind in self.kinds)
            and (self.since is None or at >= self.since)
            and (self.until is None or at < self.until)
            and (not self.states or not self.states.isdisjoint((row.matter, row.order, row.outcome, row.sent)))
            and (not self.units or unit_of(value) in self.units)
        )


def search(
    reader: Reader,
    text: str,
    *,
    kinds: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    states: Collection[str] = (),
    units: Collection[str] = (),
    limit: int = 50,
    cancelled: Callable[[], bool] = bool,
) -> list[Hit]:
    """Return records in which every word of ``text`` is found, best first: whole names and numbers, their beginnings,
    names by how they are read, other parts of them, and texts; the newest first among equals.

    Width, case and the form of a character (traditional, rare) do not matter. Persons and organisations are found by
    any part of a name, of a number of three characters or more, and by pinyin in full or initials, from any character
    on; every paper by any part of its number. A query without a letter or digit finds nothing.

    ``cancelled`` is asked now and then; what was found until then is returned.
    """
    words = words_of(text)
    if not words:
        return []
    filters = Filters(frozenset(kinds or ()), since, until, frozenset(states), frozenset(units))
    return _Search(reader, words, filters, limit, cancelled).run()


@dataclass(frozen=True, slots=True)
class _Found:
    hit: Hit
    order: tuple[int, int, int]


class _Search:
    """One query: tiers of candidates, best first, until there are enough hits."""

    def __init__(
        self, reader: Reader, words: list[Word], filters: Filters, limit: int, cancelled: Callable[[], bool]
    ) -> None:
        self._reader = reader
        self._words = words
        self._filters = filters
        self._limit = limit
        self._cancelled = cancelled
        self._whole = filled(reader)
        self._terms = filters.terms() if self._whole else ""
        self._seen: set[int] = set()
        self._found: list[_Found] = []
        self._holding = [0] * len(words)

    def run(self) -> list[Hit]:
        for number, (pages, manner) in enumerate(self._tiers()):
            # The ways of several words are mixed in one tier: of these more are ranked than are shown.
            enough = self._limit if len(self._words) == 1 or number else 4 * self._limit
            for page in pages:
                self._take(number, page, manner)
                if len(self._found) >= enough or self._cancelled():
                    break
            if len(self._found) >= self._limit or self._cancelled():
                break
        return [found.hit for found in sorted(self._found, key=lambda f: f.order)[: self._limit]]

    def _tiers(self) -> Iterator[tuple[Iterator[list[int]], Manner | None]]:
        if not self._filters.kinds or not self._filters.kinds.isdisjoint(PARTIES):
            for expression, manner in party_tiers(self._words):
                if expression:
                    yield self._lines(expression), manner
            if not self._whole:
                yield earlier.parties(self._reader, self._words, self._limit), None
        yield self._texts(), None

    def _texts(self) -> Iterator[list[int]]:
        """Yield what may hold all words: the newest first, then, where that needs gathering, what the index knows."""
        asked = [self._text_expression(word) for word in self._words]
        lazy = [expression for expression in asked if not eager(expression)][:MOST_WORDS]
        if len(lazy) == len(asked[:MOST_WORDS]):
            yield from self._lines(all_of(lazy))
            return
        below, seen = TOP, 0
        for page in self._lines(all_of(lazy)) if lazy else self._newest():
            yield page
            below, seen = page[-1], seen + len(page)
            if seen >= SCANNED:
                yield from self._lines(all_of([*lazy, *self._narrowing(asked)]), below)
                return

    def _text_expression(self, word: Word) -> str:
        ours = text_expression(word)
        return ours if self._whole else any_of((ours, earlier.text_expression(word)))

    def _newest(self) -> Iterator[list[int]]:
        if self._whole:
            return self._lines(self._terms or kinds_term(SEARCHED))
        return earlier.newest(self._reader, sorted(self._filters.kinds or SEARCHED))

    def _narrowing(self, asked: list[str]) -> list[str]:
        """Return the expressions of those words that few of the newest records hold, at least the rarest one's."""
        ranked = sorted((held, place) for place, held in enumerate(self._holding) if eager(asked[place]))
        return [asked[place] for held, place in ranked if held < COMMON][:MOST_WORDS] or [asked[ranked[0][1]]]

    def _lines(self, expression: str, below: int = TOP) -> Iterator[list[int]]:
        """Yield the lines that satisfy ``expression`` and the filters' terms, the newest first, page by page."""
        expression = all_of((expression, self._terms))
        states = sorted(self._filters.states)
        statement = _match(bool(states))
        size = min(self._limit + 10, PAGE)
        while True:
            values = {"match": expression, "below": below, "limit": size, **({"states": states} if states else {})}
            lines = list(self._reader.conn.scalars(statement, values))
            if lines:
                yield lines
            if len(lines) < size:
                return
            below, size = lines[-1], PAGE

    def _take(self, tier: int, page: list[int], manner: Manner | None) -> None:
        """Look at the records of a page, and keep those that the query asks for."""
        lines = [line for line in page if line not in self._seen]
        self._seen.update(lines)
        sounds = self._sounds(lines) if len(self._words) > 1 else {}
        for row in self._reader.conn.execute(_ROWS, {"lines": lines}) if lines else ():
            value = current(row.kind, row.body, row.fields)
            self._count(value)
            if not self._filters.admit(row, value):
                continue
            heard = sounds.get(row.line, {})
            reasons = match(value, self._words, manner, heard)
            if reasons is not None:
                rank = sum(reason.rank for reason in reasons)
                # The tiers of one word are sorted by likeness already; several words are found in any way at once.
                order = (tier, rank) if self._whole and len(self._words) == 1 else (rank, tier)
                self._found.append(_Found(_hit(row, value, reasons), (*order, -row.line)))

    def _count(self, value: Record) -> None:
        """Learn which of several words are common."""
        if len(self._words) > 1 and len(self._seen) <= SCANNED + PAGE:
            whole = folded(text_of(value))
            self._holding = [n + (w.folded in whole) for n, w in zip(self._holding, self._words, strict=True)]

    def _sounds(self, lines: list[int]) -> dict[int, dict[str, Manner]]:
        """Ask the index which of ``lines`` are names that are read as a word is spelled."""
        found: dict[int, dict[str, Manner]] = {}
        for word in self._words[:MOST_WORDS]:
            for expression, manner in sound_expressions(word) if word.spelled and lines else ():
                values = {"match": expression, "below": max(lines) + 1, "from": min(lines)}
                for line in self._reader.conn.scalars(_BETWEEN, values):
                    found.setdefault(line, {}).setdefault(word.spelled, manner)
        return found


def _hit(row: Any, value: Record, reasons: list[Match]) -> Hit:
    title, title_spans, said, said_spans = shown(value, reasons)
    best = min(reasons, key=lambda reason: reason.rank)
    return Hit(
        kind=row.kind,
        id=value.id,
        title=title,
        excerpt=said,
        at=moment_of(value),
        field=best.field,
        manner=best.manner,
        title_spans=title_spans,
        excerpt_spans=said_spans,
        unit=unit_of(value),
        state=row.matter or row.order or row.outcome or "",
        sent=row.sent,
        stands=not (row.visit_amended or row.order_amended),
    )


_BETWEEN: Final = sql("SELECT rowid FROM search WHERE search MATCH :match AND rowid < :below AND rowid >= :from")
_STATES: Final = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} WHERE line = search.rowid AND {column} IN :states)"  # noqa: S608
    for table, column in (
        ("matter", "state"),
        ("dispatch_order", "state"),
        ("mediation", "outcome"),
        ("record", "state"),
    )
)


@cache
def _match(by_state: bool) -> TextClause:
    where = f" AND ({_STATES})" if by_state else ""
    asked = f"SELECT rowid FROM search WHERE search MATCH :match AND rowid < :below{where}"  # noqa: S608
    statement = sql(f"{asked} ORDER BY rowid DESC LIMIT :limit")
    return statement.bindparams(bindparam("states", expanding=True)) if by_state else statement
