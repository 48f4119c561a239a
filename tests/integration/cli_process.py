"""Runs the command line as its users do: in a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def plain_environment(**more: str) -> dict[str, str]:
    """Return an environment in which nothing of ours is set but what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DIALOGUE_", "TEMPORAL_"))}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


async def dialogue(*arguments: str, environ: Mapping[str, str] | None = None, within: float = 60) -> Ended:
    """Run ``dialogue`` to its end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli", *arguments),
        env={**plain_environment(), **(environ or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), within)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    return Ended(process.returncode or 0, out.decode(), err.decode())
