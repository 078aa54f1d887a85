"""What became addressed to a unit after it had its number: that unit pulls it under a number of its own.

What is here already is found once the table is there (migrate.py): no migration reads records.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table; there is no way back but a backup."""
    name = sa.String(length=64)
    op.create_table(
        "readdressed",
        sa.Column("unit", name, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("record", name, nullable=False),
        sa.PrimaryKeyConstraint("unit", "seq", name=op.f("pk_readdressed")),
    )
    op.create_index(op.f("ix_readdressed_record"), "readdressed", ["record"], unique=False)
