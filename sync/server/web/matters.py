"""Matters that were passed to a unit: its list by what is due first, and one matter's sheet with what the unit may see.

Only the unit to which a matter was given finds it here: for everybody else it is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from sync.protocol.codec import decode
from sync.records.kinds import new_id
from sync.records.matters import Matter, Step, StepKind
from sync.records.mediation_requests import ACCEPT
from sync.records.open_clocks import LAPSING, PASSING, OpenClock
from sync.records.passed_parts import AWAITS_ANSWER, OPEN, PassedStage, came_by, gone_to, open_answers
from sync.records.passings import Passing, own_word
from sync.records.seen import standing
from sync.records.times import BEIJING
from sync.records.units import OrgUnit, Role
from sync.server.matter_people import People, people_of
from sync.server.people_log import Event
from sync.server.periods import Counting, counting_at, end_of_clock
from sync.server.store.directory import Unit, clean, staff_names, units
from sync.server.store.log import write_log
from sync.server.store.matters import (
    MatterHere,
    PassedRow,
    count_ended,
    ended_at,
    load_matters,
    open_at,
    passed_row,
)
from sync.server.store.records import latest, read_many
from sync.server.store.store import Connection
from sync.server.web.matter_forms import FIELDS, LETTERS, targets
from sync.server.web.orders import name_of
from sync.server.web.render import page
from sync.server.web.visitor import NotFound, Site, Standing, Visitor, allow, by_itself

router = APIRouter()
READERS: Final = (Role.DEPARTMENT, Role.DISPATCHER, Role.VIEWER)
WRITERS: Final = frozenset({Role.DEPARTMENT, Role.DISPATCHER})
Reader = Annotated[Visitor, allow(*READERS)]
PAGE: Final = 50
SHOWS: Final = ("open", "waiting", "overdue", "ended")
_SOON: Final = timedelta(days=1)
"""A day before its end a clock is coming up: ends of days are counted here."""

LOOKS: Final = {
    PassedStage.WAITING: ("warn", "clock"),
    PassedStage.HELD: ("info", "order"),
    PassedStage.GIVEN_ON: ("quiet", "out"),
    PassedStage.SENT_BACK: ("quiet", "back"),
    PassedStage.TAKEN_AWAY: ("quiet", "out"),
    PassedStage.CLOSED: ("good", "check"),
    PassedStage.ASKED: ("warn", "clock"),
    PassedStage.MEDIATING: ("info", "order"),
    PassedStage.WITHDRAWN: ("quiet", "back"),
}
"""Colour and icon of each stage; the word stands beside them."""


@dataclass(frozen=True, slots=True)
class Due:
    """One clock: of which kind, by when, how far that lies ahead; ``word`` is over, soon or left."""

    kind: str
    by: datetime
    left: timedelta

    @property
    def name(self) -> str:
        """The wording key of what ends."""
        return "web.clock_passing" if self.kind == PASSING else f"deadlines.kind_{self.kind.replace('-', '_')}"

    @property
    def word(self) -> str:
        """The end of a wording key."""
        return "over" if self.left < timedelta() else "soon" if self.left < _SOON else "left"

    @property
    def look(self) -> tuple[str, str]:
        """Colour and icon."""
        return {"over": ("bad", "alert"), "soon": ("warn", "clock"), "left": ("info", "clock")}[self.word]


@dataclass(frozen=True, slots=True)
class Line:
    """One matter of the list; ``due`` is what ends first, ``giver`` is the unit that gave it last."""

    row: PassedRow
    due: Due | None
    matter: Matter | None = None
    giver: str = ""

    @property
    def restricted(self) -> bool:
        """Whether what it is about is read on its sheet alone, each opening of which is noted."""
        return self.matter is None or self.matter.must_report


def dues(clocks: tuple[OpenClock, ...], by: Counting, now: datetime) -> list[Due]:
    """Return when the clocks of a unit end, the first first; a time in which it only may do something is never over."""
    ends = sorted((end_of_clock(clock, by), clock.kind) for clock in clocks)
    return [Due(kind, by, by - now) for by, kind in ends if by >= now or kind not in LAPSING]


@router.get("/matters")
def show(
    request: Request,
    site: Standing,
    who: Reader,
    show: str = "open",
    start: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> Response:
    """List the matters that were passed to this person's unit. An open page asks again for its list alone."""
    now, show = site.now(), show if show in SHOWS else "open"
    with site.store.read() as conn:
        by = counting_at(conn, now.astimezone(BEIJING).date())
        lines = [_line(row, by, now) for row in open_at(conn, who.person.unit)]
        lines.sort(key=lambda line: (line.due is None, line.due.by if line.due else line.row.at, line.row.at))
        by_show = {
            "open": lines,
            "waiting": [line for line in lines if line.row.stage in AWAITS_ANSWER],
            "overdue": [line for line in lines if line.due and line.due.word == "over"],
        }
        counts = {**{name: len(some) for name, some in by_show.items()}, "ended": count_ended(conn, who.person.unit)}
        if show == "ended":
            some = [Line(row, None) for row in ended_at(conn, who.person.unit, start, PAGE)]
        else:
            some = by_show[show][start : start + PAGE]
        known = units(conn)
        here = load_matters(conn, [line.row.matter for line in some])
        seq = latest(conn)
    values: dict[str, Any] = {
        "lines": [_told(line, here, known) for line in some if line.row.matter in here],
        "show": show,
        "shows": SHOWS,
        "counts": counts,
        "start": start,
        "more": start + PAGE if counts[show] > start + PAGE else 0,
        "looks": LOOKS,
        "unit_name": lambda identity: name_of(known, identity),
        "seq": seq,
    }
    return page(request, "matter_list.html" if by_itself(request) else "matters.html", who, **values)


