"""Builds the stage of a rehearsal: a PostgreSQL and a time-skipping Temporal of its own, gone afterwards."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import asyncpg
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig
from temporalio.testing import WorkflowEnvironment

from services.commands.recovery import recover
from services.commands.upkeep import Upkeep
from services.domain.message import Actor
from services.policies.edition import load_edition
from services.rehearsal.clock import SteppingClock
from services.rehearsal.outage import FrailCourier, FrailDatabase, Part
from services.rehearsal.playing import take_seats
from services.rehearsal.post import RehearsalPost
from services.rehearsal.pulses import Pulses
from services.rehearsal.rest import Rest
from services.rehearsal.scenario import Scenario
from services.rehearsal.stage import Stage
from services.runtime.binaries import temporal_test_server_binary
from services.runtime.composition import engine_of
from services.runtime.fleeting import FleetingPostgres
from services.runtime.founding import found_register
from services.runtime.home import Home
from services.runtime.postgres import DATABASE
from services.runtime.secret import CURSOR_KEY, MASTER_KEY, SIGNING_KEY, Secrets
from services.runtime.settings import Settings
from services.runtime.worker import CACHED, prepare, serving
from services.storage.unit_of_work import Database
from services.wire.canonical import canonical_bytes, digest
from services.workflows.catalogue import SEARCH_ATTRIBUTES

#: How long before a scenario starts everybody takes their seats.
BEFORE: Final = timedelta(hours=1)


class Playhouse:
    """
    One PostgreSQL for any number of rehearsals, each with a database and a skipping server of its own.

    With ``reuses`` those at the same table share the taking of seats: it is done once, and copied.
    """

    def __init__(self, policies: Path, *, reuses: bool = False, server: FleetingPostgres | None = None) -> None:
        self._policies = policies
        self._server = server
        self._reuses = reuses
        self._exits = AsyncExitStack()
        self._seated: dict[str, tuple[str, Mapping[str, Actor]]] = {}
        self._numbers = count(1)

    async def __aenter__(self) -> Self:
        """
        Start the server, unless it was given one.

        Raises:
            Trouble: it could not be started.
        """
        async with AsyncExitStack() as exits:
            server = self._server
            if server is None:
                server = await exits.enter_async_context(FleetingPostgres())
            self._runtime = _quiet()
            await asyncio.to_thread(prepare)
            self._home, self._postgres = server.home, await server.ready()
            self._exits = exits.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server, unless it was given, and throw everything away."""
        await self._exits.aclose()

    @asynccontextmanager
    async def stage(self, scenario: Scenario) -> AsyncIterator[Stage]:
        """Give a stage for a scenario, some time before it starts; no worker serves yet."""
        template, seated = await self._template(scenario)
        begins = scenario.starts - BEFORE
        async with self._open(scenario, template, begins, seated) as (stage, _):
            yield stage

    async def _template(self, scenario: Scenario) -> tuple[str, Mapping[str, Actor]]:
        """Return the database to copy, and who has a seat in it already."""
        key = digest(scenario.overrides)
        if self._reuses and key not in self._seated:
            bare = replace(scenario, steps=())
            async with self._open(bare, DATABASE, None, {}) as (stage, name):
                actors = await take_seats(bare, stage)
            self._seated[key] = (name, actors)
        return self._seated.get(key, (DATABASE, {}))

    @asynccontextmanager
    async def _open(
        self, scenario: Scenario, template: str, begins: datetime | None, seated: Mapping[str, Actor]
    ) -> AsyncIterator[tuple[Stage, str]]:
        number = next(self._numbers)
        name = f"rehearsal_{number}"
        await self._copy(template, name)
        async with AsyncExitStack() as exits:
            environment = await exits.enter_async_context(await skipping_server(self._runtime))
            folder = lay_over(self._policies, scenario.overrides, self._home.path / f"policies-{number}")
            settings = Settings.read(_environ(self._home, self._database_url(name), environment, folder))
            pulses = Pulses()
            client = await Client.connect(
                **settings.temporal.connect,
                data_converter=pydantic_data_converter,
                interceptors=[pulses],
                runtime=self._runtime,
            )
            clock = SteppingClock(environment, scenario.starts)
            await clock.move(begins or (await clock.server_instant()).replace(microsecond=0))
            database = await exits.enter_async_context(FrailDatabase(settings.database_url, is_near=True))
            record = await exits.enter_async_context(
                Database(settings.database_url, pool_size=2, is_near=True, memory=database.memory)
            )
            rest = Rest(pulses, clock)
            yield _stage(settings, rest, client, (database, record), seated, _cached(scenario)), name

    async def _copy(self, template: str, name: str) -> None:
        connection = await asyncpg.connect(self._postgres.owner_dsn.rsplit("/", 1)[0] + "/postgres")
        try:
            await connection.execute(f"create database {name} template {template}")
        finally:
            await connection.close()

    def _database_url(self, name: str) -> str:
        return f"{self._postgres.app_dsn.rsplit('/', 1)[0]}/{name}"


