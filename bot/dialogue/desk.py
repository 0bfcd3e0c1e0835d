"""The desk: takes messages from all channels, has them answered in order, keeps what was said."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import structlog

from bot.answers.reply import Reply
from bot.answers.service import AnswerService
from bot.answers.state import Message, State
from bot.answers.talk import plain
from bot.answers.texts import text as sentence
from bot.channels.base import MAX_ID_CHARS, Handled, Incoming, PastTurn
from bot.dialogue import metrics
from bot.dialogue.limits import RateLimit
from bot.dialogue.lines import Lines
from bot.dialogue.rasa_client import RasaClient
from bot.dialogue.tracker_store import TrackerStore
from bot.errors import BadMessage, EngineUnavailable, MotCuaError
from bot.outcomes import Outcome
from bot.settings import Settings
from bot.store import Store, Turn
from bot.store.privacy import pseudonym
from bot.text.fold import clean

log = structlog.get_logger(__name__)

REMEMBERED = 5_000


class Desk:
    """Implements `bot.channels.base.Dialogue`."""

    def __init__(
        self, store: Store, answers: AnswerService, rasa: RasaClient | None, settings: Settings
    ) -> None:
        self._store = store
        self._answers = answers
        self._rasa = rasa
        self._settings = settings
        self._limit = RateLimit(settings.messages_per_minute)
        self._intake: Lines[Incoming, asyncio.Future[Handled]] = Lines(self._write_down)
        self._lines: Lines[Turn, Handled] = Lines(self._answer)
        self._states: OrderedDict[str, State] = OrderedDict()
        self._trackers = TrackerStore(settings)

    # --- what channels ask ----------------------------------------------------------------------------------------

    async def take(self, incoming: Incoming) -> Handled:
        incoming = self._checked(incoming)
        answer = await asyncio.shield(self._intake.put(incoming.conversation, incoming))
        return await asyncio.shield(answer)

    async def history(self, conversation: str) -> Sequence[PastTurn]:
        turns = await asyncio.to_thread(self._store.history, conversation)
        return [PastTurn(turn.message_id, turn.title or turn.text, turn.received_at, turn.replies) for turn in turns]

    async def feedback(self, channel: str, conversation: str, reply_id: str, value: int, reason: str | None) -> None:
        turn_id, _, _ = reply_id.partition("-")
        turns = await asyncio.to_thread(self._store.history, conversation)
        turn = next((turn for turn in turns if str(turn.id) == turn_id), None)
        if turn is None:
            raise BadMessage("không tìm thấy câu trả lời này")
        await asyncio.to_thread(
            self._store.add_feedback, conversation, reply_id, value, channel=channel, turn_id=turn.id, reason=reason,
            codes=turn.codes,
        )
        metrics.FEEDBACK.labels(value="up" if value > 0 else "down").inc()

    async def rating(self, channel: str, conversation: str, stars: int, words: str) -> None:
        await asyncio.to_thread(self._store.add_rating, conversation, stars, channel=channel, text=words or None)

    # --- life -----------------------------------------------------------------------------------------------------

    async def resume(self) -> int:
        """Answer what an earlier process left without an answer. Returns how many turns."""
        left = await asyncio.to_thread(self._store.waiting)
        for turn in left:
            self._lines.put(turn.conversation_id, turn).add_done_callback(_swallow)
        return len(left)

    async def close(self) -> None:
        """Finish what is in work."""
        await self._intake.idle()
        await self._lines.idle()

    # --- inside ---------------------------------------------------------------------------------------------------

    def _checked(self, incoming: Incoming) -> Incoming:
        text = clean(incoming.text)
        for identifier in (incoming.conversation, incoming.message_id):
            if not identifier or len(identifier) > MAX_ID_CHARS or not identifier.isprintable():
                raise BadMessage("mã hội thoại hoặc mã tin nhắn không hợp lệ")
        if not text and not incoming.payload:
            raise BadMessage(sentence("no_text"))
        if len(text) > self._settings.max_message_chars:
            raise BadMessage(sentence("too_long", limit=self._settings.max_message_chars))
        return replace(incoming, text=text, title=clean(incoming.title)[:80])

    async def _write_down(self, incoming: Incoming) -> asyncio.Future[Handled]:
        """Store the message and queue it; called one by one in each conversation, in the order of arrival."""
        known = await asyncio.to_thread(self._store.turn, incoming.conversation, incoming.message_id)
        if known is not None:
            turn = known
        else:
            self._limit.check(incoming.conversation)
            turn, _ = await asyncio.to_thread(
                self._store.receive, incoming.conversation, incoming.channel, incoming.message_id, incoming.text,
                incoming.payload or None, incoming.title or None,
            )
        if turn.replies is not None:
            done: asyncio.Future[Handled] = asyncio.get_running_loop().create_future()
            done.set_result(Handled(turn.replies, turn.limited))
            return done
        return self._lines.put(turn.conversation_id, turn)

    async def _answer(self, turn: Turn) -> Handled:
        if not await asyncio.to_thread(self._store.start, turn.id):
            stored = await asyncio.to_thread(self._store.turn, turn.conversation_id, turn.message_id)
            return Handled(stored.replies or [] if stored else [], bool(stored and stored.limited))
        began = time.perf_counter()
        try:
            replies, limited = await self._replies(turn)
        except Exception:
            log.exception("turn.failed", turn=turn.id)
            replies, limited = (replace(plain("unavailable", Outcome.UNAVAILABLE), flags=("unanswered",)),), True
        latency_ms = round((time.perf_counter() - began) * 1000)
        said = [reply.as_json() | {"id": f"{turn.id}-{number}"} for number, reply in enumerate(replies)]
        await self._keep(turn, replies, said, limited, latency_ms)
        return Handled(said, limited)

    async def _replies(self, turn: Turn) -> tuple[tuple[Reply, ...], bool]:
        state = self._states.get(turn.conversation_id, State())
        if self._rasa is not None:
            try:
                said = await self._rasa.talk(turn.conversation_id, turn.text, turn.payload or "", state.turns)
            except EngineUnavailable as error:
                log.warning("rasa.away", reason=str(error))
            else:
                self._remember(turn.conversation_id, said.state)
                return said.replies, False
        message = Message(text=turn.text, payload=turn.payload or "")
        reply, after = self._answers.respond(message, state)
        self._remember(turn.conversation_id, after)
        return (reply,), self._rasa is not None

    def _remember(self, conversation: str, state: State) -> None:
        self._states[conversation] = state
        self._states.move_to_end(conversation)
        while len(self._states) > REMEMBERED:
            self._states.popitem(last=False)

    async def _keep(
        self, turn: Turn, replies: tuple[Reply, ...], said: list[dict[str, Any]], limited: bool, latency_ms: int
    ) -> None:
        last = replies[-1]
        flags = {flag.partition(":")[0]: flag.partition(":")[2] for reply in replies for flag in reply.flags}
        if "erase" in flags:
            await asyncio.to_thread(self._store.erase, turn.conversation_id)
            await asyncio.to_thread(self._trackers.forget, turn.conversation_id)
            self._states.pop(turn.conversation_id, None)
            return
        await asyncio.to_thread(
            self._store.finish, turn.id, said, last.outcome.value, last.codes, [aspect.value for aspect in last.aspects],
            last.topic or None, limited, latency_ms, unanswered="unanswered" in flags or "petition" in flags,
        )
        metrics.TURNS.labels(channel=turn.channel, outcome=last.outcome.value, limited=str(limited).lower()).inc()
        metrics.LATENCY.observe(latency_ms / 1000)
        log.info("turn.answered", conversation=pseudonym(turn.conversation_id), outcome=last.outcome.value,
                 codes=list(last.codes), limited=limited, latency_ms=latency_ms)
        try:
            await self._opinion(turn, flags)
        except MotCuaError as error:
            log.warning("opinion.lost", reason=str(error))

    async def _opinion(self, turn: Turn, flags: dict[str, str]) -> None:
        """Ratings and reasons given in the chat itself."""
        if stars := flags.get("rating"):
            await self.rating(turn.channel, turn.conversation_id, int(stars), "")
        if "rating_comment" in flags:
            await asyncio.to_thread(self._store.comment_rating, turn.conversation_id, turn.text)
        if "reason" in flags:
            reason = flags["reason"] or turn.text
            rated = [past for past in await asyncio.to_thread(self._store.history, turn.conversation_id)
                     if past.outcome in (Outcome.ANSWER, Outcome.INFO, Outcome.OUT_OF_SCOPE)]
            if rated:
                await self.feedback(turn.channel, turn.conversation_id, f"{rated[-1].id}-0", -1, reason)


def _swallow(future: asyncio.Future[Handled]) -> None:
    """A resumed turn has nobody waiting; its error is logged where it happened."""
    if not future.cancelled():
        future.exception()
