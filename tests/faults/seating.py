"""Sets a machine up for a storm: twelve entities with keys, and an exercise of the Dialogue in session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from services.client.client import DialogueClient
from services.commands.bootstrap import bootstrap
from services.runtime.composition import compose
from services.runtime.settings import Settings
from tests.world import DELEGATE, MEMBERS, OBSERVERS, Mailbox, World

ENTITIES = (*MEMBERS, *OBSERVERS, "ECO", "CARICOM_IMPACS")
BODY = "dialogue"
COORDINATOR, CHAIR = "INTERPOL/coordinator", "INTERPOL/chair"


@asynccontextmanager
async def world_over(environ: dict[str, str]) -> AsyncIterator[World]:
    """Give a look behind a deployment's door, at its record and its workflows."""
    async with compose(Settings.read(environ), lazy=False) as engine:
        yield World(engine=engine, post=Mailbox(), environ=environ)


async def seat(world: World) -> None:
    """Give every entity a head of entity and a head of delegation with keys, and INTERPOL coordinator and chair."""
    first = {"name": "C", "address": "c@example.org", "entity": "INTERPOL", "role": "coordinator"}
    _, key = await bootstrap(
        door=world.engine.door,
        vault=world.engine.vault,
        arguments=first,
        expires=datetime.now(UTC) + timedelta(days=30),
    )
    assert key
    await world._admit(COORDINATOR, key)

    async def seat_one(entity: str) -> None:
        await world.appoint(entity, "head_of_entity", by=COORDINATOR)
        await world.appoint(entity, DELEGATE, by=f"{entity}/head_of_entity")

    await asyncio.gather(*(seat_one(entity) for entity in ENTITIES))
    await world.appoint("INTERPOL", "chair", by="INTERPOL/head_of_entity")


async def meet(url: str, keys: dict[str, str]) -> str:
    """Have an exercise in session, all members present; return the address of its cycle."""
    async with DialogueClient(url, keys[COORDINATOR]) as coordinator, DialogueClient(url, keys[CHAIR]) as chair:
        starts = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
        session: dict[str, Any] = {"starts": written(starts), "session": "PT1H", "procedure": "exercise@1"}
        called = await coordinator.command(
            f"/v1/bodies/{BODY}/extraordinary-sessions", {**session, "reason": "To be disturbed"}
        )
        cycle = called.links["cycle"]
        await coordinator.command(f"{cycle}/convening", {"mode": "remote", "place": "Online"}, waive="An exercise")
        await asyncio.gather(
            *(chair.command(f"{cycle}/presences", {"entity": e, "presence": "remote"}) for e in MEMBERS)
        )
        await asyncio.sleep((starts - datetime.now(UTC)).total_seconds() + 0.1)
        await chair.command(f"{cycle}/session/opening")
    return str(cycle)


def written(at: datetime) -> str:
    """Write an instant as it is sent."""
    return at.isoformat().replace("+00:00", "Z")
