"""Day end: the station's exchange with the district, with its receipt."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

from desktop.actions.arrivals import Arrival, Failing, NotingJournal
from desktop.actions.audit import note
from desktop.actions.blank_forms import Twice, blanks_twice
from desktop.actions.clock import anchor, note_exchange
from desktop.actions.desk import Desk
from desktop.actions.editions import Edition, editions
from desktop.actions.mass_change import limit_of
from desktop.actions.turns import a_persons_turn
from desktop.changes import Changes
from desktop.config import Home
from desktop.keys import Keys, keys_for
from desktop.store import proved
from desktop.store.identity import RESTORED_FROM
from desktop.store.journal import StoreJournal
from desktop.store.proved import NOTHING, Today
from sync.client import day_end
from sync.client.bad_line import MOST_MISSES, carry
from sync.client.http import HttpDistrict
from sync.protocol.messages import MoveStore
from sync.records.audit import AuditAction
from sync.records.errors import Refused
from sync.records.ownership import TRAVELLING
from sync.records.times import BEIJING

MOVED: Final = "moved_to"
"""The note of the id under which the district knows a store that was restored."""


@dataclass(frozen=True, slots=True)
class DayEnd:
    """What came of it: counts of records; ``acknowledged`` were accepted or merged, ``refused`` are held now.

    ``proved`` says that the receipt is signed and was verified, ``today`` what it covers of what was written today.
    ``agreed`` is the receipt's word that both ends hold the same, ``at`` its time, ``chain`` what it is proved by.
    ``files_waiting`` of ``bytes_waiting`` are still to go up (actions/sending.py): the receipt waited for none.
    ``carried`` are the bytes that travelled in both directions.
    ``unusable`` are editions of papers' words that the district published and this program cannot print by, ``twice``
    the numbers of blank forms that more than one desk has entered. ``arrivals`` are the orders and replies that it
    brought. All is counted over the whole day end, however often the line broke meanwhile.
    """

    pushed: int
    pulled: int
    refused: int
    held: int
    acknowledged: int
    unsent: int
    files_waiting: int
    bytes_waiting: int
    agreed: bool
    at: datetime
    chain: str
    clock_difference_ms: int
    changes: Changes
    unusable: tuple[Edition, ...] = ()
    twice: tuple[Twice, ...] = ()
    proved: bool = False
    today: Today = NOTHING
    carried: int = 0
    arrivals: tuple[Arrival, ...] = ()


@dataclass(frozen=True, slots=True)
class Underway:
    """How far it is: ``done`` of ``total`` records of a ``stage`` (a wording key of the area exchange: ``stage_push``;
    total 0 where nobody can know it yet), and the bytes that travelled so far. ``pause``: the line broke, and in so
    many seconds it goes on from there.
    """

    stage: str
    done: int
    total: int
    carried: int
    pause: float = 0.0


Report = Callable[[Underway], None]


@cache
def program() -> str:
    """Return what this program calls itself on the wire."""
    return f"qianshao {version('qianshao')}"


def run_day_end(
    desk: Desk,
    home: Home,
    report: Report = lambda _: None,
    *,
    keys: Keys | None = None,
    cancelled: Callable[[], bool] = bool,
    cut_by: Callable[[Callable[[], None]], None] = lambda _cut: None,
    tries: int = MOST_MISSES,
    failing: Failing = lambda _: None,
) -> DayEnd:
    """Exchange with the district now. Stopped at any point, the next run finishes the work.

    ``keys`` is left out where the system's keyring keeps them. Unavailable: no network; Refused: not enrolled, the
    device was revoked, the receipt differs, or much would be erased or rewritten (MassChange). An exchange in the
    background stands back for it. A line that breaks is tried again from where it stands, ``tries`` times in a row
    without progress. ``cut_by`` is told what cuts a request that is under way; where ``cancelled`` says so then,
    DayEndCancelled. ``failing`` hears what was settled and taken before it ended by one of these errors.
    """
    journal = NotingJournal(desk.store, limit_of(home))
    journal.anchor = partial(anchor, now=desk.now)
    with journal.telling(failing, TRAVELLING), a_persons_turn(home, cancelled=cancelled):
        district = connect(home, desk.store.key_id, keys or keys_for(home))
        cut_by(district.hang_up)
        telling = _Telling(report, district)

        def attempt() -> day_end.DayEnd:
            tell_move(desk, district)
            return day_end.run(journal, district, program(), telling.tell, cancelled)

        try:
            _note(desk, journal)
            end = carry(attempt, lambda: _stands(journal), telling.pause, cancelled, tries=tries)
        finally:
            district.close()
    note_exchange(desk, end.receipt.at if end.proved else None, timedelta(milliseconds=end.clock_difference_ms))
    came = journal.came(TRAVELLING)
    return DayEnd(
        pushed=journal.pushed,
        pulled=journal.pulled,
        refused=journal.settled.refused,
        held=end.held,
        acknowledged=journal.settled.accepted + journal.settled.merged,
        unsent=end.unsent,
        files_waiting=end.files_waiting,
        bytes_waiting=end.bytes_waiting,
        agreed=end.receipt.agreed,
        proved=end.proved,
        today=_today(desk),
        at=end.receipt.at,
        chain=end.receipt.chain,
        clock_difference_ms=end.clock_difference_ms,
        changes=came.changes,
        unusable=_unusable(desk) if journal.pulled else (),
        twice=blanks_twice(desk),
        carried=district.carried,
        arrivals=came.arrivals,
    )


class _Telling:
    """Tells how far it is, with the bytes that travelled, and where it pauses."""

    def __init__(self, report: Report, district: HttpDistrict) -> None:
        self._report, self._district = report, district
        self._last = day_end.Progress(day_end.Stage.HELLO)

    def tell(self, progress: day_end.Progress, pause: float = 0.0) -> None:
        self._last = progress
        told = Underway(str(progress.stage), progress.done, progress.total, self._district.carried, pause)
        self._report(told)

    def pause(self, seconds: float) -> None:
        self.tell(self._last, seconds)


def _stands(journal: StoreJournal) -> tuple[int, int]:
    standing = journal.standing()
    return standing.unsent, standing.cursor


def _today(desk: Desk) -> Today:
    start = desk.now().astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    with desk.store.read() as reader:
        return proved.today(reader, start, start + timedelta(days=1))


def _unusable(desk: Desk) -> tuple[Edition, ...]:
    """Look at what the district published for papers: what cannot be used is told now, not when somebody prints."""
    with desk.store.read() as reader:
        return tuple(edition for edition in editions(reader) if edition.fault is not None)


def connect(home: Home, store_id: str, keys: Keys, *, patience: float = 0.0) -> HttpDistrict:
    """Return the district as this device may speak to it; Refused("actions.not_enrolled").

    ``patience`` in seconds is for a line at which nobody waits: it gives up sooner, and says nothing twice.
    """
    settings = home.settings
    if not settings.district_url or not settings.device:
        raise Refused("actions.not_enrolled")
    secret = secret_text(keys.device_secret(store_id))
    ca_file = Path(settings.ca_file) if settings.ca_file else None
    if patience:
        return HttpDistrict(settings.district_url, settings.device, secret, ca_file, patience=patience, again=0)
    return HttpDistrict(settings.district_url, settings.device, secret, ca_file)


def secret_text(secret: bytes) -> str:
    """Return a device's secret as it is said on the wire."""
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def secret_bytes(secret: str) -> bytes:
    """Return a device's secret as the keyring keeps it."""
    return base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))


def tell_move(desk: Desk, district: HttpDistrict) -> None:
    """A restored store says its new id first: the old one never speaks again."""
    with desk.store.read() as reader:
        former = (reader.meta(RESTORED_FROM) or "").split()
        moved = reader.meta(MOVED)
    if former and moved != desk.store.id:
        district.move(MoveStore(moved or former[-1], desk.store.id))
        with desk.store.write() as work:
            work.set_meta(MOVED, desk.store.id)


def _note(desk: Desk, journal: StoreJournal) -> None:
    """Noted before it begins, so that the entry travels with it; one that sends nothing leaves only its receipt."""
    unsent = journal.standing().unsent
    if unsent:
        with desk.store.write() as work:
            note(work, desk.made(), AuditAction.DAY_END, desk.store.id, f"unsent={unsent}")
