"""Mediations as the pages of who oversees them list these, and what belongs to each.

What is here already is listed once the tables are there (migrate.py): no migration reads records.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables; there is no way back but a backup."""
    name, word = sa.String(length=64), sa.String(length=32)
    op.create_table(
        "mediation",
        sa.Column("record", name, nullable=False),
        sa.Column("unit", name, nullable=False),
        sa.Column("matter", name, nullable=False),
        sa.Column("host", word, nullable=False),
        sa.Column("outcome", word, nullable=False),
        sa.Column("resting", word, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("clock", name, nullable=False),
        sa.Column("told", sa.String(length=16), nullable=False),
        sa.Column("clock_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_mediation")),
    )
    runs = sa.text("clock_at IS NOT NULL")
    op.create_index(op.f("ix_mediation_matter"), "mediation", ["matter"], unique=False)
    op.create_index(op.f("ix_mediation_outcome_seq"), "mediation", ["outcome", "seq"], unique=False)
    op.create_index(op.f("ix_mediation_unit_outcome_seq"), "mediation", ["unit", "outcome", "seq"], unique=False)
    op.create_index(
        "ix_mediation_runs",
        "mediation",
        ["clock", "told", "clock_at", "record"],
        unique=False,
        postgresql_where=runs,
        sqlite_where=runs,
    )
    op.create_table(
        "mediation_fact",
        sa.Column("record", name, nullable=False),
        sa.Column("about", name, nullable=False),
        sa.Column("kind", word, nullable=False),
        sa.Column("scope", name, nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_mediation_fact")),
    )
    op.create_index(op.f("ix_mediation_fact_about"), "mediation_fact", ["about"], unique=False)
