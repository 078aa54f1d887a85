"""The independent checker: after a rehearsal has healed, it compares the desks' word with what lies at both ends.

It knows nothing of how records travelled. Each finding is a sentence that names the record: ``lost`` was acknowledged
and is nowhere, ``doubled`` stands more than once, ``diverged`` is not the same at both ends.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sync.rehearsal.evidence import EVERYONE, DistrictStore, Row, StationStore
from sync.rehearsal.ledger import Ledger
from sync.rehearsal.signatures import fault_of


@dataclass(slots=True)
class Findings:
    """What is wrong, in sentences; ``held`` names what waits for a person: nothing is wrong in that."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    diverged: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    conflicts: int = 0
    erased: int = 0


def check(ledger: Ledger, district: DistrictStore, stations: list[StationStore]) -> Findings:
    """Compare everything with everything."""
    found = Findings(diverged=list(ledger.changed))
    targets = erased_targets(district)
    found.kinds.update(row.kind for row in district.records.values())
    found.erased = len(targets)
    found.lost += lost(ledger, district, stations, targets)
    found.doubled += doubled(district)
    for sentences in (
        damaged(district, stations),
        resurrected(district, stations, targets),
        views(district, stations),
        unproved(district, stations),
        folds(district, stations),
    ):
        found.diverged += sentences
    for station in stations:
        found.held += [f"{i} held at {station.desk}: {reason}" for i, reason in sorted(station.held.items())]
    found.conflicts = len({i for s in stations for i, (_, _, conflicted) in s.cards.items() if conflicted})
    return found


def erased_targets(district: DistrictStore) -> dict[str, str]:
    """Return what erasures at the district name, and every edit of a card that one names, with the erasure."""
    named = {row.fields()["target"]: row.id for row in district.records.values() if row.kind == "erasure"}
    for row in district.records.values():
        if row.kind == "revision" and row.body and row.fields()["card"] in named:
            named[row.id] = named[row.fields()["card"]]
    return named


def lost(
    ledger: Ledger, district: DistrictStore, stations: list[StationStore], targets: dict[str, str]
) -> Iterator[str]:
    """Every record that a desk acknowledged is at the district with that hash, or held and shown at its desk."""
    held = {i for station in stations for i in station.held}
    for entry in ledger.saved.values():
        there = district.records.get(entry.id)
        if there is None:
            if entry.id not in held:
                yield f"{entry.kind} {entry.id}, saved at {entry.desk}, is not at the district"
        elif there.hash.hex() != entry.hash:
            yield f"{entry.kind} {entry.id}, saved at {entry.desk}, stands at the district with another hash"
        elif not there.body and entry.id not in targets and entry.kind != "revision":
            yield f"{entry.kind} {entry.id}, saved at {entry.desk}, has no content and no erasure names it"


def doubled(district: DistrictStore) -> Iterator[str]:
    """Each act made its visit once, each number was given once, each number of the district is one record's."""
    if district.copies:
        yield f"{district.copies} of the district's numbers stand for more than one record"
    marked: defaultdict[str, list[str]] = defaultdict(list)
    numbered: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in district.records.values():
        said = row.fields()
        if said.get("amends"):
            continue
        if row.kind == "visit" and said:
            marked[said.get("text", "").split(" ")[0]].append(row.id)
        if said.get("number") and row.kind in ("visit", "dispatch_order", "agreement"):
            numbered[row.kind, row.scope, said["number"]].append(row.id)
    for mark, ids in marked.items():
        if len(ids) > 1:
            yield f"the visit {mark} stands {len(ids)} times: {', '.join(sorted(ids))}"
    for (kind, _, number), ids in numbered.items():
        if len(ids) > 1:
            yield f"the {kind} number {number} was given {len(ids)} times: {', '.join(sorted(ids))}"


def damaged(district: DistrictStore, stations: list[StationStore]) -> Iterator[str]:
    """Both ends' files are whole, and every record's hash is that of its content."""
    for name, broken in [("the district", district.broken), *((s.desk, s.broken) for s in stations)]:
        yield from (f"the store of {name} is damaged: {line}" for line in broken)
    for name, rows in [("the district", district.records), *((s.desk, s.records) for s in stations)]:
        yield from (
            f"{row.kind} {row.id} at {name} is not what its hash says" for row in rows.values() if not row.intact()
        )


def resurrected(district: DistrictStore, stations: list[StationStore], targets: dict[str, str]) -> Iterator[str]:
    """What an erasure names has no content and no salt left anywhere, and a file that only it named has no bytes."""
    for name, rows in [("the district", district.records), *((s.desk, s.records) for s in stations)]:
        for target, erasure in targets.items():
            row = rows.get(target)
            if row is not None and (row.body or row.salt):
                yield f"{row.kind} {target} has its content at {name}, though {erasure} erased it"
    named = {r.fields()["digest"] for r in district.records.values() if r.kind == "attachment" and r.body}
    for digest in sorted(district.files - named):
        yield f"the district has the bytes of the file {digest}, which no record names any more"


