"""Keeps a set of servers alive: what dies unexpectedly is started again, and said so in one log line."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Sequence
from typing import Protocol

logger = logging.getLogger(__name__)

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0


class Server(Protocol):
    """A server that can be started again after any death."""

    name: str

    @property
    def pid(self) -> int | None:
        """Return its process id, or None when it does not run."""

    async def start(self) -> None:
        """Start it and wait until it serves; raise ``Trouble`` if it cannot."""

    async def died(self) -> int:
        """Wait until it has ended; return its exit code, negative for a signal."""

    async def stop(self, *, within: float) -> None:
        """Stop it, by force after ``within`` seconds."""


class Supervisor:
    """Starts servers together, watches over them, stops them together."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self._servers = tuple(servers)
        self._watches: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """
        Start all servers and go on watching them.

        Raises:
            Trouble: one could not be started; what others have begun is left to ``stop``.
        """
        try:
            async with asyncio.TaskGroup() as starts:
                for server in self._servers:
                    starts.create_task(server.start())
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        self._watches = [asyncio.create_task(self._watch(server)) for server in self._servers]

    async def stop(self, *, within: float) -> None:
        """Stop watching, then stop all servers at once, each by force after ``within`` seconds."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        await asyncio.gather(*(server.stop(within=within) for server in self._servers))

    async def _watch(self, server: Server) -> None:
        clock = asyncio.get_running_loop().time
        pause = 0.0
        while True:
            since = clock()
            end = ending(await server.died())
            pause = 0.0 if clock() - since > STEADY_SECONDS else pause
            pause = await self._start_again(server, end, pause)

    async def _start_again(self, server: Server, end: str, pause: float) -> float:
        """Start ``server`` until it serves; return how long to pause first should it soon die again, in seconds."""
        while True:
            await asyncio.sleep(pause)
            pause = min(max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
            try:
                await server.start()
            except Exception as error:  # noqa: BLE001 - a watch that ends would leave its server dead
                logger.error("%s %s and could not be started again: %r", server.name, end, error)  # noqa: TRY400
                await server.stop(within=1)
                continue
            logger.warning("%s %s and was started again as process %s", server.name, end, server.pid)
            return pause


def ending(code: int) -> str:
    """Say how a process ended from its exit code."""
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
