"""Shared by all tests: the real knowledge and search in-process, and one real Rasa with its gateway for the session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import postgresql_server, redis_server  # noqa: F401  # fixtures

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def settings():
    """Settings as they are by default, whatever this machine's environment says."""
    from bot.settings import Settings

    return Settings(_env_file=None, messages_per_minute=200)


@pytest.fixture(scope="session")
def service(settings):
    """The answering service on the real knowledge and the trained encoder."""
    from bot.answers import service as module

    if not (settings.models_dir / "encoder" / "motcua.json").is_file():
        pytest.fail("chưa có mô hình: chạy “make setup” trước")
    module._service = module.AnswerService(settings)
    return module._service


@pytest.fixture(scope="session")
def running(settings) -> Iterator:
    """A real Rasa and the gateway on free ports, with a database of their own."""
    from bot.evaluation.play import running_bot
    from bot.run.train import rasa_is_current

    if not (ROOT / ".venv-rasa" / "bin" / "rasa").is_file():
        pytest.fail("chưa có môi trường Rasa: chạy “make setup” trước")
    assert rasa_is_current(settings), "mô hình Rasa không khớp dữ liệu: chạy “motcua train”"
    with running_bot(settings) as found:
        yield found


@pytest.fixture(scope="session")
def bot_url(running) -> str:
    """Base URL of the running gateway."""
    return f"http://127.0.0.1:{running.port}"


@pytest.fixture(scope="session")
def play(running):
    """Plays one new conversation through the real Rasa."""
    from bot.evaluation.play import open_player

    with open_player(running, direct=False) as player:
        yield player
