"""An engine whose worker and Temporal server a test can kill and start again at will."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from services.commands.courier import Courier
from services.commands.submit import Door
from services.runtime.binaries import temporal_binary
from services.runtime.composition import compose
from services.runtime.home import Home
from services.runtime.port import remembered_ports
from services.runtime.settings import Settings
from services.runtime.stack import Stack
from services.runtime.temporal import NAMESPACE, EmbeddedTemporal
from services.workflows.catalogue import SEARCH_ATTRIBUTES
from tests.world import Mailbox, Peopled, World, fresh_settings

WORKER = Path(__file__).with_name("mortal_worker.py")


@dataclass
class FrailEngine:
    """A world with a Temporal server and a worker process of its own."""

    world: World
    temporal: EmbeddedTemporal
    environ: dict[str, str]
    mark: Path
    keys: Mapping[str, str]
    worker: asyncio.subprocess.Process | None = None

    async def start_worker(self) -> None:
        """Start a worker that dies where the mark will say, and wait until it serves."""
        self.worker = await asyncio.create_subprocess_exec(
            sys.executable, str(WORKER), str(self.mark), env=self.environ, stdout=asyncio.subprocess.PIPE
        )
        assert self.worker.stdout is not None
        while line := await self.worker.stdout.readline():
            if line.strip() == b"serving":
                return
        raise AssertionError("the worker did not come up")

    async def worker_died(self) -> int:
        """Wait until the worker is dead and return how it ended."""
        assert self.worker is not None
        return await self.worker.wait()

    async def kill_temporal(self) -> None:
        """Kill the Temporal server with -9."""
        assert self.temporal.pid is not None
        os.kill(self.temporal.pid, signal.SIGKILL)
        await self.temporal.died()

    async def stop(self) -> None:
        """End what is left."""
        if self.worker is not None and self.worker.returncode is None:
            self.worker.kill()
            await self.worker.wait()
        await self.temporal.stop(within=3)


@asynccontextmanager
async def frail_engine(stack: Stack, peopled: Peopled, folder: Path) -> AsyncIterator[FrailEngine]:
    """Give an engine on a database of its own, with its own Temporal server and no worker yet."""
    async with AsyncExitStack() as exits:
        _, environ = await exits.enter_async_context(fresh_settings(stack, peopled.template))
        home = Home.at(folder / "home")
        exits.enter_context(home.held())
        ports = remembered_ports(home.ports, ("temporal", "temporal-ui"))
        temporal = EmbeddedTemporal(
            home=home,
            port=ports["temporal"],
            ui_port=ports["temporal-ui"],
            binary=temporal_binary(),
            search_attributes={key.name: "Keyword" for key in SEARCH_ATTRIBUTES},
        )
        await temporal.start()
        environ |= {
            "TEMPORAL_ADDRESS": temporal.address,
            "TEMPORAL_NAMESPACE": NAMESPACE,
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        engine = await exits.enter_async_context(compose(Settings.read(environ)))
        courier = Courier(engine.client, answer_within=timedelta(seconds=2))
        door = Door(
            database=engine.database,
            vault=engine.vault,
            access=engine.access,
            courier=courier,
            signer=engine.signer,
            policies=engine.policies,
        )
        world = World(engine=replace(engine, courier=courier, door=door), post=Mailbox(), environ=environ)
        async with engine.database.work() as connection:
            await connection.execute(
                text("insert into listening (process, since, until) values ('test', '2000-01-01Z', '2300-01-01Z')")
            )
        frail = FrailEngine(world=world, temporal=temporal, environ=environ, mark=folder / "mark", keys=peopled.keys)
        exits.push_async_callback(frail.stop)
        yield frail
