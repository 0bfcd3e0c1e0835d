"""A conversation with the responder alone: no Rasa, no network, no store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.answers.reply import Reply
from bot.answers.state import Message, State

TAP = "▸"


class Talk:
    """Says turns one after the other. A turn that begins with “▸” is a tap with that payload."""

    def __init__(self, service) -> None:
        self.service = service
        self.state = State()
        self.reply: Reply | None = None

    def say(self, *turns: str, intent: str = "", confidence: float = 0.9) -> Reply:
        """The reply to the last of `turns`."""
        for turn in turns:
            payload = turn.removeprefix(TAP) if turn.startswith(TAP) else ""
            message = Message("" if payload else turn, payload, intent, confidence if intent else 0.0)
            self.reply, self.state = self.service.respond(message, self.state)
        assert self.reply is not None
        return self.reply

    def id(self, stem: str) -> str:
        return self.service.book.procedures[stem].id

    @property
    def payloads(self) -> list[str]:
        return [button.payload for button in self.reply.buttons]


@pytest.fixture
def talk(service) -> Talk:
    return Talk(service)


@pytest.fixture
def new_talk(service) -> Callable[[], Talk]:
    return lambda: Talk(service)
