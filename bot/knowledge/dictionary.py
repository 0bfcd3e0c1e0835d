"""The ward's dictionary of abbreviations (tu-dien/viet-tat.yml)."""

from __future__ import annotations

from pathlib import Path

from bot.knowledge.source import YamlProblem, read_yaml
from bot.text.abbreviations import Abbreviations
from bot.text.fold import fold, lower

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
