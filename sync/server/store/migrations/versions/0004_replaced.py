"""What takes the place of a record that was refused, and the refusals of a store by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column and the index; there is no way back but a backup."""
    op.add_column("refused", sa.Column("replaced_by", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_refused_store_replaced_by"), "refused", ["store", "replaced_by"], unique=False)
