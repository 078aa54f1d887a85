"""One search over everything: candidates from the index, best first, and a look at each record itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from desktop.store import earlier
from desktop.store.asking import MOST_WORDS, party_tiers, sound_expressions, text_expression
from desktop.store.excerpts import shown
from desktop.store.full_text import SEARCHED
from desktop.store.index import filled
from desktop.store.matching import WHOLE, Match, Word, match, words_of
from desktop.store.projections import IS_AMENDED, NEWEST, THROUGH
from desktop.store.reader import Reader, current, listed
from desktop.store.rows import Hit, Manner
from desktop.store.running import PASSED
from desktop.store.said import PARTIES, moment_of, unit_of
from desktop.store.same import leading_at
from desktop.store.sample import COMMON, sample_of
from desktop.store.terms import all_of, any_of, eager, kinds_term, time_term, units_term
from desktop.store.unindexed import TOP
from desktop.store.words import is_spelled, name_key, parted
from sync.records.matter_state import MatterStage
from sync.records.mediations import Outcome
from sync.records.order_stages import OrderStage
from sync.records.record import Record

PAGE: Final = 200
SCANNED: Final = 800
"""So many of the newest are looked at before the index gathers all that begins with a single character."""
OFTEN: Final = 0.07
"""What stands in so large a part of the newest records is found among them; what is rarer is soon gathered."""

PASSED_OPEN: Final = "passed_open"
"""The state of a matter that another unit passed here, as long as something is to be done here."""
STATES: Final = tuple(
    dict.fromkeys(map(str, (*MatterStage, *OrderStage, *Outcome, PASSED_OPEN, "unsent", "held", "settled")))
)
"""What `Filters.states` may hold: states of matters and orders, outcomes of mediations, the journal's own."""

_OF_KIND: Final[dict[str, frozenset[str]]] = {
    state: frozenset(
        kind
        for kind, known in (
            *(("matter", MatterStage), ("dispatch_order", OrderStage), ("mediation", Outcome)),
            ("passed_matter", (PASSED_OPEN,)),
        )
        if state in set(map(str, known))
    )
    or frozenset(SEARCHED)
    for state in STATES
}
"""The kinds that a state belongs to; the journal's belong to all."""
_IN_STATE: Final = {
    "matter": "SELECT 1 FROM matter WHERE line = search.rowid AND state IN (SELECT value FROM json_each(?))",
    "dispatch_order": """
        SELECT 1 FROM dispatch_order WHERE line = search.rowid AND state IN (SELECT value FROM json_each(?))
    """,
    "mediation": "SELECT 1 FROM mediation WHERE line = search.rowid AND outcome IN (SELECT value FROM json_each(?))",
    "passed_matter": f"""
        SELECT 1 FROM running WHERE line = search.rowid AND clock = '{PASSED}'
        AND '{PASSED_OPEN}' IN (SELECT value FROM json_each(?))
    """,  # noqa: S608 our own words
    "": "SELECT 1 FROM record WHERE line = search.rowid AND state IN (SELECT value FROM json_each(?))",
}
_MATCH: Final = "SELECT rowid FROM search WHERE search MATCH ? AND rowid < ?"
_BETWEEN: Final = "SELECT rowid FROM search WHERE search MATCH ? AND rowid <= ? AND rowid >= ?"
_ORDERED: Final = " ORDER BY rowid DESC LIMIT ?"
_WAITING: Final = frozenset(("unsent", "held"))
_WAIT: Final = {
    "held": "SELECT line FROM record WHERE state = 'held' ORDER BY line DESC LIMIT ?",
    "unsent": f"""
        SELECT line FROM waiting
        UNION ALL
        SELECT line FROM record WHERE line > {THROUGH} AND state = 'unsent'
        ORDER BY line DESC LIMIT ?
    """,  # noqa: S608 our own words
}
FEW: Final = 1000
"""So many records that wait for the district are looked at one by one."""

