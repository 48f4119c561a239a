"""How long a rehearsed year takes: of ten years as asked for on the command line, starting and telling included."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence

from tests.benchmarks.figure import Figure

PROCEDURE = "high-level-dialogue@1"
YEARS = 10
#: Seconds for the ten years.
WITHIN = 20


async def measure_years(rounds: int) -> Sequence[Figure]:
    """Rehearse ten years and one, some times."""
    ten, one = [], []
    for _ in range(rounds):
        ten.append(await _rehearsed(YEARS))
        one.append(await _rehearsed(1))
    return (
        Figure(name="ten years rehearsed", unit="s", runs=ten, goal=WITHIN),
        Figure(name="a year more", unit="s", runs=[(t - o) / (YEARS - 1) for t, o in zip(ten, one, strict=True)]),
    )


async def _rehearsed(years: int) -> float:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "services.cli", "rehearse", "--procedure", PROCEDURE, "--years", str(years)),
        stdout=asyncio.subprocess.DEVNULL,
        env=os.environ,
    )
    if await process.wait():
        raise RuntimeError(f"{years} years could not be rehearsed")
    return time.perf_counter() - began
