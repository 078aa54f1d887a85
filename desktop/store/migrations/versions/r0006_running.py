"""What 1.5 needs: the clocks that run, in a table of their own; what is open is folded anew after the migrations."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table and the index by which the next ends are found."""
    op.execute("""
        CREATE TABLE running (
            line INTEGER NOT NULL,
            clock TEXT NOT NULL,
            unit TEXT NOT NULL,
            at INTEGER NOT NULL,
            counted INTEGER NOT NULL,
            PRIMARY KEY (line, clock, unit),
            FOREIGN KEY(line) REFERENCES record (line)
        )
         WITHOUT ROWID
    """)
    op.execute("CREATE INDEX running_at ON running (clock, counted, at)")
