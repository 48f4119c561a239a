"""Two of each process side by side: one may be killed, and one may be of the release before."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from services.runtime.stack import Stack
from tests.faults import verdicts
from tests.faults.load import Load
from tests.faults.seating import meet
from tests.faults.side_by_side import Alternating, Deployment, deployment, earlier_code
from tests.world import MEMBERS, OBSERVERS, Peopled

BEFORE_KILL, AFTER_KILL = 2.0, 5.0
SETTLED_WITHIN = 45


async def loaded(served: Deployment, urls: tuple[str, ...], cycle: str, disturb: Callable[[], object]) -> Load:
    """Let everybody send, disturb them, and return what they sent once all of it is answered and settled."""
    world = served.world
    load = Load(
        urls[:1],
        world.keys,
        cycle,
        seed=1,
        entities=(*MEMBERS, *OBSERVERS),
        transport=lambda: Alternating(urls),
    )
    sending = asyncio.create_task(load.run())
    await asyncio.sleep(BEFORE_KILL)
    disturb()
    await asyncio.sleep(AFTER_KILL)
    load.is_over = True
    try:
        await asyncio.wait_for(sending, SETTLED_WITHIN)
    except TimeoutError:
        pytest.fail("never answered:\n" + "\n".join(str(sent) for sent in load.sent if sent.ended is None))
    still: list[str | None] = []

    async def is_settled() -> bool:
        still.append(await verdicts.is_settled(world))
        return still[-1] is None

    try:
        await world.until(is_settled, within=SETTLED_WITHIN)
    except TimeoutError:
        pytest.fail(f"not settled: {still[-1]}")
    return load


async def holds(served: Deployment, load: Load) -> None:
    """Assert that nobody saw an error and that every promise holds."""
    assert await verdicts.broken_promises(served.world, load) == []
    assert await verdicts.unjust_adoptions(served.world, load) == []
    assert await verdicts.differing_rows(served.world) == []
    disagreeing, _, _ = await verdicts.disagreements(served.world)
    assert disagreeing == []
    assert sum(sent.result is not None for sent in load.sent) > len(MEMBERS)


async def test_no_client_sees_an_error_when_one_of_two_workers_and_one_of_two_apis_is_killed(
    stack: Stack, peopled: Peopled
) -> None:
    """Clients that send again as documented, through whatever spreads them over both APIs, are all answered."""
    async with deployment(stack, peopled) as served:
        workers = await asyncio.gather(served.start_worker(), served.start_worker())
        urls = (await served.start_api(), await served.start_api())

        def kill() -> None:
            for process in (workers[0], served.apis[urls[0]]):
                os.kill(process.pid, signal.SIGKILL)

        cycle = await meet(urls[0], served.world.keys)
        await holds(served, await loaded(served, urls, cycle, kill))


async def test_open_cycles_go_on_through_a_rolling_upgrade(stack: Stack, peopled: Peopled, tmp_path: Path) -> None:
    """Begun by a worker of the release before, carried on by both together, ended by the new one alone."""
    before = earlier_code(tmp_path)
    if before is None:
        pytest.skip("the commit of the release before is not at hand")
    async with deployment(stack, peopled) as served:
        old = await served.start_worker(before)
        urls = (await served.start_api(),)
        cycle = await meet(urls[0], served.world.keys)
        await served.start_worker()
        await holds(served, await loaded(served, urls, cycle, lambda: os.kill(old.pid, signal.SIGTERM)))
