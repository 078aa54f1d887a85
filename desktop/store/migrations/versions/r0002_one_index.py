"""All terms of a record in one full-text row: the table of names and numbers goes once the index is filled up."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Note that the index is to be filled up, or, in an empty store, let go of the table at once."""
    # 64 pieces were soon reached on a busy day, and then one save paid for the merge of all of them.
    op.execute("INSERT INTO search(search, rank) VALUES('crisismerge', 256)")
    op.execute("INSERT INTO meta (key, value) SELECT 'search_through', coalesce(max(line), 0) FROM record")
    if op.get_bind().execute(text("SELECT 1 FROM record LIMIT 1")).first():
        op.execute("INSERT INTO meta (key, value) VALUES ('search_filled', 'parties 0')")
    else:
        op.execute("DROP TABLE part")
