"""A saved file is noticed within seconds, also when watching fails for a while."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.knowledge import watch

from .conftest import BIRTH, PROCEDURE, put


async def test_a_saved_file_calls_refresh(folder: Path) -> None:
    called = asyncio.Event()
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(watch.watch_knowledge(folder, lambda: loop.call_soon_threadsafe(called.set)))
    try:
        await asyncio.sleep(0.5)
        assert not called.is_set(), "nothing was saved yet"
        put(folder, BIRTH, PROCEDURE.replace("8000", "9000"))
        await asyncio.wait_for(called.wait(), 5)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_folder_that_cannot_be_watched_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = 0

    async def fail(*args: object, **options: object):
        nonlocal tried
        tried += 1
        raise OSError("no such folder")
        yield

    monkeypatch.setattr(watch, "awatch", fail)
    slept = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: slept(0.01))
    task = asyncio.create_task(watch.watch_knowledge(tmp_path / "x", lambda: None))
    await slept(0.2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert tried > 2
