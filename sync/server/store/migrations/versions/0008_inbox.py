"""By when something is due next of each department, so that an inbox is read in that order; replies by their number,
attachments by what they belong to.

The refold of an order writes it from now on; what is here gets it from the states that are listed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

FILL = (
    "UPDATE order_department SET due_at = (SELECT"
    " CASE WHEN order_department.state IN ('issued', 'signed', 'objected') THEN o.report_by ELSE o.resolve_by END"
    " FROM dispatch_order o WHERE o.record = order_department.record)"
    " WHERE state NOT IN ('resolved', 'released', 'cancelled')",
    "UPDATE dispatch_order SET due_at = (SELECT MIN(p.due_at) FROM order_department p"
    " WHERE p.record = dispatch_order.record) WHERE state NOT IN ('resolved', 'released', 'cancelled')",
)


def upgrade() -> None:
    """Add the columns, fill them, and index them; there is no way back but a backup."""
    for table in ("dispatch_order", "order_department"):
        op.add_column(table, sa.Column("due_at", sa.BigInteger(), nullable=True))
    for statement in FILL:
        op.execute(statement)
    for table, columns in (
        ("dispatch_order", ["due_at", "record"]),
        ("order_department", ["department", "due_at", "record"]),
        ("order_reply", ["seq"]),
        ("attachment", ["subject"]),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)
