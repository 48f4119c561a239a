"""Bounds: nothing large or deep is parsed, and no error goes out bare."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.requests import ClientDisconnect

from services.api.bounds import MOST_BYTES, MOST_LEVELS, Bounds, bounded_body, levels_of


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of an application that tells how much it got, and breaks when asked to."""
    app = FastAPI()

    @app.post("/size")
    async def size(request: Request) -> int:
        return len(await request.body())

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("swordfish")

    app.add_middleware(Bounds)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        yield client


async def in_parts(*parts: bytes) -> AsyncIterator[bytes]:
    """Give a body in parts, its length unannounced."""
    for part in parts:
        yield part


async def test_a_body_within_the_bounds_arrives_whole(client: httpx.AsyncClient) -> None:
    """Part by part or at once."""
    answer = await client.post("/size", content=b"x" * MOST_BYTES)
    assert answer.json() == MOST_BYTES
    assert answer.headers["cache-control"] == "no-store"
    assert (await client.post("/size", content=in_parts(b"abc", b"", b"de"))).json() == 5


@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_larger_body_is_refused(client: httpx.AsyncClient, *, is_announced: bool) -> None:
    """Whether or not its length is announced."""
    content: Any = b"x" * (MOST_BYTES + 1) if is_announced else in_parts(b"x" * MOST_BYTES, b"x")
    answer = await client.post("/size", content=content)
    assert (answer.status_code, answer.json()["refusal"], answer.json()["most"]) == (413, "TooLarge", MOST_BYTES)


async def test_a_body_of_a_thousand_levels_is_refused(client: httpx.AsyncClient) -> None:
    """Before anything parses it."""
    answer = await client.post("/size", content=b"[" * 1000)
    assert (answer.status_code, answer.json()["refusal"]) == (422, "Malformed")
    assert str(MOST_LEVELS) in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "levels"),
    [
        (b"", 0),
        (b"text", 0),
        (b'{"a": [1, {"b": []}]}', 4),
        (b'{"a": "[[[[[[", "b": "\\"[[["}', 1),
        (b"[], [], []", 1),
        (json.dumps({"a": '\\"[{'}).encode(), 1),
        (b'"[[[', 0),
        (b'["\\', 1),
    ],
)
def test_levels_are_counted_outside_of_texts(body: bytes, levels: int) -> None:
    """Brackets within a text are letters; a text without an end is none."""
    assert levels_of(body) == levels


@pytest.mark.parametrize("part", [b'"', b'"\\', b"\\", b"a", b"[]", b'"[', b'"\\"'])
def test_counting_takes_no_longer_for_a_body_made_to_slow_it(part: bytes) -> None:
    """The largest body there is takes a moment, whatever it is made of."""
    began = time.perf_counter()
    levels_of(part * (MOST_BYTES // len(part)))
    assert time.perf_counter() - began < 2


async def test_an_error_nobody_foresaw_is_a_problem(client: httpx.AsyncClient) -> None:
    """With a trace, and nothing of the error."""
    answer = await client.get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["trace_id"]
    assert "swordfish" not in answer.text


async def test_half_a_body_is_never_taken_for_a_whole_one() -> None:
    """Who goes away before its end has asked for nothing."""
    messages = iter(
        [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}],
    )

    async def receive() -> Any:
        return next(messages)

    with pytest.raises(ClientDisconnect):
        await bounded_body(receive)
