"""YAML with places: plain text values, and for each key path the line it stands on.

Every scalar is read as text (so `mã: 1.001193` keeps its zeros and `có` stays a word); pydantic turns it into what the
type asks for. Keys and values are brought to Unicode NFC, as some keyboards type decomposed letters.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import yaml

Path = tuple[str | int, ...]
MAX_BRACKETS = 2000
"""The parser nests on the machine's stack; a file of brackets alone would end the process."""


@dataclass(frozen=True)
class YamlProblem(Exception):
    """What is wrong with the text itself. `line` counts from 1."""

    line: int
    text: str
    cure: str


class Lines(dict[Path, int]):
    """Line (from 1) of each key path; an unknown path gives the line of its nearest known parent."""

    def at(self, path: Path) -> int:
        while path and path not in self:
            path = path[:-1]
        return self.get(path, 1)


def read_yaml(text: str) -> tuple[object, Lines]:
    """Parse YAML `text` into dicts, lists and strings.

    Raises:
        YamlProblem: the text is not YAML, holds a key twice, or uses aliases (`&`/`*`).
    """
    if text.count("[") + text.count("{") > MAX_BRACKETS:
        raise YamlProblem(1, "quá nhiều dấu ngoặc", "xóa bớt dấu [ và {, mỗi ý viết một dòng bắt đầu bằng “- ”")
    try:
        node = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        unclosed = error.context_mark if "end of stream" in str(error.problem) else None
        mark = unclosed or error.problem_mark or error.context_mark
        raise YamlProblem(
            line=mark.line + 1 if mark else 1,
            text=f"không đọc được ({error.problem})",
            cure="xem lại thụt đầu dòng (dùng dấu cách, không dùng phím Tab), dấu hai chấm và dấu ngoặc kép ở dòng này "
            "và dòng ngay trên",
        ) from error
    except yaml.YAMLError as error:
        raise YamlProblem(1, "có ký tự không đọc được", "lưu lại tệp dưới dạng văn bản UTF-8") from error
    if node is None:
        raise YamlProblem(1, "tệp trống", "chép một tệp mẫu rồi sửa lại")
    lines = Lines()
    try:
        return _plain(node, (), lines, set()), lines
    except RecursionError as error:
        raise YamlProblem(1, "các mục lồng nhau quá sâu", "chép một tệp mẫu rồi sửa lại") from error


def _plain(node: yaml.Node, path: Path, lines: Lines, seen: set[int]) -> object:
    if id(node) in seen:
        raise YamlProblem(node.start_mark.line + 1, "dùng dấu “&” và “*” để nhắc lại", "chép nguyên nội dung vào từng chỗ")
    seen.add(id(node))
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return unicodedata.normalize("NFC", node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), lines, seen) for index, item in enumerate(node.value)]
    result: dict[str, object] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise YamlProblem(line, "tên mục không phải chữ", "viết tên mục là chữ thường, ví dụ “lệ phí:”")
        key = unicodedata.normalize("NFC", key_node.value)
        if key in result:
            raise YamlProblem(line, f"mục “{key}” có hai lần", "gộp hai mục làm một rồi xóa bớt")
        lines[(*path, key)] = line
        result[key] = _plain(value_node, (*path, key), lines, seen)
    return result
