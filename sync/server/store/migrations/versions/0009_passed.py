"""What belongs to a matter, and to which units a matter was given: for the pages of these units; which request an order
answers, so that who asked hears how far it came.

What is here already is listed once the tables are there (migrate.py): no migration reads records.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables and the column; there is no way back but a backup."""
    name = sa.String(length=64)
    op.create_table(
        "matter_fact",
        sa.Column("record", name, nullable=False),
        sa.Column("matter", name, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("scope", name, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_matter_fact")),
    )
    op.create_index(op.f("ix_matter_fact_matter_kind"), "matter_fact", ["matter", "kind"], unique=False)
    op.create_index(op.f("ix_matter_fact_seq"), "matter_fact", ["seq"], unique=False)
    op.create_table(
        "passed",
        sa.Column("matter", name, nullable=False),
        sa.Column("unit", name, nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("clocks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("matter", "unit", name=op.f("pk_passed")),
    )
    op.create_index(op.f("ix_passed_unit_stage_at"), "passed", ["unit", "stage", "at"], unique=False)
    op.add_column("dispatch_order", sa.Column("request", name, nullable=False, server_default=""))
