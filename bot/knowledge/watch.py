"""Watching the knowledge folder: a saved file is live within seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog
from watchfiles import awatch

log = structlog.get_logger(__name__)

QUIET_MS = 400
"""Editors save in several steps; changes within this time count as one."""


async def watch_knowledge(folder: Path, refresh: Callable[[], object]) -> None:
    """Call `refresh` in a thread after each change below `folder`, until cancelled.

    Where the system cannot watch (some network folders), changes are looked for every few seconds instead.
    """
    while True:
        try:
            async for _ in awatch(folder, debounce=QUIET_MS, recursive=True):
                await asyncio.to_thread(refresh)
        except (OSError, RuntimeError) as error:
            log.warning("watch.failed", reason=str(error))
        await asyncio.sleep(5)
