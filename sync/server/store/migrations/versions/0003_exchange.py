"""Stations' journals as they came, and receipts under the district's signature."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what is empty at first; receipts that were given before stay without a number and a signature."""
    _journals()


def _journals() -> None:
    op.create_table(
        "journal",
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("forked", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store", name=op.f("pk_journal")),
    )
    op.create_table(
        "journal_run",
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store", "first", name=op.f("pk_journal_run")),
    )
    op.add_column("receipt", sa.Column("number", sa.BigInteger(), nullable=True))
    op.add_column("receipt", sa.Column("signed", sa.LargeBinary(), nullable=True))
    op.execute("INSERT INTO counter (name, value) VALUES ('receipt', 0)")