_ROWS: Final = """
    SELECT record.line, record.kind, record.body, record.state, card.fields
    FROM record LEFT JOIN card ON card.line = record.line
    WHERE record.line IN (SELECT value FROM json_each(?)) AND record.readable = 1 ORDER BY record.line DESC
"""
_AMONG: Final = "line IN (SELECT value FROM json_each(?))"
_STATES_OF: Final = {
    "matter": f"SELECT line, state, 0 FROM matter WHERE {_AMONG}",  # noqa: S608 our own words, here and below
    "dispatch_order": f"SELECT line, state, amended FROM dispatch_order WHERE {_AMONG}",  # noqa: S608
    "mediation": f"SELECT line, outcome, 0 FROM mediation WHERE {_AMONG}",  # noqa: S608
    "visit": f"""
        SELECT line, '', amended FROM visit WHERE line IN (SELECT value FROM json_each(?1))
        UNION ALL
        SELECT line, '', {IS_AMENDED} FROM record WHERE {NEWEST} AND line IN (SELECT value FROM json_each(?1))
    """,  # noqa: S608
    "mediation_event": f"SELECT line, '', {IS_AMENDED} FROM record WHERE {_AMONG}",  # noqa: S608
    "passed_matter": f"""
        SELECT record.line, CASE WHEN running.line IS NULL THEN '' ELSE '{PASSED_OPEN}' END, {IS_AMENDED}
        FROM record LEFT JOIN running ON running.line = record.line AND running.clock = '{PASSED}'
        WHERE record.{_AMONG}
    """,  # noqa: S608
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for beside the words; empty means all. ``until`` is not included.

    ``states`` are a matter's or an order's state, a mediation's outcome, `PASSED_OPEN`, or the journal's ("unsent",
    "held", "settled").
    """

    kinds: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    states: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()

    def terms(self) -> str:
        """The expression that narrows candidates down to these."""
        return all_of((kinds_term(self.of_kinds), units_term(self.units), time_term(self.since, self.until)))

    @property
    def of_kinds(self) -> frozenset[str]:
        """The kinds that can be in the states that are asked for; empty means all."""
        kinds = {kind for state in self.states for kind in _OF_KIND.get(state, frozenset(SEARCHED))}
        return (self.kinds & kinds or frozenset({"none"})) if self.kinds and kinds else self.kinds or frozenset(kinds)

    def in_state(self) -> tuple[str, list[str]]:
        """Return the statement for candidates in one of the states that are asked for, and its values for them."""
        if not self.states:
            return _MATCH + _ORDERED, []
        journal = self.states & {*_WAITING, "settled"}
        tables = [
            name for name in _IN_STATE if (journal if not name else self.states - journal and name in self.of_kinds)
        ]
        where = " OR ".join(f"EXISTS ({_IN_STATE[name]})" for name in tables)
        return f"{_MATCH} AND ({where}){_ORDERED}", [listed(sorted(self.states))] * len(tables)

    def admit(self, kind: str, value: Record) -> bool:
        """Whether a record says what is asked for; its states are looked at apart."""
        if (self.kinds and kind not in self.kinds) or (self.units and unit_of(value) not in self.units):
            return False
        if self.since is None and self.until is None:
            return True
        at = moment_of(value)
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


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
    on, also where only a part of the name was typed so (zhang华); every paper by any part of its number. A query
    without a letter or digit finds nothing.

    ``cancelled`` is asked now and then; what was found until then is returned.
    """
    words = words_of(text)
    if not words:
        return []
    filters = Filters(frozenset(kinds or ()), since, until, frozenset(states), frozenset(units))
    hits = _Search(reader, words, filters, limit, cancelled).run()
    if len(hits) < limit and not cancelled():
        known = {hit.id for hit in hits}
        hits += [hit for hit in _mixed(reader, text, filters, limit, cancelled) if hit.id not in known]
    return hits[:limit]


def _mixed(reader: Reader, text: str, filters: Filters, limit: int, cancelled: Callable[[], bool]) -> list[Hit]:
    """Find names that were typed partly as they are read (zhang华): the pieces as words, each character in the name."""
    pieces = parted(text)
    kinds = frozenset(PARTIES) & (filters.kinds or frozenset(PARTIES))
    if not pieces or not kinds:
        return []
    found = _Search(reader, words_of(" ".join(pieces)), replace(filters, kinds=kinds), limit, cancelled).run()
    written = [name_key(piece) for piece in pieces if not is_spelled(piece)]
    return [hit for hit in found if all(piece in name_key(hit.title, WHOLE) for piece in written)]


@dataclass(frozen=True, slots=True)
class _Found:
    order: tuple[int, int, int]
    line: int
    kind: str
    value: Record
    reasons: list[Match]
    state: str
    sent: str
    stands: bool


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
        self._sample = sample_of(reader)
        self._tiered = self._whole and len(words) == 1 and not (filters.states and filters.states <= _WAITING)

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
        return self._once(sorted(self._found, key=lambda f: f.order))

    def _once(self, found: list[_Found]) -> list[Hit]:
        """Cards that stand for one person or organisation are one hit: by what was found first, to the leading card."""
        led = leading_at(self._reader, [f.line for f in found if f.kind in PARTIES])
        passed, hits = set[str](), list[Hit]()
        for each in found:
            if len(hits) == self._limit:
                break
            leading = led.get(each.line, each.value.id)
            if leading not in passed:
                passed.add(leading)
                hit = _hit(each)
                hits.append(hit if leading == hit.id else replace(hit, id=leading))
        return hits

    def _tiers(self) -> Iterator[tuple[Iterator[list[int]], Manner | None]]:
        if (waiting := self._waiting()) is not None:
            yield iter((waiting,)), None
            return
        if not self._filters.kinds or not self._filters.kinds.isdisjoint(PARTIES):
            for expression, manner in party_tiers(self._words, self._sample.narrow):
                if expression:
                    yield self._lines(expression), manner
            if not self._whole:
                yield earlier.parties(self._reader, self._words, self._limit), None
        yield self._texts(), None

    def _waiting(self) -> list[int] | None:
        """Return the lines that wait for the district, where these are asked for and few; None otherwise."""
        states = self._filters.states
        if not states or not states <= _WAITING or any(word.spelled for word in self._words):
            return None
        lines = [row[0] for state in sorted(states) for row in self._reader.sql(_WAIT[state], (FEW,)).fetchall()]
        return sorted(lines, reverse=True) if len(lines) < FEW else None

    def _texts(self) -> Iterator[list[int]]:
        """Yield what may hold all words: by terms that the index walks through, or among the newest, then by all."""
        asked = [self._text_expression(word) for word in self._words[:MOST_WORDS]]
        lazy = [expression for expression in asked if not eager(expression)]
        shares = sorted((self._sample.share(e), e) for e in asked if eager(e))
        if not shares:
            yield from self._lines(all_of(lazy))
            return
        gathered = [e for share, e in shares if share < COMMON] or [shares[0][1]]
        below, seen = TOP, 0
        if lazy or shares[0][0] >= OFTEN:
            for page in self._lines(all_of(lazy)) if lazy else self._newest():
                yield page
                below, seen = page[-1], seen + len(page)
                if seen >= SCANNED:
                    break
            else:
                return
        yield from self._lines(all_of([*lazy, *gathered]), below)

    def _text_expression(self, word: Word) -> str:
        ours = text_expression(word, self._sample.narrow)
        return ours if self._whole else any_of((ours, earlier.text_expression(word)))

    def _newest(self) -> Iterator[list[int]]:
        if self._whole:
            return self._lines(self._terms or kinds_term(SEARCHED))
        return earlier.newest(self._reader, sorted(self._filters.kinds or SEARCHED))

    def _lines(self, expression: str, below: int = TOP) -> Iterator[list[int]]:
        """Yield the lines that satisfy ``expression`` and the filters' terms, the newest first, page by page."""
        expression = all_of((expression, self._terms))
        size = min(self._limit + 10, PAGE)
        asked, states = self._filters.in_state()
        if newest := self._reader.unindexed.lines(self._reader, expression, below):
            yield newest
        while True:
            values = (expression, below, *states, size)
            lines = [row[0] for row in self._reader.sql(asked, values).fetchall()]
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
        rows = self._reader.sql(_ROWS, (listed(lines),)).fetchall() if lines else ()
        found = list[tuple[int, str, Record, str, list[Match]]]()
        for line, kind, body, sent, fields in rows:
            value = current(kind, body, fields)
            # Days are terms of the index and hours are not: of many candidates nothing else needs to be asked.
            if not self._filters.admit(kind, value):
                continue
            if (reasons := match(value, self._words, manner, sounds.get(line, {}))) is not None:
                found.append((line, kind, value, sent, reasons))
        states = self._states(found)
        for line, kind, value, sent, reasons in found:
            state, stands = states.get(line, ("", True))
            if not stands and kind in ("mediation_event", "passed_matter"):
                continue  # what a correction replaced may have been a confidence; of a matter the last word counts
            if self._filters.states and self._filters.states.isdisjoint((state, sent)):
                continue
            rank = sum(reason.rank for reason in reasons)
            # The tiers of one word are sorted by likeness already; several words are found in any way at once.
            order = (tier, rank) if self._tiered else (rank, tier)
            self._found.append(_Found((*order, -line), line, kind, value, reasons, state, sent, stands))

    def _states(self, found: Iterable[tuple[int, str, Record, str, list[Match]]]) -> dict[int, tuple[str, bool]]:
        """Return, by line, the state that a fold or an outcome gave, and whether nothing amends the record."""
        of_kind: dict[str, list[int]] = {}
        for line, kind, *_ in found:
            of_kind.setdefault(kind, []).append(line)
        asked = ((_STATES_OF[kind], listed(lines)) for kind, lines in of_kind.items() if kind in _STATES_OF)
        rows = (row for statement, lines in asked for row in self._reader.sql(statement, (lines,)).fetchall())
        return {line: (state, not amended) for line, state, amended in rows}

    def _sounds(self, lines: list[int]) -> dict[int, dict[str, Manner]]:
        """Ask the index which of ``lines`` are names that are read as a word is spelled."""
        found: dict[int, dict[str, Manner]] = {}
        for word in self._words[:MOST_WORDS]:
            for expression, manner in sound_expressions(word) if word.spelled and lines else ():
                last, first = max(lines), min(lines)
                heard = [row[0] for row in self._reader.sql(_BETWEEN, (expression, last, first)).fetchall()]
                for line in heard + self._reader.unindexed.lines(self._reader, expression, last + 1, first):
                    found.setdefault(line, {}).setdefault(word.spelled, manner)
        return found


def _hit(found: _Found) -> Hit:
    title, title_spans, said, said_spans = shown(found.value, found.reasons)
    best = min(found.reasons, key=lambda reason: reason.rank)
    return Hit(
        kind=found.kind,
        id=found.value.id,
        title=title,
        excerpt=said,
        at=moment_of(found.value),
        field=best.field,
        manner=best.manner,
        title_spans=title_spans,
        excerpt_spans=said_spans,
        unit=unit_of(found.value),
        state=found.state,
        sent=found.sent,
        stands=found.stands,
    )
