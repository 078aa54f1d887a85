"""Notices (通知): what the district said outside the platform about an order or a call for help, and who has read it.

Facts of the district, and of the desk that telephoned. Whoever has read it, answered it or was reached by telephone
is called no more; whoever was not told in time stands on the desk's call list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sync.records.record import Fact


class NoticeState(StrEnum):
    """How far a notice came. The first five are the district's word, the last two the desk's (`BY_DESK`)."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNREAD = "unread"
    FAILED = "failed"
    CALLED = "called"
    NOT_REACHED = "not_reached"


BY_DESK = frozenset({NoticeState.CALLED, NoticeState.NOT_REACHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Fact):
    """One fact about telling ``unit`` of ``about``; ``notice`` names the message, ``channel`` its way.

    ``staff`` is whose message it was, where each gets one; ``name`` and ``telephone`` are those of the duty officer who
    was called, never a party's.
    """

    about: str
    unit: str
    state: NoticeState
    happened_at: datetime
    notice: str = ""
    channel: str = ""
    staff: str = ""
    name: str = ""
    telephone: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of telling one unit: the first time of each state, and how often nobody answered the telephone."""

    sent: datetime | None = None
    delivered: datetime | None = None
    read: datetime | None = None
    unread: datetime | None = None
    failed: datetime | None = None
    called: datetime | None = None
    tries: int = 0

    @property
    def knows(self) -> bool:
        """Whether somebody there has read it or was told by telephone."""
        return self.read is not None or self.called is not None


def told_by_unit(notices: Iterable[Notice]) -> dict[str, Told]:
    """Return what became of each unit: the same for the same facts in any order, repeated or not."""
    first: dict[str, dict[str, datetime]] = {}
    tries: dict[str, int] = {}
    for notice in {each.id: each for each in notices}.values():
        if notice.state is NoticeState.NOT_REACHED:
            tries[notice.unit] = tries.get(notice.unit, 0) + 1
            continue
        of_unit, state = first.setdefault(notice.unit, {}), notice.state.value
        of_unit[state] = min(notice.happened_at, of_unit.get(state, notice.happened_at))
    return {unit: Told(**first.get(unit, {}), tries=tries.get(unit, 0)) for unit in first.keys() | tries.keys()}


def is_to_be_called(told: Told, begun: datetime, now: datetime, minutes: int) -> bool:
    """Whether the desk is to telephone: the district says that nobody has read it or that it could not be sent.

    Where the district has said neither (no network, no way to send), ``minutes`` from when it ``begun`` count, by the
    clock of the desk that made it.
    """
    if told.knows:
        return False
    return bool(told.unread or told.failed) or now - begun >= timedelta(minutes=minutes)
