"""The ward's dictionaries: abbreviations, and the procedures that people mean when they name a whole field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.knowledge.source import YamlProblem, read_yaml
from bot.text.abbreviations import Abbreviations
from bot.text.fold import fold, lower

SIGNS_FILE = "tu-dien/dau-hieu.yml"
FIELDS_FILE = "tu-dien/linh-vuc.yml"
ABBREVIATIONS_FILE = "tu-dien/viet-tat.yml"


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


def _read_lists(path: Path) -> Mapping[str, Sequence[str]]:
    try:
        data, _ = read_yaml(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, YamlProblem):
        return {}
    listed = data if isinstance(data, dict) else {}
    return {name: tuple(map(str, items)) for name, items in listed.items() if isinstance(items, list)}
