"""How many messages one conversation may send."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from bot.errors import TooMany

WINDOW_S = 60.0
MAX_CONVERSATIONS = 20_000


class RateLimit:
    """A sliding minute for each conversation, in memory; the least recently seen are forgotten first."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, conversation: str) -> None:
        """Count one message.

        Raises:
            TooMany: it is over the limit (and is not counted).
        """
        now = self._clock()
        times = self._seen.setdefault(conversation, deque())
        self._seen.move_to_end(conversation)
        while len(self._seen) > MAX_CONVERSATIONS:
            self._seen.popitem(last=False)
        while times and now - times[0] >= WINDOW_S:
            times.popleft()
        if len(times) >= self._per_minute:
            raise TooMany(max(1, int(WINDOW_S - (now - times[0])) + 1))
        times.append(now)
