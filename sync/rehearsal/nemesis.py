"""What may strike a rehearsal: each nemesis is one way in which networks, machines and people go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Nemesis(StrEnum):
    """The names are those of ``--nemesis`` and of the counts in the report."""

    DROPPED_REQUEST = "dropped_request"
    DROPPED_ANSWER = "dropped_answer"
    REPEATED = "repeated"
    REORDERED = "reordered"
    CUT_REQUEST = "cut_request"
    CUT_ANSWER = "cut_answer"
    ALTERED = "altered"
    SLOW = "slow"
    FOREIGN = "foreign"
    DISTRICT_KILLED = "district_killed"
    STATION_KILLED = "station_killed"
    DISTRICT_FULL = "district_full"
    STATION_FULL = "station_full"
    CLOCK = "clock"
    TWO_DESKS = "two_desks"
    RESTORED = "restored"
    COPIED = "copied"
    REVOKED = "revoked"
    STICK = "stick"
    EARLIER = "earlier"
    MALICIOUS = "malicious"


class Moment(StrEnum):
    """Where a request is: the district has it, has answered it, or its answer was passed on."""

    HEARD = "heard"
    ANSWERED = "answered"
    TOLD = "told"


ON_THE_LINE: Final = (
    Nemesis.DROPPED_REQUEST,
    Nemesis.DROPPED_ANSWER,
    Nemesis.REPEATED,
    Nemesis.REORDERED,
    Nemesis.CUT_REQUEST,
    Nemesis.CUT_ANSWER,
    Nemesis.ALTERED,
    Nemesis.SLOW,
    Nemesis.FOREIGN,
)
"""They meet one request and cost little."""

ON_A_MACHINE: Final = (
    Nemesis.DISTRICT_KILLED,
    Nemesis.STATION_KILLED,
    Nemesis.DISTRICT_FULL,
    Nemesis.STATION_FULL,
)
"""They meet a process in the middle of a request."""

ON_A_STORE: Final = (Nemesis.RESTORED, Nemesis.COPIED, Nemesis.REVOKED)
"""They change which machine or store speaks for a desk."""

VERBS: Final[dict[Nemesis, tuple[str, ...]]] = {
    **dict.fromkeys(Nemesis, ("hello", "push", "pull", "receipt")),
    Nemesis.REPEATED: ("push", "pull", "receipt"),
    Nemesis.REORDERED: ("push", "receipt"),
    Nemesis.CUT_REQUEST: ("push",),
    Nemesis.ALTERED: ("push",),
    Nemesis.FOREIGN: ("push",),
    Nemesis.DISTRICT_KILLED: ("push", "pull", "receipt"),
    Nemesis.STATION_KILLED: ("push", "pull", "receipt"),
    Nemesis.DISTRICT_FULL: ("push",),
    Nemesis.STATION_FULL: ("push", "pull"),
}
"""The requests that each may meet. Altered bytes are met by the push alone: there each record proves itself, while on
a real line TLS proves every byte."""

AT_ONCE: Final = "exchange"
"""The request that is all of the others at once."""

MEETS_ALL: Final = frozenset(Nemesis) - {Nemesis.ALTERED}
"""Those that meet it in the place of the one that they are meant for; for the others a desk is made to speak by
pages."""

MOMENTS: Final[dict[Nemesis, tuple[Moment, ...]]] = {
    Nemesis.DISTRICT_KILLED: (Moment.HEARD, Moment.ANSWERED),
    Nemesis.STATION_KILLED: (Moment.HEARD, Moment.ANSWERED, Moment.TOLD),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One strike on the line: which request it meets, when, and, where bytes are counted, at which share of them."""

    nemesis: Nemesis
    verb: str
    moment: Moment = Moment.ANSWERED
    share: float = 0.5


def parse(text: str) -> frozenset[Nemesis]:
    """Read ``--nemesis``: all, none, or names with commas between; ValueError names one that there is not."""
    if text in ("all", "none"):
        return frozenset(Nemesis if text == "all" else ())
    return frozenset(Nemesis(name.strip()) for name in text.split(","))
