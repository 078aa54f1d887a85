"""What a desk's people do in a rehearsal, each by the verb that a person's click calls.

An act is a plain dict: ``mark`` is a word that its record carries and no other one, ``pick`` a number in [0, 1) that
chooses among the records that are here, in the order of their coming. Each returns the id of what it made, or nothing
where there is nothing to do it to.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from desktop.actions.agreements import agreement_draft, conclude
from desktop.actions.attachments import Content, attach
from desktop.actions.desk import Desk
from desktop.actions.directory import department_options
from desktop.actions.matters import edit_matter, matter_draft, matter_draft_from, open_matter
from desktop.actions.mediations import edit_mediation, mediation_draft, mediation_draft_from, open_mediation
from desktop.actions.order_replies import witness_reply
from desktop.actions.order_time import judged
from desktop.actions.orders import issue_order, order_draft
from desktop.actions.persons import person_draft, save_person
from desktop.actions.steps import add_step, step_draft
from desktop.actions.visits import log_visit
from desktop.files.attached import PNG
from desktop.forms.catalogue import FORMS, MAKES
from desktop.forms.form import Draft
from desktop.forms.questions import fresh
from desktop.store.clock import heard_signed
from sync.records.audit import Erasure
from sync.records.kinds import new_id
from sync.records.orders import DispatchOrder

Act = Mapping[str, Any]
STEPS: Final = ("accepted", "handled", "resolved", "acknowledged", "closed", "reopened")
REPLIES: Final = ("signed", "reported_in", "leader_on_scene", "progress", "resolved")
ADDRESSES: Final = ("凤凰路1号", "凤凰路2号", "塘尾路7号", "红坳村3栋")
_NOT_EMPTY: Final = "SELECT id FROM record WHERE kind = ? AND body != x'' ORDER BY line"


def _opened(desk: Desk, form: str, **given: Any) -> Draft:
    """A form opened now by the desk's clock."""
    draft = fresh(FORMS[form], MAKES[form])
    for name in draft:
        if name.endswith("_at") and draft[name]:
            draft[name] = desk.now().isoformat()
        elif name.endswith("_on") and draft[name]:
            draft[name] = desk.now().date().isoformat()
    return {**draft, **given}


def _chosen(desk: Desk, kind: str, pick: float) -> str:
    """One of the records of a kind that are here with their content; empty where there are none."""
    with desk.store.read() as reader:
        ids = [row[0] for row in reader.sql(_NOT_EMPTY, (kind,)).fetchall()]
    return str(ids[int(pick * len(ids))]) if ids else ""


def visit(desk: Desk, act: Act) -> str:
    """Log somebody who comes for the first time."""
    given = {"name": act["name"], "text": f"{act['mark']} 楼上漏水，要求修复。", "category": "neighbours"}
    return log_visit(desk, _opened(desk, "visit", channel="walk_in", **given)).id


def person(desk: Desk, act: Act) -> str:
    """Correct a person's card."""
    card = _chosen(desk, "person", act["pick"])
    if not card:
        return ""
    draft, seen = person_draft(desk, card)
    said = {"address": ADDRESSES[act["choice"] % 4]} if act["choice"] % 2 else {"note": f"{act['mark']} 已电话核实"}
    return save_person(desk, draft | said, card, seen).id


def matter(desk: Desk, act: Act) -> str:
    """Log a visit and open a matter from it, with a firm on the other side."""
    draft = matter_draft_from(desk, logged := visit(desk, act))
    other = {"role": "respondent", "party_kind": "organisation", "name": f"{act['mark']}物业有限公司"}
    return open_matter(desk, logged, {**draft, "parties": [*draft["parties"], other]}).id


def matter_edit(desk: Desk, act: Act) -> str:
    """Correct a matter's card."""
    card = _chosen(desk, "matter", act["pick"])
    if not card:
        return ""
    draft, seen = matter_draft(desk, card)
    said = {"place": ADDRESSES[act["choice"] % 4]} if act["choice"] % 2 else {"text": f"{act['mark']} 补充情况"}
    return edit_matter(desk, card, draft | said | _not_in_the_future(desk, draft, "discovered_at"), seen).id


def _not_in_the_future(desk: Desk, draft: Draft, name: str) -> Draft:
    """A colleague's clock may have been a year ahead: whoever edits the form then has to correct that time."""
    return {name: min(draft[name], desk.now().isoformat())} if draft.get(name) else {}


