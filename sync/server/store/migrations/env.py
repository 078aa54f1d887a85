"""Alembic's entry: runs on the connection, and in the transaction, that migrate.py hands over."""

from __future__ import annotations

from alembic import context

import sync.server.store.people_schema  # noqa: F401 - its tables belong to the schema too
from sync.server.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
