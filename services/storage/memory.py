"""Keeps states as last read or written, so that one that has not changed since is neither read nor decoded again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

#: How many states a process keeps in mind.
MOST = 128
OPTION = "memory"


@dataclass(frozen=True, kw_only=True, slots=True)
class Remembered:
    """
    A stream's state after ``version`` entries, as the transaction ``writer`` wrote its row.

    No two transactions of a server have one id, so a state that was never committed is never taken for the one that
    stands there. A restored server counts on from an earlier id, so nothing is remembered across a new connection.
    """

    version: int
    writer: str
    state: Any


class Memory:
    """The states of the streams used last."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, Remembered] = OrderedDict()

    def get(self, stream: str) -> Remembered | None:
        """Return what is remembered of a stream; it may be out of date."""
        found = self._kept.get(stream)
        if found is not None:
            self._kept.move_to_end(stream)
        return found

    def of(self, streams: list[str] | None = None) -> dict[str, Remembered]:
        """Return what is remembered of streams, or of all."""
        return dict(self._kept) if streams is None else {s: kept for s in streams if (kept := self.get(s)) is not None}

    def forget(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def keep(self, stream: str, remembered: Remembered) -> None:
        """Remember a state in place of the one before; forget the one used longest ago."""
        self._kept[stream] = remembered
        self._kept.move_to_end(stream)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


def memory_of(connection: AsyncConnection) -> Memory:
    """Return the memory that goes with a connection; one that has none remembers nothing."""
    found = connection.sync_connection.get_execution_options().get(OPTION) if connection.sync_connection else None
    return found if isinstance(found, Memory) else Memory()
