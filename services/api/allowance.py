"""How much a caller may ask for: buckets of tokens, each refilled steadily up to what it holds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic

#: Callers remembered at most; who has not asked for the longest time is forgotten first, and begins anew with a full
#: bucket, as after any rest.
MOST_CALLERS = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """So much in a window of seconds; at once at most the same."""

    name: str
    amount: int
    window: int

    @property
    def policy(self) -> str:
        """Return the quota as the header ``RateLimit-Policy`` tells it."""
        return f'"{self.name}";q={self.amount};w={self.window}'


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What is left of a quota, in tokens; ``whole_in`` and ``next_in`` are seconds until all and one are there."""

    tokens: int
    whole_in: int
    next_in: int


class Allowance:
    """The buckets of one quota, one a caller, in this process alone."""

    def __init__(self, quota: Quota, clock: Callable[[], float] = monotonic) -> None:
        self.quota = quota
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._rate = quota.amount / quota.window

    def left(self, caller: str) -> Left:
        """Return what a caller has left."""
        tokens = self._filled(caller)
        missing = self.quota.amount - tokens
        lacking = max(0.0, 1 - tokens)
        return Left(tokens=int(tokens), whole_in=ceil(missing / self._rate), next_in=ceil(lacking / self._rate))

    def take(self, caller: str) -> bool:
        """Take one token of a caller's, if there is one."""
        tokens = self._filled(caller)
        is_there = tokens >= 1
        self._buckets[caller] = (tokens - is_there, self._clock())
        self._buckets.move_to_end(caller)
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
        return is_there

    def _filled(self, caller: str) -> float:
        tokens, at = self._buckets.get(caller, (float(self.quota.amount), self._clock()))
        return min(float(self.quota.amount), tokens + (self._clock() - at) * self._rate)
