"""The desk: what every verb is given (store, session, clock), and what every verb answers (Done)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from desktop.changes import Changes
from desktop.keys import Keys
from desktop.printing.manner import Manner
from desktop.session import Session
from desktop.store.store import Reader, Store
from sync.records.errors import Refused
from sync.records.ownership import OWNERSHIP, may_write
from sync.records.record import Made
from sync.records.times import BEIJING


def wall_clock() -> datetime:
    """The desk's clock at +08:00; clocks are data and decide nothing."""
    return datetime.now(BEIJING)


@dataclass(frozen=True, slots=True)
class Desk:
    """One signed-in person at one store. Verbs take their time from ``now``, so that tests can say what time it is.

    ``manner`` says how this station likes its papers at the moment. ``keys`` is where the secret lies that signs
    papers; without it they carry no code.
    """

    store: Store
    session: Session
    now: Callable[[], datetime] = wall_clock
    manner: Callable[[], Manner] = Manner
    keys: Keys | None = None

    def made(self) -> Made:
        """Who enters a record here and now."""
        return Made(by=self.session.staff, unit=self.session.unit, store=self.store.id, at=self.now())

    def must_may(self, kind: str) -> None:
        """Refuse, with a sentence that names the roles, what this person may not write (records.ownership)."""
        if not may_write(kind, self.session.roles):
            raise Refused("actions.not_yours", kind=kind, roles=sorted(r.value for r in OWNERSHIP[kind].roles))


@dataclass(frozen=True, slots=True)
class Done:
    """A verb's answer: the record made (or found, where the same draft came twice), its number, what changed.

    ``dated`` is the time under which it was written where the desk's own clock is not believed: whoever is told of the
    record is told of that.
    """

    id: str
    number: str = ""
    changes: Changes = field(default_factory=Changes)
    dated: datetime | None = None


def already_there(reader: Reader, record_id: str) -> Done | None:
    """Return the earlier answer where the draft's record exists: the same form handed in twice makes one record."""
    if not record_id or reader.sealed(record_id) is None:
        return None
    return Done(record_id, getattr(reader.get(record_id), "number", ""))
