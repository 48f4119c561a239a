"""The client against a small API of its own: what it sends, how often it asks, what it makes of the answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.client.client import DialogueClient
from services.client.patience import Patience
from services.client.refusal import Refused, Undecided, Unreachable

HASTE = Patience(first=0.001, longest=0.005, total=0.5)
SHORT = Patience(first=0.001, longest=0.002, total=0.02)
RECEIPT = {
    "digest": "0" * 64,
    "at": "2040-03-06T08:00:00Z",
    "stream": "cycle/dialogue/1",
    "version": 2,
    "position": None,
}
DECIDED = {
    "command_id": "c-1",
    "kind": "convene",
    "status": "decided",
    "receipt": RECEIPT,
    "received_at": "2040-03-06T08:00:00.123456Z",
    "stream": "cycle/dialogue/1",
    "events": [{"version": 2, "kind": "cycle_convened", "facts": {"mode": "hybrid"}}],
}
TAKEN = {
    "command_id": "c-1",
    "kind": "convene",
    "status": "taken",
    "received_at": "2040-03-06T08:00:00Z",
    "events": [],
    "receipt": RECEIPT,
}

Scope = MutableMapping[str, Any]
Send = Callable[[Scope], Awaitable[None]]


@dataclass
class Request:
    """One request as the API saw it."""

    method: str
    target: str
    headers: dict[str, str]
    body: Any


@dataclass
class Api:
    """An ASGI application that gives prepared answers in their order, the last one for ever."""

    answers: list[tuple[int, Any, dict[str, str]]]
    requests: list[Request] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Callable[[], Awaitable[Scope]], send: Send) -> None:
        """Answer one request."""
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        query = scope["query_string"].decode()
        target = scope["path"] + (f"?{query}" if query else "")
        self.requests.append(Request(scope["method"], target, headers, json.loads(body) if body else None))
        status, content, more = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        pairs = [(b"content-type", b"application/json"), *((k.encode(), v.encode()) for k, v in more.items())]
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": json.dumps(content).encode()})


class Broken(httpx.AsyncBaseTransport):
    """A line that breaks so many times before the API behind it is reached."""

    def __init__(self, behind: httpx.AsyncBaseTransport, times: int) -> None:
        self.behind, self.times = behind, times

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Break, or pass the request on."""
        if self.times:
            self.times -= 1
            raise httpx.ConnectError("connection refused")
        return await self.behind.handle_async_request(request)


def answer(status: int, content: Any, **headers: str) -> tuple[int, Any, dict[str, str]]:
    """Return one prepared answer; underscores in header names stand for hyphens."""
    return status, content, {name.replace("_", "-"): value for name, value in headers.items()}


@asynccontextmanager
async def talking(
    api: Api, *, breaks: int = 0, patience: Patience = HASTE, verdict: Patience = HASTE
) -> AsyncIterator[DialogueClient]:
    """Give a client that talks to an API."""
    transport = Broken(httpx.ASGITransport(app=api), breaks)
    async with DialogueClient(
        "http://api.test", "dlg_k-1_secret", patience=patience, verdict=verdict, transport=transport
    ) as client:
        yield client


async def test_a_command_is_sent_with_its_key_and_answered_with_what_happened() -> None:
    """Instants come back aware, facts by name."""
    api = Api([answer(200, DECIDED)])
    async with talking(api) as client:
        result = await client.command("/v1/cycles/dialogue/1/convening", {"mode": "hybrid"}, key="convene-1")

    (sent,) = api.requests
    assert (sent.method, sent.target) == ("POST", "/v1/cycles/dialogue/1/convening")
    assert sent.headers["authorization"] == "Bearer dlg_k-1_secret"
    assert sent.headers["idempotency-key"] == "convene-1"
    assert sent.body == {"mode": "hybrid"}
    assert result.kinds == ("cycle_convened",)
    assert result.fact("mode") == "hybrid"
    assert result.received_at == datetime(2040, 3, 6, 8, 0, 0, 123456, tzinfo=UTC)
    with pytest.raises(KeyError):
        result.fact("nothing")


async def test_a_command_without_a_key_gets_one_and_two_commands_get_two() -> None:
    """So that no two acts are ever taken for one."""
    api = Api([answer(200, DECIDED)])
    async with talking(api) as client:
        await client.command("/v1/a")
        await client.command("/v1/a")

    first, second = (sent.headers["idempotency-key"] for sent in api.requests)
    assert len(first) > 20
    assert first != second


@pytest.mark.parametrize("status", [502, 503, 504, 429])
async def test_it_asks_again_under_the_same_key_while_the_api_is_away(status: int) -> None:
    """Whether a connection breaks or a gateway answers; what was taken in by then counts once."""
    api = Api([answer(status, {}, Retry_After="0"), answer(status, {}), answer(200, DECIDED)])
    async with talking(api, breaks=2) as client:
        result = await client.command("/v1/a", {"x": 1})

    assert result.status == "decided"
    assert len(api.requests) == 3
    assert len({sent.headers["idempotency-key"] for sent in api.requests}) == 1
    assert all(sent.body == {"x": 1} for sent in api.requests)


