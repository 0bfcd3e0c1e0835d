"""Turns what a database driver raises into one `StoreError` that staff can read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from alembic.util.exc import CommandError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from bot.errors import StoreError

FULL = "Ổ đĩa của kho dữ liệu đã đầy nên chưa lưu được. Hãy giải phóng dung lượng rồi thử lại."
READ_ONLY = "Kho dữ liệu đang ở chế độ chỉ đọc nên chưa lưu được. Hãy kiểm tra quyền ghi của tệp và thư mục."
BUSY = "Kho dữ liệu đang bận. Xin thử lại sau ít giây."
UNREACHABLE = "Không kết nối được kho dữ liệu. Hãy kiểm tra địa chỉ, quyền truy cập và máy chủ cơ sở dữ liệu."
BROKEN = "Tệp dữ liệu bị hỏng hoặc không phải tệp dữ liệu của phần mềm. Hãy khôi phục từ bản sao lưu."
DISK = "Ổ đĩa của kho dữ liệu đọc hoặc ghi bị lỗi. Hãy kiểm tra ổ đĩa."
NEWER = "Kho dữ liệu không hợp với bản phần mềm này (có thể do bản mới hơn tạo ra). Hãy cập nhật phần mềm."
OTHER = "Kho dữ liệu gặp lỗi nên chưa thực hiện được. Hãy xem nhật ký của phần mềm."

# Primary result codes of SQLite (the low byte of the extended ones).
_SQLITE = {5: BUSY, 6: BUSY, 8: READ_ONLY, 10: DISK, 11: BROKEN, 13: FULL, 14: UNREACHABLE, 26: BROKEN}

# SQLSTATE of PostgreSQL: whole codes first, then classes.
_POSTGRESQL = {
    "53100": FULL, "25006": READ_ONLY, "40001": BUSY, "40P01": BUSY, "55P03": BUSY, "57014": BUSY, "53300": BUSY,
    "3D000": UNREACHABLE, "42501": READ_ONLY, "58030": DISK, "08": UNREACHABLE, "28": UNREACHABLE, "57": UNREACHABLE,
    "XX": BROKEN,
}  # fmt: skip


def sqlstate(error: BaseException) -> str | None:
    """Return PostgreSQL's five-letter code of an error, if it has one."""
    return getattr(getattr(error, "orig", error), "sqlstate", None)


def line_for(error: BaseException) -> str:
    """Return the Vietnamese line that describes a driver's error."""
    if isinstance(error, CommandError):
        return NEWER
    if isinstance(error, OSError):
        return FULL if error.errno == 28 else READ_ONLY if error.errno in (1, 13, 30) else UNREACHABLE
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get((getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF, OTHER)
    state = sqlstate(error)
    if state:
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2]) or OTHER
    # psycopg gives no code when there was no server to give one.
    if type(cause).__name__ in ("OperationalError", "ConnectionTimeout", "InterfaceError"):
        return UNREACHABLE
    return BUSY if type(error).__name__ == "TimeoutError" else OTHER


@contextmanager
def store_errors() -> Iterator[None]:
    """Raise a driver's error as `StoreError`; let mistakes in our own code (a wrong type, say) through as they are."""
    try:
        yield
    except StatementError as error:
        if not isinstance(error, DBAPIError) and error.orig is not None:
            raise error.orig from None
        raise StoreError(line_for(error)) from error
    except (SQLAlchemyError, CommandError, sqlite3.Error, OSError) as error:
        raise StoreError(line_for(error)) from error
