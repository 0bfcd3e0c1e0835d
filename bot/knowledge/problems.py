"""From pydantic's errors to sentences for the staff: which file, which line, what is wrong, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.knowledge.fields import Record, RowError
from bot.knowledge.source import Lines


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong. `file` is relative to the knowledge folder, `line` counts from 1."""

    file: str
    line: int
    text: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text} → {self.cure}"


def problems_of(items: list[ErrorDetails], name: str, kind: type[Record], lines: Lines) -> list[Problem]:
    """What to tell the staff about a file that is no `kind`: one problem a mistake, in file order."""
    return sorted(_problem(item, name, kind, lines) for item in _without_echoes(items, kind))


def _without_echoes(items: list[ErrorDetails], kind: type[Record]) -> list[ErrorDetails]:
    """One mistake, one problem: no "missing" beside its misspelt key, no "empty list" around a wrong entry."""
    misspelt = {(*item["loc"][:-1], near) for item in items if item["type"] == "extra_forbidden" and (near := _near(item, kind))}
    return [
        item for item in items
        if not (item["type"] == "missing" and item["loc"] in misspelt)
        and not (item["type"] == "too_short" and any(other["loc"][:-1] == item["loc"] for other in items))
    ]


def _near(item: Mapping[str, Any], kind: type[Record]) -> str | None:
    """The known key that a wrong one was probably meant to be."""
    *parents, key = item["loc"]
    return next(iter(difflib.get_close_matches(str(key), _keys_of(_model_at(kind, tuple(parents))), n=1)), None)


def _problem(item: Mapping[str, object], name: str, kind: type[Record], lines: Lines) -> Problem:
    path = tuple(part for part in item["loc"] if not (isinstance(part, str) and "[" in part))  # type: ignore[attr-defined]
    context = item.get("ctx") or {}
    broken: Any = context.get("error")  # type: ignore[attr-defined]
    if isinstance(broken, RowError):
        return Problem(name, lines.at(broken.path), str(broken), broken.cure)
    line = lines.at(path)
    keys = " › ".join(str(part + 1) if isinstance(part, int) else str(part) for part in path) or "cả tệp"
    match item["type"]:
        case "extra_forbidden":
            near = _near(item, kind)
            cure = f"có phải “{near}”?" if near else (
                f"bỏ mục này; các mục dùng được: {', '.join(_keys_of(_model_at(kind, path[:-1])))}")
            return Problem(name, line, f"không có mục “{path[-1]}”", cure)
        case "missing":
            return Problem(name, line, f"thiếu mục “{path[-1]}”", f"thêm “{path[-1]}: …” (chưa biết thì ghi “chưa rõ”)")
        case "string_too_long":
            limit = context["max_length"]  # type: ignore[index]
            return Problem(name, line, f"“{keys}” dài quá {limit} ký tự", f"viết gọn lại, nhiều nhất {limit} ký tự")
        case "string_pattern_mismatch":
            return Problem(name, line, f"“{keys}” viết chưa đúng: {item.get('input')}", _pattern_cure(path))
        case "date_from_datetime_parsing" | "date_parsing" | "date_from_datetime_inexact":
            return Problem(name, line, f"“{keys}” không phải ngày: {item.get('input')}", "viết năm-tháng-ngày, ví dụ 2026-11-24")
        case "int_parsing" | "int_type" | "literal_error" if "mức" in path:
            return Problem(name, line, f"“{keys}” không phải số tiền: {item.get('input')}",
                           "viết số đồng liền nhau (8000), hoặc “tỉnh quy định”, hoặc “chưa rõ”")
        case "int_parsing" | "int_type":
            return Problem(name, line, f"“{keys}” không phải số: {item.get('input')}",
                           "viết số, ví dụ 3; chưa biết thì “chưa rõ”")
        case "enum" | "literal_error":
            return Problem(name, line, f"“{keys}” không nhận giá trị “{item.get('input')}”",
                           f"chọn một trong: {context.get('expected', '')}".replace(" or ", ", "))  # type: ignore[attr-defined]
        case "tuple_type" | "list_type":
            return Problem(name, line, f"“{keys}” phải là danh sách", "xuống dòng, mỗi ý một dòng bắt đầu bằng “- ”")
        case "value_error":
            text = str(context.get("error", item["msg"]))  # type: ignore[attr-defined]
            return Problem(name, line, f"“{keys}”: {text}" if path else text, "xem tệp mẫu trong tài liệu dành cho cán bộ")
        case "too_short" | "string_too_short":
            return Problem(name, line, f"“{keys}” đang trống", "điền nội dung, chưa biết thì ghi “chưa rõ”")
        case _:
            return Problem(name, line, f"“{keys}” chưa đúng dạng", "so lại với tệp mẫu trong tài liệu dành cho cán bộ")


def _pattern_cure(path: tuple[str | int, ...]) -> str:
    if path and path[-1] == "mã":
        return "mã thủ tục có dạng 1.001193; chưa có mã thì để “chưa rõ”"
    if "khóa" in path or "trường hợp" in path:
        return "viết không dấu, nối bằng gạch ngang, ví dụ: qua-han"
    if path and path[-1] == "số":
        return "viết số điện thoại liền nhau, ví dụ 113"
    return "đường dẫn bắt đầu bằng https://"


def _model_at(kind: type[BaseModel], path: tuple[str | int, ...]) -> type[BaseModel]:
    for part in path:
        if isinstance(part, int):
            continue
        fields = {info.alias or key: info for key, info in kind.model_fields.items()}
        info = fields.get(part)
        inner = _model_in(info.annotation) if info else None
        if inner is None:
            return kind
        kind = inner
    return kind


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found:
            return found
    return None


def _keys_of(kind: type[BaseModel]) -> list[str]:
    return [info.alias or key for key, info in kind.model_fields.items() if (info.alias or key) != "stem"]
