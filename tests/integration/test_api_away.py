"""What the API says when something is away: nothing half-done, nothing lost, and where to ask again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from services.api.app import create_app
from services.commands.courier import Courier
from services.commands.submit import Door
from services.runtime.port import is_free
from services.runtime.stack import Stack
from services.storage.listening import heard_between
from services.storage.unit_of_work import Database
from tests.integration.api_world import CHAIR, COORDINATOR, Api, api_of, head, until
from tests.world import Peopled, World, world_of

NOBODY = "127.0.0.1:9"
SILENCE = "/v1/bodies/dialogue/silence-procedures"


@pytest.fixture(scope="module")
async def world(stack: Stack, peopled: Peopled) -> AsyncIterator[World]:
    """Give a world that APIs of several kinds look at."""
    async with world_of(stack, peopled) as world:
        yield world


@asynccontextmanager
async def without_temporal(world: World) -> AsyncIterator[Api]:
    """Give an API that cannot reach Temporal; the worker goes on."""
    engine = world.engine
    client = await Client.connect(NOBODY, lazy=True, data_converter=pydantic_data_converter)
    courier = Courier(client, answer_within=timedelta(seconds=1))
    door = Door(
        database=engine.database,
        vault=engine.vault,
        access=engine.access,
        courier=courier,
        signer=engine.signer,
        policies=engine.policies,
    )
    async with api_of(replace(world, engine=replace(engine, client=client, courier=courier, door=door))) as api:
        yield api


async def test_a_command_is_taken_in_while_temporal_is_away_and_decided_later(world: World) -> None:
    """202 with its address; reads go on; what counts is when it was taken in."""
    async with api_of(world) as api, without_temporal(world) as cut_off:
        opened = await api.post(CHAIR, SILENCE, subject="A word", text="Text", waive="Test")
        procedure = opened["links"]["procedure"]
        answer = await cut_off.client.post(
            f"{procedure}/objections", headers=cut_off.headers(head("FRONTEX"), "o-1"), json={"reason": "No."}
        )
        taken = answer.json()
        assert (answer.status_code, taken["status"], taken["events"]) == (202, "taken", [])
        assert answer.headers["Location"] == taken["links"]["self"]
        assert (await cut_off.get(head("FRONTEX"), taken["links"]["self"]))["status"] in {"taken", "decided"}
        assert (await cut_off.get(head("AIMC"), procedure))["id"]
        decided = await until(
            lambda: cut_off.get(head("FRONTEX"), taken["links"]["self"]), lambda told: bool(told["status"] == "decided")
        )
        assert [event["kind"] for event in decided["events"]] == ["silence_broken"]
        told = await api.get(head("AIMC"), procedure)
        assert told["broken_at"] == taken["received_at"]
        again = await api.post(head("FRONTEX"), f"{procedure}/objections", key="o-1", reason="No.")
        assert again["command_id"] == taken["command_id"]


async def test_a_key_issued_while_temporal_is_away_is_told_with_the_promise(world: World) -> None:
    """It is told now or never; it is good once the command is decided."""
    async with without_temporal(world) as api:
        me = await api.get(COORDINATOR, "/v1/me")
        expires = (datetime.fromisoformat(me["appointments"][0]["since"]) + timedelta(days=30)).isoformat()
        issued = await api.post(
            COORDINATOR, "/v1/keys", expect=202, appointment=me["appointment"], scopes=["read"], expires=expires
        )
        headers = {"Authorization": f"Bearer {issued['key']}"}
        answer = await until(
            lambda: api.client.get("/v1/me", headers=headers), lambda answer: bool(answer.status_code == 200)
        )
    assert issued["key"].split("_")[1] == answer.json()["key"]


async def test_reading_the_letter_does_not_wait_for_temporal(world: World) -> None:
    """The reading is acknowledged all the same, by whoever delivers it later."""
    world.post.refused.add("AIMC")
    try:
        async with api_of(world) as api, without_temporal(world) as cut_off:
            opened = await api.post(CHAIR, SILENCE, subject="A word", text="Text", waive="Test")
            procedure = opened["links"]["procedure"]
            told = await cut_off.get(head("AIMC"), procedure)
            assert told["id"]
            told = await until(
                lambda: api.get(head("EUROPOL"), procedure),
                lambda seen: any(each["told_at"] for each in seen["told"] if each["entity"] == "AIMC"),
            )
    finally:
        world.post.refused.clear()


async def test_the_database_away_is_said_so_and_nothing_is_done(world: World) -> None:
    """503 with Retry-After on whatever needs it, the health check included."""
    url = world.engine.settings.database_url
    host = url.split("@")[1].split("/")[0]
    database = Database(url.replace(host, NOBODY))
    engine: Any = replace(world.engine, database=database)
    app = create_app(engine)
    transport = httpx.ASGITransport(app=app)
    headers = {"Authorization": f"Bearer {world.keys[COORDINATOR]}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://api") as client,
    ):
        for method, path in (("GET", "/healthz"), ("GET", "/v1/me"), ("POST", "/v1/bodies/dialogue/series")):
            answer = await client.request(method, path, headers=headers, json={} if method == "POST" else None)
            assert (answer.status_code, answer.json()["refusal"]) == (503, "DatabaseAway")
            assert answer.headers["Retry-After"].isdecimal()
            assert "127.0.0.1" not in answer.text
    await database.close()


async def test_an_api_says_that_it_listens_from_before_its_first_request(world: World) -> None:
    """Every beat extends what can be heard; nothing is said by one that is not served."""
    async with api_of(world) as api:
        began = await api.world.instant()
        await asyncio.sleep(2.2)
        ended = await api.world.instant()
        async with world.engine.database.read() as connection:
            heard = await heard_between(connection, began, ended)
    assert any(span.start <= began and span.end >= ended - timedelta(seconds=1.5) for span in heard)


async def test_the_present_may_be_told_by_another_clock(world: World) -> None:
    """As in a rehearsal, where years pass in seconds: by then the key has expired."""

    async def much_later() -> datetime:
        return datetime.now(UTC) + timedelta(days=800)

    app = create_app(world.engine, clock=much_later)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://api") as client:
        answer = await client.get("/v1/me", headers={"Authorization": f"Bearer {world.keys[COORDINATOR]}"})
    assert answer.status_code == 401
    assert "has expired" in answer.json()["detail"]


SERVE = """
import os, uvloop
from services.runtime.api_process import serve_api
from services.runtime.settings import Settings
uvloop.run(serve_api(Settings.read(os.environ)))
"""


@asynccontextmanager
async def served(world: World) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Give an API process of its own, and its address."""
    port = next(port for port in range(29_900, 30_000) if is_free(port))
    environ = {
        **os.environ,
        **world.environ,
        "DIALOGUE_API_PORT": str(port),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVE, env=environ)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_process_serves_tells_nothing_of_itself_and_stops_in_time(world: World, number: int) -> None:
    """Ready when it answers; stopped within five seconds of the signal, by itself, a waiting client or not."""
    async with served(world) as (process, url), httpx.AsyncClient(base_url=url) as client:
        answer = await until(lambda: _asked(client), lambda answer: answer is not None, within=30)
        assert answer.json() == {"status": "ok"}
        assert "server" not in answer.headers
        headers = {"Authorization": f"Bearer {world.keys[COORDINATOR]}"}
        told = await client.get("/v1/me", headers=headers)
        assert told.json()["role"] == "coordinator"
        _, half_a_request = await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))
        half_a_request.write(b"POST /v1/policies HTTP/1.1\r\nHost: api\r\nContent-Length: 100\r\n\r\n{")
        await half_a_request.drain()
        process.send_signal(number)
        try:
            async with asyncio.timeout(5):
                assert await process.wait() == 0
        finally:
            half_a_request.close()
            with suppress(ConnectionError):
                await half_a_request.wait_closed()


async def _asked(client: httpx.AsyncClient) -> httpx.Response | None:
    try:
        return await client.get("/healthz")
    except httpx.TransportError:
        return None
