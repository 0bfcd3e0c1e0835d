"""What happens when the database cannot: one error, one line for the staff, and nothing half done."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, event, make_url, text

from bot.errors import MotCuaError, SettingsError, StoreError
from bot.store import Store, faults, open_store

if TYPE_CHECKING:
    from tests.store.conftest import Clock

SECRET = "Bí mật của bà Sáu ở ngõ 12"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kho" / "motcua.db"


@pytest.fixture
def lite(path: Path) -> Store:
    return open_store(f"sqlite:///{path}")


def test_a_full_disk_is_told_and_leaves_nothing_half_done(path: Path) -> None:
    open_store(f"sqlite:///{path}").close()
    store = open_store(f"sqlite:///{path}")
    first, _ = store.receive("c", "web", "m", "Xin chào")

    @event.listens_for(store.database.engine, "begin")
    def _full(connection: object) -> None:
        # SQLite answers as on a full disk once the file may not grow any more.
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()  # type: ignore[attr-defined]
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    with pytest.raises(StoreError, match="đã đầy"):
        store.receive("d", "web", "m", "x" * 100_000)
    assert [turn.id for turn in store.waiting()] == [first.id]
    assert store.conversation("d") is None
    assert store.receive("c", "web", "m", "Xin chào") == (first, False)


def test_a_store_that_may_only_be_read_can_be_read_and_says_so(path: Path, lite: Store) -> None:
    turn, _ = lite.receive("c", "web", "m", "Xin chào")
    lite.close()
    store = open_store(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert store.history("c") == [turn]
    with pytest.raises(StoreError, match="chỉ đọc"):
        store.receive("c", "web", "m2", "Xin chào")
    assert store.history("c") == [turn]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        open_store(f"sqlite:///{tmp_path}/file/motcua.db")


def test_a_file_of_something_else_is_told_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "thu.db"
    other.write_bytes(b"Kinh gui Uy ban nhan dan " * 100)
    with pytest.raises(StoreError, match="bản sao lưu"):
        open_store(f"sqlite:///{other}")
    assert other.read_bytes().startswith(b"Kinh gui")


def test_a_lock_that_is_held_too_long_is_told(path: Path, lite: Store) -> None:
    @event.listens_for(lite.database.engine, "connect")
    def _impatient(raw: sqlite3.Connection, _record: object) -> None:
        raw.execute("PRAGMA busy_timeout = 50")

    lite.database.engine.dispose()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="đang bận"):
        lite.receive("c", "web", "m", "Xin chào")
    assert lite.history("c") == []  # reading goes on
    holder.execute("ROLLBACK")
    holder.close()
    assert lite.receive("c", "web", "m", "Xin chào")[1]


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(StoreError, match="Không kết nối được"):
        open_store("postgresql+psycopg://ai@127.0.0.1:1/kho")


def test_a_postgresql_that_may_only_be_read_says_so(postgresql_server: str) -> None:
    with pytest.raises(StoreError, match="chỉ đọc"):
        open_store(f"{postgresql_server}/postgres?options=-c%20default_transaction_read_only%3Don")


def test_a_database_that_is_not_there_is_told(postgresql_server: str) -> None:
    with pytest.raises(StoreError, match="Không kết nối được"):
        open_store(f"{postgresql_server}/khong-co")


def test_lost_connections_are_made_again(store: Store) -> None:
    if store.database.is_sqlite:
        pytest.skip("SQLite không có kết nối mạng để mất")
    store.receive("c", "web", "m", "Xin chào")
    assert store.database.engine.pool.checkedin() > 0  # type: ignore[attr-defined]
    admin = create_engine(store.database.engine.url)
    with admin.connect() as connection:
        killed = connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
        assert killed.scalars().all()
    admin.dispose()
    assert len(store.history("c")) == 1


@pytest.mark.parametrize("url", ["", "khong phai dia chi", "mysql://a@b/c", "sqlite+aiosqlite:///a.db"])
def test_an_address_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        open_store(url)


def test_errors_do_not_carry_what_citizens_wrote(store: Store) -> None:
    store.database.write(lambda c: c.execute(text("DROP TABLE unanswered")))
    store.database.write(
        lambda c: c.execute(text("DROP TABLE turns CASCADE" if not store.database.is_sqlite else "DROP TABLE turns"))
    )
    with pytest.raises(StoreError) as caught:
        store.receive("c", "web", "m", SECRET)
    assert str(caught.value) == faults.OTHER
    assert SECRET not in str(caught.value) + str(caught.value.__cause__)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(errno.ENOSPC, "x"), faults.FULL),
        (OSError(errno.EROFS, "x"), faults.READ_ONLY),
        (PermissionError(errno.EACCES, "x"), faults.READ_ONLY),
        (OSError(errno.EIO, "x"), faults.UNREACHABLE),
        (sqlite3.OperationalError("x"), faults.OTHER),
    ],
)
def test_every_error_has_its_line(error: Exception, line: str) -> None:
    with pytest.raises(MotCuaError) as caught, faults.store_errors():
        raise error
    assert str(caught.value) == line and isinstance(caught.value, StoreError)


@pytest.mark.parametrize(
    ("state", "line"),
    [("53100", faults.FULL), ("25006", faults.READ_ONLY), ("40P01", faults.BUSY), ("08006", faults.UNREACHABLE),
     ("XX001", faults.BROKEN), ("42P01", faults.OTHER)],
)  # fmt: skip
def test_postgresql_codes_have_their_lines(state: str, line: str) -> None:
    error = Exception()
    error.sqlstate = state  # type: ignore[attr-defined]
    assert faults.line_for(error) == line


def test_the_file_is_for_its_owner_only(path: Path, lite: Store) -> None:
    lite.receive("c", "web", "m", "Xin chào")
    modes = {name: stat.S_IMODE(os.stat(path.parent / name).st_mode) for name in os.listdir(path.parent)}
    assert set(modes) == {"motcua.db", "motcua.db-wal", "motcua.db-shm"} and set(modes.values()) == {0o600}


def test_sqlite_runs_as_promised(lite: Store) -> None:
    wanted = {"journal_mode": "wal", "busy_timeout": 10_000, "foreign_keys": 1, "synchronous": 2, "secure_delete": 1}
    with lite.database.engine.connect() as connection:
        assert {key: connection.exec_driver_sql(f"PRAGMA {key}").scalar() for key in wanted} == wanted


@pytest.mark.parametrize("forget", ["erase", "purge"])
def test_deleted_words_are_gone_from_the_files(path: Path, lite: Store, clock: Clock, forget: str) -> None:
    def readable() -> bool:
        return any(SECRET.encode() in (path.parent / name).read_bytes() for name in os.listdir(path.parent))

    turn, _ = lite.receive("c", "web", "m", SECRET)
    lite.finish(turn.id, [{"text": SECRET}], "out_of_scope", unanswered=True)
    assert readable()
    if forget == "erase":
        lite.erase("c")
    else:
        lite.purge(clock.forward(days=100_000))
    assert not readable()


def test_a_store_in_memory_serves_many_threads() -> None:
    store = open_store("sqlite://")
    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(lambda n: store.receive("c", "web", f"m{n % 5}", "Xin chào")[1], range(40)))
    assert sum(new) == 5 and len(store.history("c")) == 5


def test_the_address_may_name_postgresql_shortly(postgresql_server: str) -> None:
    short = make_url(f"{postgresql_server}/postgres").set(drivername="postgresql")
    store = open_store(short.render_as_string(hide_password=False))
    assert store.database.engine.dialect.driver == "psycopg"
    store.close()
