"""Indexes for what would otherwise be looked for among all that is stored."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make them; there is no way back but a backup."""
    opened, clear = sa.text("used_upto < last"), sa.text("length(content) > 0")
    op.create_index(
        op.f("ix_lease_open"), "lease", ["store", "series", "year"], postgresql_where=opened, sqlite_where=opened
    )
    op.drop_index(op.f("ix_lease_store_series_year"), "lease")
    op.create_index(op.f("ix_receipt_store_at_id"), "receipt", ["store", "at", "id"])
    op.create_index(op.f("ix_file_clear"), "file", ["digest"], postgresql_where=clear, sqlite_where=clear)
