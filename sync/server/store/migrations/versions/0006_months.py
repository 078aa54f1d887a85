"""The content of records lies apart from the list of them, on PostgreSQL in a part for each month.

``record`` stays one table, for an id and a number are unique over all months; what grows is the content.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_MONTH = {
    "postgresql": "CAST(to_char(to_timestamp(received_at / 1000000 + 28800) AT TIME ZONE 'UTC', 'YYYYMM') AS integer)",
    "sqlite": "CAST(strftime('%Y%m', received_at / 1000000 + 28800, 'unixepoch') AS INTEGER)",
}


def upgrade() -> None:
    """Move what is here, once; there is no way back but a backup."""
    bind = op.get_bind()
    postgres = bind.dialect.name == "postgresql"
    op.rename_table("record", "record_before")
    op.drop_index(op.f("ix_record_scope_seq"), "record_before")
    if postgres:
        for name in ("pk_record", "uq_record_seq"):
            op.drop_constraint(op.f(name), "record_before")
    _make_tables()
    month = _MONTH[bind.dialect.name]
    if postgres:
        op.execute("ALTER TABLE content REPLICA IDENTITY FULL")
        for (found,) in bind.exec_driver_sql(f"SELECT DISTINCT {month} FROM record_before").all():  # noqa: S608
            _make_part(found)
    bind.exec_driver_sql(f"INSERT INTO content SELECT {month}, seq, id, salt, body FROM record_before")  # noqa: S608
    same = "id, kind, hash, seq, scope, origin, unit, received_at, readable"
    bind.exec_driver_sql(
        f"INSERT INTO record ({same}, month, size) SELECT {same}, {month}, length(body) FROM record_before"  # noqa: S608
    )
    op.drop_table("record_before")
    op.create_index(op.f("ix_record_scope_seq"), "record", ["scope", "seq"], unique=False)


def _make_part(month: int) -> None:
    after = month + 1 if month % 100 < 12 else month + 89
    op.execute(f"CREATE TABLE content_{month:d} (LIKE content INCLUDING ALL)")
    op.execute(f"ALTER TABLE content_{month:d} REPLICA IDENTITY FULL")
    op.execute(f"ALTER TABLE content ATTACH PARTITION content_{month:d} FOR VALUES FROM ({month:d}) TO ({after:d})")


def _make_tables() -> None:
    op.create_table(
        "record",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("readable", sa.Boolean(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("seq", name=op.f("uq_record_seq")),
    )
    op.create_table(
        "content",
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("month", "seq", name=op.f("pk_content")),
        postgresql_partition_by="RANGE (month)",
    )
