"""What `qianshao-district authority` and `duty` do: who may order whom, and who is on duty."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from resources import Wording
from sync.records.order_authorities import OrderAuthority
from sync.records.telephones import written_phone
from sync.records.times import BEIJING, parse_day
from sync.server import duty_rosters, order_authorities
from sync.server.cli import Said
from sync.server.place import Place
from sync.server.register_words import state_of, when
from sync.server.store.directory import get_unit
from sync.server.store.store import Connection
from sync.server.verbs import opened


def authority_add(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Enter an authority."""
    starts = parse_day(args.starts) if args.starts else _today()
    ends = parse_day(args.ends) if args.ends else None
    with opened(place) as store:
        made = order_authorities.add_authority(
            store, args.unit, args.department, args.paper, args.granted_by, starts, ends
        )
    line = words("authority.added", unit=args.unit, entry=made.id, day=made.starts_on)
    return Said({"entry": made.id, "starts_on": made.starts_on.isoformat()}, [line])


def authority_end(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Withdraw one."""
    with opened(place) as store:
        made = order_authorities.end_authority(store, args.entry, args.reason)
    return Said({"entry": made.id, "ended": args.entry}, [words("authority.ended", entry=args.entry)])


def authority_until(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Give one another last day."""
    ends = parse_day(args.ends) if args.ends else None
    with opened(place) as store:
        made = order_authorities.change_authority(store, args.entry, ends, args.reason)
    line = words("authority.changed", entry=made.id, until=made.ends_on or words("authority.no_end"))
    return Said({"entry": made.id, "changed": args.entry, "ends_on": args.ends or None}, [line])


def authority_list(_args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """List the register."""
    with opened(place) as store, store.read() as conn:
        rows = [_authority(conn, entry, words) for entry in order_authorities.register(conn)]
    lines = [words("authority.line", **row) for row in rows]
    return Said(rows, lines or [words("authority.none")])


def _authority(conn: Connection, entry: OrderAuthority, words: Wording) -> dict[str, Any]:
    unit, departments = order_authorities.names_of(conn, entry)
    return {
        "entry": entry.id,
        "unit": unit,
        "departments": departments or words("authority.every_department"),
        "granted_by": entry.granted_by,
        "paper": entry.paper,
        "since": entry.starts_on.isoformat(),
        "until": entry.ends_on.isoformat() if entry.ends_on else words("authority.no_end"),
        "state": words(f"authority.state_{state_of(entry, _today())}"),
    }


def duty_import(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Import duty lists."""
    with opened(place) as store:
        made = duty_rosters.import_rosters(store, Path(args.file))
        with store.read() as conn:
            found = [(get_unit(conn, one.department).name, len(one.shifts)) for one in made]
    lines = [words("duty.imported", department=name, count=count) for name, count in found]
    return Said([{"department": name, "shifts": count} for name, count in found], lines or [words("duty.unchanged")])


def duty_list(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """List duty officers; an administrator who may read the store sees their numbers whole."""
    now = datetime.now(UTC)
    with opened(place) as store, store.read() as conn:
        rows = [
            {
                "department": get_unit(conn, roster.department).name,
                "name": shift.name,
                "post": shift.post,
                "telephone": written_phone(shift.telephone),
                "when": when(shift, words),
            }
            for roster in duty_rosters.rosters(conn)
            for shift in roster.shifts
            if not args.now or shift.covers(now)
        ]
    return Said(rows, [words("duty.line", **row) for row in rows] or [words("duty.none")])


def _today() -> date:
    return datetime.now(UTC).astimezone(BEIJING).date()
