"""Alembic's entry. It runs on the transaction that `bot.store.migrate` opened, and never on its own."""

from __future__ import annotations

from alembic import context

from bot.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)

with context.begin_transaction():
    context.run_migrations()
