"""The ward's dictionaries: abbreviations, procedures meant by a field's name, sayings that fit several procedures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.source import YamlProblem, read_yaml
from bot.text.abbreviations import Abbreviations
from bot.text.fold import fold, lower

SIGNS_FILE = "tu-dien/dau-hieu.yml"
FIELDS_FILE = "tu-dien/linh-vuc.yml"
ABBREVIATIONS_FILE = "tu-dien/viet-tat.yml"
VAGUE_FILE = "tu-dien/cau-mo-ho.yml"


@dataclass(frozen=True)
class Vague:
    """Sayings that fit each of `procedures` (stems) about equally well, so that a clerk would ask back."""

    texts: tuple[str, ...]
    procedures: tuple[str, ...]


def read_abbreviations(knowledge_dir: Path) -> Abbreviations:
    """Read the dictionary; a missing or broken file gives an empty one (the check reports it)."""
    path = knowledge_dir / ABBREVIATIONS_FILE
    try:
        data, _ = read_yaml(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, YamlProblem):
        return Abbreviations({}, {})
    if not isinstance(data, dict):
        return Abbreviations({}, {})
    exact: dict[str, str] = {}
    single = data.get("một nghĩa")
    for key, meaning in (single.items() if isinstance(single, dict) else ()):
        exact[lower(key)] = lower(str(meaning))
        plain = lower(key).replace("đ", "d")
        if plain == fold(key):
            exact.setdefault(plain, lower(str(meaning)))
    many = data.get("nhiều nghĩa")
    ambiguous = {lower(key): tuple(map(str, value)) for key, value in many.items()} if isinstance(many, dict) else {}
    return Abbreviations(exact, ambiguous)


def read_common_procedures(knowledge_dir: Path) -> Mapping[str, Sequence[str]]:
    """Field → stems of its common procedures; empty when the file is missing or broken."""
    return _read_lists(knowledge_dir / FIELDS_FILE)


def read_sign_groups(knowledge_dir: Path) -> Mapping[str, Sequence[str]]:
    """Group → phrases that tell a special version of a procedure; empty when the file is missing or broken."""
    return _read_lists(knowledge_dir / SIGNS_FILE)


def read_vague(knowledge_dir: Path) -> Sequence[Vague]:
    """Groups of sayings that fit several procedures; empty when the file is missing or broken."""
    try:
        data, _ = read_yaml((knowledge_dir / VAGUE_FILE).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, YamlProblem):
        return ()
    groups = [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
    lists = [(item.get("câu"), item.get("thủ tục")) for item in groups]
    return tuple(
        Vague(tuple(map(str, texts)), tuple(map(str, stems)))
        for texts, stems in lists if isinstance(texts, list) and isinstance(stems, list)
    )


def _read_lists(path: Path) -> Mapping[str, Sequence[str]]:
    try:
        data, _ = read_yaml(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, YamlProblem):
        return {}
    listed = data if isinstance(data, dict) else {}
    return {name: tuple(map(str, items)) for name, items in listed.items() if isinstance(items, list)}
