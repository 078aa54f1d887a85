"""Erasures: content and salt of a record are destroyed, whether it is here already or comes late; its hash stays."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, or_, select

from sync.server.store.cards import edits_of, forget_edit
from sync.server.store.files import forget_file
from sync.server.store.locks import Lock, hold
from sync.server.store.matters import forget_fact, refold_matters
from sync.server.store.mediations import forget_of_mediation
from sync.server.store.order_requests import forget_request
from sync.server.store.schema import (
    attachment,
    content,
    dispatch_order,
    erased,
    order_department,
    order_reply,
    record,
)
from sync.server.store.uploads import drop_unnamed
from sync.server.store.waited import refold_waits


def erase(conn: Connection, target: str, erasure: str, unit: str) -> str | None:
    """Destroy what is here of ``target``, of a card every edit, and remember it for late copies.

    Returns the dispatch order that must be folded anew, where the target was a reply to one.
    """
    named = select(erased.c.target).where(erased.c.unit == unit, erased.c.target == target)
    if conn.execute(named).first() is not None:
        return None
    conn.execute(erased.insert().values(target=target, erasure=erasure, unit=unit))
    order = _destroy(conn, target, record.c.unit == unit)
    for edit in edits_of(conn, target, unit):  # the district makes some, in its own name and the card's scope
        _destroy(conn, edit, or_(record.c.unit == unit, record.c.scope == unit))
    return order


def _destroy(conn: Connection, target: str, whose: ColumnElement[bool]) -> str | None:
    mine = (record.c.id == target, whose)
    place = conn.execute(select(record.c.month, record.c.seq).where(*mine)).first()
    if place is not None:
        there = (content.c.month == place.month, content.c.seq == place.seq)
        conn.execute(content.update().where(*there).values(body=b"", salt=b""))
        conn.execute(record.update().where(*mine).values(size=0))
    return forget(conn, target)


def forget(conn: Connection, target: str) -> str | None:
    """Take ``target`` out of the projections, and the bytes of a file that no other attachment names."""
    edited = forget_edit(conn, target)
    refold_matters(conn, edited)
    refold_waits(conn, {*edited, *forget_fact(conn, target)})
    forget_of_mediation(conn, target, edited)
    forget_request(conn, target)
    order = conn.execute(select(order_reply.c.dispatch_order).where(order_reply.c.record == target)).scalar()
    conn.execute(order_reply.delete().where(order_reply.c.record == target))
    conn.execute(order_department.delete().where(order_department.c.record == target))
    conn.execute(dispatch_order.delete().where(dispatch_order.c.record == target))
    digests = conn.execute(select(attachment.c.digest).where(attachment.c.record == target)).scalars().all()
    for digest in digests:
        hold(conn, Lock.FILE, digest)  # whoever takes the bytes in has asked before who names them
    conn.execute(attachment.delete().where(attachment.c.record == target))
    for digest in digests:
        forget_file(conn, digest)
        drop_unnamed(conn, digest)
    return order
