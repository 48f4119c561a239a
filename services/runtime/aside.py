"""Runs a module of the engine's aside, in a short process, so that the one that waits for it stays small."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: its exit code, and the last line it said."""

    code: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A module that runs."""

    process: asyncio.subprocess.Process

    @property
    def has_ended(self) -> bool:
        """Tell whether it has ended."""
        return self.process.returncode is not None

    async def ended(self) -> Ended:
        """Wait until it has, and return how."""
        _, said = await self.process.communicate()
        lines = said.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        return Ended(self.process.returncode or 0, lines[-1])


@asynccontextmanager
async def aside(module: str, *arguments: str, environment: Mapping[str, str]) -> AsyncIterator[Aside]:
    """Run a module until the block ends; one that has not ended by then is killed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        cwd="/",
        env={**environment, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield Aside(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
