"""What the issuing side and the clocks did with an order, as its page tells it: when, what, by whom, who was told.

A department reads what concerns it: no step or call of another department, as with what these said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from resources import Wording
from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import LadderStep, Length
from sync.records.errors import Refused
from sync.records.order_ladder import ladder_step
from sync.records.order_steps import Clock, OrderStep, OrderStepKind
from sync.records.record import Made
from sync.server.store.directory import Unit, get_staff
from sync.server.store.notices import Line, Outgoing, about_these
from sync.server.store.order_pages import OrderOnPage, order_numbers
from sync.server.store.store import Connection
from sync.server.web.limits import term_text
from sync.server.web.render import moment_text

STEP_LOOKS: Final = {
    OrderStepKind.RATIFIED: ("good", "check"),
    OrderStepKind.NOT_RATIFIED: ("bad", "cross"),
    OrderStepKind.TELEPHONED: ("info", "phone"),
    OrderStepKind.JOINT_MEETING: ("info", "people"),
    OrderStepKind.ESCALATED: ("bad", "up"),
    OrderStepKind.SUSPENDED: ("warn", "pause"),
    OrderStepKind.RESUMED: ("info", "clock"),
    OrderStepKind.MERGED: ("quiet", "out"),
    OrderStepKind.CLOSED: ("good", "check"),
}
"""Colour and icon of what stands in the history; what is not here (answers to requests) does not."""
_FURTHEST: Final = (
    *(Outgoing.READ, Outgoing.DELIVERED, Outgoing.SENT),
    *(Outgoing.FAILED, Outgoing.WAITING, Outgoing.DROPPED),
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing of the history; ``link`` is an order that it leads to, ``lines`` are what there is to say."""

    at: datetime
    title: str
    look: tuple[str, str]
    who: str = ""
    lines: tuple[str, ...] = ()
    link: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class _Teller:
    """What each line is told with."""

    conn: Connection
    words: Wording
    known: Mapping[str, Unit]
    told: Mapping[str, list[Line]]

    def unit(self, identity: str) -> str:
        return self.known[identity].name if identity in self.known else identity

    def maker(self, made: Made) -> str:
        """Who did it: a name and a unit, as the district knows them; the platform for what nobody did."""
        try:
            name = get_staff(self.conn, made.by).name if made.by else ""
        except Refused:
            name = ""
        return " · ".join(part for part in (self.unit(made.unit), name) if part)

    def by_itself(self, made: Made) -> str:
        return self.words("web.history_by_itself", unit=self.unit(made.unit))

    def units_told(self, about: str, shown: Iterable[str] | None = None) -> tuple[str, ...]:
        """Whom the outbox has of it, and how far each came; nothing where it has nobody."""
        best: dict[str, Outgoing] = {}
        for line in self.told.get(about, ()):
            if shown is None or line.unit in shown:
                best[line.unit] = min(best.get(line.unit, line.state), line.state, key=_FURTHEST.index)
        if not best:
            return ()
        said = (
            self.words("web.told_unit", unit=self.unit(u), state=self.words(f"notices.state_{s}"))
            for u, s in best.items()
        )
        return (self.words("web.history_told", units=self.words("web.list_comma").join(said)),)


def history(
    conn: Connection, words: Wording, on: OrderOnPage, known: Mapping[str, Unit], mine: str
) -> tuple[Happened, ...]:
    """Return everything in the order of time, what came last first; of one department ``mine``, "" for all."""
    steps = [step for step in on.steps if step.kind in STEP_LOOKS and _concerns(step, mine)]
    about = [on.order.id, *(step.id for step in steps)]
    told: dict[str, list[Line]] = {}
    for line in about_these(conn, about):
        told.setdefault(line.about, []).append(line)
    teller = _Teller(conn, words, known, told)
    numbers = order_numbers(conn, {step.into for step in steps if step.into})
    later = sorted(steps, key=lambda step: (step.happened_at, step.id), reverse=True)
    told_steps = [_step(teller, step, numbers, mine) for step in later]
    before = [one for one in told_steps if one.at < on.order.issued_at]  # a clock that was set wrong
    return (*told_steps[: len(told_steps) - len(before)], _issued(teller, on, mine), *before)