def _line(row: PassedRow, by: Counting, now: datetime) -> Line:
    return Line(row, next(iter(dues(row.clocks, by, now)), None))


def _told(line: Line, here: Mapping[str, MatterHere], known: Mapping[str, Unit]) -> Line:
    found = here[line.row.matter]
    giver = came_by(found.state, line.row.unit).made.unit
    return Line(line.row, line.due, found.matter, name_of(known, giver))


@dataclass(frozen=True, slots=True)
class Seen:
    """A matter as one unit sees it: how it stands there, its passings to and by that unit, who asks, whom to call."""

    here: MatterHere
    row: PassedRow
    mine: tuple[Passing, ...]
    onward: tuple[Passing, ...]
    people: People
    station: OrgUnit | None
    known: dict[str, Unit]
    names: dict[str, str]
    by: Counting

    @property
    def matter(self) -> Matter:
        """Its card."""
        return self.here.matter

    def words_of(self, passing: Passing) -> tuple[list[Step], list[Step]]:
        """What this unit said itself to ``passing`` and what a desk heard of it: to a request to mediate also that the
        case is complex.
        """
        asked = [p for p in self.mine if p.given.kind is StepKind.MEDIATION_ASKED]
        stands = standing(self.here.steps)[0].values()
        found = [s for s in stands if s.kind is StepKind.MEDIATION_COMPLEX and s.by_unit == self.row.unit]
        mine = [s for s in found if [p for p in asked if p.given.happened_at <= s.happened_at][-1:] == [passing]]
        own = [*passing.own, *(s for s in mine if own_word(s))]
        heard = [*passing.heard, *(s for s in mine if not own_word(s))]
        return _in_time(own), _in_time(heard)

    @property
    def differing(self) -> tuple[str, ...]:
        """The reasons for which what this unit said and what the station wrote down are not one."""
        found = [("records.doubt_heard_otherwise", p.differing) for p in self.mine]
        found += [("records.doubt_received_another_day", p.another_day) for p in self.mine]
        found += [("records.doubt_answered_withdrawn", p.too_late) for p in self.mine]
        return tuple(dict.fromkeys(reason for reason, ids in found if ids))


def visible_matter(conn: Connection, who: Visitor, matter_id: str, now: datetime) -> Seen:
    """Return a matter as this person's unit sees it; not found where it was never given to that unit."""
    unit = who.person.unit
    row = passed_row(conn, clean(matter_id)[:64], unit)
    here = load_matters(conn, [matter_id]).get(matter_id) if row else None
    if row is None or here is None:
        raise NotFound
    known = units(conn)
    passings = here.state.passings
    return Seen(
        here,
        row,
        tuple(gone_to(here.state, unit)),
        tuple(passing for passing in passings if passing.given.made.unit == unit),
        people_of(conn, here) if row.stage in OPEN else People(),
        _org_unit(conn, known.get(here.matter.unit)),
        known,
        staff_names(conn),
        counting_at(conn, now.astimezone(BEIJING).date()),
    )


