"""A store on each database that the project promises to work with, blank for every test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from bot.store import Store, open_store


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how_long: float) -> datetime:
        self.now += timedelta(**how_long)
        return self.now


def _binaries() -> Path | None:
    """The newest PostgreSQL server on this machine; Debian keeps it out of PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
    if folders and (folders[-1] / "initdb").exists():
        return folders[-1]
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server of our own on loopback, in a temporary folder. Returns the address without a database."""
    folder = _binaries()
    if folder is None:
        pytest.skip("PostgreSQL chưa được cài (thiếu initdb) nên bỏ qua phần kiểm thử trên PostgreSQL")
    root = os.geteuid() == 0  # the server refuses to run as root
    if root and not (shutil.which("runuser") and Path("/var/lib/postgresql").exists()):
        pytest.skip("đang chạy bằng root mà không có người dùng postgres nên bỏ qua phần kiểm thử trên PostgreSQL")
    become = ["runuser", "-u", "postgres", "--"] if root else []
    data = Path(tempfile.mkdtemp(prefix="motcua-pg-"))
    if root:
        shutil.chown(data, "postgres", "postgres")

    def call(*arguments: str) -> None:
        # Output goes to a file: the server inherits it, and a pipe would never see its end.
        with (Path(tempfile.gettempdir()) / f"{data.name}.log").open("ab") as log:
            subprocess.run([*become, *arguments], check=True, stdout=log, stderr=log, cwd="/")

    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    try:
        call(
            str(folder / "initdb"), "-D", f"{data}/db", "-A", "trust", "-U", "postgres", "-E", "UTF8",
            "--locale=C", "--no-sync",
        )  # fmt: skip
        call(
            str(folder / "pg_ctl"), "-D", f"{data}/db", "-w", "-o",
            f"-p {port} -c listen_addresses=127.0.0.1 -k {data} -c fsync=off -c max_connections=60", "start",
        )  # fmt: skip
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}"
    finally:
        if (data / "db" / "postmaster.pid").exists():
            call(str(folder / "pg_ctl"), "-D", f"{data}/db", "-m", "immediate", "stop")
        shutil.rmtree(data, ignore_errors=True)
        (Path(tempfile.gettempdir()) / f"{data.name}.log").unlink(missing_ok=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a blank database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/kho/motcua.db"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"t{uuid4().hex[:12]}"
    admin = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"{server}/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(url: str, clock: Clock) -> Iterator[Callable[[], Store]]:
    """Open the same database again and again, as restarts do; all are closed at the end."""
    stores: list[Store] = []

    def again() -> Store:
        stores.append(open_store(url, clock=clock))
        return stores[-1]

    yield again
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    return opened()
