"""Talking to Rasa: what is sent, and every way in which it can fail."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bot.answers.reply import Button, Reply
from bot.answers.state import State
from bot.dialogue.rasa_client import SESSION_TURNS, RasaClient
from bot.errors import EngineUnavailable
from bot.outcomes import Outcome

SAID = Reply("Chào bạn", Outcome.CHITCHAT, (Button("Lệ phí", "kc:fee:1.001193"),))
AFTER = State(procedure="dang-ky-khai-sinh", turns=3)
GOOD = [{"recipient_id": "a", "custom": {"reply": SAID.as_json(), "state": AFTER.as_slots()}}]

Handler = Callable[[httpx.Request], httpx.Response]


class Rasa:
    """A client whose Rasa is a function. `sent` holds what reached it."""

    def __init__(self, answer: Handler | Any) -> None:
        self.sent: list[dict[str, Any]] = []
        self.answer = answer
        self.client = RasaClient("http://rasa", 1.0)
        self.client._client = httpx.AsyncClient(base_url="http://rasa", transport=httpx.MockTransport(self._handle), timeout=1.0)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            assert request.url.path == "/webhooks/rest/webhook"
            self.sent.append(json.loads(request.content))
        return self.answer(request) if callable(self.answer) else httpx.Response(200, json=self.answer)

    @property
    def messages(self) -> list[str]:
        return [item["message"] for item in self.sent]


async def test_reply_and_state_come_from_the_action() -> None:
    rasa = Rasa(GOOD)
    turn = await rasa.client.talk("nguoi-1", "xin chào", "", 0)
    assert turn.replies == (SAID,)
    assert turn.state == AFTER
    assert rasa.sent == [{"sender": "nguoi-1", "message": "xin chào"}]


async def test_several_replies_keep_their_order_and_plain_texts_are_left_out() -> None:
    other = {"custom": {"reply": Reply("Hai", Outcome.INFO).as_json(), "state": State(turns=9).as_slots()}}
    turn = await Rasa([GOOD[0], {"text": "utter_default"}, other]).client.talk("a", "x", "", 0)
    assert [reply.text for reply in turn.replies] == ["Chào bạn", "Hai"]
    assert turn.state.turns == 9, "the last state counts"


@pytest.mark.parametrize(("typed", "sent"), [
    ("/restart", "restart"), ("//session_start", "session_start"), (" / /greet{}", "greet{}"), ("\\/x", "x"), ("/", "?"), ("///", "?"),
    ("1/2 hồ sơ", "1/2 hồ sơ"), ("lệ phí?", "lệ phí?"),
])
async def test_a_citizens_slash_is_no_command(typed: str, sent: str) -> None:
    rasa = Rasa(GOOD)
    await rasa.client.talk("a", typed, "", 0)
    assert rasa.messages == [sent]
    assert not rasa.messages[0].startswith("/")


@pytest.mark.parametrize("payload", ["kc:fee:1.001193", 'x"}{/restart', "sao:5"])
async def test_a_tap_goes_as_json_and_cannot_break_out_of_it(payload: str) -> None:
    rasa = Rasa(GOOD)
    await rasa.client.talk("a", "", payload, 0)
    assert rasa.messages[0].startswith("/tap{")
    assert json.loads(rasa.messages[0].removeprefix("/tap")) == {"value": payload}


async def test_a_long_conversation_gets_a_new_session_now_and_then() -> None:
    rasa = Rasa(GOOD)
    for turns in (0, 1, SESSION_TURNS - 1, SESSION_TURNS, SESSION_TURNS + 1):
        await rasa.client.talk("a", "x", "", turns)
    assert rasa.messages == ["x", "x", "x", "/session_start", "x", "x"]


def failing(error: Exception) -> Handler:
    def handle(request: httpx.Request) -> httpx.Response:
        raise error

    return handle


SHAPES: dict[str, Any] = {
    "refused": failing(httpx.ConnectError("refused")),
    "slow": failing(httpx.ReadTimeout("slow")),
    "cut off": failing(httpx.RemoteProtocolError("cut")),
    "error 500": lambda request: httpx.Response(500, text="oops"),
    "not found": lambda request: httpx.Response(404, json={"status": "failure"}),
    "no JSON": lambda request: httpx.Response(200, text="<html>"),
    "half JSON": lambda request: httpx.Response(200, text=json.dumps(GOOD)[:-40]),
    "not UTF-8": lambda request: httpx.Response(200, content=b'["\xff\xfe"]'),
    "empty list": [],
    "object": {"status": "failure"},
    "null": None,
    "texts only": [{"text": "Xin chào"}],
    "numbers": [1, 2],
    "custom text": [{"custom": "x"}],
    "custom without reply": [{"custom": {"state": {}}}],
    "custom without state": [{"custom": {"reply": SAID.as_json()}}],
    "state is a list": [{"custom": {"reply": SAID.as_json(), "state": []}}],
    "reply is text": [{"custom": {"reply": "x", "state": {}}}],
    "unknown outcome": [{"custom": {"reply": {"text": "a", "outcome": "lạ"}, "state": {}}}],
    "button too long": [{"custom": {"reply": SAID.as_json() | {"buttons": [{"title": "x" * 30, "payload": "y"}]}, "state": {}}}],
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_whatever_is_wrong_with_rasa_is_the_same_error(shape: str) -> None:
    with pytest.raises(EngineUnavailable):
        await Rasa(SHAPES[shape]).client.talk("a", "x", "", 0)


async def test_a_real_socket_that_never_answers_is_given_up_in_time() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    client = RasaClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", 0.2)
    began = asyncio.get_running_loop().time()
    try:
        with pytest.raises(EngineUnavailable):
            await client.talk("a", "x", "", 0)
        assert asyncio.get_running_loop().time() - began < 2
        assert not await client.alive()
    finally:
        await client.close()
        server.close()


async def test_alive_is_asked_of_the_root() -> None:
    assert await Rasa(lambda request: httpx.Response(200, text="Hello from Rasa: 3.6.21")).client.alive()
    assert not await Rasa(lambda request: httpx.Response(503)).client.alive()
    assert not await Rasa(failing(httpx.ConnectError("refused"))).client.alive()
