"""One line of JSON an event; no message text, no identifiers."""

from __future__ import annotations

import logging

import structlog


def set_up_logs(level: str) -> None:
    """Configure structlog for a long-running process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper(), logging.INFO)),
        cache_logger_on_first_use=True,
    )
    for noisy in ("rasa_sdk", "httpx", "httpcore", "watchfiles", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
