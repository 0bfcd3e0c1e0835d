"""The web chat: its page and its HTTP interface."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import segno
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.channels.base import Dialogue, Incoming
from bot.errors import BadMessage

CHANNEL = "web"
STATIC_DIR = Path(__file__).parent / "static"
MAX_BODY_BYTES = 120_000
"""Room for the longest message in any script, escaped as JSON."""

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class MessageBody(_Body):
    conversation: Identifier
    message_id: Identifier
    text: Annotated[str, Field(max_length=MAX_BODY_BYTES)] = ""
    payload: Annotated[str, Field(max_length=64)] = ""
    title: Annotated[str, Field(max_length=200)] = ""


class FeedbackBody(_Body):
    conversation: Identifier
    reply_id: Annotated[str, Field(pattern=r"^\d{1,15}-\d{1,3}$")]
    value: Annotated[int, Field(ge=-1, le=1)]
    reason: Annotated[str | None, Field(max_length=500)] = None


class RatingBody(_Body):
    conversation: Identifier
    stars: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[str, Field(max_length=2000)] = ""


async def _read(request: Request, kind: type[_Body]) -> Any:
    """The body as `kind`.

    Raises:
        BadMessage: too large, not JSON, or not of this form.
    """
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > MAX_BODY_BYTES:
            raise BadMessage("Tin nhắn dài quá, bạn viết ngắn lại giúp tôi nhé.")
    try:
        return kind.model_validate(json.loads(raw))
    except (ValueError, ValidationError, RecursionError) as error:
        raise BadMessage("Yêu cầu gửi lên không đúng dạng, bạn tải lại trang rồi thử lại nhé.") from error


def web_router(dialogue: Dialogue, config: Callable[[], dict[str, Any]], public_url: str = "") -> APIRouter:
    """Routes of the web chat.

    Args:
        dialogue: where messages go.
        config: what the page shows before the first message; asked anew each time, as knowledge may change.
        public_url: address by which citizens reach the page; empty: that of each request.
    """
    router = APIRouter()

    @router.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(STATIC_DIR / "index.html", headers={"Cache-Control": "no-cache"})

    @router.get("/embed.js", include_in_schema=False)
    async def embed() -> FileResponse:
        return FileResponse(STATIC_DIR / "embed.js", media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    @router.get("/api/chat/qr.svg", include_in_schema=False)
    async def qr(request: Request, ds: Annotated[str, Query(pattern=r"^[a-z0-9.-]+:[a-z0-9.:_-]+$", max_length=64)]) -> Response:
        """A QR code of the address that opens somebody's list again."""
        address = f"{(public_url or str(request.base_url)).rstrip('/')}/?ds={quote(ds)}"
        drawn = io.BytesIO()
        segno.make(address, error="m").save(drawn, kind="svg", scale=4, light="#fff")
        return Response(drawn.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})

    @router.get("/api/chat/config")
    async def chat_config() -> dict[str, Any]:
        return config()

    @router.post("/api/chat/messages")
    async def messages(request: Request) -> JSONResponse:
        body: MessageBody = await _read(request, MessageBody)
        handled = await dialogue.take(
            Incoming(CHANNEL, body.conversation, body.message_id, body.text, body.payload, body.title)
        )
        return JSONResponse({"message_id": body.message_id, "replies": list(handled.replies), "limited": handled.limited})

    @router.get("/api/chat/history")
    async def history(conversation: Annotated[str, Query(pattern=r"^[A-Za-z0-9_-]{8,64}$")]) -> JSONResponse:
        turns = await dialogue.history(conversation)
        return JSONResponse({"turns": [
            {"message_id": turn.message_id, "text": turn.text, "at": turn.at.isoformat(), "replies": turn.replies}
            for turn in turns
        ]})

    @router.post("/api/chat/feedback", status_code=204)
    async def feedback(request: Request) -> Response:
        body: FeedbackBody = await _read(request, FeedbackBody)
        await dialogue.feedback(CHANNEL, body.conversation, body.reply_id, body.value, body.reason)
        return Response(status_code=204)

    @router.post("/api/chat/rating", status_code=204)
    async def rating(request: Request) -> Response:
        body: RatingBody = await _read(request, RatingBody)
        await dialogue.rating(CHANNEL, body.conversation, body.stars, body.text)
        return Response(status_code=204)

    return router
