"""A desk with a real store in a temporary folder; Rasa is absent, broken or a stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.answers.reply import Reply
from bot.answers.state import State
from bot.channels.base import Incoming
from bot.dialogue.desk import Desk
from bot.dialogue.rasa_client import EngineTurn
from bot.errors import EngineUnavailable
from bot.outcomes import Outcome
from bot.settings import Settings
from bot.store import Store, open_store

ASK = "làm giấy khai sinh cho con cần giấy tờ gì"


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'motcua.db'}", "var_dir": tmp_path})


@pytest.fixture
def store(own: Settings) -> Iterator[Store]:
    opened = open_store(own.database_url)
    yield opened
    opened.close()


@pytest.fixture
def make_desk(own: Settings, store: Store, service) -> Callable[..., Desk]:
    def make(rasa: object = None, answers: object = None, **changes: object) -> Desk:
        return Desk(store, answers or service, rasa, own.model_copy(update=changes))

    return make


def message(text: str = ASK, number: int = 1, conversation: str = "nguoi-dan-1", payload: str = "", title: str = "") -> Incoming:
    return Incoming("web", conversation, f"tin-{number:04d}", text, payload, title)


def period() -> tuple[datetime, datetime]:
    """A time that holds the whole test."""
    now = datetime.now(UTC)
    return now - timedelta(hours=1), now + timedelta(hours=1)


class FakeRasa:
    """Answers with the message itself; counts calls; away while `away` is set."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str, int]] = []
        self.away = False

    async def talk(self, sender: str, text: str, payload: str, turns: int) -> EngineTurn:
        self.calls.append((sender, text, payload, turns))
        await asyncio.sleep(0.001)
        if self.away:
            raise EngineUnavailable("away")
        return EngineTurn((Reply(f"Rasa: {text or payload}", Outcome.CHITCHAT),), State(turns=turns + 1))
