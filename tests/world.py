"""A whole engine for a test: its own database and Temporal namespace, people with keys, and a way to act as them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import asyncpg
from google.protobuf.duration_pb2 import Duration
from sqlalchemy import text
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from services.commands.bootstrap import bootstrap
from services.commands.courier import Courier
from services.commands.principal import Caller, authenticate, spell_key
from services.commands.recovery import recover
from services.commands.register_view import current_register
from services.commands.submit import Answer, Submission
from services.gateways.letter import Letter
from services.rehearsal.clock import SkippingClock
from services.runtime.composition import Engine, compose, engine_of, present
from services.runtime.founding import found_register
from services.runtime.migrate import migrate
from services.runtime.observation import telemetry_of
from services.runtime.rehearsal import skipping_server
from services.runtime.settings import Settings
from services.runtime.stack import Stack
from services.runtime.temporal import ensure_search_attributes
from services.runtime.worker import serving
from services.storage import ledger, snapshot
from services.storage.unit_of_work import Database
from services.workflows.catalogue import SEARCH_ATTRIBUTES

TEMPLATE = "template_dialogue"
MEMBERS = ("INTERPOL", "AFRIPOL", "AIMC", "AMERIPOL", "ASEANAPOL", "EUROPOL", "FRONTEX", "GCCPOL")
OBSERVERS = ("SCO", "UNODC")
DELEGATE = "head_of_delegation"
_numbers = count(1)
#: A Tuesday, so that the working days that rules ask for are ahead.
TUESDAY = datetime(2040, 3, 6, 8, 0, tzinfo=UTC)


@dataclass
class Mailbox:
    """A post that keeps what it was given, and refuses the entities named."""

    channel: str = "mailbox"
    letters: list[Letter] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def send(self, letter: Letter) -> None:
        """Keep a letter."""
        from services.gateways.letter import Undeliverable

        if letter.entity in self.refused:
            raise Undeliverable("mailbox unavailable")
        self.letters.append(letter)

    def to(self, entity: str, notice: str) -> list[Letter]:
        """Return the letters an entity got of one kind."""
        return [each for each in self.letters if each.entity == entity and each.notice == notice]


@dataclass
class World:
    """An engine and the people at its table."""

    engine: Engine
    post: Mailbox
    environ: Mapping[str, str]
    instant: Callable[[], Any] = present
    skipping: WorkflowEnvironment | None = None
    callers: dict[str, Caller] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    async def settle_people(self, entities: tuple[str, ...] = (*MEMBERS, *OBSERVERS)) -> None:
        """Bootstrap the coordinator and give every entity a head of entity and a head of delegation with keys."""
        now = await self.instant()
        answer, key = await bootstrap(
            door=self.engine.door,
            vault=self.engine.vault,
            arguments={"name": "Coordinator", "address": "c@example.org", "entity": "INTERPOL", "role": "coordinator"},
            expires=now + timedelta(days=700),
        )
        assert key, answer
        await self._admit("INTERPOL/coordinator", key)
        for entity in entities:
            await self.appoint(entity, "head_of_entity", by="INTERPOL/coordinator")
            await self.appoint(entity, DELEGATE, by=f"{entity}/head_of_entity")
        await self.appoint("INTERPOL", "chair", by="INTERPOL/head_of_entity")

    async def appoint(self, entity: str, role: str, *, by: str, **more: Any) -> None:
        """Enrol and appoint a person and issue a key; the person is then known as ``ENTITY/role``."""
        name = f"{role} of {entity}"
        person = await self.act(
            by, "register", "enrol_person", name=name, address=f"{role}@{entity.lower()}.example", entity=entity
        )
        appointed = await self.act(
            by, "register", "appoint", person=fact(person, "person"), seat=entity, role=role, **more
        )
        expires = (await self.instant() + timedelta(days=700)).isoformat().replace("+00:00", "Z")
        issued = await self.act(
            by,
            "register",
            "issue_key",
            appointment=fact(appointed, "appointment"),
            scopes=["read", "act", "administer"],
            expires=expires,
        )
        assert issued.secret
        await self._admit(f"{entity}/{role}", spell_key(fact(issued, "key"), issued.secret))

    async def come_back(self, keys: Mapping[str, str]) -> None:
        """Start every aggregate from the ledger and let the people in."""
        async for _ in recover(
            database=self.engine.database,
            client=self.engine.client,
            task_queue=self.engine.settings.temporal.task_queue,
        ):
            pass
        for name, key in keys.items():
            await self._admit(name, key)

    async def _admit(self, name: str, key: str) -> None:
        self.keys[name] = key
        async with self.engine.database.read() as connection:
            register = await current_register(connection)
        self.callers[name] = authenticate(register, key, at=await self.instant())

    async def ask(self, who: str, stream: str, kind: str, /, **arguments: Any) -> Answer:
        """Submit a command as somebody, whatever comes of it."""
        extra = {name: arguments.pop(name) for name in ("key", "on_behalf", "waive") if name in arguments}
        submission = Submission(stream=stream, kind=kind, arguments=arguments, **extra)
        return await self.engine.door.submit(self.callers[who], submission)

    async def act(self, who: str, stream: str, kind: str, /, **arguments: Any) -> Answer:
        """Submit a command that has to be decided and not refused."""
        answer = await self.ask(who, stream, kind, **arguments)
        assert answer.outcome is not None, answer
        assert answer.refusal is None, answer.refusal
        return answer

    async def sleep_until(self, at: datetime) -> None:
        """Let skipped time run to an instant, and a little, so that what is due then has been decided."""
        assert self.skipping is not None
        ahead = at - await self.instant()
        if ahead > timedelta(0):
            await self.skipping.sleep(ahead)

    async def state(self, stream: str) -> Any:
        """Return the state of a stream as last recorded."""
        async with self.engine.database.read() as connection:
            kept = await snapshot.load(connection, stream)
        return kept.state if kept else None

    async def kinds(self, stream: str) -> list[str]:
        """Return the kinds of a stream's entries in order."""
        async with self.engine.database.read() as connection:
            return [entry.kind async for entry in ledger.stream_entries(connection, stream)]

    async def until(self, holds: Callable[[], Any], *, within: float = 30) -> Any:
        """Wait for a condition on the record, polling; fail when it does not come."""
        async with asyncio.timeout(within):
            while True:
                found = await holds()
                if found:
                    return found
                await asyncio.sleep(0.02)