def _in_time(steps: Iterable[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: (step.happened_at, step.id))


def _org_unit(conn: Connection, unit: Unit | None) -> OrgUnit | None:
    for sealed in read_many(conn, [unit.record]) if unit else ():
        record = decode(sealed)
        return record if isinstance(record, OrgUnit) else None
    return None


@router.get("/matters/{matter_id}")
def show_one(request: Request, site: Standing, matter_id: str, who: Reader) -> Response:
    """Show one matter; that somebody opened one with a duty to report is a line of the log."""
    with site.store.read() as conn:
        seen = visible_matter(conn, who, matter_id, site.now())
    if seen.matter.must_report and not by_itself(request):
        with site.store.write() as conn:
            write_log(conn, Event.MATTER_OPENED, at=site.now(), staff=who.person.staff, subject=matter_id, detail="")
    return matter_page(request, site, who, seen)


def matter_page(
    request: Request,
    site: Site,
    who: Visitor,
    seen: Seen,
    *,
    failed: StepKind | None = None,
    form: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    """Render one matter; ``failed`` is the form that was refused, with what was typed and what was wrong."""
    now = site.now()
    kinds = answers_for(who, seen, now)
    done = request.query_params.get("done", "")
    with site.store.read() as conn:
        seq = latest(conn)
    values: dict[str, Any] = {
        "matter": seen.matter,
        "stage": seen.row.stage,
        "state": seen.here.state.state,
        "dues": dues(seen.row.clocks, seen.by, now),
        "mine": seen.mine,
        "onward": seen.onward,
        "words_of": seen.words_of,
        "people": seen.people,
        "station": seen.station,
        "station_name": name_of(seen.known, seen.matter.unit),
        "differing": seen.differing,
        "looks": LOOKS,
        "unit_name": lambda identity: name_of(seen.known, identity),
        "staff_name": lambda identity: seen.names.get(identity, ""),
        "kinds": [
            (kind, FIELDS[kind], *_stamped(who, seen.matter.id, form if kind is failed else None)) for kind in kinds
        ],
        "opened": failed or (StepKind.RECEIVED if StepKind.RECEIVED in kinds else None),
        "failed": failed,
        "form": form or {},
        "wrong": wrong or {},
        "targets": targets(seen.known.values(), who.person.unit),
        "letters": LETTERS,
        "open": seen.row.stage in OPEN,
        "word": lambda kind: _key_word(kind, seen.row.stage),
        "shortcuts": [(LETTERS[kind], _key_word(kind, seen.row.stage)) for kind in kinds] + [("b", "key_back")],
        "done": _done_word(done, seen, who.person.unit) if done in {kind.value for kind in FIELDS} else "",
        "seq": seq,
    }
    return page(request, "matter.html", who, 422 if failed else 200, **values)


def answers_for(who: Visitor, seen: Seen, now: datetime) -> tuple[StepKind, ...]:
    """Return what this person may say now for the unit."""
    return sayable(seen, now) if who.roles & WRITERS else ()


def sayable(seen: Seen, now: datetime) -> tuple[StepKind, ...]:
    """Return what the unit may say now; that a request to mediate is complex while its first days to accept run."""
    runs = any(clock.kind == ACCEPT and end_of_clock(clock, seen.by) >= now for clock in seen.row.clocks)
    return (*open_answers(seen.row.stage), *((StepKind.MEDIATION_COMPLEX,) if runs else ()))


def _key_word(kind: StepKind, stage: PassedStage) -> str:
    """The wording key of an answer: who has a matter, is asked to mediate or mediates says it in other words."""
    other = (stage is not PassedStage.WAITING and kind is StepKind.SENT_BACK) or stage is PassedStage.ASKED
    return f"passing_{kind}_{stage}" if other else f"passing_{kind}"


def _done_word(kind: str, seen: Seen, unit: str) -> str:
    """The wording key of what was kept, as it is told once the page is read again."""
    asked = came_by(seen.here.state, unit).kind is StepKind.MEDIATION_ASKED
    return f"mediation_{kind}_done" if asked and kind != StepKind.TRANSFERRED else f"passing_{kind}_done"


def _stamped(who: Visitor, matter_id: str, sent: Mapping[str, str] | None) -> tuple[str, str]:
    """Return the id that the form's step will have, and this session's stamp on it: sent twice, it is one step."""
    step = (sent or {}).get("step", "") or new_id("step")
    return step, who.stamp("step", matter_id, step)
