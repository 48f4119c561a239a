"""One machine's whole deployment: how soon it serves again, and what it takes while nobody asks for anything."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path

from services.runtime.home import Home
from services.runtime.machine import Machine
from tests.benchmarks.figure import Figure

QUIET_SECONDS = 3.0
#: Megabytes, resident, shared pages counted with every process that shares them.
MOST_MEMORY = 700


async def measure_machine(home: Path, rounds: int) -> Sequence[Figure]:
    """Start it once, then again and again; the first start makes what the others find."""
    starts, memory = [], []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        async with Machine(Home.at(home)):
            starts.append(time.perf_counter() - began)
            await asyncio.sleep(QUIET_SECONDS)
            memory.append(_resident() / 1_000_000)
    return (
        Figure(name="first start", unit="s", runs=starts[:1]),
        Figure(name="second start", unit="s", runs=starts[1:]),
        Figure(name="idle memory, without whoever supervises", unit="MB", runs=memory[1:], goal=MOST_MEMORY),
    )


def _resident() -> int:
    """Return what all processes below this one hold in memory, in bytes."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in _below(os.getpid()))
    return pages * os.sysconf("SC_PAGE_SIZE")


def _below(pid: int) -> list[int]:
    children = [
        int(child) for each in Path(f"/proc/{pid}/task").glob("*/children") for child in each.read_text().split()
    ]
    return [*children, *(below for child in children for below in _below(child))]
