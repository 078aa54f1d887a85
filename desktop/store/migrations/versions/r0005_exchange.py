"""What the exchange needs of 1.4: cards with open conflicts by an index, and the store's own journal as a chain."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the index of cards in conflict; what stands of these is folded anew after the migrations."""
    op.execute("CREATE INDEX card_conflicted ON card (line) WHERE conflicted > 0")
    _journal()


def _journal() -> None:
    """Records written before have no ordinal: the receipts given for them hang together by their own chain."""
    op.execute("ALTER TABLE record ADD COLUMN ordinal INTEGER")
    op.execute("ALTER TABLE record ADD COLUMN link BLOB")
    op.execute("""
        CREATE TABLE written (
            line INTEGER NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY (line),
            FOREIGN KEY(line) REFERENCES record (line)
        )
    """)
