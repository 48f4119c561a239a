"""How long and how often the client asks again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """Asks again after ``first`` seconds, twice as long each time up to ``longest``, until ``total`` have passed."""

    first: float = 0.1
    longest: float = 3.0
    total: float = 60.0

    async def attempts(self) -> AsyncIterator[Attempt]:
        """Give attempts, the first at once; waits between them, and ends when the time is up."""
        clock = asyncio.get_running_loop().time
        until = clock() + self.total
        pause = self.first
        while True:
            attempt = Attempt()
            yield attempt
            # jitter only spreads callers; nothing is decided by it
            wait = max(pause * random.uniform(0.8, 1.2), min(attempt.retry_after, self.longest))  # noqa: S311
            if clock() + wait > until:
                return
            await asyncio.sleep(wait)
            pause = min(pause * 2, self.longest)


@dataclass(slots=True)
class Attempt:
    """One attempt; ``retry_after`` is how long the server asked to be left alone, in seconds."""

    retry_after: float = 0.0
