"""The rooms of the house and who may enter which: read from the import statements of every module."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES = 300

BASICS = {"bot", "bot.settings", "bot.errors", "bot.outcomes", "bot.clock"}
"""Small files at the root of the package: open to all rooms, knowing none."""

BELOW_ANSWERS = {"bot.text", "bot.knowledge", "bot.search", "bot.answers"}
MAY_IMPORT: dict[str, set[str]] = {
    "bot.text": set(),
    "bot.knowledge": {"bot.text"},
    "bot.search": {"bot.text", "bot.knowledge"},
    "bot.answers": {"bot.text", "bot.knowledge", "bot.search"},
    "bot.store": set(),
    "bot.channels": set(),
    "bot.dialogue": {*BELOW_ANSWERS, "bot.store", "bot.channels.base"},
    "bot.reports": {"bot.text", "bot.knowledge", "bot.store", "bot.answers"},
    "bot.staff": {*BELOW_ANSWERS, "bot.store", "bot.reports"},
    "actions": BELOW_ANSWERS,
}
ON_TOP = {"bot.evaluation", "bot.run", "bot.cli", "bot.__main__"}
"""What starts, measures or commands the rest may know all of it, except the actions."""


def name_of(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for package in ("bot", "actions") for path in (ROOT / package).rglob("*.py")}


def imports_of(name: str, path: Path) -> list[tuple[int, str]]:
    """(line, module) of every import, also those inside functions; `from a import b` counts as a.b where that is a module."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            found += [(node.lineno, full if (full := f"{base}.{alias.name}") in MODULES else base) for alias in node.names]
    return found


def ours(module: str) -> bool:
    return module.split(".")[0] in ("bot", "actions")


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[0] if parts[0] == "actions" else ".".join(parts[:2])


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


def test_modules_were_found() -> None:
    assert len(MODULES) > 40
    assert {"bot.text.fold", "bot.dialogue.desk", "bot.channels.web", "actions.turn", "bot.run.gateway"} <= set(MODULES)
    assert sum(ours(module) for name, path in MODULES.items() for _, module in imports_of(name, path)) > 100


def test_every_room_is_in_the_table() -> None:
    rooms = {room_of(name) for name in MODULES} - BASICS - ON_TOP
    assert rooms <= set(MAY_IMPORT), f"say in this test what {rooms - set(MAY_IMPORT)} may import"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_follow_the_direction(name: str) -> None:
    room = room_of(name)
    if room in ON_TOP:
        allowed = {"bot"}
    elif name in BASICS:
        allowed = BASICS
    else:
        allowed = BASICS | MAY_IMPORT[room] | ({room} if room != "bot.channels" else {"bot.channels.base"})
    wrong = [
        f"{MODULES[name].relative_to(ROOT)}:{line} imports {module}" for line, module in imports_of(name, MODULES[name])
        if ours(module) and module not in BASICS and not any(within(module, one) for one in allowed if one != "bot" or room in ON_TOP)
    ]
    assert wrong == []


def test_the_bot_never_imports_the_actions() -> None:
    wrong = [
        f"{name}:{line}" for name, path in MODULES.items() if name.split(".")[0] == "bot" for line, module in imports_of(name, path)
        if within(module, "actions")
    ]
    assert wrong == []


def test_channels_know_nothing_of_each_other_nor_of_the_dialogue() -> None:
    wrong = [
        f"{name} → {module}" for name, path in MODULES.items() if within(name, "bot.channels") for _, module in imports_of(name, path)
        if ours(module) and module not in {"bot.channels.base", "bot.errors", "bot.outcomes", "bot.settings", "bot.channels", name}
    ]
    assert wrong == []


def test_nobody_imports_the_tests() -> None:
    assert [name for name, path in MODULES.items() for _, module in imports_of(name, path) if within(module, "tests")] == []


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_can_be_read_in_one_sitting(name: str) -> None:
    lines = len(MODULES[name].read_text("utf-8").splitlines())
    assert lines <= MOST_LINES, f"{MODULES[name].relative_to(ROOT)} has {lines} lines"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_says_what_it_is_for(name: str) -> None:
    if "migrations" not in name:
        assert ast.get_docstring(ast.parse(MODULES[name].read_text("utf-8"))), MODULES[name].relative_to(ROOT)


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_actions_and_command_line_load_nothing_heavy() -> None:
    run("import sys, actions.turn, actions.answer, bot.cli\n"
        "heavy = {'torch', 'faiss', 'sklearn', 'sentence_transformers', 'tensorflow'} & set(sys.modules)\n"
        "assert not heavy, heavy")


def test_the_running_bot_needs_no_torch() -> None:
    run("import sys\nfrom bot.answers.service import AnswerService\nfrom bot.answers.state import Message, State\n"
        "from bot.settings import Settings\nimport bot.run.gateway\n"
        "reply, _ = AnswerService(Settings(_env_file=None)).respond(Message('khai sinh'), State())\n"
        "assert reply.text\nassert 'torch' not in sys.modules and 'sentence_transformers' not in sys.modules")
