"""The worker process: workflows, activities, relay and sealer of one deployment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner

from services.commands.relay import Deliver, Relay
from services.commands.upkeep import Upkeep
from services.commands.watched import relayed
from services.domain.catalogue import DECIDERS
from services.runtime.composition import Engine, present
from services.runtime.release import release
from services.storage import ledger
from services.storage.record import Clock
from services.storage.unit_of_work import Database, DatabaseAway
from services.wire.message import prepare_codecs
from services.workflows.catalogue import WORKFLOWS
from services.workflows.deliver import Deliverer
from services.workflows.errands import Errander
from services.workflows.recorder import Recorder
from services.workflows.watched import Watched

#: How long a workflow waits for its worker's cache after that worker was killed.
STICKY = timedelta(seconds=2)
#: How many workflows a worker keeps in mind between their tasks; the SDK's own number.
CACHED = 1_000
GRACE = timedelta(seconds=2)
SEAL_EVERY = 0.5

log = logging.getLogger(__name__)


@asynccontextmanager
async def serving(  # noqa: PLR0913 - what a rehearsal has otherwise, each by its name
    engine: Engine,
    *,
    relays: bool = True,
    seals: bool = True,
    cached: int = CACHED,
    runs: WorkflowRunner | None = None,
    clock: Clock | None = None,
    instant: Callable[[], Awaitable[datetime]] = present,
) -> AsyncIterator[Worker]:
    """
    Serve workflows and activities until the block ends.

    Positions are given by somebody else if not ``seals``. ``clock`` and ``instant`` tell the time of the intake and of
    deliveries, and ``runs`` runs the workflows; a rehearsal gives its own.
    """
    prepare()
    recorder = Recorder(engine.database, clock)
    errander = Errander(engine.client, engine.database, engine.settings.temporal.task_queue)
    deliverer = Deliverer(engine.database, engine.vault, engine.post, instant)
    worker = Worker(
        engine.client,
        task_queue=engine.settings.temporal.task_queue,
        workflows=list(WORKFLOWS.values()),
        activities=[recorder.record, errander.run_errands, deliverer.deliver],
        workflow_runner=runs or runner(),
        max_cached_workflows=cached,
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=GRACE,
        build_id=release(),
        interceptors=[Watched(engine.telemetry)] if engine.telemetry else [],
    )
    async with worker:
        background = [asyncio.create_task(seal(engine.database))] if seals else []
        if relays:
            background.append(asyncio.create_task(Relay(engine.database, _delivering(engine)).run()))
            background.append(asyncio.create_task(Upkeep(engine.database, engine.client).run()))
        try:
            yield worker
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)


def _delivering(engine: Engine) -> Deliver:
    return relayed(engine.door.deliver, engine.telemetry.meters) if engine.telemetry else engine.door.deliver


def prepare() -> None:
    """Make ready to read and write every message; a workflow task has no time for it."""
    prepare_codecs(type_ for d in DECIDERS.values() for type_ in (d.state, *d.commands, *d.events))


def runner() -> WorkflowRunner:
    """
    Return what runs the workflows: themselves, without the SDK's sandbox.

    They are pure by contract and share our modules anyway; the golden histories replay in the sandbox, which refuses
    what a workflow must not reach for.
    """
    return UnsandboxedWorkflowRunner()


async def seal(database: Database) -> None:
    """Give ledger positions to what has been committed, until cancelled."""
    while True:
        try:
            async with database.work() as connection:
                await ledger.give_positions(connection)
        except DatabaseAway as error:
            log.warning("the sealer cannot reach the database: %s", error)
        await asyncio.sleep(SEAL_EVERY)
