"""Every kind of query in a store of a million visits, p50 and p95, with a scan of the same store beside each."""

from __future__ import annotations

import random
import statistics
from datetime import timedelta
from typing import Any

from desktop.actions.desk import wall_clock
from desktop.store.reader import Reader
from desktop.store.readings import readings_of
from desktop.store.search import search
from desktop.store.store import Store
from sync.records.persons import Person
from sync.records.visits import Visit
from tests.bench.figures import Figure, milliseconds, quantile

QUERIES = 30
MOST_MS = 50.0
SCANS = 1
"""A scan may read the whole store, so one stands beside the queries of a kind."""

Query = tuple[str, dict[str, Any]]


def measure(store: Store) -> list[Figure]:
    """Return ``search.KIND.p50`` and ``search.KIND.p95`` for each kind of query; the limit is a scan."""
    figures: list[Figure] = []
    with store.read() as reader:
        for kind, queries in _kinds(reader).items():
            search(reader, *queries[0][:1], **queries[0][1])
            took = [milliseconds(lambda q=query: search(reader, q[0], **q[1])) for query in queries]
            scans = [milliseconds(lambda q=query: _scan(reader, q[0])) for query in queries[:SCANS]]
            limit = statistics.median(scans)
            figures.append(Figure(f"search.{kind}.p50", "ms", statistics.median(took), limit, most=MOST_MS))
            figures.append(Figure(f"search.{kind}.p95", "ms", quantile(took, 0.95), limit, most=MOST_MS))
    return figures


def index(store: Store) -> Figure:
    """What the search index takes, in megabytes of whole pages; at most 600. The limit is the text that it indexes."""
    with store.read() as reader:
        blocks = reader.sql("SELECT count(*) FROM search_data").fetchone()[0]
        rows = reader.sql("SELECT count(*) FROM search_docsize").fetchone()[0]
        idx = reader.sql("SELECT count(*), sum(length(term)) FROM search_idx").fetchone()
        text = reader.sql("SELECT sum(length(body)) FROM record").fetchone()[0]
    # The library has no dbstat: a block is written to a page of its own, the small tables are counted by their rows.
    taken = blocks * _PAGE + rows * _DOCSIZE_ROW + idx[0] * _IDX_ROW + idx[1]
    return Figure("index", "MB", taken / 1e6, text / 1e6, most=600.0)


_PAGE, _DOCSIZE_ROW, _IDX_ROW = 4096, 16, 16


def _scan(reader: Reader, query: str) -> None:
    """The newest fifty records whose bytes hold the query: what a program without an index does."""
    words = [f"%{word}%" for word in query.split()]
    where = " AND ".join("CAST(body AS TEXT) LIKE ?" for _ in words)
    reader.sql(f"SELECT line FROM record WHERE {where} ORDER BY line DESC LIMIT 50", words).fetchall()


def _kinds(reader: Reader) -> dict[str, list[Query]]:
    dice = random.Random(7)
    persons, visits = _some(reader, "person", Person, dice), _some(reader, "visit", Visit, dice)
    names = [p.name for p in persons if p.name.isalpha() and not p.name.isascii()]
    texts = [v.text for v in visits]
    numbers = [p.document.number for p in persons if p.document.number]
    phones = [phone for p in persons for phone in p.phones]
    now = wall_clock()
    plain: dict[str, list[str]] = {
        **{f"name_{n}": [_piece(name, n, dice) for name in names if len(name) >= n] for n in (1, 2, 3)},
        "name_4": [name[:4] for name in names if len(name) >= 4] or ["欧阳建华"],
        **{f"text_{n}": [_piece(text, n, dice) for text in texts] for n in (1, 2, 4)},
        "text_common": ["渗水", "噪声", "物业", "工资", "押金", "电梯", "社区", "号住户", "消防", "合同"] * 3,
        "text_two_words": [f"{_piece(text, 2, dice)} {_piece(text, 2, dice)}" for text in texts],
        "address": [p.address[3:9] for p in persons],
        "document_begin": [n[: dice.choice((6, 10, 14))] for n in numbers],
        "document_part": [_piece(n, dice.choice((3, 4, 6, 8)), dice) for n in numbers],
        "document_whole": numbers,
        "phone_part": [_piece(n, dice.choice((3, 4, 7)), dice) for n in phones],
        "phone_whole": phones,
        "paper_number": [v.number[dice.randrange(4) :] for v in visits],
        "paper_part": [v.number[-dice.choice((4, 5, 6)) :] for v in visits],
        "pinyin": [sorted(readings_of(name)[0])[0] for name in names],
        "initials": [sorted(readings_of(name)[1])[0] for name in names],
        "variant": ["峯", "張", "張華", "陳", "堃", "喆", "𬱖", "歐陽", "楊", "鄧"] * 3,
        "nothing": [
            "龘",
            "龘龖",
            "qqq",
            "99999999999",
            "%",
            "没有人这样写",
            "zzzz",
            "x" * 10_000,
            "漏水" * 2000,
            "，。",
        ]
        * 3,
    }
    asked: dict[str, list[Query]] = {kind: [(q, {}) for q in queries[:QUERIES]] for kind, queries in plain.items()}
    some = plain["text_2"][:10] + plain["text_common"][:10]
    days = [now - timedelta(days=dice.randrange(10, 700)) for _ in some]
    asked |= {
        "filter_kind": [(q, {"kinds": (dice.choice(("matter", "mediation", "agreement")),)}) for q in some],
        "filter_date": [(q, {"since": d, "until": d + timedelta(days=7)}) for q, d in zip(some, days, strict=True)],
        "filter_state": [(q, {"states": (dice.choice(("registered", "closed", "unsent", "agreed")),)}) for q in some],
        "filter_unit": [(q, {"units": (reader.unit,)}) for q in some],
    }
    return asked


def _piece(text: str, length: int, dice: random.Random) -> str:
    """Some neighbouring characters of ``text``, without what divides words."""
    for _ in range(50):
        at = dice.randrange(max(len(text) - length + 1, 1))
        if (found := text[at : at + length]).isalnum():
            return found
    return text[:length]


def _some(reader: Reader, kind: str, type_: type[Any], dice: random.Random) -> list[Any]:
    """Records of ``kind`` from all over the journal."""
    last = reader.sql("SELECT max(line) FROM record").fetchone()[0]
    found: dict[str, Any] = {}
    while len(found) < 2 * QUERIES:
        asked = "SELECT line FROM record WHERE line > ? AND +kind = ? LIMIT 1"
        lines = [row[0] for row in reader.sql(asked, (dice.randrange(last), kind)).fetchall()]
        found |= {value.id: value for _, value in reader.at_lines(lines) if isinstance(value, type_)}
    return list(found.values())
