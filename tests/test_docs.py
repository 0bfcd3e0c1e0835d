"""Documents say what is: settings, commands, links."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SKIPPED = {".git", ".venv", ".venv-rasa", "node_modules", "shared", "var", "models", "brief"}
PAGES = sorted(
    path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.md")
    if not SKIPPED & set(path.relative_to(ROOT).parts) and not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_ROW = re.compile(r"^\|\s*`([^`]+)`\s*\|", re.MULTILINE)


def read(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def anchors(page: Path) -> set[str]:
    """Anchors that a page's headings get on a forge."""
    headings = _HEADING.findall(_FENCE.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# --- settings ---------------------------------------------------------------------------------------------------------


def test_every_setting_is_in_the_table_once_and_nothing_else() -> None:
    listed = _ROW.findall(read("docs/settings.md"))
    wanted = [name.upper() for name in Settings.model_fields]
    assert sorted(listed) == sorted(wanted)


def test_defaults_in_the_table_are_those_of_the_code() -> None:
    rows = {match[1]: match[2] for match in re.finditer(r"^\|\s*`([A-Z_]+)`\s*\|\s*([^|]*?)\s*\|", read("docs/settings.md"), re.MULTILINE)}
    for name, field in Settings.model_fields.items():
        told = rows[name.upper()].strip("`")
        if isinstance(field.default, (int, float)):
            assert told == str(field.default), name
        elif isinstance(field.default, str) and field.default and not field.default.startswith("sqlite"):
            assert told == field.default, name
        elif isinstance(field.default, Path):
            assert told == field.default.relative_to(ROOT).as_posix(), name
        elif not field.default:
            assert told.startswith("empty"), name


def test_every_setting_has_a_description() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


ENVIRONMENT_OF_OTHERS = {"MOTCUA_ACTION_URL", "MOTCUA_TRACKER_URL"}
"""Handed to Rasa by `motcua run`; nobody sets them."""


@pytest.mark.parametrize("page", [page for page in PAGES if page != "docs/settings.md"])
def test_what_a_page_tells_people_to_set_is_a_setting(page: str) -> None:
    """`NAME=value` in code of a page: a setting, or a variable of the tools used beside it."""
    known = {name.upper() for name in Settings.model_fields} | ENVIRONMENT_OF_OTHERS
    tools = re.compile(r"^(PYTHON|PIP_|RASA_TELEMETRY|OMP_|OPENBLAS_|HF_|LANG|LC_|PATH|PG|POSTGRES|MOTCUA_TEST|COLUMNS|PLAYWRIGHT)")
    told = set(re.findall(r"(?<![\w$.])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)=(?=\S)", read(page)))
    assert {name for name in told if name not in known and not tools.match(name)} == set()


# --- commands ---------------------------------------------------------------------------------------------------------


def commands() -> set[str]:
    from bot.cli import app

    return {info.name or info.callback.__name__ for info in app.registered_commands}


def test_every_command_is_in_the_readme() -> None:
    text = read("README.md")
    assert commands()
    assert {name for name in commands() if f"motcua {name}" not in text} == set()


@pytest.mark.parametrize("page", PAGES)
def test_commands_that_a_page_names_exist(page: str) -> None:
    named = set(re.findall(r"`(?:\.venv/bin/)?motcua ([a-z]+)", read(page)))
    if page.rpartition("/")[2] != "CHANGELOG.md":
        assert named <= commands()


@pytest.mark.parametrize("page", PAGES)
def test_make_targets_that_a_page_names_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z][\w-]*)", read(page))) | set(re.findall(r"^make ([a-z][\w-]*)", read(page), re.MULTILINE))
    assert named <= targets


# --- links ------------------------------------------------------------------------------------------------------------


def test_pages_were_found() -> None:
    assert {"README.md", "docs/settings.md", "docs/architecture.md", "docs/can-bo/README.md"} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_relative_links_lead_somewhere(page: str) -> None:
    here = ROOT / page
    broken = []
    for link in _LINK.findall(_FENCE.sub("", here.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = unquote(link).partition("#")
        path = (here.parent / target).resolve() if target else here
        if not path.exists() or not path.is_relative_to(ROOT) or anchor and path.suffix == ".md" and anchor not in anchors(path):
            broken.append(link)
    assert broken == []


def test_staff_pages_are_listed_on_their_first_page() -> None:
    first = read("docs/can-bo/README.md")
    assert [path.name for path in (ROOT / "docs" / "can-bo").glob("*.md") if path.name != "README.md" and path.name not in first] == []
