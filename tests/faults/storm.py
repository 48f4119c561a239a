"""
A storm: a machine under load whose servers are killed with -9 at random, and what has to hold afterwards.

Victims and pauses follow from the seed; what each kill meets depends on the machine, and so does the course.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from services.runtime import supervisor
from services.runtime.home import Home
from services.runtime.machine import Machine
from tests.faults import verdicts
from tests.faults.load import Load
from tests.faults.seating import meet, seat, world_over
from tests.integration.cli_process import plain_environment

#: How often a kill follows upon another before what died is back.
ANOTHER_BLOW = 0.3
SERVED_WITHIN = 20.0
SETTLED_WITHIN = 120.0
#: The supervisor takes what dies again and again for broken and waits ever longer; here it is only unlucky.
LONGEST_PAUSE = 0.4


@dataclass
class Report:
    """What happened and what was found."""

    seed: int
    kills: list[tuple[datetime, str]] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        killed = ", ".join(f"{at:%H:%M:%S.%f} {who}" for at, who in self.kills)
        return "\n".join([f"seed {self.seed}", f"killed: {killed}", *self.found, *self.refusals])


async def storm(
    folder: Path, *, kills: int, seed: int, told: Callable[[str, int], None] = lambda _what, _done: None
) -> Report:
    """Run a machine through a storm; ``told`` hears what is done and how many have been killed so far."""
    report = Report(seed)
    supervisor.LONGEST_PAUSE = LONGEST_PAUSE
    told("starting", 0)
    async with AsyncExitStack() as exits:
        machine = await exits.enter_async_context(Machine(Home.at(folder / "home"), environ=plain_environment()))
        world = await exits.enter_async_context(world_over(machine.environment))
        await seat(world)
        load = Load((machine.api.url,), world.keys, await meet(machine.api.url, world.keys), seed)
        sending = asyncio.create_task(load.run())
        try:
            await _kill(machine, random.Random(seed), kills, report, told)  # noqa: S311 - to be repeated
            load.is_over = True
            told("waiting for answers", kills)
            await asyncio.wait_for(sending, SETTLED_WITHIN)
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending
        told("settling", kills)
        await _settle(world, report)
        told("comparing", kills)
        await _judge(world, load, report)
    return report


async def _kill(
    machine: Machine, chance: random.Random, kills: int, report: Report, told: Callable[[str, int], None]
) -> None:
    servers: dict[str, Any] = {
        "API": machine.api,
        "worker": machine.worker,
        "Temporal": machine.stack.temporal,
        "PostgreSQL": machine.stack.postgres,
    }
    while len(report.kills) < kills:
        is_another_blow, pause, name = chance.random() < ANOTHER_BLOW, chance.uniform(0.2, 2), chance.choice([*servers])
        if not is_another_blow:
            await _until_served(machine)
        await asyncio.sleep(pause)
        pid = servers[name].pid
        if pid is None:
            continue
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            report.kills.append((datetime.now(UTC), name))
            told(f"killed {name}", len(report.kills))


async def _until_served(machine: Machine) -> None:
    """Wait until the API answers over its database, so that there is something to be disturbed."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SERVED_WITHIN), httpx.AsyncClient() as client:
            while True:
                with suppress(httpx.TransportError):
                    if (await client.get(f"{machine.api.url}/healthz")).status_code == httpx.codes.OK:
                        return
                await asyncio.sleep(0.1)


async def _settle(world: Any, report: Report) -> None:
    began = asyncio.get_running_loop().time()
    still: str | None = "nothing was looked at"
    while still is not None and asyncio.get_running_loop().time() - began < SETTLED_WITHIN:
        try:
            still = await verdicts.is_settled(world)
        except Exception as error:  # noqa: BLE001 - servers are still coming back
            still = f"{type(error).__name__}: {error}"
        await asyncio.sleep(0.2 if still else 0)
    report.figures["seconds to settle"] = round(asyncio.get_running_loop().time() - began, 1)
    if still is not None:
        report.found.append(f"not settled after {SETTLED_WITHIN:g} s: {still}")


async def _judge(world: Any, load: Load, report: Report) -> None:
    disagreeing, streams, events = await verdicts.disagreements(world)
    report.found += [
        *await verdicts.broken_promises(world, load),
        *await verdicts.unjust_adoptions(world, load),
        *await verdicts.differing_rows(world),
        *disagreeing,
    ]
    answers = Counter(
        "2xx" if s.command_id else f"refused {s.refused.status}" if s.refused else "none" for s in load.sent
    )
    report.refusals = sorted({f"{s.path.rpartition('/')[2]}: {s.refused}" for s in load.sent if s.refused})
    ended = Counter([(await world.state(f"silence/{s.procedure}")).state for s in load.silences])
    report.figures |= {
        "commands": len(load.sent),
        **{f"answered {answer}": count for answer, count in sorted(answers.items())},
        **{f"silences {state}": count for state, count in sorted(ended.items())},
        **{f"killed {name}": count for name, count in sorted(Counter(who for _, who in report.kills).items())},
        "streams": streams,
        "events in histories": events,
    }
