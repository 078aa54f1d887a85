"""Looking: lists, one record with what belongs to it, search, and the tally of what the district holds too."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from desktop.commands.access import Access
from desktop.commands.output import Said, moment
from sync.records.errors import Refused
from sync.records.kinds import kind_of
from sync.records.mediation_events import shareable
from sync.records.names import mask_number
from sync.records.telephones import mask_phone
from sync.records.times import parse_moment

if TYPE_CHECKING:
    from desktop.store.rows import Hit
    from desktop.store.store import Reader

KINDS_LISTED: Final = ("visits", "matters", "orders", "mediations", "persons", "organisations", "prints")
_PAGE: Final = 500
_ALL: Final = 1 << 31


def list_rows(args: argparse.Namespace, access: Access) -> Said:
    """List all records of a kind, the newest first; memory holds one page of them."""
    from sync.records.canonical import plain

    def rows() -> Iterator[Any]:
        with _reading(access) as reader:
            yield from _pages(reader, args.kind, args.text, args.limit)

    return Said((plain(row) for row in rows()), (_line(access, args.kind, row) for row in rows()))


def _pages(reader: Reader, kind: str, text: str, limit: int | None) -> Iterator[Any]:
    lister = _lister(kind)
    left, last = limit or _ALL, None
    while left and (page := lister(reader, text=text, after=last, limit=min(left, _PAGE))):
        yield from page
        last = page[-1].id
        left -= len(page)


def _lister(kind: str) -> Callable[..., list[Any]]:
    from desktop.store import matters, mediations, orders, organisations, persons, prints, visits

    listers: dict[str, Callable[..., list[Any]]] = {
        "visits": visits.list_visits,
        "matters": matters.list_matters,
        "orders": orders.list_orders,
        "mediations": mediations.list_mediations,
        "persons": persons.list_persons,
        "organisations": organisations.list_organisations,
        "prints": prints.list_prints,
    }
    return listers[kind]


def _line(access: Access, kind: str, row: Any) -> str:
    say = access.words
    match kind:
        case "visits":
            cells = [moment(row.happened_at), say(f"records.channel_{row.channel.value}"), row.visitor, row.headcount]
            cells += [row.category_word or say(f"records.category_{row.category.value}"), _short(row.text)]
        case "matters":
            cells = [moment(row.discovered_at), say(f"records.matterstage_{row.state}"), row.title, row.parties]
        case "orders":
            cells = [moment(row.issued_at), row.number, say(f"records.orderstage_{row.state}"), row.subject]
        case "mediations":
            cells = [
                moment(row.started_at),
                say(f"records.outcome_{row.outcome.value}"),
                row.title,
                row.agreement_number,
            ]
        case "persons":
            phones = ",".join(map(mask_phone, row.phones))
            cells = [
                row.name,
                say(f"records.sex_{row.sex.value}"),
                mask_number(row.document_number),
                phones,
                row.visits,
            ]
        case "prints":
            cells = [
                moment(row.printed_at),
                say(f"records.paperkind_{row.paper.value}"),
                row.title,
                row.copy,
                row.copies,
            ]
            cells += [row.printer, say(f"records.printresult_{row.result or 'unknown'}")]
        case _:
            cells = [row.name, row.credit_code, row.legal_representative, ",".join(map(mask_phone, row.phones))]
    return "\t".join([row.id, *(" ".join(str(cell).split()) for cell in cells)])


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def show(args: argparse.Namespace, access: Access) -> Said:
    """Show one record: its value (a card's after all its edits), who takes part, and what belongs to it."""
    from sync.records.canonical import plain

    with _reading(access) as reader:
        value = reader.get(args.id)
        kind = kind_of(args.id)
        found: dict[str, Any] = {"id": args.id, "kind": kind.name if kind else "", "record": plain(value)}
        found |= {name: plain(some) for name, some in _belonging(reader, args.id).items()}
    lines = [f"{name}\t{_flat(_masked(name, item))}" for name, item in found["record"].items()]
    lines += [f"{name}\t{_flat(item)}" for name, item in found.items() if name not in {"id", "kind", "record"}]
    return Said(found, lines)


def _belonging(reader: Reader, record_id: str) -> dict[str, Any]:
    from desktop.store import links
    from sync.records.folds import fold_matter, fold_order
    from sync.records.matters import Matter
    from sync.records.orders import DispatchOrder

    value = reader.get(record_id)
    found: dict[str, Any] = {
        "participations": links.participations_of(reader, record_id),
        "attachments": links.attachments_of(reader, record_id),
        "prints": links.prints_of(reader, record_id),
    }
    if isinstance(value, Matter):
        found |= {"visits": links.visits_of_matter(reader, record_id), "steps": links.steps_of(reader, record_id)}
        found["orders"] = links.orders_of_matter(reader, record_id)
        found["mediations"] = links.mediations_of_matter(reader, record_id)
        found["state"] = fold_matter(found["steps"], value.discovered_at)
    elif isinstance(value, DispatchOrder):
        found["replies"] = links.replies_of(reader, record_id)
        found["state"] = fold_order(value, found["replies"])
    else:
        found |= {
            "agreements": links.agreements_of(reader, record_id),
            "signatures": links.signatures_of(reader, record_id),
            "events": shareable(links.mediation_events_of(reader, record_id)),
        }
        found["follow_ups"] = links.follow_ups_of(reader, record_id)
        found["subjects"] = links.subjects_of_party(reader, record_id)
    return {name: some for name, some in found.items() if some}


def _masked(name: str, item: Any) -> Any:
    """On a screen numbers and telephones are masked (个人信息保护法 6); --json is for programs and has them whole."""
    if name == "document" and isinstance(item, dict):
        return {**item, "number": mask_number(str(item.get("number", "")))}
    return [mask_phone(str(phone)) for phone in item] if name == "phones" else item


def _flat(item: Any) -> str:
    import json

    return " ".join(item.split()) if isinstance(item, str) else json.dumps(item, ensure_ascii=False)


def search(args: argparse.Namespace, access: Access) -> Said:
    """Find records as the window's box does, best first; ``-`` reads the text from standard input."""
    from desktop.actions.query_codes import number_meant
    from desktop.store.earlier import how_far
    from desktop.store.search import search as find
    from sync.records.canonical import plain

    text = sys.stdin.read() if args.text == "-" else args.text
    with _reading(access) as reader:
        found = find(reader, number_meant(reader, text.strip()), **_filters(args, reader), limit=args.limit or _ALL)
        hits = [hit for hit in found if hit.stands]  # a later fact says the same, and more
        done, total = how_far(reader)
    notes = [access.words("search.filling", percent=100 * done // total)] if done < total else []
    return Said((plain(hit) for hit in hits), (_hit_line(access, hit) for hit in hits), notes)


def _filters(args: argparse.Namespace, reader: Reader) -> dict[str, Any]:
    from desktop.store.full_text import SEARCHED
    from desktop.store.search import STATES
    from desktop.store.units import units

    for name, given, known in (("kind", args.kind, SEARCHED), ("state", args.state, STATES)):
        for said in given:
            if said not in known:
                raise Refused(f"search.no_such_{name}", said=said, known=" ".join(known))
    tree = units(reader) if args.unit else {}
    chosen = {s: [i for i, unit in tree.items() if s == i or s in unit.name] for s in args.unit}
    for said, found in chosen.items():
        if not found:
            raise Refused("search.no_such_unit", said=said)
    return {
        "kinds": args.kind,
        "states": args.state,
        "units": [identity for found in chosen.values() for identity in found],
        "since": parse_moment(args.since) if args.since else None,
        "until": _end_of(args.until) if args.until else None,
    }


def _end_of(text: str) -> datetime:
    """A moment as it is said; a day alone is meant whole."""
    until = parse_moment(text)
    return until + timedelta(days=1) if until.time() == time() else until


def _hit_line(access: Access, hit: Hit) -> str:
    say = access.words
    why = f"{say(f'search.field_{hit.field}')}: {say(f'search.manner_{hit.manner.value}')}"
    cells = [hit.id, say(f"records.kind_{hit.kind}"), moment(hit.at), hit.title, why, hit.excerpt]
    return "\t".join(" ".join(cell.split()) for cell in cells)


def records(args: argparse.Namespace, access: Access) -> Said:
    """Tell counts by kind and the digest of what travels: up to the last receipt, or with ``--all`` everything."""
    from desktop.store.proved import RECEIPT_UPTO
    from desktop.store.tally import numbered
    from desktop.store.tally import records as every
    from sync.records.canonical import digest
    from sync.records.ownership import TRAVELLING

    with access.store() as store, store.read() as reader:
        upto = int(reader.meta(RECEIPT_UPTO) or 0)
        found = list(every(reader)) if args.all or not upto else numbered(reader, 0, upto)
    shared = sorted((kind, record_id, hash_) for kind, record_id, hash_ in found if kind in TRAVELLING)
    if args.lines:
        data = [{"kind": kind, "id": record_id, "hash": hash_.hex()} for kind, record_id, hash_ in shared]
        return Said(data, [" ".join(one.values()) for one in data])
    counts = dict(sorted(Counter(line[0] for line in shared).items()))
    total = digest(shared)
    lines = [f"{access.words(f'records.kind_{kind}')}\t{n}" for kind, n in counts.items()]
    return Said({"counts": counts, "digest": total}, [*lines, access.words("cli.digest", digest=total)])


@contextmanager
def _reading(access: Access) -> Iterator[Reader]:
    """Sign in, then read one snapshot; whoever may do nothing at this desk may read nothing."""
    with access.desk() as desk:
        if not desk.session.roles:
            raise Refused("cli.no_role")
        with desk.store.read() as reader:
            yield reader
