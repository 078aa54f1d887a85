"""One write transaction: what is added becomes rows in bulk, and touched folds are written once, at the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import chain as chained
from typing import TYPE_CHECKING, Any, cast

from desktop.changes import Changes
from desktop.store import amending, chain, erasing, index, later, newest
from desktop.store.columns import to_micros
from desktop.store.handles import Handle
from desktop.store.projections import (
    AGGREGATES,
    AMENDS,
    AS_FIRST_WRITTEN,
    AT_ID,
    ERASES,
    FOLDED_BY,
    JOINABLE,
    JOINS,
    NAMING_ANY,
    REVISES,
    links_of,
    naming,
)
from desktop.store.reader import SEALED, Reader, decoded, listed
from desktop.store.remembered import Numbered, Remembered
from desktop.store.unindexed import Unindexed
from sync.protocol.codec import convert, not_blank
from sync.protocol.version import MAX_RECORD_BYTES
from sync.records.canonical import Sealed, canonical, plain, seal
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import kind_of, kind_of_value, new_id
from sync.records.ownership import TRAVELLING
from sync.records.record import Made, Record
from sync.records.times import BEIJING

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from sync.records.cards import Revision
    from sync.records.papers import NumberLease, Series
    from sync.records.sameness import Sameness
    from sync.records.units import OrgUnit
    from sync.records.visits import Visit

_LAST_LINE = "SELECT coalesce(max(line), 0) FROM record"
_LINE = f"SELECT line FROM record WHERE {AT_ID}"  # noqa: S608 our own words
_COLUMNS = ("line", "id", "kind", "state", "origin", "readable", "hash", "salt", "body")
_CHAINED = (*_COLUMNS, "ordinal", "link")
"""The columns of records that this store wrote and that travel."""
_RECEIVED = (*_COLUMNS, "district_seq", "received_at")
_TOGETHER = 8
"""Records that one statement writes at most: what SQLite sets up to check them, it sets up for each statement."""
_LINK = "INSERT OR IGNORE INTO link(tail, head, via, line) VALUES (substr(?1, 5), substr(?1, 1, 4), ?, ?)"
_VISIT = "INSERT INTO visit(line, happened_at) VALUES (?, ?)"
_NOTE = "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
_REPLACE = """
    UPDATE record SET state = 'settled', kind = ?, readable = ?, district_seq = ?, received_at = ?, hash = ?,
    salt = ?, body = ? WHERE line = ?
"""
_WROTE = "INSERT OR IGNORE INTO written(line, hash) SELECT line, hash FROM record WHERE line = ? AND ordinal > 0"
_HEARD = f"""
    SELECT EXISTS (SELECT 1 FROM record WHERE {AT_ID}) OR EXISTS (SELECT 1 FROM link WHERE {naming("?1")})
