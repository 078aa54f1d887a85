"""Only persons and organisations are listed by their kind: the index of all kinds cost each save three pages."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Take the index of all kinds away and make the one of cards: it reads every record once, seconds for a million."""
    op.execute("DROP INDEX record_kind")
    op.execute("CREATE INDEX record_card ON record (kind) WHERE kind IN ('person', 'organisation')")
