"""Since when matters wait for their moments, by unit, so that who oversees units sees where one is late.

It is filled once the table is there, a little at a time while the server runs (moments.py): no migration reads records.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table; there is no way back but a backup."""
    name = sa.String(length=64)
    op.create_table(
        "waited",
        sa.Column("matter", name, nullable=False),
        sa.Column("kind", name, nullable=False),
        sa.Column("unit", name, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("matter", "kind", name=op.f("pk_waited")),
    )
    op.create_index(op.f("ix_waited_kind_since_unit"), "waited", ["kind", "since", "unit"], unique=False)
    op.create_index(op.f("ix_waited_unit_kind_since"), "waited", ["unit", "kind", "since"], unique=False)
