"""From the knowledge folder to a `Book`: every good file in, every problem named, no file taking another down."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import ValidationError

from bot.knowledge.fields import Record
from bot.knowledge.problems import Problem, problems_of
from bot.knowledge.source import YamlProblem, read_yaml
from bot.knowledge.types import Info, Procedure, Ward

PROCEDURES_DIR = "thu-tuc"
INFO_DIR = "hoi-dap"
DICTIONARY_DIR = "tu-dien"
WARD_FILE = "don-vi.yml"
MAX_FILE_BYTES = 400_000
MAX_STEM_CHARS = 44
"""A procedure without a code is named by its file inside buttons, whose payload has 64 bytes."""

R = TypeVar("R", bound=Record)


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

    problems += _broken_dictionaries(root)
    if not procedures:
        problems.append(Problem(f"{PROCEDURES_DIR}/", 1, "không có thủ tục nào đọc được", "thêm tệp thủ tục vào thư mục này"))
    return Book(
        ward=ward,
        procedures=MappingProxyType(procedures),
        infos=MappingProxyType(infos),
        problems=tuple(sorted(problems)),
        files=MappingProxyType(files),
    )


def _broken_dictionaries(root: Path) -> Iterator[Problem]:
    for name, path in _files(root / DICTIONARY_DIR, root):
        try:
            read_yaml(path.read_text("utf-8"))
        except YamlProblem as problem:
            yield Problem(name, problem.line, problem.text, problem.cure)
        except (OSError, UnicodeDecodeError):
            yield Problem(name, 1, "không đọc được tệp", "lưu lại tệp với bảng mã UTF-8")


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
        return None, problems_of(error.errors(), name, kind, lines)


def _line_of(path: Path, word: str) -> int:
    for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
        if word in line:
            return number
    return 1
