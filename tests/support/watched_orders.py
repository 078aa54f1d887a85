"""Orders below a street, with what the issuing side and the clocks did with them, told as the district tells it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sync.records.kinds import new_id
from sync.records.order_steps import Clock, OrderStep, OrderStepKind
from sync.records.times import BEIJING
from sync.records.units import Level, Role
from sync.server.notices.telling import tell_step
from sync.server.store.orders import load
from sync.server.store.projections import add_own
from sync.server.tree import add_unit
from tests.support.district_pages import PagesDistrict


def below_a_street(pages: PagesDistrict) -> str:
    """Put the community below a street, beside another street; each has somebody who rules there."""
    street = pages.add_unit("凤凰街道", Level.STREET)
    other = pages.add_unit("马田街道", Level.STREET)
    with pages.store.write() as conn:
        add_unit(conn, pages.units["凤凰社区"], "凤凰社区", Level.COMMUNITY, street, pages.now)
    pages.add_user("林街", street, Role.DISPATCHER)
    pages.add_user("马街", other, Role.DISPATCHER)
    return street


def taken(pages: PagesDistrict, order: str, kind: OrderStepKind, **said: Any) -> OrderStep:
    """A step of an order at its desk, told as the district tells it."""
    at = pages.now.astimezone(BEIJING)
    values = {"id": new_id("order_step"), "happened_at": at, "order": order}
    made = replace(pages.made_at_station(at), by=pages.staff["周敏"])
    step = OrderStep(made=made, kind=kind, **(values | said))
    with pages.store.write() as conn:
        add_own(conn, step, pages.units["凤凰社区"], pages.now)
        loaded = load(conn, order)
        assert loaded is not None
        tell_step(conn, loaded[0], step, pages.units["凤凰社区"], pages.now)
    return step


def escalated(pages: PagesDistrict, order: str, department: str, rung: str, told: str) -> OrderStep:
    unit, due = pages.units[department], pages.now - timedelta(hours=2)
    said = {"department": unit, "clock": Clock.RESOLVE, "rung": rung, "due_at": due, "told": told}
    return taken(pages, order, OrderStepKind.ESCALATED, **said)
