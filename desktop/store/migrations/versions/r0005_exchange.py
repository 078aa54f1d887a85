"""What 1.4 needs: cards in conflict by an index, ids made together side by side, the own journal as a chain."""

from __future__ import annotations

import re

from alembic import op
from sqlalchemy import text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the index of cards in conflict; what stands of these is folded anew after the migrations."""
    op.execute("CREATE INDEX card_conflicted ON card (line) WHERE conflicted > 0")
    _ids_by_their_time()
    _links_by_their_time()
    _journal()


def _ids_by_their_time() -> None:
    """Let ids be unique by an index that begins with their time; the records themselves are not touched.

    The index of a UNIQUE (id) in the table's own words cannot be dropped, and to write gigabytes of records into
    another table only to lose it would take minutes. So the schema's text is changed, as
    https://sqlite.org/lang_altertable.html (7) does it for constraints: that index becomes one like any other and is
    dropped as one.
    """
    op.execute("PRAGMA writable_schema = ON")
    op.execute("""
        UPDATE sqlite_schema SET name = 'record_ids', sql = 'CREATE UNIQUE INDEX record_ids ON record (id)'
        WHERE name = 'sqlite_autoindex_record_1' AND tbl_name = 'record'
    """)
    connection = op.get_bind()
    said = connection.execute(
        text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'record'")
    ).scalar_one()
    without, found = re.subn(r",\s*UNIQUE \(id\)", "", said)
    if found != 1:
        raise RuntimeError("the table of records is not as earlier versions made it")
    change = text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = 'record'")
    connection.execute(change, {"sql": without})
    op.execute("PRAGMA writable_schema = RESET")
    op.execute("DROP INDEX record_ids")
    op.execute("CREATE UNIQUE INDEX record_id ON record (substr(id, 5), substr(id, 1, 4))")


def _links_by_their_time() -> None:
    """Let links lie by the time of what they name, which is kept in two parts; the links are a tenth of a store."""
    op.execute("ALTER TABLE link RENAME TO link_before")
    op.execute("""
        CREATE TABLE link (
            tail TEXT NOT NULL,
            head TEXT NOT NULL,
            subject TEXT GENERATED ALWAYS AS (head || tail) VIRTUAL,
            via TEXT NOT NULL,
            line INTEGER NOT NULL,
            PRIMARY KEY (tail, head, via, line),
            FOREIGN KEY(line) REFERENCES record (line)
        )
         WITHOUT ROWID
    """)
    op.execute("""
        INSERT INTO link(tail, head, via, line)
        SELECT substr(subject, 5), substr(subject, 1, 4), via, line FROM link_before
    """)
    op.execute("DROP TABLE link_before")


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
