"""A dispatch order as it is told: what was demanded of whom, by when, and what came back, own word and witnessed."""

from __future__ import annotations

from desktop.store.links import replies_of, state_of_order
from desktop.store.reader import Reader
from desktop.ui.models.statuses import order_status
from desktop.ui.stories.files import files_told
from desktop.ui.stories.parts import doubts, in_time, prints, unit_names
from desktop.ui.stories.story import Event, Story
from desktop.ui.words import moment
from resources import Wording
from sync.records.matters import Matter
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind

_TONES = {ReplyKind.OBJECTION: "warn", ReplyKind.RESOLVED: "good", ReplyKind.EXTENSION_ASKED: "warn"}


def order_story(words: Wording, reader: Reader, order_id: str) -> Story:
    """Tell one order."""
    order = reader.get(order_id)
    assert isinstance(order, DispatchOrder)  # noqa: S101 the list holds nothing else
    replies = replies_of(reader, order.id)
    state, places = state_of_order(reader, order), unit_names(reader)
    departments = tuple(
        (places.get(d, ""), order_status(words, state.by_department[d].stage.value).text)
        for d in order.departments
        if d in state.by_department
    )
    facts = (
        *departments,
        (words("window.report_by"), moment(order.limits.report_by)),
        (words("window.resolve_by"), moment(order.limits.resolve_by)),
        (words("forms.field_grade"), words(f"forms.grade_{order.grade}") if order.grade else ""),
        (words("window.leader_rank"), order.limits.leader_rank),
        (words("forms.field_order_place"), order.place),
        (words("forms.field_order_contact"), order.contact),
        (words("window.issuer"), f"{order.issuer_name} {order.issuer_post}".strip()),
        (words("forms.field_authority"), order.authority),
        (words("forms.field_street_copy"), places.get(order.street_copy or "", "")),
    )
    return Story(
        order.id,
        order.subject,
        order.number,
        statuses=(order_status(words, state.state.value),),
        facts=facts,
        text=order.text,
        warnings=doubts(words, state.doubts),
        events=in_time([*_events(words, reader, order, replies, places), *prints(reader, words, order.id)]),
        files=files_told(reader, words, order.id),
    )


def _events(
    words: Wording, reader: Reader, order: DispatchOrder, replies: list[OrderReply], places: dict[str, str]
) -> list[tuple[object, Event]]:
    told: list[tuple[object, Event]] = [
        (
            order.issued_at,
            Event(moment(order.issued_at), words("window.event_issued"), order.issuer_name, "orders", "accent"),
        )
    ]
    matter = reader.find(order.matter, Matter)
    if matter is not None:
        event = Event(moment(matter.made.at), matter.title, words("window.event_matter"), "matters", "info", matter.id)
        told.append((matter.made.at, event))
    for reply in replies:
        said = words("window.witnessed") if reply.witnessed else words("window.own_word")
        title = f"{places.get(reply.department, '')} · {words(f'records.replykind_{reply.kind.value}')}"
        who = " ".join(part for part in (reply.officer, reply.post, reply.rank) if part)
        text = words("window.list_semicolon").join(part for part in (who, reply.text, reply.rule_cited) if part)
        tone = _TONES.get(reply.kind, "info")
        told.append((reply.happened_at, Event(f"{moment(reply.happened_at)}  {said}", title, text, "reply", tone)))
    return told
