"""What is to be said outside the platform: the outbox of notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table; there is no way back but a backup."""
    name = sa.String(length=64)
    op.create_table(
        "notice",
        sa.Column("notice", name, nullable=False),
        sa.Column("about", name, nullable=False),
        sa.Column("unit", name, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("scope", name, nullable=False),
        sa.Column("channel", name, nullable=False),
        sa.Column("staff", name, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("notice", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_about_unit"), "notice", ["about", "unit"], unique=False)
    for index, column, where in (
        ("ix_notice_due", "due_at", sa.text("due_at IS NOT NULL")),
        ("ix_notice_receipt", "receipt", sa.text("receipt <> ''")),
    ):
        op.create_index(op.f(index), "notice", [column], postgresql_where=where, sqlite_where=where)
