"""What 1.6 needs: unsent lines and persons in tables that are written for many at once, with a note how far they go."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Move unsent lines and persons from their indices to the tables; two triggers keep the unsent ones.

    The index of the other kinds is made anew: every record is read once.
    """
    op.execute("""
        CREATE TABLE waiting (
            line INTEGER NOT NULL,
            PRIMARY KEY (line),
            FOREIGN KEY(line) REFERENCES record (line)
        )
    """)
    op.execute("INSERT INTO waiting(line) SELECT line FROM record WHERE state = 'unsent'")
    op.execute("DROP INDEX record_unsent")
    op.execute("""
        CREATE TABLE person (
            line INTEGER NOT NULL,
            PRIMARY KEY (line),
            FOREIGN KEY(line) REFERENCES record (line)
        )
    """)
    op.execute("""
        INSERT INTO person(line)
        SELECT line FROM record WHERE kind = 'person' AND kind NOT IN ('visit', 'participation') ORDER BY line
    """)
    op.execute("DROP INDEX record_seldom")
    op.execute("CREATE INDEX record_seldom ON record (kind) WHERE kind NOT IN ('visit', 'participation', 'person')")
    op.execute("""
        CREATE TRIGGER record_waits AFTER UPDATE OF state ON record
        WHEN new.state = 'unsent' AND old.state <> 'unsent'
        AND new.line <= (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'listed_through')
        BEGIN INSERT OR IGNORE INTO waiting(line) VALUES (new.line); END
    """)
    op.execute("""
        CREATE TRIGGER record_waits_no_more AFTER UPDATE OF state ON record
        WHEN old.state = 'unsent' AND new.state <> 'unsent'
        BEGIN DELETE FROM waiting WHERE line = old.line; END
    """)
    op.execute("INSERT OR REPLACE INTO meta(key, value) SELECT 'listed_through', coalesce(max(line), 0) FROM record")
