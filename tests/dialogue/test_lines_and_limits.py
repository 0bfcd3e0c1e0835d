"""Waiting lines keep the order of a conversation; the rate limit counts by the minute."""

from __future__ import annotations

import asyncio

import pytest

from bot.dialogue.limits import MAX_CONVERSATIONS, WINDOW_S, RateLimit
from bot.dialogue.lines import Lines
from bot.errors import TooMany


async def test_items_of_one_key_run_one_after_the_other_in_order() -> None:
    running, done = 0, []

    async def work(item: int) -> int:
        nonlocal running
        running += 1
        assert running == 1
        await asyncio.sleep(0.001 * (item % 3))
        running -= 1
        done.append(item)
        return item * 10

    lines = Lines(work)
    assert await asyncio.gather(*(lines.put("a", number) for number in range(20))) == [number * 10 for number in range(20)]
    assert done == list(range(20))


async def test_different_keys_run_side_by_side() -> None:
    together = asyncio.Barrier(3)

    async def work(item: str) -> str:
        await together.wait()
        return item

    lines = Lines(work)
    assert await asyncio.wait_for(asyncio.gather(*(lines.put(key, key) for key in "abc")), 2) == ["a", "b", "c"]


async def test_an_error_reaches_its_sender_only_and_the_line_goes_on() -> None:
    async def work(item: int) -> int:
        if item == 1:
            raise ValueError("broken")
        return item

    lines = Lines(work)
    results = await asyncio.gather(*(lines.put("a", number) for number in range(3)), return_exceptions=True)
    assert results[0] == 0 and results[2] == 2
    assert isinstance(results[1], ValueError)
    assert await lines.put("a", 7) == 7


async def test_a_sender_that_gave_up_does_not_hold_the_line() -> None:
    done = []

    async def work(item: int) -> int:
        await asyncio.sleep(0.01)
        done.append(item)
        return item

    lines = Lines(work)
    first, second = lines.put("a", 1), lines.put("a", 2)
    first.cancel()
    assert await second == 2
    assert done == [1, 2], "what was taken is done, whoever waits"


async def test_no_more_than_so_many_at_once_and_nothing_is_left_over() -> None:
    running = most = 0

    async def work(item: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1

    lines = Lines(work, at_once=4)
    for number in range(40):
        lines.put(str(number), number)
    await lines.idle()
    assert most == 4
    assert running == 0
    assert not lines._lines and not lines._tasks


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_limit_is_a_sliding_minute_for_each_conversation() -> None:
    clock = Clock()
    limit = RateLimit(3, clock)
    for _ in range(3):
        limit.check("a")
        clock.now += 10
    with pytest.raises(TooMany) as refused:
        limit.check("a")
    assert 1 <= refused.value.retry_after_s <= 31
    limit.check("b")
    clock.now += refused.value.retry_after_s
    limit.check("a")
    with pytest.raises(TooMany):
        limit.check("a")


def test_a_refused_message_does_not_lengthen_the_wait() -> None:
    clock = Clock()
    limit = RateLimit(1, clock)
    limit.check("a")
    for _ in range(50):
        clock.now += 1
        with pytest.raises(TooMany):
            limit.check("a")
    clock.now = 1000 + WINDOW_S
    limit.check("a")


def test_waiting_as_long_as_told_is_always_enough() -> None:
    clock = Clock()
    limit = RateLimit(2, clock)
    for step in (0.0, 0.4, 13.7, 59.9):
        clock.now += step
        try:
            limit.check("a")
        except TooMany as error:
            clock.now += error.retry_after_s
            limit.check("a")


def test_memory_is_bounded() -> None:
    limit = RateLimit(1, Clock())
    for number in range(MAX_CONVERSATIONS + 50):
        limit.check(str(number))
    assert len(limit._seen) == MAX_CONVERSATIONS
    limit.check("0")
    with pytest.raises(TooMany):
        limit.check(str(MAX_CONVERSATIONS + 49))
