"""A dispatch order as tests need it: everything that must be there, with limits that run from when it was made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sync.records.kinds import new_id
from sync.records.orders import DispatchOrder, OrderLimits
from sync.records.record import Made

REPORT_MINUTES, RESOLVE_HOURS = 60, 72


def limits(made: Made, **changes: Any) -> OrderLimits:
    """Report in within an hour, resolve within three days, a leader of the section's rank."""
    values = {
        "report_minutes": REPORT_MINUTES,
        "leader_rank": "科级",
        "resolve_hours": RESOLVE_HOURS,
        "report_by": made.at + timedelta(minutes=REPORT_MINUTES),
        "resolve_by": made.at + timedelta(hours=RESOLVE_HOURS),
    }
    return OrderLimits(**(values | changes))


def an_order(made: Made, **changes: Any) -> DispatchOrder:
    """An order of ``made``'s unit to the departments uni_a and uni_b, issued when it was made."""
    values = {
        "id": new_id("dispatch_order"),
        "made": made,
        "number": "1",
        "matter": "mat_1",
        "issuing_unit": made.unit,
        "issuer": made.by,
        "issuer_name": "王书记",
        "authority": "授权",
        "departments": ("uni_a", "uni_b"),
        "subject": "欠薪",
        "text": "到场",
        "issued_at": made.at,
        "limits": limits(made),
    }
    return DispatchOrder(**(values | changes))