def fact(answer: Answer, name: str) -> Any:
    """Return a fact of the first event that has it."""
    assert answer.outcome is not None
    return next(event.facts[name] for event in answer.outcome.events if name in event.facts)


async def make_template(stack: Stack) -> None:
    """Migrate a template database once, to be cloned by every world."""
    environ = stack.environment()
    async with owner(stack) as connection:
        await connection.execute(f"create database {TEMPLATE}")
    await migrate(_with_database(environ["DIALOGUE_DATABASE_OWNER_URL"], TEMPLATE, driver=True))


@asynccontextmanager
async def owner(stack: Stack) -> AsyncIterator[Any]:
    """Give a connection as the owner of the server's databases."""
    connection = await asyncpg.connect(stack.postgres.owner_dsn)
    try:
        yield connection
    finally:
        await connection.close()


@dataclass(frozen=True)
class Peopled:
    """A database in which everybody has a seat and a key, to be cloned; the workflows come back from its ledger."""

    template: str
    keys: Mapping[str, str]


async def make_peopled(stack: Stack, template: str, open_world: Callable[..., Any]) -> Peopled:
    """Settle everybody once, and keep the database as a template."""
    async with fresh_settings(stack) as (settings, environ):
        async with open_world(stack, settings, environ) as world:
            await settle(world)
            peopled = Peopled(template=template, keys=dict(world.keys))
        async with owner(stack) as connection:
            await connection.execute(f"create database {template} template {_name_of(settings)}")
    return peopled


async def settle(world: World) -> None:
    """Found the register and settle everybody, until every letter about it has gone."""
    await _found(world)
    await world.settle_people()
    await world.until(lambda: _is_quiet(world))


