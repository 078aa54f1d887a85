"""How far a dispatch order, and each of its departments, can have come."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class OrderStage(StrEnum):
    """How far a department, or the slowest of an order's departments, has come."""

    ISSUED = "issued"
    SIGNED = "signed"
    OBJECTED = "objected"
    REPORTED_IN = "reported_in"
    ON_SCENE = "on_scene"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    RESOLVED = "resolved"
    SUSPENDED = "suspended"
    RELEASED = "released"
    MERGED = "merged"
    CLOSED = "closed"
    CANCELLED = "cancelled"


ENDED: Final = frozenset({OrderStage.RELEASED, OrderStage.CANCELLED})
OVER: Final = ENDED | {OrderStage.RESOLVED, OrderStage.MERGED, OrderStage.CLOSED}
"""Stages in which nobody waits for a department any more."""