def _concerns(step: OrderStep, mine: str) -> bool:
    department = step.call.department if step.call else step.department
    return not mine or department in ("", mine)


def _issued(teller: _Teller, on: OrderOnPage, mine: str) -> Happened:
    order, words = on.order, teller.words
    who = " · ".join(part for part in (teller.unit(order.issuing_unit), order.issuer_name, order.issuer_post) if part)
    title = words("web.history_issued_in_emergency" if order.emergency else "web.history_issued")
    others = {name for name in order.departments if mine and name != mine}
    shown = [line.unit for line in teller.told.get(order.id, ()) if line.unit not in others]
    ratifies: tuple[str, ...] = ()
    if order.emergency and order.ratify_by is not None:
        at = moment_text(order.ratify_by)
        ratifies = (words("web.history_to_ratify", name=order.ratifier_name, at=at),)
    return Happened(order.issued_at, title, ("info", "order"), who, (*ratifies, *teller.units_told(order.id, shown)))


def _step(teller: _Teller, step: OrderStep, numbers: Mapping[str, str], mine: str) -> Happened:
    words, lines = teller.words, []
    title, look = words(f"records.orderstepkind_{step.kind.value}"), STEP_LOOKS[step.kind]
    if step.kind is OrderStepKind.ESCALATED:
        title, look = _climbed(teller, step)
        lines += [_rung(words, step)]
    if step.call is not None:
        call = {"unit": teller.unit(step.call.department), "callee": step.call.callee, "at": moment_text(step.call.at)}
        lines += [words("web.sheet_call_text", **call), words("web.history_read_back", text=step.call.read_back)]
    lines += [step.text, *_moved(teller, step, mine)]
    if step.artefacts:
        kinds = (words(f"records.artefact_{a}") if words.has(f"records.artefact_{a}") else a for a in step.artefacts)
        lines.append(words("web.history_artefacts", kinds=words("web.list_comma").join(kinds)))
    who = teller.by_itself(step.made) if step.kind is OrderStepKind.ESCALATED else teller.maker(step.made)
    told = teller.units_told(step.id)
    said = tuple(line for line in lines if line)
    into = step.into if step.into in numbers else ""
    return Happened(step.happened_at, title, look, who, (*said, *told), into, numbers.get(step.into, ""))


def _climbed(teller: _Teller, step: OrderStep) -> tuple[str, tuple[str, str]]:
    """What a step of the ladder is called: which, of whom, of which clock."""
    words, kind = teller.words, ladder_step(step.rung)
    named = words(f"records.ladderstep_{kind}") if kind in set(LadderStep) else ""
    if step.clock is Clock.RATIFY:
        named = words("web.history_not_ratified_yet")
    clock = words(f"records.clock_{step.clock.value}") if step.clock else ""
    title = " · ".join(part for part in (named, teller.unit(step.department) if step.department else "", clock) if part)
    mild = kind == LadderStep.REMIND
    return title or words("records.orderstepkind_escalated"), ("info", "clock") if mild else ("bad", "up")


def _rung(words: Wording, step: OrderStep) -> str:
    """By which limit, and how long before or after it the rung stands."""
    parts = step.rung.split()
    due = moment_text(step.due_at)
    if len(parts) != 4 or not parts[1].isdecimal() or parts[2] not in set(PeriodUnit):
        return words("web.history_due", at=due) if due else ""
    length = term_text(words, Length(int(parts[1]), PeriodUnit(parts[2])))
    return words("web.history_before" if parts[0] == "before" else "web.history_after", at=due, length=length)


def _moved(teller: _Teller, step: OrderStep, mine: str) -> list[str]:
    """To when a resumption moved the ends of departments."""
    return [
        teller.words("web.history_moved", unit=teller.unit(end.department), at=moment_text(end.resolve_by))
        for end in step.ends
        if end.resolve_by is not None and (not mine or end.department == mine)
    ]