async def _is_quiet(world: World) -> bool:
    async with world.engine.database.read() as connection:
        queued = await connection.execute(text("select count(*) from notice where state = 'queued'"))
        return not queued.scalar_one()


def _name_of(settings: Settings) -> str:
    return settings.database_url.rsplit("/", 1)[1].split("?")[0]


@asynccontextmanager
async def fresh_settings(stack: Stack, template: str = TEMPLATE) -> AsyncIterator[tuple[Settings, dict[str, str]]]:
    """Give settings over a database and a namespace of their own."""
    name = f"world_{next(_numbers)}"
    async with owner(stack) as connection:
        await connection.execute(f"create database {name} template {template}")
    environ = stack.environment()
    for variable in ("DIALOGUE_DATABASE_URL", "DIALOGUE_DATABASE_OWNER_URL"):
        environ[variable] = _with_database(environ[variable], name)
    environ["TEMPORAL_NAMESPACE"] = name.replace("_", "-")
    yield Settings.read(environ), environ
    async with owner(stack) as connection:
        await connection.execute(f"drop database {name} with (force)")


@asynccontextmanager
async def world_of(stack: Stack, peopled: Peopled, *, skipped: bool = False) -> AsyncIterator[World]:
    """Give a world of its own, its people settled."""
    open_world = skipping_world if skipped else real_world
    async with (
        fresh_settings(stack, peopled.template) as (settings, environ),
        open_world(stack, settings, environ) as world,
    ):
        await world.come_back(peopled.keys)
        yield world


@asynccontextmanager
async def real_world(stack: Stack, settings: Settings, environ: dict[str, str]) -> AsyncIterator[World]:
    """Give a world on the real Temporal server, in a namespace of its own."""
    await make_namespace(stack, settings)
    async with compose(settings, lazy=False, telemetry=telemetry_of(settings, "dialogue-test")) as composed:
        post = Mailbox()
        engine = replace(composed, post=post)
        async with serving(engine):
            yield World(engine=engine, post=post, environ=environ)


async def make_namespace(stack: Stack, settings: Settings) -> None:
    """Make the namespace of some settings, with its search attributes."""
    root = await Client.connect(stack.temporal.address)
    await root.workflow_service.register_namespace(
        RegisterNamespaceRequest(
            namespace=settings.temporal.namespace, workflow_execution_retention_period=Duration(seconds=864000)
        )
    )
    client = await Client.connect(stack.temporal.address, namespace=settings.temporal.namespace)
    await ensure_search_attributes(client, _attributes())


@asynccontextmanager
async def skipping_world(
    _stack: Stack, settings: Settings, environ: dict[str, str], *, starts: datetime = TUESDAY
) -> AsyncIterator[World]:
    """Give a world under skipped time, on a test server of its own."""
    environment = await skipping_server()
    async with environment, Database(settings.database_url) as database:
        client, clock, post = environment.client, SkippingClock(environment), Mailbox()
        await environment.sleep(starts - await clock.instant())
        engine = engine_of(settings, client=client, database=database, courier=Courier(client), clock=clock, post=post)
        world = World(engine=engine, post=post, environ=environ, instant=clock.instant, skipping=environment)
        await _listen_for_ever(world)
        async with serving(world.engine, relays=False, clock=clock, instant=clock.instant):
            yield world


async def _listen_for_ever(world: World) -> None:
    async with world.engine.database.work() as connection:
        await connection.execute(
            text(
                "insert into listening (process, since, until) values ('test', '2000-01-01Z', '2300-01-01Z')"
                " on conflict do nothing"
            )
        )


async def _found(world: World) -> None:
    await found_register(
        database=world.engine.database,
        client=world.engine.client,
        task_queue=world.engine.settings.temporal.task_queue,
        policies=world.engine.policies,
        at=await world.instant(),
    )


def _attributes() -> dict[str, IndexedValueType.ValueType]:
    return {key.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD for key in SEARCH_ATTRIBUTES}


def _with_database(url: str, name: str, *, driver: bool = False) -> str:
    base = url.rsplit("/", 1)[0]
    return f"{base.replace('postgresql://', 'postgresql+asyncpg://', 1) if driver else base}/{name}"
