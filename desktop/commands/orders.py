"""Dispatch orders without a window: give one, list them, tell one with all that came back."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from desktop.commands.access import Access
from desktop.commands.output import Said, moment
from resources import Wording
from sync.records.errors import Refused, RuleBroken

if TYPE_CHECKING:
    from desktop.actions.desk import Desk
    from desktop.store.store import Reader
    from sync.records.order_state import OrderState
    from sync.records.order_steps import OrderStep
    from sync.records.orders import DispatchOrder, OrderReply

_OPTIONS = ("subject", "text", "grade", "place", "contact", "authority", "issued_at")


def issue(args: argparse.Namespace, access: Access) -> Said:
    """Issue an order on a matter, ask for one, or issue in an emergency, as ``--way`` says."""
    from desktop.actions.orders import draft_of_request, give_order, order_draft
    from desktop.forms.orders import REQUEST

    with access.desk() as desk:
        draft = draft_of_request(desk, args.request) if args.request else order_draft(desk, args.matter, args.way)
        draft |= {name: said for name in _OPTIONS if (said := getattr(args, name))}
        if args.to:
            draft["departments"] = [_department(desk, name) for name in args.to]
        if args.called:
            draft["calls"] = _calls(desk, args)
        done = give_order(desk, args.matter, draft)
    asked = draft["way"] == REQUEST
    words = access.words
    told = words("window.order_requested") if asked else words("window.order_issued", number=done.number)
    notes = [words("window.dated", told=told, at=moment(done.dated))] if done.dated else []
    data = {"id": done.id, "number": done.number, "kind": "order_request" if asked else "dispatch_order"}
    return Said(data, [told], notes)


def _calls(desk: Desk, args: argparse.Namespace) -> list[dict[str, str]]:
    """Return the rows of the calls: each option is said once for each of them, in their order, or not at all."""
    columns = {"callee": args.callee, "callee_telephone": args.callee_telephone, "called_at": args.called_at}
    columns["read_back"] = args.read_back
    uneven = [name for name, said in columns.items() if said and len(said) != len(args.called)]
    if uneven:
        option = f"--{uneven[0].replace('_', '-')}"
        raise RuleBroken("cli.calls_uneven", option=option, count=len(columns[uneven[0]]), calls=len(args.called))
    rows = [{"called": _department(desk, name)} for name in args.called]
    for place, row in enumerate(rows):
        row.update({name: said[place] for name, said in columns.items() if said})
    return rows


def list_all(args: argparse.Namespace, access: Access) -> Said:
    """List orders with their state; ``--requests`` what is asked for, what waits first, and what became of it."""
    from desktop.commands.records import list_rows

    if not args.requests:
        args.kind = "orders"
        return list_rows(args, access)
    from desktop.actions.order_requests import requests
    from sync.records.order_course import RequestStage

    words = access.words
    with access.desk() as desk:
        found = sorted(requests(desk, waiting=False), key=lambda pair: pair[1].state is not RequestStage.WAITING)
        with desk.store.read() as reader:
            data: list[dict[str, Any]] = [
                {
                    "id": request.id,
                    "matter": request.matter,
                    "subject": request.subject,
                    "departments": _names(reader, request.departments),
                    "requested_by": request.requested_by_name,
                    "requested_at": request.requested_at.isoformat(),
                    "state": state.state.value,
                    "orders": [{"id": one.order, "number": one.number, "state": one.stage} for one in state.issued],
                    "reason": state.reason,
                }
                for request, state in found
            ]
    lines = ["\t".join(_request_cells(words, request)) for request in data]
    return Said(data, lines)


def _request_cells(words: Wording, told: dict[str, Any]) -> list[str]:
    """A request in one line, with the numbers of its orders and how far these are, or why it was refused."""
    came = [told["reason"]] if told["reason"] else []
    for order in told["orders"]:
        stage = f"records.orderstage_{order['state']}"
        came.append(" ".join(part for part in (order["number"], words(stage) if words.has(stage) else "") if part))
    state = words(f"records.requeststage_{told['state']}")
    return [told["id"], moment_text(told["requested_at"]), state, told["subject"], *came]


def escalate(_args: argparse.Namespace, access: Access) -> Said:
    """Write the reminders and escalations that are due now."""
    from desktop.actions.escalations import escalate_due

    with access.desk() as desk:
        done = escalate_due(desk)
    count = int(done.changes.touches("order_step"))
    return Said({"escalated": bool(count)}, [access.words("cli.escalated" if count else "cli.escalated_none")])


def show(args: argparse.Namespace, access: Access) -> Said:
    """Show one order: how far each department is, by its own word and as witnessed, and what is doubtful."""
    from desktop.store.links import notices_of, order_steps_of, replies_of, state_of_order
    from desktop.store.units import staff_names
    from sync.records.canonical import plain

    words = access.words
    with access.desk() as desk, desk.store.read() as reader:
        order, staff = _order(reader, args.id), staff_names(reader)
        state = state_of_order(reader, order)
        data = _told(reader, order, state)
        data["doubts"] = [{"reason": d.reason, "text": words(d.reason)} for d in state.doubts]
        data["steps"] = [_step(step, staff) for step in order_steps_of(reader, order.id)]
        data["notices"] = [plain(notice) for notice in notices_of(reader, order.id)]
        data["replies"] = [_reply(reader, order, reply, staff) for reply in replies_of(reader, order.id)]
    lines = [f"{data['number']}\t{words('records.orderstage_' + data['state'])}\t{order.subject}"]
    for part in data["departments"]:
        due = f"{moment_text(part['report_by'])}\t{moment_text(part['resolve_by'])}"
        lines.append(f"{part['name']}\t{words('records.orderstage_' + part['state'])}\t{due}")
    lines += [words(d.reason) for d in state.doubts]
    return Said(data, lines)


def replies(args: argparse.Namespace, access: Access) -> Said:
    """List what came back: on one order, or on the newest ones."""
    from desktop.store.links import replies_of
    from desktop.store.orders import list_orders
    from desktop.store.units import staff_names

    words = access.words
    with access.desk() as desk, desk.store.read() as reader:
        ids = [args.order] if args.order else [row.id for row in list_orders(reader, limit=args.limit or 200)]
        orders, staff = [_order(reader, name) for name in ids], staff_names(reader)
        data = [_reply(reader, order, reply, staff) for order in orders for reply in replies_of(reader, order.id)]
    data.sort(key=lambda reply: str(reply["happened_at"]), reverse=True)
    lines = [
        "\t".join(
            (
                moment_text(reply["happened_at"]),
                reply["number"],
                reply["department"],
                words(f"records.replykind_{reply['kind']}"),
                words("window.witnessed" if reply["witnessed"] else "window.own_word"),
                " ".join(reply["text"].split())[:60],
            )
        )
        for reply in data
    ]
    return Said(data, lines)


def moment_text(text: str) -> str:
    """Return a moment of the data as lines say it."""
    from datetime import datetime

    return moment(datetime.fromisoformat(text))


def _order(reader: Reader, name: str) -> DispatchOrder:
    from sync.records.orders import DispatchOrder

    order = reader.find(name, DispatchOrder)
    if order is None:
        raise Refused("store.no_such_record", id=name)
    return order


def _department(desk: Desk, name: str) -> str:
    from desktop.actions.directory import department_options

    for option in department_options(desk):
        if name in (option.value, option.text):
            return option.value
    return name  # the verb says what is wrong with it: dissolved, or none at all


def _names(reader: Reader, departments: tuple[str, ...]) -> list[str]:
    from desktop.actions.order_steps import named

    return named(reader, departments)


def _told(reader: Reader, order: DispatchOrder, state: OrderState) -> dict[str, Any]:
    from sync.records.canonical import plain

    parts = []
    for name, department in zip(_names(reader, order.departments), order.departments, strict=True):
        part = state.by_department[department]
        parts.append(
            {
                "name": name,
                "department": department,
                "state": part.stage.value,
                "report_by": order.report_by(department, part.rested.report_by).isoformat(),
                "resolve_by": order.resolve_by(department, part.until).isoformat(),
                "arrived": plain(part.arrived),
                "own": plain(part.own),
                "witnessed": plain(part.witnessed),
                "heard": plain(part.heard),
                "open_objections": list(part.objections),
            }
        )
    course = state.course
    return {
        "id": order.id,
        "number": order.number,
        "state": state.state.value,
        "departments": parts,
        "suspended": plain(course.suspended),
        "emergency": order.emergency,
        "ratification": course.ratification.value,
        "calls": plain(order.calls),
        "delegated": order.delegated,
        "objections": course.objections,
        "joint_meeting_proposed": course.meeting_proposed,
        "order": plain(order),
    }


def _step(step: OrderStep, staff: dict[str, str]) -> dict[str, Any]:
    """A step with its who: of one of the ladder nobody, but the clock."""
    from sync.records.canonical import plain
    from sync.records.order_steps import OrderStepKind

    by = "" if step.kind is OrderStepKind.ESCALATED else staff.get(step.made.by, "")
    found: dict[str, Any] = plain(step)
    return found | {"by": by}


def _reply(reader: Reader, order: DispatchOrder, reply: OrderReply, staff: dict[str, str]) -> dict[str, Any]:
    from desktop.actions.order_steps import named

    return {
        "id": reply.id,
        "order": order.id,
        "number": order.number,
        "department": named(reader, [reply.department])[0] if reply.department else "",
        "kind": reply.kind.value,
        "happened_at": reply.happened_at.isoformat(),
        "witnessed": reply.witnessed,
        "by": staff.get(reply.made.by, "") if reply.witnessed else "",
        "how": reply.how.value if reply.how else "",
        "scanned": bool(reply.arrival_code),
        "officer": reply.officer,
        "post": reply.post,
        "rank": reply.rank,
        "rule_cited": reply.rule_cited,
        "until": reply.until.isoformat() if reply.until else None,
        "releases": reply.releases,
        "text": reply.text,
    }