def in_scope(district: DistrictStore, station: StationStore) -> dict[str, Row]:
    """Return the district's records that this station may see."""
    scopes = {EVERYONE, station.unit, station.store}
    return {i: row for i, row in district.records.items() if row.scope in scopes}


def views(district: DistrictStore, stations: list[StationStore]) -> Iterator[str]:
    """A station holds what the district has for it, no more and no less, byte for byte, and nothing is unsent."""
    for station in stations:
        theirs = in_scope(district, station)
        for row in station.records.values():
            there = theirs.get(row.id)
            if row.state == "unsent":
                yield f"{row.kind} {row.id} is still unsent at {station.desk}"
            elif row.state == "held" and row.id not in station.held:
                yield f"{row.kind} {row.id} is held at {station.desk} and no reason is shown"
            elif row.state == "settled" and there is None:
                yield f"{row.kind} {row.id} is settled at {station.desk}, and the district does not have it"
            elif there is not None and (there.hash, there.body, there.seq) != (row.hash, row.body, row.seq):
                yield f"{row.kind} {row.id} at {station.desk} differs from the district's"
        for row in theirs.values():
            if row.id not in station.records:
                yield f"{row.kind} {row.id} (number {row.seq}) never came down to {station.desk}"
        if station.cursor > district.latest:
            yield f"the cursor of {station.desk} is {station.cursor}, beyond the district's {district.latest}"


def unproved(district: DistrictStore, stations: list[StationStore]) -> Iterator[str]:
    """The last receipt of each station agreed, and each that agreed is the district's own and hangs on what it has."""
    for station in stations:
        agreed = [r for r in station.receipts if r["agreed"]]
        if not station.receipts or not station.receipts[-1]["agreed"]:
            yield f"the last receipt of {station.desk} did not agree"
        ends = {r["chain"] for r in agreed} | {chain for _, chain, ok in district.receipts.values() if ok}
        for receipt in agreed:
            yield from _receipt(receipt, district, station, ends)


def _receipt(receipt: dict[str, Any], district: DistrictStore, station: StationStore, ends: set[str]) -> Iterator[str]:
    name = f"the receipt {receipt['id']} of {station.desk}"
    if district.receipts.get(receipt["id"]) != (receipt["digest"], receipt["chain"], True):
        yield f"{name} is not the district's"
    if fault := fault_of(receipt, district.publics):
        yield f"{name} {fault}"
    scopes = {EVERYONE, station.unit, receipt["store"]}
    rows = [r for r in district.records.values() if r.scope in scopes and receipt["after"] < r.seq <= receipt["upto"]]
    if digest(rows) != receipt["digest"]:
        yield f"{name} does not speak of what the district has"
    former = ends if receipt["after"] else {""}
    if not any(_link(chain, receipt["digest"]) == receipt["chain"] for chain in former):
        yield f"{name} hangs on no receipt before it"


def _link(chain: str, said: str) -> str:
    return hashlib.sha256((chain + said).encode()).hexdigest()


def digest(rows: Iterable[Row]) -> str:
    """SHA-256 over the sorted lines ``kind id hash``, as docs/protocol.md has it."""
    lines = sorted(f"{row.kind} {row.id} {row.hash.hex()}\n" for row in rows)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def folds(district: DistrictStore, stations: list[StationStore]) -> Iterator[str]:
    """The same facts give the same states: of orders at both ends, of matters and cards at all desks of a unit."""
    first: dict[str, tuple[str, Any]] = {}
    for station in stations:
        for name, state in station.states.items():
            if name in district.states and district.states[name] != state:
                yield f"{name} is {state} at {station.desk} and {district.states[name]} at the district"
        for sort, all_shown in (("state", station.states), ("card", station.cards)):
            for name, shown in all_shown.items():
                desk, before = first.setdefault(f"the {sort} of {name}", (station.desk, shown))
                if before != shown:
                    yield f"the {sort} of {name} is another at {station.desk} than at {desk}"
        yield from _heads(district, station)


def _heads(district: DistrictStore, station: StationStore) -> Iterator[str]:
    """What an edit made now would have seen, computed from the district's facts alone."""
    edits: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for row in in_scope(district, station).values():
        if row.kind == "revision" and row.body:
            said = row.fields()
            edits[said["card"]][row.id] = said.get("seen", [])
    for card, (_, heads, _) in station.cards.items():
        seen = {s for names in edits[card].values() for s in names}
        expected = tuple(sorted(i for i in (card, *edits[card]) if i not in seen))
        if heads != expected:
            yield f"{card} at {station.desk} stands on other edits than the district has"
