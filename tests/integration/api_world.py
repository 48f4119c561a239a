"""The API of a world, and people who call it with their own keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from services.api.app import create_app
from tests.world import World


@dataclass
class Api:
    """An application served in this process, and its world."""

    world: World
    app: FastAPI
    client: httpx.AsyncClient

    def headers(self, who: str | None, key: str | None = None) -> dict[str, str]:
        """Return the headers of a caller, with an idempotency key if one is given."""
        told = {"Authorization": f"Bearer {self.world.keys[who]}"} if who else {}
        return {**told, "Idempotency-Key": key} if key else told

    async def get(self, who: str | None, path: str, expect: int = 200, **query: Any) -> Any:
        """Read something as somebody; fail on another status than expected."""
        answer = await self.client.get(path, headers=self.headers(who), params=query)
        assert answer.status_code == expect, (answer.status_code, answer.text)
        return answer.json()

    async def post(
        self, who: str | None, path: str, expect: int = 200, key: str | None = None, if_match: str = "*", **sent: Any
    ) -> Any:
        """Hand in a command as somebody, editing whatever stands; fail on another status than expected."""
        headers = {**self.headers(who, key), "If-Match": if_match}
        answer = await self.client.post(path, headers=headers, json=sent)
        assert answer.status_code == expect, (answer.status_code, answer.text)
        return answer.json()


@asynccontextmanager
async def api_of(world: World) -> AsyncIterator[Api]:
    """Serve a world's API as a process would, its beat included."""
    clock = world.instant if world.skipping else None
    app = create_app(world.engine, clock=clock, telemetry=world.engine.telemetry)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://api") as client,
    ):
        yield Api(world=world, app=app, client=client)


def fact(answer: dict[str, Any], name: str) -> Any:
    """Return a fact of the first event that has it."""
    return next(event["facts"][name] for event in answer["events"] if name in event["facts"])


COORDINATOR = "INTERPOL/coordinator"
CHAIR = "INTERPOL/chair"


def head(entity: str) -> str:
    """Return the head of delegation of an entity."""
    return f"{entity}/head_of_delegation"


async def propose(api: Api, body: str = "dialogue", *, ahead: timedelta = timedelta(seconds=40)) -> str:
    """Have an exercise proposed that begins soon, and return the address of its cycle."""
    called = await api.post(
        COORDINATOR,
        f"/v1/bodies/{body}/extraordinary-sessions",
        starts=written(await present(api) + ahead),
        session="PT1H",
        reason="To try the interface",
        procedure="exercise@1",
    )
    return str(called["links"]["cycle"])


async def convene(api: Api, body: str = "dialogue", *, ahead: timedelta = timedelta(seconds=40)) -> str:
    """Have an exercise convened, and return the address of its cycle; under 20 seconds ahead is short notice."""
    cycle = await propose(api, body, ahead=ahead)
    await api.post(COORDINATOR, f"{cycle}/convening", mode="hybrid", place="Lyon", waive="An exercise")
    return cycle


async def in_session(api: Api, body: str, *present_entities: str) -> str:
    """Have an exercise in session with members present, and return the address of its cycle."""
    cycle = await convene(api, body, ahead=timedelta(seconds=3))
    for entity in present_entities:
        await api.post(CHAIR, f"{cycle}/presences", entity=entity, presence="in_person")
    starts = datetime.fromisoformat((await api.get(CHAIR, cycle))["starts"])
    await until(lambda: present(api), lambda at: at >= starts)
    await api.post(CHAIR, f"{cycle}/session/opening")
    return cycle


async def present(api: Api) -> datetime:
    """Return the present instant, whole seconds."""
    at: datetime = await api.world.instant()
    return at.replace(microsecond=0)


def written(at: datetime) -> str:
    """Write an instant as it is sent."""
    return at.isoformat().replace("+00:00", "Z")


async def until(read: Callable[[], Awaitable[Any]], holds: Callable[[Any], bool], *, within: float = 20) -> Any:
    """Read until something holds; fail when it does not come."""
    async with asyncio.timeout(within):
        while True:
            found = await read()
            if holds(found):
                return found
            await asyncio.sleep(0.1)
