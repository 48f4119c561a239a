"""Sends requests and times them: one after the other, or by several clients at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from statistics import median

Send = Callable[[], Awaitable[object]]


async def lone(sends: Sequence[Send], *, rest: float = 0.0) -> float:
    """Return the median time, in milliseconds, of requests sent one after the other, ``rest`` seconds between."""
    times = []
    for send in sends:
        began = time.perf_counter()
        await send()
        times.append(time.perf_counter() - began)
        await asyncio.sleep(rest)
    return median(times) * 1_000


async def together(clients: Sequence[Sequence[Send]]) -> float:
    """Return how many requests a second several clients get answered, each sending its own one after the other."""

    async def client(sends: Sequence[Send]) -> None:
        for send in sends:
            await send()

    began = time.perf_counter()
    await asyncio.gather(*(client(sends) for sends in clients))
    return sum(map(len, clients)) / (time.perf_counter() - began)
