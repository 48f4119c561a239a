"""Gives every answer that nothing is there at the same pace, so that no clock tells "is not" from "not for you"."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from time import perf_counter
from typing import Any, Final

#: Such an answer goes out at a whole multiple of this after its request came, in seconds.
BEAT: Final = 0.05
_BEGAN: Final = "dialogue.began"
Scope = MutableMapping[str, Any]


def begin(scope: Scope) -> None:
    """Note when a request came."""
    scope[_BEGAN] = perf_counter()


async def keep_pace(scope: Scope) -> None:
    """Wait for the next beat since the request came; whatever was looked up before, the answer takes as long."""
    taken = perf_counter() - scope.get(_BEGAN, perf_counter())
    await asyncio.sleep(BEAT - taken % BEAT)
