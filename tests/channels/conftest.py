"""The gateway in this process, without Rasa, with a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.run.gateway import create_app
from bot.settings import Settings

TOKEN = "ma-bi-mat-cua-bai-thu"
TALK = "nguoi-dan-0001"
ASK = "làm giấy khai sinh cho con cần giấy tờ gì"


@pytest.fixture(scope="session")
def gateway_settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("gateway")
    return settings.model_copy(update={
        "database_url": f"sqlite:///{folder / 'motcua.db'}", "var_dir": folder, "knowledge_dir": folder, "action_token": settings.action_token.__class__(TOKEN),
    })


@pytest.fixture(scope="session")
def http(gateway_settings: Settings, service) -> Iterator[TestClient]:
    """Errors inside come back as answers, as they would over the network."""
    with TestClient(create_app(gateway_settings, with_rasa=False), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def send(http: TestClient) -> Callable[..., Any]:
    """Send one message of a new id; returns the response."""
    number = 0

    def post(text: str = ASK, conversation: str = TALK, **more: Any) -> Any:
        nonlocal number
        number += 1
        body = {"conversation": conversation, "message_id": f"tin-{id(post)}-{number}", "text": text, **more}
        return http.post("/api/chat/messages", json=body)

    return post