def step(desk: Desk, act: Act) -> str:
    """Move a matter one step on; whoever handled it says nothing of how satisfied somebody is."""
    card = _chosen(desk, "matter", act["pick"])
    if not card:
        return ""
    kind = STEPS[act["choice"] % len(STEPS)]
    draft = {**step_draft(desk, card), "happened_at": desk.now().isoformat(), "kind": kind}
    asked = kind == "acknowledged" and not draft["_handler"]
    return add_step(desk, card, {**draft, "text": f"{act['mark']} 处理", "satisfied": True if asked else None}).id


def mediation(desk: Desk, act: Act) -> str:
    """Open a mediation on a new matter, and conclude every second one."""
    about = matter(desk, act)
    told = {"consent": "all", "rights_told_at": desk.now().isoformat()}
    opened = open_mediation(desk, about, mediation_draft_from(desk, about) | told).id
    if act["choice"] % 2:
        terms = [{"text": "乙方修复漏水处", "amount": "3100", "payer": "2", "payee": "1"}]
        said = {"terms": terms, "performance": "一次付清。", "facts": "漏水。"}
        conclude(desk, opened, agreement_draft(desk, opened) | said)
    return opened


def mediation_edit(desk: Desk, act: Act) -> str:
    """Write into a mediation's working card."""
    card = _chosen(desk, "mediation", act["pick"])
    if not card:
        return ""
    draft, seen = mediation_draft(desk, card)
    name = "disputed" if act["choice"] % 2 else "record"
    return edit_mediation(desk, card, draft | {name: f"{act['mark']} 记录"}, seen).id


def order(desk: Desk, act: Act) -> str:
    """Issue a dispatch order on a matter."""
    card = _chosen(desk, "matter", act["pick"])
    departments = [option.value for option in department_options(desk)]
    if not card or not departments:
        return ""
    return issue_order(desk, card, order_draft(desk, card) | _time_asked(desk) | {"departments": departments[:2]}).id


def _time_asked(desk: Desk) -> Draft:
    """Where the desk's clock is not believed the form asks for the time: the latest that it may be is said, and nothing
    before the last word that the district signed, for the days of a rehearsal are not those of its clock.
    """
    with desk.store.read() as reader:
        timed, told = judged(reader, desk)
        signed = heard_signed(reader) or timed.now()
    return {"issued_at": max(timed.now(), signed).isoformat()} if told.doubt else {}


def reply(desk: Desk, act: Act) -> str:
    """Witness a department's reply to an order."""
    ordered = _chosen(desk, "dispatch_order", act["pick"])
    if not ordered:
        return ""
    with desk.store.read() as reader:
        found = reader.find(ordered, DispatchOrder)
    department = found.departments[act["choice"] % len(found.departments)] if found else ""
    said = {"kind": REPLIES[act["choice"] % len(REPLIES)], "text": f"{act['mark']} 到场", "officer": "周海涛"}
    said |= {"post": "副局长", "rank": "处级"}
    return witness_reply(desk, ordered, _opened(desk, "reply", department=department, **said)).id


def attachment(desk: Desk, act: Act) -> str:
    """Give a visit a picture of its own."""
    subject = _chosen(desk, "visit", act["pick"])
    if subject:
        attach(desk, subject, Content(f"{act['mark']}.png", PNG, _picture(act["mark"])))
    return subject


def _picture(mark: str) -> bytes:
    """A small PNG (ISO 15948) that says ``mark`` in a text chunk, so that no two are alike."""
    chunks = (
        (b"IHDR", b"\0\0\0\x08\0\0\0\x04\x08\0\0\0\0"),
        (b"tEXt", b"Comment\0" + mark.encode()),
        (b"IDAT", zlib.compress(b"\0\xff\xff\xff\xff\0\0\0\0" * 4)),
        (b"IEND", b""),
    )
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, content in chunks:
        parts += [len(content).to_bytes(4), name, content, zlib.crc32(name + content).to_bytes(4)]
    return b"".join(parts)


def erasure(desk: Desk, act: Act) -> str:
    """Destroy the content of a person's card, or of an attachment, by the station lead's word."""
    target = _chosen(desk, ("person", "attachment")[act["choice"] % 2], act["pick"])
    if not target:
        return ""
    with desk.store.write() as work:
        work.add(Erasure(id=new_id("erasure"), made=desk.made(), target=target, reason=f"{act['mark']} 本人要求"))
    return target


ACTS: Final[dict[str, Callable[[Desk, Act], str]]] = {
    "visit": visit,
    "person": person,
    "matter": matter,
    "matter_edit": matter_edit,
    "step": step,
    "mediation": mediation,
    "mediation_edit": mediation_edit,
    "order": order,
    "reply": reply,
    "attachment": attachment,
    "erasure": erasure,
}
"""By the names that a rehearsal gives them."""
