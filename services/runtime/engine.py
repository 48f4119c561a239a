"""The engine's own processes, `dialogue worker` and `dialogue api`, as supervised children of one machine."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from services.commands.older import OLDER
from services.runtime.child import Child, Program
from services.runtime.home import Home

START_SECONDS = 60.0
ANSWER_SECONDS = 2.0
LOOK_EVERY = 0.1
METRICS_HOST = "127.0.0.1"
READY = "200 OK"
ROOT = Path(__file__).parents[2]
#: One heap of the C library is enough for a process of one loop, and what is free at its end is given back.
LEAN = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072"}


class WorkerServer:
    """One worker of this machine; it serves once it says so, which is when Temporal has seen it poll."""

    name = "worker"

    def __init__(self, *, home: Home, environment: Mapping[str, str]) -> None:
        self._child = Child(engine_program("worker", home=home, environment=environment))
        self._port = int(environment["DIALOGUE_METRICS_PORT"])
        #: Why it does not serve, though it runs: an older database stands under Temporal.
        self.held: str | None = None

    @property
    def pid(self) -> int | None:
        """Return its process id, or None when it does not run."""
        return self._child.pid

    async def start(self) -> None:
        """
        Start it and wait until it serves, or says why it does not.

        Raises:
            ChildFailed: it did not come up.
        """
        self.held = None
        await self._child.start()
        await self._child.wait_until_ready(self._serves, within=START_SECONDS)

    async def died(self) -> int:
        """Wait until it has ended; return its exit code, negative for a signal."""
        return await self._child.died()

    async def stop(self, *, within: float) -> None:
        """Stop it; kill it after ``within`` seconds, which loses nothing."""
        await self._child.stop(within=within)

    async def _serves(self) -> bool | None:
        await asyncio.sleep(LOOK_EVERY)
        if line := self._child.said(OLDER):
            self.held = line[line.index(OLDER) :]
            return True
        return True if await status_of(METRICS_HOST, self._port, "/readyz") == READY else None


class ApiServer:
    """One API process of this machine; it serves once it answers on its port."""

    name = "API"

    def __init__(self, *, home: Home, environment: Mapping[str, str]) -> None:
        self.port = int(environment["DIALOGUE_API_PORT"])
        self._host = environment.get("DIALOGUE_API_HOST") or "127.0.0.1"
        self._child = Child(engine_program("api", home=home, environment=environment))

    @property
    def pid(self) -> int | None:
        """Return its process id, or None when it does not run."""
        return self._child.pid

    @property
    def url(self) -> str:
        """Return the API's address."""
        return f"http://{self._host}:{self.port}"

    async def start(self) -> None:
        """
        Start it and wait until it answers.

        Raises:
            ChildFailed: it did not come up.
        """
        await self._child.start()
        await self._child.wait_until_ready(self._answers, within=START_SECONDS)

    async def died(self) -> int:
        """Wait until it has ended; return its exit code, negative for a signal."""
        return await self._child.died()

    async def stop(self, *, within: float) -> None:
        """Stop it; kill it after ``within`` seconds, which loses nothing."""
        await self._child.stop(within=within)

    async def _answers(self) -> bool | None:
        # without a key there is nothing to be had, but somebody who says so
        return True if await status_of(self._host, self.port, "/v1/me") else None


async def status_of(host: str, port: int, path: str) -> str:
    """Return the first line of the answer to a request, less its protocol; nothing if nobody answers."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            status = await reader.readline()
            writer.close()
    except (OSError, TimeoutError):
        return ""
    return status.decode(errors="replace").removeprefix("HTTP/1.1 ").strip()


def engine_program(verb: str, *, home: Home, environment: Mapping[str, str]) -> Program:
    """Return the program of one of the engine's own processes."""
    return Program(
        name=verb,
        command=(sys.executable, "-m", "services.cli", verb),
        log=home.logs / f"{verb}.log",
        lifeline=home.run / verb,
        environment={**environment, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **LEAN},
    )
