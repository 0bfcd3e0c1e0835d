"""From the knowledge folder to a `Book`: every good file in, every problem named, no file taking another down."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.knowledge.source import Lines, YamlProblem, read_yaml
from bot.knowledge.types import Info, Procedure, Record, RowError, Ward

PROCEDURES_DIR = "thu-tuc"
INFO_DIR = "hoi-dap"
WARD_FILE = "don-vi.yml"
MAX_FILE_BYTES = 400_000
MAX_STEM_CHARS = 44
"""A procedure without a code is named by its file inside buttons, whose payload has 64 bytes."""

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong. `file` is relative to the knowledge folder, `line` counts from 1."""

    file: str
    line: int
    text: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text} → {self.cure}"


@dataclass(frozen=True)
class Book:
    """All that the ward knows at one moment. Never changed; a new reading makes a new Book."""

    ward: Ward | None
    procedures: Mapping[str, Procedure] = field(default_factory=lambda: MappingProxyType({}))
    infos: Mapping[str, Info] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Problem, ...] = ()
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """File name → SHA-256 of its bytes, good files only."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever a served file changes."""
        lines = "\n".join(f"{name} {digest}" for name, digest in sorted(self.files.items()))
        return hashlib.sha256(lines.encode()).hexdigest()[:16]

    def by_id(self, identifier: str) -> Procedure | None:
        """The procedure of an official code, an older code, or `file:<stem>`."""
        if identifier.startswith("file:"):
            return self.procedures.get(identifier.removeprefix("file:"))
        return self._codes().get(identifier)

    def _codes(self) -> dict[str, Procedure]:
        codes = self.__dict__.get("_code_index")
        if codes is None:
            codes = {}
            for procedure in self.procedures.values():
                for code in (*procedure.other_codes, procedure.code):
                    if code:
                        codes[code] = procedure
            object.__setattr__(self, "_code_index", codes)
        return codes


def read_book(root: Path, last: Book | None = None) -> Book:
    """Read all files under `root`. A file with a problem keeps its version from `last`, if it had one.

    Args:
        root: the knowledge folder.
        last: the Book served until now.

    Returns:
        A Book with all problems, sorted by file and line.
    """
    problems: list[Problem] = []
    procedures: dict[str, Procedure] = {}
    infos: dict[str, Info] = {}
    files: dict[str, str] = {}
    owner_of_code: dict[str, str] = {}

    for name, path in _files(root / PROCEDURES_DIR, root):
        procedure, digest = _read_file(path, name, Procedure, problems)
        if procedure is None:
            procedure, digest = _last_procedure(last, path.stem, name)
        if procedure is None:
            continue
        if procedure.code is None and len(path.stem) > MAX_STEM_CHARS:
            problems.append(Problem(name, 1, "tên tệp quá dài", f"đặt tên tệp dài nhất {MAX_STEM_CHARS} ký tự"))
            continue
        if path.stem in procedures:
            problems.append(Problem(name, 1, f"đã có tệp khác tên “{path.stem}”", "đổi tên một trong hai tệp"))
            continue
        if used := _taken(procedure, owner_of_code):
            line, owner = _line_of(path, used), owner_of_code[used]
            problems.append(Problem(name, line, f"mã {used} đã dùng ở tệp {owner}", "sửa mã hoặc bỏ một trong hai tệp"))
            procedure, digest = _last_procedure(last, path.stem, name)
            if procedure is None or _taken(procedure, owner_of_code):
                continue
        for code in (procedure.code, *procedure.other_codes):
            if code:
                owner_of_code[code] = name
        procedures[path.stem] = procedure
        files[name] = digest

    for name, path in _files(root / INFO_DIR, root):
        info, digest = _read_file(path, name, Info, problems)
        if info is None and last is not None and path.stem in last.infos:
            info, digest = last.infos[path.stem], last.files.get(name, "")
        if info is None:
            continue
        if same := next((stem for stem, other in infos.items() if stem == path.stem or other.topic == info.topic), None):
            text = f"tên tệp hoặc chủ đề “{info.topic}” đã dùng ở tệp {same}.yml"
            problems.append(Problem(name, _line_of(path, info.topic), text, "gộp hai tệp làm một"))
            continue
        infos[path.stem] = info
        files[name] = digest

    ward, digest = None, ""
    ward_path = root / WARD_FILE
    if ward_path.is_file():
        ward, digest = _read_file(ward_path, WARD_FILE, Ward, problems)
    else:
        problems.append(Problem(WARD_FILE, 1, "thiếu tệp về đơn vị", f"tạo tệp {WARD_FILE} theo mẫu trong tài liệu"))
    if ward is None and last is not None:
        ward, digest = last.ward, last.files.get(WARD_FILE, "")
    if ward is not None:
        files[WARD_FILE] = digest

    if not procedures:
        problems.append(Problem(f"{PROCEDURES_DIR}/", 1, "không có thủ tục nào đọc được", "thêm tệp thủ tục vào thư mục này"))
    return Book(
        ward=ward,
        procedures=MappingProxyType(procedures),
        infos=MappingProxyType(infos),
        problems=tuple(sorted(problems)),
        files=MappingProxyType(files),
    )


def _taken(procedure: Procedure, owner_of_code: Mapping[str, str]) -> str | None:
    """A code of `procedure` that another file has already."""
    return next((code for code in (procedure.code, *procedure.other_codes) if code and code in owner_of_code), None)


def _files(folder: Path, root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*.y*ml")):
        if path.suffix in (".yml", ".yaml") and path.is_file() and not path.name.startswith("."):
            yield path.relative_to(root).as_posix(), path


def _last_procedure(last: Book | None, stem: str, name: str) -> tuple[Procedure | None, str]:
    if last is None or stem not in last.procedures:
        return None, ""
    return last.procedures[stem], last.files.get(name, "")


def _read_file(path: Path, name: str, kind: type[R], problems: list[Problem]) -> tuple[R | None, str]:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            problems.append(Problem(name, 1, "tệp quá lớn", f"chia nhỏ, mỗi tệp dưới {MAX_FILE_BYTES // 1000} nghìn byte"))
            return None, ""
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problems.append(Problem(name, line, "chữ không phải UTF-8", "lưu lại tệp với bảng mã UTF-8"))
        return None, ""
    except OSError as error:
        problems.append(Problem(name, 1, f"không mở được ({error.strerror})", "xem lại quyền đọc của tệp"))
        return None, ""
    record, found = parse_record(text, name, path.stem, kind)
    problems.extend(found)
    return record, hashlib.sha256(raw).hexdigest()


def parse_record(text: str, name: str, stem: str, kind: type[R]) -> tuple[R | None, list[Problem]]:
    """Parse one file's text as `kind`. Returns the record, or None and all that is wrong with it."""
    try:
        data, lines = read_yaml(text)
    except YamlProblem as problem:
        return None, [Problem(name, problem.line, problem.text, problem.cure)]
    if not isinstance(data, dict):
        return None, [Problem(name, 1, "tệp không có các mục “tên mục: nội dung”", "chép một tệp mẫu rồi sửa lại")]
    if "stem" in kind.model_fields:
        if "stem" in data:
            return None, [Problem(name, lines.at(("stem",)), "không có mục “stem”", "xóa dòng này")]
        data["stem"] = stem
    try:
        return kind.model_validate(data), []
    except ValidationError as error:
        return None, [_problem(item, name, kind, lines) for item in _without_echoes(error.errors(), kind)]


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


def _line_of(path: Path, word: str) -> int:
    for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
        if word in line:
            return number
    return 1
