"""No index holds what waits unsent: every save wrote a page of it. A note says from which line on it is looked for."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Note the first unsent line, which the index knows, and take it away: nothing is read for it."""
    op.execute("""
        INSERT INTO meta(key, value)
        SELECT 'unsent_from', coalesce(
            (SELECT min(line) FROM record INDEXED BY record_unsent WHERE state = 'unsent'),
            (SELECT max(line) FROM record) + 1, 1
        )
    """)
    op.execute("DROP INDEX record_unsent")
