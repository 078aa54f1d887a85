"""Tables of the people who sign in on the pages: accounts, sessions, and the district's own log."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, String, Text

from sync.server.store.schema import Id, Moment, table

# Name, unit and roles of a person stand in `staff`, from the staff_member record; here is only what signs in.
account = table(
    "account",
    Column("staff", Id, primary_key=True),
    Column("sign_in_key", String(256), nullable=False, unique=True),
    Column("sign_in_name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("password_set_at", Moment, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("closed", Boolean, nullable=False),
)

web_session = table(
    "web_session",
    Column("token_hash", LargeBinary, primary_key=True),  # SHA-256 over the cookie's characters
    Column("staff", Id, nullable=False, index=True),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# Append-only: triggers of the database refuse changes and deletions (migrations/0002).
district_log = table(
    "district_log",
    Column("line", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("staff", Id, nullable=False),
    Column("event", String(32), nullable=False),
    Column("subject", Id, nullable=False),
    Column("succeeded", Boolean, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
