"""Which cards stand for one: written by the fold over what people said of them."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the empty table."""
    op.execute("""
        CREATE TABLE same (
            line INTEGER NOT NULL,
            leading TEXT NOT NULL,
            PRIMARY KEY (line),
            FOREIGN KEY(line) REFERENCES record (line)
        )
    """)
    op.execute("CREATE INDEX same_leading ON same (leading)")