def _stage(
    settings: Settings,
    rest: Rest,
    client: Client,
    databases: tuple[FrailDatabase, Database],
    seated: Mapping[str, Actor],
    cached: int,
) -> Stage:
    courier, post, clock, (database, record) = FrailCourier(client), RehearsalPost(), rest.clock, databases
    engine = engine_of(settings, client=client, database=database, courier=courier, clock=clock, post=post)
    edition = load_edition(engine.policies)
    task_queue = settings.temporal.task_queue

    async def begin() -> None:
        if seated:
            async for _ in recover(database=database, client=client, task_queue=task_queue):
                pass
            return
        await found_register(
            database=database,
            client=client,
            task_queue=task_queue,
            policies=engine.policies,
            at=clock.at,
            edition=edition,
        )

    return Stage(
        clock=clock,
        rest=rest,
        client=client,
        courier=courier,
        database=database,
        record=record,
        vault=engine.vault,
        door=engine.door,
        post=post,
        upkeep=Upkeep(record, client, clock.instant),
        serve=lambda: serving(
            engine,
            relays=False,
            seals=False,
            cached=cached,
            runs=rest.pulses.runner,
            clock=clock,
            instant=clock.instant,
        ),
        begin=begin,
        seated=seated,
        digests={"policies": edition.digest, "access": engine.access.digest},
    )


def _cached(scenario: Scenario) -> int:
    """
    Return how many workflows the scenario's worker keeps in mind: none, if another one has to take over.

    The skipping server gives no task that waits for a worker that has gone to the next one.
    """
    is_restarted = any(step.is_system and step.arguments.get("of") == Part.TEMPORAL for step in scenario.steps)
    return 0 if is_restarted else CACHED


def lay_over(policies: Path, overrides: Mapping[str, object], folder: Path) -> Path:
    """Make a folder of policies in which some kinds of files are those of a scenario; return it."""
    folder.mkdir()
    kinds = {name.partition("/")[0] for name in overrides}
    for each in policies.iterdir():
        if each.is_dir() and each.name not in kinds:
            (folder / each.name).symlink_to(each.resolve(), target_is_directory=True)
    for kind in kinds:
        (folder / kind).mkdir()
    for name, content in overrides.items():
        (folder / name).write_bytes(canonical_bytes(content))
    return folder


def _quiet() -> Runtime:
    """Return a runtime of the SDK that says only what went wrong: the skipping server lacks what it would ask for."""
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter="ERROR")))


async def skipping_server(runtime: Runtime | None = None) -> WorkflowEnvironment:
    """Start a Temporal server whose time can be skipped, with the search attributes of ours."""
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(temporal_test_server_binary(os.environ)),
        data_converter=pydantic_data_converter,
        runtime=runtime,
    )
    keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
    await environment.client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(search_attributes={key.name: keyword for key in SEARCH_ATTRIBUTES})
    )
    return environment


def _environ(home: Home, database_url: str, environment: WorkflowEnvironment, policies: Path) -> dict[str, str]:
    """Return the settings of an engine on this stage; nothing of the caller's own is among them."""
    secrets = Secrets(home.secrets)
    return {
        "DIALOGUE_DATABASE_URL": database_url,
        "DIALOGUE_MASTER_KEY_FILE": str(secrets.file(MASTER_KEY)),
        "DIALOGUE_SIGNING_KEY_FILE": str(secrets.file(SIGNING_KEY)),
        "DIALOGUE_CURSOR_KEY_FILE": str(secrets.file(CURSOR_KEY)),
        "DIALOGUE_POLICIES_DIR": str(policies),
        "TEMPORAL_ADDRESS": environment.client.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": environment.client.namespace,
        "TEMPORAL_CONFIG_FILE": os.devnull,
    }