async def test_it_gives_up_in_the_end_and_says_why() -> None:
    """An API that stays away is unreachable, with the last reason."""
    async with talking(Api([answer(503, {})]), patience=SHORT) as client:
        with pytest.raises(Unreachable, match="status 503"):
            await client.command("/v1/a")
    async with talking(Api([answer(200, {})]), breaks=1000, patience=SHORT) as client:
        with pytest.raises(Unreachable, match="connection refused"):
            await client.get("/v1/a")


async def test_it_waits_as_long_as_the_server_asks() -> None:
    """Within its own bounds."""
    api = Api([answer(503, {}, Retry_After="3600"), answer(200, {"ok": True})])
    async with talking(api) as client:
        assert await client.get("/v1/a") == {"ok": True}


async def test_a_refusal_is_an_exception_with_reason_sentence_and_facts() -> None:
    """As the problem details say, their own members apart."""
    problem = {
        "type": "/problems/silence-not-open",
        "title": "Procedure not open",
        "status": 409,
        "detail": "The silence is over.",
        "instance": "/v1/procedures/s-1/objections",
        "refusal": "SilenceNotOpen",
        "command_id": "c-9",
        "expires_at": "2040-03-06T08:00:00Z",
    }
    api = Api([answer(409, problem)])
    async with talking(api) as client:
        with pytest.raises(Refused) as refused:
            await client.command("/v1/procedures/s-1/objections")

    assert len(api.requests) == 1
    error = refused.value
    assert (error.reason, error.sentence, error.status) == ("SilenceNotOpen", "The silence is over.", 409)
    assert error.facts == {"expires_at": "2040-03-06T08:00:00Z"}
    assert error.command_id == "c-9"


async def test_an_answer_that_is_no_problem_is_still_a_refusal() -> None:
    """Whatever stands between may answer in its own way."""
    async with talking(Api([answer(404, ["not", "a", "problem"])])) as client:
        with pytest.raises(Refused) as refused:
            await client.get("/v1/a")
    assert (refused.value.reason, refused.value.status) == ("Not Found", 404)


async def test_what_is_taken_in_is_followed_to_its_outcome() -> None:
    """202 names where the outcome will be."""
    api = Api(
        [answer(202, TAKEN, Location="/v1/commands/c-1"), answer(200, TAKEN), answer(503, {}), answer(200, DECIDED)]
    )
    async with talking(api) as client:
        result = await client.command("/v1/a")

    assert result.kinds == ("cycle_convened",)
    assert [sent.target for sent in api.requests] == ["/v1/a", *["/v1/commands/c-1"] * 3]


async def test_what_is_taken_in_and_then_refused_is_a_refusal() -> None:
    """The record of the command tells it."""
    refusal = {"refusal": "WrongState", "sentence": "This needs the cycle to be open.", "facts": {"state": "closed"}}
    refused_later = {**TAKEN, "status": "refused", "refusal": refusal}
    api = Api([answer(202, TAKEN, Location="/v1/commands/c-1"), answer(200, refused_later)])
    async with talking(api) as client:
        with pytest.raises(Refused) as refused:
            await client.command("/v1/a")
    assert (refused.value.reason, refused.value.facts) == ("WrongState", {"state": "closed"})


async def test_what_stays_undecided_is_told_with_its_address() -> None:
    """The caller can ask again later."""
    api = Api([answer(202, TAKEN, Location="/v1/commands/c-1"), answer(200, TAKEN)])
    async with talking(api, verdict=SHORT) as client:
        with pytest.raises(Undecided) as undecided:
            await client.command("/v1/a")
        assert (undecided.value.command_id, undecided.value.location) == ("c-1", "/v1/commands/c-1")
        assert await client.outcome("c-1") is None


async def test_on_behalf_and_waiver_go_with_the_command() -> None:
    """Beside its arguments."""
    api = Api([answer(200, DECIDED)])
    paper = {"entity": "AFRIPOL", "received_at": "2040-03-06T07:00:00Z", "evidence": "letter 12"}
    async with talking(api) as client:
        await client.command("/v1/a", {"answer": "accepted"}, on_behalf=paper, waive="urgent")
    assert api.requests[0].body == {"answer": "accepted", "on_behalf": paper, "waive": "urgent"}


async def test_pages_are_read_to_the_end() -> None:
    """The filters go with every page."""
    api = Api([answer(200, {"items": [{"n": 1}, {"n": 2}], "next": "abc"}), answer(200, {"items": [{"n": 3}]})])
    async with talking(api) as client:
        items = [item["n"] async for item in client.pages("/v1/actions", body="dialogue", owner=None)]

    assert items == [1, 2, 3]
    assert [sent.target for sent in api.requests] == [
        "/v1/actions?body=dialogue",
        "/v1/actions?body=dialogue&cursor=abc",
    ]


async def test_an_address_that_is_none_is_unreachable_at_once() -> None:
    """There is nothing to be patient about."""
    async with DialogueClient("ftp://api.test", "k") as client:
        with pytest.raises(Unreachable):
            await client.get("/v1/a")
