"""The gateway: one ASGI app with the web chat, Rasa's actions, health and metrics."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from starlette.exceptions import HTTPException

from bot import __version__, clock
from bot.answers.compose import ward_values
from bot.answers.service import AnswerService, get_service
from bot.answers.talk import plain
from bot.answers.texts import text
from bot.channels.web import STATIC_DIR, web_router
from bot.dialogue.desk import Desk
from bot.dialogue.rasa_client import RasaClient
from bot.dialogue.tracker_store import TrackerStore
from bot.errors import BadMessage, MotCuaError, StoreError, TooMany
from bot.knowledge.watch import watch_knowledge
from bot.outcomes import Outcome
from bot.settings import Settings
from bot.store import Store, open_store

log = structlog.get_logger(__name__)

EXAMPLES = (
    "con em mới sinh, làm giấy khai sinh cần gì", "dang ky tam tru het bao nhieu tien", "mất căn cước thì làm lại thế nào",
)
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors {ancestors}",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}
HOUR_S = 3600


def create_app(settings: Settings, *, with_rasa: bool = True) -> FastAPI:
    """Build the app. Heavy parts load when it starts.

    Args:
        settings: of this process.
        with_rasa: False answers directly, without a Rasa.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service = await asyncio.to_thread(get_service)
        store = await asyncio.to_thread(open_store, settings.database_url)
        rasa = RasaClient(settings.rasa_base_url, settings.rasa_timeout_s) if with_rasa else None
        desk = Desk(store, service, rasa, settings)
        executor = ActionExecutor()
        executor.register_package("actions")
        app.state.rasa, app.state.service, app.state.executor = rasa, service, executor
        app.include_router(web_router(desk, lambda: _config(service, settings), settings.public_url))
        await desk.resume()
        jobs = [
            asyncio.create_task(watch_knowledge(settings.knowledge_dir, service.refresh)),
            asyncio.create_task(_retention(store, service, settings)),
        ]
        yield
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await desk.close()
        if rasa is not None:
            await rasa.close()
        await asyncio.to_thread(store.close)

    app = FastAPI(title="Một Cửa", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.mount("/static", StaticFiles(directory=STATIC_DIR), name="static")
    app.middleware("http")(_security_headers)
    _add_errors(app)
    _add_service_routes(app, settings)
    return app


async def _security_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    embedded = request.url.path == "/" and request.query_params.get("embed") == "1"
    for name, value in HEADERS.items():
        response.headers[name] = value.replace("{ancestors}", "*" if embedded else "'self'")
    return response


def _add_errors(app: FastAPI) -> None:
    def answer(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
        return JSONResponse({"error": {"code": code, "message": message}}, status, headers)

    @app.exception_handler(MotCuaError)
    async def _known(request: Request, error: MotCuaError) -> JSONResponse:
        if isinstance(error, TooMany):
            return answer(429, "too_many", str(error), {"Retry-After": str(error.retry_after_s)})
        if isinstance(error, BadMessage):
            return answer(422, "bad_message", str(error))
        log.error("request.failed", path=request.url.path, reason=str(error))
        return answer(503 if isinstance(error, StoreError) else 500, "unavailable", text("unavailable"))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return answer(422, "bad_request", "Yêu cầu gửi lên không đúng dạng.")

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        return answer(error.status_code, "http", "Không có trang này." if error.status_code == 404 else "Yêu cầu không hợp lệ.")

    @app.exception_handler(Exception)
    async def _unknown(request: Request, error: Exception) -> JSONResponse:
        log.exception("request.crashed", path=request.url.path)
        return answer(500, "unavailable", text("unavailable"))


def _add_service_routes(app: FastAPI, settings: Settings) -> None:
    @app.get("/healthz")
    async def health(request: Request) -> dict[str, Any]:
        rasa: RasaClient | None = request.app.state.rasa
        book = request.app.state.service.book
        return {
            "status": "ok", "version": __version__, "rasa": await rasa.alive() if rasa else None,
            "procedures": len(book.procedures), "problems": len(book.problems), "knowledge": book.fingerprint,
        }

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @app.post("/rasa/actions", include_in_schema=False)
    async def actions(request: Request, token: str = "") -> JSONResponse:
        """Rasa's action server, for whoever shows the token."""
        secret = settings.action_token.get_secret_value()
        if not secret or not secrets.compare_digest(token.encode(), secret.encode()):
            return JSONResponse({"error": "forbidden"}, 403)
        call = await request.json()
        try:
            result = await request.app.state.executor.run(call)
            return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})
        except ActionExecutionRejection as error:
            return JSONResponse({"error": error.message, "action_name": error.action_name}, 400)
        except ActionNotFoundException as error:
            return JSONResponse({"error": error.message, "action_name": error.action_name}, 404)


def _config(service: AnswerService, settings: Settings) -> dict[str, Any]:
    ward = service.book.ward
    name = ward.name if ward else ward_values(None)["phường"]
    days = ward.privacy_days if ward else 365
    greeting = plain("welcome", Outcome.CHITCHAT, ward=name)
    return {
        "ward": name, "greeting": greeting.as_json() | {"id": "greeting"}, "max_chars": settings.max_message_chars,
        "privacy": text("privacy", days=days), "examples": list(EXAMPLES),
    }


async def _retention(store: Store, service: AnswerService, settings: Settings) -> None:
    """Every hour, really delete what is older than the ward keeps it."""
    trackers = TrackerStore(settings)
    while True:
        ward = service.book.ward
        before = datetime.now(UTC) - timedelta(days=ward.privacy_days if ward else 365)
        try:
            gone = await asyncio.to_thread(store.purge, before)
            await asyncio.to_thread(trackers.purge, before)
            if any(gone.values()):
                log.info("retention.purged", **gone)
        except StoreError as error:
            log.error("retention.failed", reason=str(error))
        await asyncio.sleep(HOUR_S)


def main() -> None:
    """Serve until told to stop."""
    import uvicorn

    from bot.run.logs import set_up_logs
    from bot.settings import get_settings

    settings = get_settings()
    set_up_logs(settings.log_level)
    log.info("gateway.starting", port=settings.port, day=clock.today().isoformat())
    uvicorn.run(
        create_app(settings), host=settings.host, port=settings.port, log_level="warning", access_log=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
