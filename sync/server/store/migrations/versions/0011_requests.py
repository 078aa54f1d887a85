"""Requests for orders as a page lists them: who asked whom, when, and what became of it; the last number that each unit
addressed to another, so that whoever asks for it reads one row.

What is here already is listed once the table is there (migrate.py): no migration reads records.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table; there is no way back but a backup."""
    name = sa.String(length=64)
    op.create_table(
        "order_request",
        sa.Column("record", name, nullable=False),
        sa.Column("unit", name, nullable=False),
        sa.Column("to_unit", name, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("answer", name, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_order_request")),
    )
    op.create_table(
        "addressed",
        sa.Column("unit", name, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_addressed")),
    )
    op.execute("INSERT INTO addressed SELECT also, max(seq) FROM record WHERE also IS NOT NULL GROUP BY also")
    op.create_index(op.f("ix_order_request_stage_at"), "order_request", ["stage", "at"], unique=False)
    op.create_index(op.f("ix_order_request_at"), "order_request", ["at"], unique=False)
    op.create_index(op.f("ix_order_request_answer"), "order_request", ["answer"], unique=False)
    op.create_index(op.f("ix_order_request_seq"), "order_request", ["seq"], unique=False)
