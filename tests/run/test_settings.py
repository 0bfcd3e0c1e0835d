"""Settings: from the environment or `.env`, and one clear line when one cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import ROOT, Settings, get_settings


@pytest.fixture(autouse=True)
def fresh():
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def test_the_environment_is_read_and_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9090")
    monkeypatch.setenv("KNOWLEDGE_DIR", "/tmp/kien-thuc")
    monkeypatch.setenv("RASA_PORT", "")
    found = Settings(_env_file=None)
    assert (found.port, found.knowledge_dir, found.rasa_port) == (9090, Path("/tmp/kien-thuc"), 5005)


def test_a_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=7070\nRASA_TIMEOUT_S=3.5\nKHONG_BIET=1\n", "utf-8")
    monkeypatch.setenv("PORT", "9090")
    found = Settings(_env_file=tmp_path / ".env")
    assert (found.port, found.rasa_timeout_s) == (9090, 3.5)


@pytest.mark.parametrize(("name", "value"), [
    ("PORT", "tám nghìn"), ("PORT", "0"), ("PORT", "70000"), ("RASA_TIMEOUT_S", "-1"), ("MAX_MESSAGE_CHARS", "5"), ("MESSAGES_PER_MINUTE", "0"),
])
def test_a_value_that_cannot_be_used_names_the_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"{name}.*{value}.*settings\.md"):
        get_settings()


def test_a_secret_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTION_TOKEN", "rat-bi-mat")
    found = Settings(_env_file=None)
    assert "rat-bi-mat" not in f"{found!r} {found}"
    assert found.action_token.get_secret_value() == "rat-bi-mat"


def test_the_trained_encoder_is_found_from_any_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Path(Settings(_env_file=None).encoder_path) == ROOT / "models" / "encoder"
    assert Settings(_env_file=None, encoder="ten/mo-hinh").encoder_path == "ten/mo-hinh"


def test_addresses_of_the_parts() -> None:
    assert Settings(_env_file=None, rasa_port=5999).rasa_base_url == "http://127.0.0.1:5999"
    assert Settings(_env_file=None, rasa_url="http://rasa:5005").rasa_base_url == "http://rasa:5005"