"""  # noqa: S608 our own words
_SAYS = (AMENDS, ERASES, REVISES, *JOINS)
"""The links of what may come before the record that it speaks of."""
_NAMED = f"SELECT subject, via FROM link WHERE {{}} AND via IN ({', '.join('?' * len(_SAYS))})"  # noqa: S608
_NAMED_ONE, _NAMED_ANY = _NAMED.format(naming("?1")), _NAMED.format(NAMING_ANY)


@cache
def _insert(columns: tuple[str, ...], count: int) -> str:
    """Return the statement that writes so many records."""
    one = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO record({', '.join(columns)}) VALUES {', '.join([one] * count)}"  # noqa: S608 our own names


class Work(Reader):
    """A write transaction that is still open; `Store.write` commits it, an exception rolls it back."""

    def __init__(
        self,
        handle: Handle,
        store: str,
        unit: str,
        unindexed: Unindexed | None = None,
        remembered: Remembered | None = None,
    ) -> None:
        super().__init__(handle, store, unit, unindexed)
        self.remembered = remembered or Remembered()
        self.pulled = False
        """Whether what is kept now comes from the district, so that the search may find it a little later."""
        self._kinds: set[str] = set()
        self._pending: dict[str, Sealed] = {}
        self._ours: list[tuple[Any, ...]] = []
        self._others: list[tuple[Any, ...]] = []
        self._decoded: dict[int, tuple[str, Record]] = {}
        self._touched: dict[str, set[str]] = {}
        self._revised: set[str] = set()
        self._same: set[str] = set()
        self._numbers: dict[str, Numbered] = {}
        self._grew = False
        self._minted: set[str] = set()

    @property
    def conn(self) -> Connection:
        """SQLAlchemy's connection; everything added so far is written first, so that it can be read back."""
        self.flush()
        return self._handle.over

    def sql(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Run a statement as `Reader.sql` does; everything added so far is written first."""
        self.flush()
        return self._execute(statement, values)

    @property
    def known_units(self) -> dict[str, OrgUnit | None]:
        """What the transactions before this one asked about units; nothing where this one writes any."""
        return {} if "org_unit" in self._kinds else self.remembered.units

    @property
    def changes(self) -> Changes:
        """The kinds that this transaction touched so far."""
        return Changes(frozenset(self._kinds))

    def changed(self, *kinds: str) -> None:
        """Say that something of ``kinds`` was touched that is no record ("draft", "exchange")."""
        self._kinds.update(kinds)

    def sealed(self, record_id: str) -> Sealed | None:
        """Return the record as it is kept, those just added too."""
        return self._pending.get(record_id) or self._kept(record_id)

    def many(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run a statement for each of ``rows``, as `sql` does and without writing first what was added."""
        if rows:
            self._handle.driver.executemany(statement, rows)

    def _kept(self, record_id: str) -> Sealed | None:
        row = self._execute(SEALED, (record_id,)).fetchone()
        return None if row is None else Sealed(*row)

    def add(self, value: Record) -> Sealed:
        """Seal and keep a record with its journal line. The same content under the same id again changes nothing.

        Refused ("store.id_taken") where the id stands for something else, RuleBroken ("records.record_large") where no
        district would take it.
        """
        kind = kind_of_value(value).name
        there = self.sealed(value.id)
        if there is not None:
            if there.kind == kind and there.body == canonical(value):
                return there
            raise Refused("store.id_taken", id=value.id)
        return self._add(kind, value)

    def add_new(self, value: Record) -> Sealed:
        """Seal and keep a record whose id was made just now (kinds.new_id): nothing has it, and nothing can name it."""
        self._minted.add(value.id)
        return self._add(kind_of_value(value).name, value)

    def unheard(self, record_id: str) -> bool:
        """Whether no record here has this id or names it: then nothing more is asked about it when it is added."""
        if record_id in self._pending or self._execute(_HEARD, (record_id,)).fetchone()[0]:
            return False
        self._minted.add(record_id)
        return True

    def add_absent(self, value: Record) -> Sealed:
        """Seal and keep a record whose id was looked for in this transaction and is not here."""
        return self._add(kind_of_value(value).name, value)

    def _add(self, kind: str, value: Record) -> Sealed:
        made = seal(kind, value)
        if len(made.body) > MAX_RECORD_BYTES:
            raise RuleBroken("records.record_large", limit=MAX_RECORD_BYTES // 1024**2)
        self.keep(made, value, state="unsent" if kind in TRAVELLING else "none")
        if self._numbers and (number := getattr(value, "number", "")) in self._numbers:
            self._carried(number, value)
        return made

    def _carried(self, number: str, value: Record) -> None:
        """A number has its record; where that would not tell of it later on, the row of the lease does at once."""
        _, unit, _ = self._numbers.pop(number)
        if value.made.unit != unit:  # series and year stand in the number itself (`numbers.read_number`)
            later.settle_numbers(self)

    def revise(
        self, card_id: str, fields: dict[str, Any], made: Made, seen: tuple[str, ...] | None = None
    ) -> Sealed | None:
        """Edit a card: ``fields`` are new values by field name (as in the dataclass, or JSON), ``seen`` its heads.

        Only fields that differ from the card's value are kept; those in conflict always. None where nothing is left.
        """
        kind = kind_of(card_id)
        now = self.folded(card_id)
        said = {name: plain(value) for name, value in fields.items()}
        edits = later.edits_of(now, said)
        if kind is None or not edits:
            return None
        if unknown := edits.keys() - kind.type.__dataclass_fields__.keys() | edits.keys() & {"id", "made"}:
            raise ValueError(f"no such fields to edit: {sorted(unknown)}")
        convert(kind.name, not_blank({**now.fields, **edits}))
        heads = seen or now.heads
        named = (*heads, *later.overridden(self, card_id, heads, edits))
        return self.add(later.revision(new_id("revision"), made, card_id, named, edits))

    def allocate(self, series: Series, unit: str, unit_short: str, year: int) -> str:
        """Give out the next number of this store's lease, or, where none is left, one with this desk's suffix.

        A record that carries it (or a NumberVoid) must be added in the same transaction: else it does not commit.
        """
        number, counted = later.give_out(self, series, unit, unit_short, year)
        self._numbers[number] = counted
        return number

    def set_meta(self, key: str, value: str | None) -> None:
        """Keep one of the store's own notes; None takes it away."""
        if value is None:
            self._execute("DELETE FROM meta WHERE key = ?", (key,))
        else:
            self._execute(_NOTE, (key, value))

    def keep(
        self,
        sealed: Sealed,
        value: Record | None = None,
        *,
        state: str,
        origin: str = "own",
        district_seq: int | None = None,
        received_at: datetime | None = None,
    ) -> None:
        """Keep sealed bytes whose id is new here; ``value`` spares decoding them again."""
        line = self._next_line()
        self._grew = True
        value = value or decoded(sealed)
        # For bytes the driver looks each time by which of their methods it might adapt them, and for nothing too, which
        # takes longer than SQLite needs for the row; a bytearray it takes as it is.
        bytes_ = map(bytearray, (sealed.hash, sealed.salt, sealed.body))
        row = (line, sealed.id, sealed.kind, state, origin, self._note(line, sealed, value), *bytes_)
        if state == "unsent" and origin == "own":
            ordinal, link = self._chained(line, sealed)
            self._ours.append((*row, ordinal, bytearray(link)))
        else:
            received = None if received_at is None else to_micros(received_at)
            self._others.append((*row, district_seq, received))
        self._pending[sealed.id] = sealed
        if value is not None and sealed.kind == "number_lease":
            later.take(self, cast("NumberLease", value))

    def replace(self, sealed: Sealed, *, district_seq: int, received_at: datetime) -> None:
        """Let the district's record stand in the place of ours with the same id, which it answered as merged."""
        erasing.forget(self, sealed.id)
        row = self.sql(_LINE, (sealed.id,)).fetchone()
        if row is None:
            raise Refused("store.no_such_record", id=sealed.id)
        readable = self._note(row[0], sealed, decoded(sealed))
        self._execute(_WROTE, (row[0],))
        said = (sealed.kind, readable, district_seq, to_micros(received_at), sealed.hash, sealed.salt, sealed.body)
        self._execute(_REPLACE, (*said, row[0]))

    def project(self, line: int, sealed: Sealed) -> int:
        """Have all written anew that follows from the record kept at ``line``; returns whether it is readable."""
        return self._note(line, sealed, decoded(sealed))

    def touch(self, kind: str, record_id: str) -> None:
        """Have the fold of ``record_id`` written anew at the end."""
        self._touched.setdefault(kind, set()).add(record_id)
        self._kinds.add(kind)

    def touch_edited(self, kind: str, card_id: str) -> None:
        """Have a card folded anew whose edits came or went, and what is found of it."""
        self.touch(kind, card_id)
        self._revised.add(card_id)

    def touch_same(self, kind: str, value: Record) -> None:
        """Have it written anew which cards stand for one: those that a statement names, or a card that came or went."""
        if kind == "sameness":
            said = cast("Sameness", value)
            self._same |= {said.leading, said.other}
        elif kind in JOINABLE:
            self._same.add(value.id)

    def flush(self) -> None:
        """Write what was added, and the folds that it touched."""
        while self._pending or self._decoded or self._touched or self._same:
            new, values, touched, revised = set(self._pending), self._decoded, self._touched, self._revised
            self._pending, self._decoded, self._touched, self._revised = {}, {}, {}, set()
            same_cards, self._same = self._same, set()
            self._write_records()
            said = self._write_rows(values)
            found = {line: value for line, (_, value) in values.items()}
            named = self._named(values, new, said)
            for kind in AGGREGATES:
                ids = touched.get(kind)
                if not ids:
                    continue
                if kind in AS_FIRST_WRITTEN and not (ids := ids - (new - named[REVISES])):
                    continue
                folded = later.fold(self, kind, ids)
                found |= {line: v for line, v in folded.items() if line in values or v.id in revised}
            # Of a card that is new here only a statement that came before it can say something.
            if same_cards and (same_cards := same_cards - (new - set().union(*(named[via] for via in JOINS)))):
                later.fold_same(self, same_cards)
            index.index(self, found, fresh=set(values), pulled=self.pulled)
            if said or named[AMENDS] or named[ERASES]:
                amending.apply(self, named[AMENDS], values)
                erasing.apply(self, named[ERASES], values)

    def finish(self) -> None:
        """Write the rest before the commit; a number that no record carries is a bug and stops it."""
        self.flush()
        if self._grew:
            newest.keep_up(self)
        if "org_unit" in self._kinds:
            self.remembered.units = {}
        if self._numbers:
            raise RuntimeError("a number was given out that no record of this transaction carries")

    def _next_line(self) -> int:
        last = self.remembered.line
        if last is None:
            last = int(self._execute(_LAST_LINE).fetchone()[0])
        self.remembered.line = last + 1
        return last + 1

    def _chained(self, line: int, sealed: Sealed) -> tuple[int, bytes]:
        """Return ordinal and link of a record that will travel."""
        head = self.remembered.head = self.chain_head().next(line, sealed.id, sealed.hash)
        return head.ordinal, head.link

    def chain_head(self) -> chain.Head:
        """Return where the chain of the store's own journal is."""
        if self.remembered.head is None:
            self.remembered.head = chain.head(self._execute, self.store)
        return self.remembered.head

    def pass_over(self, head: chain.Head) -> None:
        """Note that others' records came after ``head``: nobody has to look through these for it."""
        self.set_meta(chain.JOURNAL_HEAD, chain.passed(head, self._next_line() - 1))
        self.remembered.line = None

    def _note(self, line: int, sealed: Sealed, value: Record | None) -> int:
        """Remember what follows from a record until `flush`; returns whether it can be read, as the column says it."""
        self._kinds.add(sealed.kind)
        if value is None:
            return 0
        self._decoded[line] = (sealed.kind, value)
        if sealed.kind in AGGREGATES:
            self.touch(sealed.kind, value.id)
        if sealed.kind == "revision" and (card := kind_of(revised := cast("Revision", value).card)):
            self.touch_edited(card.name, revised)
        if sealed.kind in FOLDED_BY:
            kind, field = FOLDED_BY[sealed.kind]
            self.touch(kind, getattr(value, field))
        self.touch_same(sealed.kind, value)
        return 1

    def _named(self, values: dict[int, tuple[str, Record]], new: set[str], said: set[str]) -> dict[str, set[str]]:
        """Return which of the records just written, and the cards just edited, are amended, erased or revised here.

        Of an id that was made just now only the records written with it can say so: ``said`` are those they name.
        """
        ids = new | {value.id for _, value in values.values()}
        ids |= {cast("Revision", value).card for kind, value in values.values() if kind == "revision"}
        ids -= self._minted - said
        self._minted.clear()
        found: dict[str, set[str]] = {via: set() for via in _SAYS}
        if ids:
            # Most often it is one: a visit, whose id its draft brought.
            asked = (_NAMED_ONE, *ids) if len(ids) == 1 else (_NAMED_ANY, listed(ids))
            for subject, via in self._execute(asked[0], (asked[1], *_SAYS)):
                found[via].add(subject)
        return found

    def _write_records(self) -> None:
        for columns, records in ((_CHAINED, self._ours), (_RECEIVED, self._others)):
            for start in range(0, len(records), _TOGETHER):
                some = records[start : start + _TOGETHER]
                self._execute(_insert(columns, len(some)), tuple(chained(*some)))
            records.clear()

    def _write_rows(self, values: dict[int, tuple[str, Record]]) -> set[str]:
        """Write links and list rows; returns what the records say something about (`_SAYS`)."""
        links = [(*named, line) for line, (kind, value) in values.items() for named in links_of(kind, value)]
        self.many(_LINK, links)
        visits = [(line, cast("Visit", value)) for line, (kind, value) in values.items() if kind == "visit"]
        # A fact that no other fact changes is listed as it is; the other lists are written by folds.
        if visits:
            # The rows of a few are left for later, with others (newest.py): of visits made here, whose moments are
            # spelled as SQLite reads them. Others spell them as they like, and what is read of theirs has another zone.
            few = len(values) < newest.MOST_BEYOND
            now = [(n, v.happened_at) for n, v in visits if not few or v.happened_at.tzinfo is not BEIJING]
            self.many(_VISIT, [(n, to_micros(at)) for n, at in now])
        return {subject for subject, via, _ in links if via in _SAYS}
