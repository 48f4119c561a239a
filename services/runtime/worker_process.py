"""The process `dialogue worker`: waits for what it needs, serves, founds the register once, ends on a signal."""

from __future__ import annotations

import asyncio
import logging

from temporalio.service import RPCError

from services.runtime.composition import Engine, compose, now
from services.runtime.founding import found_register
from services.runtime.interruption import until_interrupted
from services.runtime.observation import sdk_meters_of, telemetry_of, watched_by
from services.runtime.older import until_current
from services.runtime.schema import schema_ready
from services.runtime.settings import Settings
from services.runtime.worker import serving
from services.storage.unit_of_work import DatabaseAway

TRY_AGAIN = 1.0
#: What this process is called in traces.
WORKER = "dialogue-worker"

log = logging.getLogger(__name__)


async def serve_worker(settings: Settings) -> None:
    """Serve workflows and activities until SIGINT or SIGTERM; what is under way then is done again by another."""
    await until_interrupted(_work(settings))


async def _work(settings: Settings) -> None:
    telemetry = telemetry_of(settings, WORKER)
    sdk = sdk_meters_of(settings, telemetry)
    async with (
        compose(settings, lazy=False, telemetry=telemetry, runtime=sdk.runtime if sdk else None) as engine,
        watched_by(engine, is_worker=True, sdk=sdk),
    ):
        await schema_ready(engine.database)
        await until_current(engine)
        async with serving(engine):
            log.info("serving the task queue %s", settings.temporal.task_queue)
            await found_once(engine)
            await asyncio.Event().wait()


async def found_once(engine: Engine) -> None:
    """Found the register if nobody has; try until it can be done."""
    while True:
        try:
            founded = await found_register(
                database=engine.database,
                client=engine.client,
                task_queue=engine.settings.temporal.task_queue,
                policies=engine.policies,
                at=now(),
            )
        except (DatabaseAway, RPCError) as error:
            log.warning("the register cannot be founded yet: %s", error)
            await asyncio.sleep(TRY_AGAIN)
            continue
        if founded:
            log.info("the register is founded from the policies in %s", engine.policies)
        return
