"""Brings a database to the newest shape, from any older one and from none.

A new migration is a hand-written file in `migrations/versions/` (`0002_….py`, `down_revision = "0001"`). The contract
tests compare what the migrations build with `schema.py`, so one cannot change without the other.
"""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.store.engine import Database

_FOLDER = Path(__file__).with_name("migrations")
_LOCK = 7_268_501_193  # any number of our own: PostgreSQL's key for “somebody is migrating”
_ONE = threading.Lock()  # Alembic keeps its context in module globals


def to_head(database: Database) -> None:
    """Run all missing migrations in one transaction. Processes that start together wait for each other."""
    database.write(lambda connection: run(connection, "head"))


def run(connection: Connection, target: str) -> None:
    """Upgrade to `target` on an open transaction; `base` takes everything down."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _ONE:
        if target == "base":
            command.downgrade(config, target)
        else:
            command.upgrade(config, target)
