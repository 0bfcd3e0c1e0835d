"""Playing conversations as a citizen would: through a real Rasa and the actions, or directly."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.answers.reply import Reply
from bot.answers.state import Message, State
from bot.dialogue.rasa_client import RasaClient
from bot.dialogue.tracker_store import TrackerStore
from bot.errors import EngineUnavailable
from bot.settings import Settings

Played = list[dict[str, Any]]
Play = Callable[[Sequence[str]], Played]
TAP = "▸"
"""A turn that begins with this sign taps the button of that title or payload in the reply before."""


@contextmanager
def open_player(settings: Settings, *, direct: bool, told: Callable[[str], object] = print) -> Iterator[Play]:
    """A function that plays one new conversation and returns what was said to each turn.

    With a Rasa running where the settings say, it is used; else one is started on free ports, with its own database
    in a temporary folder, and ended afterwards.
    """
    if direct:
        yield _direct_player()
        return
    if asyncio.run(_alive(settings)):
        yield from _rasa_player(settings)
        return
    told("Đang khởi động Rasa…")
    with running_bot(settings) as running:
        yield from _rasa_player(running)


@contextmanager
def running_bot(settings: Settings, database_url: str = "") -> Iterator[Settings]:
    """Rasa and the gateway on free ports; yields the settings that reach them.

    Args:
        settings: what else they run with.
        database_url: their database; empty: SQLite files in a temporary folder.
    """
    from bot.run.supervisor import Supervisor, make_children

    with TemporaryDirectory() as folder:
        var = Path(folder)
        port, rasa_port = free_ports(2)
        own = settings.model_copy(update={
            "port": port, "rasa_port": rasa_port, "var_dir": var, "rasa_url": "",
            "database_url": database_url or f"sqlite:///{var / 'motcua.db'}",
        })
        environment = {
            "PORT": str(port), "RASA_PORT": str(rasa_port), "VAR_DIR": folder, "DATABASE_URL": own.database_url,
            "KNOWLEDGE_DIR": str(settings.knowledge_dir), "MESSAGES_PER_MINUTE": str(settings.messages_per_minute),
            "REDIS_URL": settings.redis_url,
            "PATH": os.environ.get("PATH", ""),
        }
        supervisor = Supervisor(make_children(own, environment), own)
        watcher = threading.Thread(target=supervisor.watch, args=(lambda line: None,), daemon=True)
        try:
            supervisor.start()
            supervisor.wait_until_ready()
            watcher.start()
            yield own
        finally:
            supervisor.stop()
            if watcher.is_alive():
                watcher.join()
            supervisor.close()


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


async def _alive(settings: Settings) -> bool:
    client = RasaClient(settings.rasa_base_url, 2.0)
    try:
        return await client.alive()
    finally:
        await client.close()


def _rasa_player(settings: Settings) -> Iterator[Play]:
    trackers = TrackerStore(settings)
    with asyncio.Runner() as runner:
        client = RasaClient(settings.rasa_base_url, settings.rasa_timeout_s)

        async def play_all(turns: Sequence[str], sender: str) -> Played:
            played: Played = []
            state = State()
            for typed in turns:
                text, payload = _tap(typed, played)
                began = time.perf_counter()
                try:
                    said = await client.talk(sender, text, payload, state.turns)
                except EngineUnavailable:
                    played.append({"outcome": "unavailable", "codes": [], "aspects": [], "topic": "", "text": "",
                                   "buttons": [], "latency_ms": _ms(began)})
                    continue
                state = said.state
                played.append(_turn(said.replies, _ms(began)))
            return played

        def play(turns: Sequence[str]) -> Played:
            sender = f"ask-{uuid.uuid4().hex}"
            try:
                return runner.run(play_all(turns, sender))
            finally:
                trackers.forget(sender)

        try:
            yield play
        finally:
            runner.run(client.close())


def _direct_player() -> Play:
    from bot.answers.service import get_service

    service = get_service()

    def play(turns: Sequence[str]) -> Played:
        state = State()
        played: Played = []
        for typed in turns:
            text, payload = _tap(typed, played)
            began = time.perf_counter()
            reply, state = service.respond(Message(text=text, payload=payload), state)
            played.append(_turn((reply,), _ms(began)))
        return played

    return play


def _tap(typed: str, played: Played) -> tuple[str, str]:
    """(text, payload): a turn written as a tap finds its button in the reply before."""
    if not typed.startswith(TAP):
        return typed, ""
    wanted = typed.removeprefix(TAP).strip()
    buttons = played[-1]["buttons"] if played else []
    return "", next((item["payload"] for item in buttons if wanted in (item["title"], item["payload"])), wanted)


def _ms(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)


def _turn(replies: Sequence[Reply], latency_ms: float) -> dict[str, Any]:
    last = replies[-1]
    return {
        "outcome": last.outcome.value, "codes": list(last.codes), "aspects": [aspect.value for aspect in last.aspects],
        "topic": last.topic, "text": "\n".join(reply.text for reply in replies),
        "buttons": [{"title": button.title, "payload": button.payload} for button in last.buttons],
        "latency_ms": latency_ms,
    }
