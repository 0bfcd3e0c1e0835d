"""Real database servers for the tests, from Debian's packages, on loopback and in temporary folders."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest


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


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server of our own on loopback. Returns its address."""
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("Redis chưa được cài (thiếu redis-server) nên bỏ qua phần kiểm thử với Redis")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    process = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)], stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/1"
    finally:
        process.terminate()
        process.wait(10)
