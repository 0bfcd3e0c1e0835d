"""How the store talks to SQLite and to PostgreSQL: connections, transactions, repeats."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool

from bot.errors import SettingsError
from bot.store.faults import sqlstate, store_errors

T = TypeVar("T")

BUSY_MS = 10_000
_CONNECT_S = 5
_READS = "motcua_reads"
_REPEATS = 5
_CLASHES = ("40001", "40P01")  # serialization failure, deadlock: PostgreSQL asks for the transaction again


class Database:
    """An engine, and the two ways to use it: `write` and `read`, one transaction each."""

    def __init__(self, url: str) -> None:
        self._url = _parsed(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            with store_errors():
                _make_file(self._url)
            self.engine = _sqlite(self._url)
            self._reader = self.engine.execution_options(**{_READS: True})
        else:
            self.engine = _postgresql(self._url)
            # A report is several queries, and they must see the same moment. SQLite gives that by itself.
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        # SQLite has one writer. Threads that queue here wait without its polling sleeps, and in order.
        self._turnstile = threading.Lock() if self.is_sqlite else nullcontext()

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction that may write, and again if the database asks for that."""
        with store_errors(), self._turnstile:
            for repeat in range(1, _REPEATS + 1):
                try:
                    with self.engine.begin() as connection:
                        return work(connection)
                except DBAPIError as error:
                    if repeat == _REPEATS or sqlstate(error) not in _CLASHES:
                        raise
                    time.sleep(0.02 * repeat)
        raise AssertionError("unreachable")

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction that only reads, at one moment of the data."""
        with store_errors(), self._reader.begin() as connection:
            return work(connection)

    def scrub(self) -> None:
        """After a deletion, empty SQLite's write-ahead log: the deleted text would stay readable in it for long.

        PostgreSQL removes dead rows by itself (autovacuum).
        """
        if not self.is_sqlite:
            return
        with store_errors(), self._turnstile:
            raw = self.engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                raw.close()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError("Địa chỉ kho dữ liệu không đọc được. Ví dụ đúng: sqlite:///var/motcua.db") from None
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return parsed
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    raise SettingsError(f"Kho dữ liệu chỉ dùng được SQLite hoặc PostgreSQL, không phải “{parsed.drivername}”.")


def _in_memory(url: URL) -> bool:
    return url.database in (None, "", ":memory:")


def _make_file(url: URL) -> None:
    """Create folder and file. The file is for its owner only, and SQLite gives its side files the same rights."""
    if _in_memory(url) or str(url.database).startswith("file:"):
        return
    path = Path(str(url.database))
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _sqlite(url: URL) -> Engine:
    # In memory every connection would be a database of its own, so there is exactly one.
    size: dict[str, Any] = {"pool_size": 1, "max_overflow": 0} if _in_memory(url) else {"max_overflow": 30}
    engine = create_engine(
        url, poolclass=QueuePool, hide_parameters=True, connect_args={"check_same_thread": False}, **size
    )

    @event.listens_for(engine, "connect")
    def _settings(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None  # the module's own BEGIN comes too late; see _begin
        raw.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        _switch_to_wal(raw)
        # FULL: a channel does not send a message again once we took it, so taking must survive a power cut.
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA secure_delete = ON")  # erased means overwritten, not only unlinked

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer locks at once: a lock asked for in the middle of a transaction fails without waiting.
        reads = connection.get_execution_options().get(_READS, False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _switch_to_wal(raw: sqlite3.Connection) -> None:
    """Switch to WAL. SQLite does not wait for other openers here whatever busy_timeout says, so wait by hand."""
    until = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode & 0xFF) not in (5, 6) or time.monotonic() > until:
                raise
            time.sleep(0.05)


def _postgresql(url: URL) -> Engine:
    arguments = {"connect_timeout": _CONNECT_S, "application_name": "motcua"}
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=30,
        pool_timeout=_CONNECT_S,
        # What the address says wins.
        connect_args={key: value for key, value in arguments.items() if key not in url.query},
    )
