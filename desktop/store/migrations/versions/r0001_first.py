"""The first schema: records, links, lists, and what never travels."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE credential (
        staff TEXT NOT NULL,
        password_hash TEXT NOT NULL,
        changed_at INTEGER NOT NULL,
        failures INTEGER NOT NULL,
        locked_until INTEGER,
        PRIMARY KEY (staff)
    )
    """,
    """
    CREATE TABLE desk_series (
        store TEXT NOT NULL,
        series TEXT NOT NULL,
        unit TEXT NOT NULL,
        year INTEGER NOT NULL,
        next INTEGER NOT NULL,
        PRIMARY KEY (store, series, unit, year)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE draft (
        id TEXT NOT NULL,
        form TEXT NOT NULL,
        form_version INTEGER NOT NULL,
        record TEXT NOT NULL,
        staff TEXT NOT NULL,
        title TEXT NOT NULL,
        changed_at INTEGER NOT NULL,
        content TEXT NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE file (
        digest TEXT NOT NULL,
        size INTEGER NOT NULL,
        sent INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (digest)
    )
    """,
    "CREATE INDEX file_unsent ON file (digest) WHERE sent = 0",
    """
    CREATE TABLE lease (
        id TEXT NOT NULL,
        series TEXT NOT NULL,
        unit TEXT NOT NULL,
        year INTEGER NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        next INTEGER NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT lease_range CHECK (first >= 1 AND last >= first AND next BETWEEN first AND last + 1)
    )
    """,
    "CREATE INDEX lease_series ON lease (series, unit, year, first)",
    """
    CREATE TABLE meta (
        "key" TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY ("key")
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE receipt (
        id TEXT NOT NULL,
        at INTEGER NOT NULL,
        agreed INTEGER NOT NULL,
        message BLOB NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE record (
        line INTEGER NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        origin TEXT NOT NULL,
        readable INTEGER NOT NULL,
        district_seq INTEGER,
        received_at INTEGER,
        hash BLOB NOT NULL,
        salt BLOB NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (line),
        CONSTRAINT record_state CHECK (state IN ('unsent', 'settled', 'held', 'none')),
        CONSTRAINT record_origin CHECK (origin IN ('own', 'district')),
        UNIQUE (id)
    )
    """,
    "CREATE INDEX record_district_seq ON record (district_seq) WHERE district_seq IS NOT NULL",
    "CREATE INDEX record_held ON record (line) WHERE state = 'held'",
    "CREATE INDEX record_kind ON record (kind)",
    "CREATE INDEX record_unsent ON record (line) WHERE state = 'unsent'",
    """
    CREATE TABLE rival (
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        district_seq INTEGER NOT NULL,
        received_at INTEGER NOT NULL,
        hash BLOB NOT NULL,
        salt BLOB NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE standing (
        id TEXT NOT NULL,
        hash BLOB NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE agreement (
        line INTEGER NOT NULL,
        drawn_on TEXT NOT NULL,
        effective_on TEXT NOT NULL,
        PRIMARY KEY (line),
        FOREIGN KEY(line) REFERENCES record (line)
    )
    """,
    """
    CREATE TABLE card (
        line INTEGER NOT NULL,
        fields BLOB NOT NULL,
        heads TEXT NOT NULL,
        conflicted INTEGER NOT NULL,
        PRIMARY KEY (line),
        FOREIGN KEY(line) REFERENCES record (line)
    )
    """,
    """
    CREATE TABLE dispatch_order (
        line INTEGER NOT NULL,
        amended INTEGER DEFAULT '0' NOT NULL,
        issued_at INTEGER NOT NULL,
        report_by INTEGER NOT NULL,
        resolve_by INTEGER NOT NULL,
        state TEXT NOT NULL,
        replies INTEGER NOT NULL,
        PRIMARY KEY (line),
        FOREIGN KEY(line) REFERENCES record (line)
    )
    """,
    "CREATE INDEX dispatch_order_issued ON dispatch_order (issued_at, line) WHERE amended = 0",
    "CREATE INDEX dispatch_order_state ON dispatch_order (state, line)",
    """
    CREATE TABLE held (
        line INTEGER NOT NULL,
        reason TEXT NOT NULL,
        said TEXT NOT NULL,
        refused_at INTEGER NOT NULL,
        PRIMARY KEY (line),
        FOREIGN KEY(line) REFERENCES record (line)
    )
    """,
    """
    CREATE TABLE link (
        subject TEXT NOT NULL,
        via TEXT NOT NULL,
        line INTEGER NOT NULL,
        PRIMARY KEY (subject, via, line),
        FOREIGN KEY(line) REFERENCES record (line)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE matter (
        line INTEGER NOT NULL,
        state TEXT NOT NULL,
        last_step TEXT NOT NULL,
        discovered_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        PRIMARY KEY (line),
        FOREIGN KEY(line) REFERENCES record (line)
    )
    """,
    "CREATE INDEX matter_discovered ON matter (discovered_at, line)",
    "CREATE INDEX matter_state ON matter (state, line)",
    """
    CREATE TABLE mediation (
        line INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        PRIMARY KEY (line),
        FOREIGN KEY(line) REFERENCES record (line)
    )
    """,
    "CREATE INDEX mediation_started ON mediation (started_at, line)",
    """
    CREATE TABLE part (
        part TEXT NOT NULL,
        line INTEGER NOT NULL,
        PRIMARY KEY (part, line),
        FOREIGN KEY(line) REFERENCES record (line)
    )
     WITHOUT ROWID
    """,
    "CREATE INDEX part_line ON part (line)",
    """
    CREATE TABLE visit (
        line INTEGER NOT NULL,
        amended INTEGER DEFAULT '0' NOT NULL,
        happened_at INTEGER NOT NULL,
        PRIMARY KEY (line),
        FOREIGN KEY(line) REFERENCES record (line)
    )
    """,
    "CREATE INDEX visit_happened ON visit (happened_at, line) WHERE amended = 0",
    "CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1, detail='none', tokenize='ascii')",
    "INSERT INTO search(search, rank) VALUES('pgsz', 3900)",
    "INSERT INTO search(search, rank) VALUES('automerge', 0)",
    "INSERT INTO search(search, rank) VALUES('crisismerge', 64)",
)


def upgrade() -> None:
    """Make every table and index."""
    for statement in STATEMENTS:
        op.execute(statement)
