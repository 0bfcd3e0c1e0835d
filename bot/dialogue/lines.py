"""Waiting lines: one a conversation, so that it never overtakes itself while many run side by side."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Lines(Generic[Item, Result]):
    """Runs `work` on the items of each key in order of `put`; different keys run at the same time."""

    def __init__(self, work: Callable[[Item], Awaitable[Result]], at_once: int = 32) -> None:
        self._work = work
        self._slots = asyncio.Semaphore(at_once)
        self._lines: dict[str, deque[tuple[Item, asyncio.Future[Result]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, key: str, item: Item) -> asyncio.Future[Result]:
        """Queue an item; the future ends with its result or error. Must be called from the event loop."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = deque()
            task = asyncio.create_task(self._drain(key, line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        line.append((item, future))
        return future

    async def idle(self) -> None:
        """Wait until nothing is in work."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _drain(self, key: str, line: deque[tuple[Item, asyncio.Future[Result]]]) -> None:
        await asyncio.sleep(0)  # lets put() add the item that opened this line
        while line:
            item, future = line.popleft()
            try:
                async with self._slots:
                    result = await self._work(item)
            except BaseException as error:
                if not future.cancelled():
                    future.set_exception(error)
                if not isinstance(error, Exception):
                    raise
            else:
                if not future.cancelled():
                    future.set_result(result)
        del self._lines[key]
