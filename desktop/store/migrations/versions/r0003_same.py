"""Which cards stand for one: written by the fold over what people said of them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the empty table, and note that what 0.1.0 only kept, and could not read, is to be read now."""
    op.execute("""
        CREATE TABLE same (
            line INTEGER NOT NULL,
            leading TEXT NOT NULL,
            PRIMARY KEY (line),
            FOREIGN KEY(line) REFERENCES record (line)
        )
    """)
    op.execute("CREATE INDEX same_leading ON same (leading)")
    kept = "SELECT 1 FROM record WHERE readable = 0 AND body <> x'' LIMIT 1"
    if op.get_bind().execute(text(kept)).first():
        op.execute("INSERT INTO meta (key, value) VALUES ('read_again', '0')")
