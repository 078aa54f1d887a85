"""Faults planted into either end of a rehearsal, to see whether the checker finds them.

``python -m tests.support.planted FAULT station FOLDER`` and ``… FAULT district serve …`` patch one thing in their own
process and then run the real program. Each fault is one that programs like this one have had.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from desktop.rehearsed import acts
from desktop.rehearsed.__main__ import main as station_main
from desktop.store import erasing, journal, settling, work
from sync.client import day_end, one_trip
from sync.protocol import signed
from sync.protocol.codec import fields_of
from sync.protocol.messages import Answer, State
from sync.records.canonical import Sealed
from sync.records.kinds import new_id
from sync.server import exchange, leasing, station
from sync.server import push as pushing
from sync.server.cli import main as district_main
from sync.server.store import records as district_records
from tests.support.quick_argon2 import cheap_argon2


def answers_unread(patch: pytest.MonkeyPatch) -> None:
    """The district refuses some visits, as it may; the station settles whatever is answered, those too."""
    real, judged = settling.settle, pushing.why_not
    patch.setattr(
        pushing,
        "why_not",
        lambda arrived, known: (
            "protocol.no_role"
            if arrived.sealed.kind == "visit" and arrived.sealed.hash[0] % 3 == 0
            else judged(arrived, known)
        ),
    )

    def settle(work: Any, answers: Sequence[Answer]) -> Any:
        kept = (a if a.seq else Answer(a.id, a.hash, State.ACCEPTED, 0, datetime.now(UTC)) for a in answers)
        return real(work, list(kept))

    patch.setattr(settling, "settle", settle)


def receipt_unchecked(patch: pytest.MonkeyPatch) -> None:
    """The district signs wrongly, and the station does not look: the check of the receipt is dropped."""
    real = signed.sign

    def sign(purpose: str, statement: bytes, secret: bytes) -> bytes:
        good = real(purpose, statement, secret)
        return good[:99] + bytes([good[99] ^ 1]) + good[100:]

    patch.setattr(signed, "sign", sign)
    patch.setattr(signed, "opened", lambda _purpose, data, _trusted: data[100:])


def receipts_echoed(patch: pytest.MonkeyPatch) -> None:
    """The district agrees to whatever a station counts, and a receipt says nothing: its last number is not pulled."""
    patch.setattr(exchange, "_tally", lambda _conn, _station, asked: (asked.counts, asked.digest))
    rows_skipped(patch)


def rows_skipped(patch: pytest.MonkeyPatch) -> None:
    """The district's pull leaves out the first row after a cursor: an off-by-one in its comparison."""
    real = district_records.pull

    def pull(conn: Any, scopes: Any, but_from: str, cursor: int, *rest: Any) -> Any:
        page, upto, more = real(conn, scopes, but_from, cursor, *rest)
        return page[1:] if cursor else page, upto, more

    patch.setattr(district_records, "pull", pull)


def cursor_early(patch: pytest.MonkeyPatch) -> None:
    """The station's cursor is moved before the page that it stands for has come: pages, not all in one request."""
    real = day_end._pull
    patch.setattr(one_trip, "said", lambda *_: None)

    def pull(ours: Any, district: Any, standing: Any, welcome: Any, report: Any, cancelled: Any) -> int:
        ours.take([], welcome.latest)
        return real(ours, district, standing, welcome, report, cancelled)

    patch.setattr(day_end, "_pull", pull)


def tombstone_forgotten(patch: pytest.MonkeyPatch) -> None:
    """An erasure that comes down leaves the content where it was."""
    patch.setattr(erasing, "apply", lambda _work, _before, _values: None)


def tombstone_kept_from_the_district(patch: pytest.MonkeyPatch) -> None:
    """The district keeps the erasure and the content, too."""
    patch.setattr(pushing, "erase", lambda _conn, _target, _erasure, _unit: None)


def clock_trusted(patch: pytest.MonkeyPatch) -> None:
    """The station passes over what comes down with an older time than what came before: the newest wins."""
    real = journal._take
    newest: dict[str, str] = {}

    def take(work: Any, numbered: Any, cursor: int) -> int:
        since = newest.get(work.store, "")
        newest[work.store] = max([since, *(_at(n.record.sealed()) for n in numbered)])
        return real(work, [n for n in numbered if _at(n.record.sealed()) >= since], cursor)

    patch.setattr(journal, "_take", take)


def _at(sealed: Sealed) -> str:
    return str(fields_of(sealed.body)["made"]["at"]) if sealed.body else ""


def journal_line_lost(patch: pytest.MonkeyPatch) -> None:
    """Visits are kept without their line in the journal."""
    patch.setattr(work, "TRAVELLING", work.TRAVELLING - {"visit"})


def append_doubled(patch: pytest.MonkeyPatch) -> None:
    """A form that is handed in twice makes two records: its id is not looked for."""
    real = acts.log_visit

    def log_visit(desk: Any, draft: Any) -> Any:
        real(desk, {**draft, "_id": new_id("visit")})
        return real(desk, draft)

    patch.setattr(acts, "log_visit", log_visit)


def number_given_twice(patch: pytest.MonkeyPatch) -> None:
    """The district leases the same numbers to every desk of a unit."""
    patch.setattr(leasing, "next_block", lambda _conn, _unit, _series, _year, size: (1, size))


def revoked_heard(patch: pytest.MonkeyPatch) -> None:
    """The district goes on listening to a device that was revoked, whenever it looks."""
    patch.setattr(station.Station, "must_still_speak", lambda _self, _revoked_at, _store: None)
    real = station._may_speak
    patch.setattr(
        station,
        "_may_speak",
        lambda known, secret: real(known and dataclasses.replace(known, revoked_at=None), secret),
    )


def retired_heard(patch: pytest.MonkeyPatch) -> None:
    """The district lets a store speak that was copied to another machine."""
    patch.setattr(station.Station, "must_be", lambda _self, _store: None)
    patch.setattr(station.Station, "must_still_speak", lambda _self, _revoked_at, _store: None)


def neighbours_heard(patch: pytest.MonkeyPatch) -> None:
    """The district asks who may push a kind, and not whose record it is about."""
    judged = pushing.why_not

    def why_not(arrived: Any, known: Any) -> str:
        reason = judged(arrived, known)
        return "" if reason == "protocol.out_of_scope" else reason

    patch.setattr(pushing, "why_not", why_not)


def pulled_again_as_new(patch: pytest.MonkeyPatch) -> None:
    """The station forgets its cursor's rows: what was pulled is replaced by nothing when it comes again."""
    real = journal._take

    def take(work: Any, numbered: Any, cursor: int) -> int:
        again = int(work.meta(journal.CURSOR) or 0)
        return real(work, numbered if again == 0 else numbered[: len(numbered) // 2], cursor)

    patch.setattr(journal, "_take", take)


FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    found.__name__: found
    for found in (
        answers_unread,
        receipt_unchecked,
        receipts_echoed,
        rows_skipped,
        cursor_early,
        tombstone_forgotten,
        tombstone_kept_from_the_district,
        clock_trusted,
        journal_line_lost,
        append_doubled,
        number_given_twice,
        revoked_heard,
        retired_heard,
        pulled_again_as_new,
        neighbours_heard,
    )
}


def main(argv: list[str]) -> int:
    """Plant the fault and run the program, whose passwords cost next to nothing."""
    fault, end, *rest = argv
    patch = pytest.MonkeyPatch()
    cheap_argon2(patch)
    FAULTS[fault](patch)
    return station_main(rest) if end == "station" else district_main(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
