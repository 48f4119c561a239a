"""One server program as our own child: started, waited for, stopped, and never left behind or run twice."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from services.runtime.trouble import Trouble

LAUNCHER = Path(__file__).with_name("launch.py")
LARGEST_LOG = 8 * 1024 * 1024
POLL = 0.03
# What a server inherits; the caller's own PG… and TEMPORAL_… variables must not steer it.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"}
COMPLAINT = re.compile(r"FATAL|PANIC|[Ee]rror|ERROR")


Ready = TypeVar("Ready")


class ChildFailed(Trouble):
    """A server did not come up, or a step of its set-up failed."""


@dataclass(frozen=True, slots=True)
class User:
    """The system user a server runs as, when it may not run as ours."""

    uid: int
    gid: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """
    What to run and how.

    ``lifeline`` is a file that stays locked while any process of the server lives; ``stop_signal`` asks it to end
    gracefully, and is sent by the kernel too should we die first. ``reach`` lists paths that ``user`` must be able to
    read. ``environment`` is all the program inherits; by default next to nothing.
    """

    name: str
    command: tuple[str, ...]
    log: Path
    lifeline: Path
    stop_signal: signal.Signals = signal.SIGTERM
    user: User | None = None
    reach: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=ENVIRONMENT.copy, repr=False)


class Child:
    """A program running, or not yet, or no more; one process at a time."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: asyncio.subprocess.Process | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """Return the process id, or None when it does not run."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """
        Start the program; it dies with the thread that calls this, which must therefore be the main one.

        Raises:
            ChildFailed: an earlier process of it is still there.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError(f"{self.program.name} must be started from the main thread")
        await released(self.program.lifeline, name=self.program.name)
        self._trim_log()
        with self.program.log.open("ab") as log:
            self._log_start = log.tell()
            starting = asyncio.ensure_future(
                asyncio.create_subprocess_exec(
                    *(sys.executable, "-I", "-S", str(LAUNCHER), self._order()),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    env=self.program.environment,
                    start_new_session=True,
                )
            )
            try:
                self._process = await asyncio.shield(starting)
            except asyncio.CancelledError:
                # It is there all the same, and has to be known to be stopped.
                self._process = await starting
                raise

    async def wait_until_ready(self, probe: Callable[[], Awaitable[Ready | None]], *, within: float) -> Ready:
        """
        Wait until ``probe`` gives something, such as a connection, and return it.

        Raises:
            ChildFailed: the program ended instead, or was not ready after ``within`` seconds.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self.pid is not None:
                    if (ready := await probe()) is not None:
                        return ready
                    await asyncio.sleep(POLL)
        if self.pid is None:
            raise ChildFailed(
                f"{self.program.name} ended while starting: {self.complaint()} (log: {self.program.log})."
            )
        raise ChildFailed(f"{self.program.name} was not ready after {within:g} seconds; see {self.program.log}.")

    async def died(self) -> int:
        """Wait until the process has ended and is reaped; return its exit code, negative for a signal."""
        if self._process is None:
            raise RuntimeError(f"{self.program.name} was never started")
        return await self._process.wait()

    async def finish(self) -> None:
        """
        Run a program that ends by itself.

        Raises:
            ChildFailed: it ended with an error.
        """
        try:
            await self.start()
            code = await self.died()
        finally:
            await self.stop(within=1)
        if code != 0:
            raise ChildFailed(f"{self.program.name} failed: {self.complaint()} (log: {self.program.log}).")

    async def stop(self, *, within: float) -> None:
        """Ask the process to end; kill it if it has not after ``within`` seconds."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(self.program.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), within)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def complaint(self) -> str:
        """Return the line of this start's log that best says what went wrong."""
        lines = self._lines()
        complaints = [line for line in lines if COMPLAINT.search(line)]
        return (complaints or lines or ["it said nothing"])[-1].strip()

    def said(self, words: str) -> str | None:
        """Return the last line of this start's log that holds ``words``."""
        return next((line for line in reversed(self._lines()) if words in line), None)

    def _lines(self) -> list[str]:
        with self.program.log.open("rb") as log:
            log.seek(self._log_start)
            return [line for line in log.read().decode(errors="replace").splitlines() if line.strip()]

    def _order(self) -> str:
        program = self.program
        return json.dumps(
            {
                "command": program.command,
                "parent": os.getpid(),
                "signal": program.stop_signal,
                "lifeline": str(program.lifeline),
                "user": program.user and (program.user.uid, program.user.gid),
                "reach": [str(path) for path in program.reach],
            }
        )

    def _trim_log(self) -> None:
        log = self.program.log
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_name(f"{log.name}.1"))


async def released(lifeline: Path, *, name: str, within: float = 15) -> None:
    """
    Wait until no process of an earlier start lives, such as one whose parent was killed and that is shutting down.

    Raises:
        ChildFailed: one is still there after ``within`` seconds.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            while is_held(lifeline):  # noqa: ASYNC110 - nothing tells of a lock let go by another process
                await asyncio.sleep(POLL)
            return
    holder = _holder(lifeline)
    raise ChildFailed(
        f"An earlier {name} (process {holder}) is still running after {within:g} seconds; stop it with `kill {holder}`."
    )


def is_held(lifeline: Path) -> bool:
    """Tell whether a process of the lifeline's server lives."""
    try:
        descriptor = os.open(lifeline, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _holder(lifeline: Path) -> str:
    return lifeline.read_text().strip()
