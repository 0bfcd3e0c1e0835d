"""`motcua` in this process, with the service that the other tests have loaded already."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import cli
from bot.settings import get_settings


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


@pytest.fixture
def motcua(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Result]:
    """Run a command; extra settings go as environment variables."""
    monkeypatch.setattr("bot.run.logs.set_up_logs", lambda level: None)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'motcua.db'}")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str, given: str = "", **settings: str) -> Result:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        monkeypatch.setattr(sys, "argv", ["motcua", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capfd.readouterr()
        return Result(code, out, err)

    yield run
    get_settings.cache_clear()
