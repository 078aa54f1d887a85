"""Who else pulls a record: what a unit addresses to another one stays its own as well.

A request for an order had the scope of the unit that it asks alone, so that the station that wrote it counted it and
its district did not. Those that are here already are counted for the store that handed them in.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column and its index; there is no way back but a backup."""
    op.add_column("record", sa.Column("also", sa.String(length=64), nullable=True))
    op.execute("UPDATE record SET also = origin WHERE kind = 'order_request' AND scope <> unit")
    known = sa.text("also IS NOT NULL")
    op.create_index("ix_record_also", "record", ["also", "seq"], sqlite_where=known, postgresql_where=known)
