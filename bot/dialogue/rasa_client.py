"""Talking to Rasa over its REST channel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from bot.answers.reply import Reply
from bot.answers.state import State
from bot.errors import EngineUnavailable

SESSION_TURNS = 24
"""After so many turns Rasa is told to begin a new session: its answer time grows with a session's length."""


@dataclass(frozen=True)
class EngineTurn:
    replies: tuple[Reply, ...]
    state: State


class RasaClient:
    """One connection pool to one Rasa."""

    def __init__(self, base_url: str, timeout_s: float) -> None:
        self._client = httpx.AsyncClient(base_url=base_url, timeout=httpx.Timeout(timeout_s, connect=0.5))

    async def close(self) -> None:
        await self._client.aclose()

    async def alive(self) -> bool:
        """Whether Rasa answers at all."""
        try:
            return (await self._client.get("/", timeout=1.0)).status_code == 200
        except httpx.HTTPError:
            return False

    async def talk(self, sender: str, text: str, payload: str, turns: int) -> EngineTurn:
        """Send one message or tap and return what Rasa's action said.

        A leading slash would make Rasa read the text as a command, so a citizen's slashes are taken away.

        Raises:
            EngineUnavailable: Rasa is away, slow, or failed inside (it then answers with an empty list).
        """
        if turns and turns % SESSION_TURNS == 0:
            await self._post(sender, "/session_start")
        message = "/tap" + json.dumps({"value": payload}) if payload else text.lstrip("/ \t\n\\")
        said = await self._post(sender, message or "?")
        turns_said = [item["custom"] for item in said if isinstance(item, Mapping) and isinstance(item.get("custom"), Mapping)]
        if not turns_said:
            raise EngineUnavailable("Rasa không trả lời")
        try:
            replies = tuple(Reply.from_json(custom["reply"]) for custom in turns_said)
            state = State.from_slots(turns_said[-1]["state"])
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise EngineUnavailable("Rasa trả lời sai dạng") from error
        return EngineTurn(replies, state)

    async def _post(self, sender: str, message: str) -> list[dict[str, Any]]:
        try:
            response = await self._client.post("/webhooks/rest/webhook", json={"sender": sender, "message": message})
            response.raise_for_status()
            said = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise EngineUnavailable("không nối được Rasa") from error
        return said if isinstance(said, list) else []
