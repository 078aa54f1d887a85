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

from desktop.actions.audit import note
from desktop.actions.blank_forms import Twice, blanks_twice
from desktop.actions.clock import anchor, note_exchange
from desktop.actions.desk import Desk
from desktop.actions.editions import Edition, editions
from desktop.actions.mass_change import guarded
from desktop.actions.turns import a_persons_turn
from desktop.changes import Changes
from desktop.config import Home
from desktop.keys import Keys, keys_for
from desktop.store import proved
from desktop.store.identity import RESTORED_FROM
from desktop.store.journal import StoreJournal
from desktop.store.proved import NOTHING, Today
from sync.client import day_end
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
    ``unusable`` are editions of papers' words that the district published and this program cannot print by, ``twice``
    the numbers of blank forms that more than one desk has entered.
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


Report = Callable[[str, int, int], None]
"""Called with the stage (a wording key of the area exchange: ``stage_push``), how many are done, and of how many.

What it raises stops the exchange; what was settled stays settled.
"""


@cache
def program() -> str:
    """Return what this program calls itself on the wire."""
    return f"qianshao {version('qianshao')}"


def run_day_end(desk: Desk, home: Home, report: Report, *, keys: Keys | None = None) -> DayEnd:
    """Exchange with the district now. Stopped at any point, the next run finishes the work.

    ``keys`` is left out where the system's keyring keeps them. Unavailable: no network; Refused: not enrolled, the
    device was revoked, the receipt differs, or much would be erased or rewritten (MassChange). An exchange in the
    background stands back for it.
    """
    journal = guarded(desk.store, home)
    journal.anchor = partial(anchor, now=desk.now)
    with a_persons_turn(home):
        district = connect(home, desk.store.key_id, keys or keys_for(home))
        try:
            tell_move(desk, district)
            _note(desk, journal)
            end = day_end.run(journal, district, program(), lambda p: report(str(p.stage), p.done, p.total))
        finally:
            district.close()
    note_exchange(desk, end.receipt.at if end.proved else None, timedelta(milliseconds=end.clock_difference_ms))
    return DayEnd(
        pushed=end.pushed,
        pulled=end.pulled,
        refused=end.refused,
        held=end.held,
        acknowledged=end.acknowledged,
        unsent=end.unsent,
        files_waiting=end.files_waiting,
        bytes_waiting=end.bytes_waiting,
        agreed=end.receipt.agreed,
        proved=end.proved,
        today=_today(desk),
        at=end.receipt.at,
        chain=end.receipt.chain,
        clock_difference_ms=end.clock_difference_ms,
        changes=Changes(frozenset({"exchange", *TRAVELLING} if end.pulled else {"exchange"})),
        unusable=_unusable(desk) if end.pulled else (),
        twice=blanks_twice(desk),
    )


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
