"""What every channel gives to the dialogue, and what it gets back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

MAX_ID_CHARS = 64


@dataclass(frozen=True)
class Incoming:
    """One message of a citizen. `message_id` is the channel's own: a repeat has the same."""

    channel: str
    conversation: str
    message_id: str
    text: str = ""
    payload: str = ""
    title: str = ""


@dataclass(frozen=True)
class Handled:
    """What was said to one message. `limited`: the dialogue engine was away."""

    replies: Sequence[dict[str, Any]]
    limited: bool = False


@dataclass(frozen=True)
class PastTurn:
    message_id: str
    text: str
    at: datetime
    replies: Sequence[dict[str, Any]] | None
    """None: still being answered."""


class Dialogue(Protocol):
    """What a channel may ask of the dialogue."""

    async def take(self, incoming: Incoming) -> Handled:
        """Write the message down, answer it after all earlier ones of its conversation, and return the answer.

        Raises:
            BadMessage: it cannot be taken; nothing was written.
            TooMany: the conversation is over its rate.
            StoreError: it could not be written down.
        """
        ...

    async def history(self, conversation: str) -> Sequence[PastTurn]: ...

    async def feedback(self, channel: str, conversation: str, reply_id: str, value: int, reason: str | None) -> None: ...

    async def rating(self, channel: str, conversation: str, stars: int, words: str) -> None: ...
