"""What happened on an order, line by line and each with its who: replies, steps, notices and telephone calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from desktop.store.reader import Reader
from desktop.ui.stories.story import Event
from desktop.ui.stories.told import told_of_steps
from desktop.ui.words import moment
from resources import Wording
from sync.records.dispatch_rules import LadderStep
from sync.records.notices import BY_DESK, Notice, NoticeState
from sync.records.order_ladder import RATIFY_RUNG, RungRead, rung_read
from sync.records.order_steps import OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, OrderCall, OrderReply, ReplyKind

Told = list[tuple[datetime, Event]]
Names = Mapping[str, str]
"""Names by identity."""

_TONES = {
    ReplyKind.OBJECTION: "warn",
    ReplyKind.RESOLVED: "good",
    ReplyKind.EXTENSION_ASKED: "warn",
    ReplyKind.RETURNED: "bad",
}
_STEPS = {
    OrderStepKind.JOINT_MEETING: ("accent", "people"),
    OrderStepKind.TELEPHONED: ("info", "chat"),
    OrderStepKind.CLOSED: ("good", "check"),
    OrderStepKind.SUSPENDED: ("warn", "clock"),
    OrderStepKind.NOT_RATIFIED: ("bad", "cross"),
}
_RUNGS = {
    LadderStep.REMIND: ("info", "clock"),
    LadderStep.URGE: ("warn", "clock"),
    LadderStep.CRITICISE: ("bad", "alert"),
    LadderStep.ESCALATE: ("bad", "up"),
}
_NOTICES = {
    NoticeState.READ: ("good", "check"),
    NoticeState.UNREAD: ("warn", "clock"),
    NoticeState.FAILED: ("bad", "alert"),
    NoticeState.CALLED: ("info", "chat"),
    NoticeState.NOT_REACHED: ("warn", "chat"),
}


def reply_events(words: Wording, replies: Iterable[OrderReply], places: Names, staff: Names) -> Told:
    """Return what departments said, each in whose word, and what was seen of them, by whom."""
    told: Told = []
    for reply in replies:
        title = f"{places.get(reply.department, '')} · {words(f'records.replykind_{reply.kind.value}')}"
        if reply.kind is ReplyKind.RULED:
            title += f" · {_ruling(words, reply)}"
        who = " ".join(part for part in (reply.officer, reply.post, reply.rank) if part)
        text = words("window.list_semicolon").join(part for part in (who, reply.text, reply.rule_cited) if part)
        when = _when(reply.happened_at, _mouth(words, reply), staff.get(reply.made.by, "") if reply.witnessed else "")
        told.append((reply.happened_at, Event(when, title, text, "reply", _TONES.get(reply.kind, "info"))))
    return told


def _mouth(words: Wording, reply: OrderReply) -> str:
    """Whose word it is: the department's own, proven by the desk's code, or how the community knows."""
    if not reply.witnessed:
        return words("window.scanned" if reply.arrival_code else "window.own_word")
    return words(f"records.witness_{reply.how.value}" if reply.how else "window.witnessed")


def _ruling(words: Wording, reply: OrderReply) -> str:
    if reply.until is not None:
        return words("window.ruling_until", at=moment(reply.until))
    return words("window.ruling_releases" if reply.releases else "window.ruling_stands")


def step_events(words: Wording, reader: Reader, steps: Collection[OrderStep], places: Names, staff: Names) -> Told:
    """Return what the issuing side and the clocks did, and who: of a step of the ladder nobody, but the clock."""
    heard = told_of_steps(words, reader, steps, places)
    return [
        (step.happened_at, _climbed(words, step, places, heard.get(step.id, "")))
        if step.kind is OrderStepKind.ESCALATED
        else (step.happened_at, _stepped(words, step, places, staff))
        for step in steps
    ]


def _stepped(words: Wording, step: OrderStep, places: Names, staff: Names) -> Event:
    title = _dotted(words(f"records.orderstepkind_{step.kind.value}"), places.get(step.department, ""))
    call = _call(step.call) if step.call else ""
    text = words("window.list_semicolon").join(part for part in (call, step.text) if part)
    tone, picture = _STEPS.get(step.kind, ("info", "step"))
    return Event(_when(step.happened_at, staff.get(step.made.by, "")), title, text, picture, tone)


def _climbed(words: Wording, step: OrderStep, places: Names, heard: str) -> Event:
    """One step of the ladder by its own name: a reminder is no escalation. ``heard`` says who was told of it."""
    clock = words(f"records.clock_{step.clock.value}") if step.clock else ""
    rung = rung_read(step.rung)
    if rung is not None:
        what, when = words(f"records.ladderstep_{rung.step.value}"), _rung_when(words, rung)
        tone, picture = _RUNGS[rung.step]
    elif step.rung == RATIFY_RUNG:
        what, when, (tone, picture) = words("window.rung_ratify"), "", _RUNGS[LadderStep.URGE]
    else:  # of a program that knows other steps
        what, when, (tone, picture) = words("records.orderstepkind_escalated"), step.rung, _RUNGS[LadderStep.ESCALATE]
    title = _dotted(what, places.get(step.department, ""), clock, when)
    text = words("window.list_semicolon").join(part for part in (step.text, heard) if part)
    return Event(_when(step.happened_at, words("window.by_the_clock")), title, text, picture, tone)


def _rung_when(words: Wording, rung: RungRead) -> str:
    """How long before or after the limit the step comes, as the rules say it."""
    amount, unit = rung.length.amount, rung.length.unit.value
    length = words(f"web.term_{'one_' if amount == 1 else ''}{unit}", amount=amount)
    return words("window.rung_before" if rung.before else "window.rung_after", length=length)


def call_events(words: Wording, order: DispatchOrder, places: Names) -> Told:
    """Return the calls by which an order was given before its paper."""
    return [
        (
            call.at,
            Event(
                _when(call.at, order.issuer_name),
                _dotted(words("records.orderstepkind_telephoned"), places.get(call.department, "")),
                _call(call),
                "chat",
                "info",
            ),
        )
        for call in order.calls
    ]


def _call(call: OrderCall) -> str:
    return f"{call.callee} {call.post} “{call.read_back}”"


def notice_events(words: Wording, notices: Iterable[Notice], places: Names, staff: Names) -> Told:
    """Return how far the notices of an order came, the first time of each way and state, and every call."""
    told: Told = []
    seen: set[tuple[str, NoticeState, str]] = set()
    for notice in sorted(notices, key=lambda one: (one.happened_at, one.id)):
        key = (notice.unit, notice.state, notice.channel)
        if notice.state not in BY_DESK and key in seen:
            continue
        seen.add(key)
        title = _dotted(words(f"records.noticestate_{notice.state.value}"), places.get(notice.unit, ""), notice.channel)
        text = words("window.list_semicolon").join(part for part in (notice.name, notice.text) if part)
        by = staff.get(notice.made.by, "") if notice.state in BY_DESK else words("window.by_the_district")
        tone, picture = _NOTICES.get(notice.state, ("calm", "sent"))
        told.append((notice.happened_at, Event(_when(notice.happened_at, by), title, text, picture, tone)))
    return told


def _dotted(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _when(at: datetime, *who: str) -> str:
    return "  ".join(part for part in (moment(at), *who) if part)
