"""What is not for you is answered as what is not: the same bytes, at the same pace."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

import httpx
import pytest

from services.api.pace import BEAT
from services.runtime.stack import Stack
from tests.integration.api_world import CHAIR, COORDINATOR, Api, api_of, convene, fact, head
from tests.world import Peopled, world_of

GUEST = "ECO"
#: What may differ: the thing asked for, in the address and the sentence, and the names of this one request.
OWN = re.compile(r"\b[a-z]{1,2}-[0-9a-f]{16,18}\b|\b[0-9a-f]{32,64}\b|dialogue/\d+")
TIMES = 24


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API, with a guest at the table."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        await world.appoint(GUEST, "head_of_entity", by=COORDINATOR)
        await world.appoint(GUEST, "head_of_delegation", by=f"{GUEST}/head_of_entity")
        yield api


@pytest.fixture(scope="module")
async def hidden(api: Api) -> Mapping[str, str]:
    """Give addresses of things that are there and not for everybody, by the address of one that never was."""
    cycle = await convene(api, "dialogue", ahead=timedelta(hours=2))
    sent: dict[str, Any] = {"kind": "minutes", "paragraphs": {"1": "We met."}, "audience": "members"}
    tabled = await api.post(CHAIR, f"{cycle}/texts", title="T", **sent)
    text = f"/v1/texts/{fact(tabled, 'text')}"
    opened = await api.post(CHAIR, f"{text}/silence-procedures", period="P3D", waive="Test")
    whole = await api.post(CHAIR, "/v1/bodies/wg-sc/silence-procedures", subject="A", text="B", waive="Test")
    return {
        "/v1/texts/t-0000000000000000": text,
        "/v1/procedures/s-0000000000000000": f"/v1/procedures/{fact(opened, 'procedure')}",
        "/v1/procedures/s-0000000000000001": f"/v1/procedures/{fact(whole, 'procedure')}",
        "/v1/cycles/dialogue/777": cycle,
    }


#: By the beginning of an address: what a viewer may try there, and who must not know of what is there.
TRIED: Mapping[str, tuple[tuple[str, str, Mapping[str, Any]], ...]] = {
    "/v1/texts": (
        ("GET", "", {}),
        ("POST", "/amendments", {"base_version": 1, "paragraph": "1", "text_new": "We all met."}),
        ("POST", "/amendments?preview=true", {"base_version": 1, "paragraph": "1", "text_new": "We all met."}),
        ("POST", "/withdrawal", {"reason": "No."}),
    ),
    "/v1/procedures": (
        ("GET", "", {}),
        ("GET", "/mailings", {}),
        ("POST", "/objections", {"reason": "No."}),
        ("POST", "/objections?preview=true", {}),
        ("POST", "/extensions", {"by": "PT1H"}),
    ),
    "/v1/cycles": (
        ("GET", "", {}),
        ("GET", "/items", {}),
        ("GET", "/mailings", {}),
        ("POST", "/responses", {"answer": "accepted"}),
        ("POST", "/closing", {}),
    ),
}


async def ask(api: Api, method: str, address: str, sent: Mapping[str, Any]) -> httpx.Response:
    """Ask as the guest."""
    headers = {**api.headers(head(GUEST)), "If-Match": "*"}
    return await api.client.request(method, address, headers=headers, json=sent if method == "POST" else None)


async def test_the_answers_are_the_same_byte_by_byte(api: Api, hidden: Mapping[str, str]) -> None:
    """But for ids: status, headers and body, whether it is read, tried or done."""
    for never, there in hidden.items():
        for method, rest, sent in next(tried for start, tried in TRIED.items() if there.startswith(start)):
            absent, refused = [await ask(api, method, base + rest, sent) for base in (never, there)]
            assert refused.status_code == absent.status_code == 404, (there, rest, refused.text, absent.text)
            assert OWN.sub("…", refused.text) == OWN.sub("…", absent.text), (method, there, rest)
            assert described(refused) == described(absent)


def described(answer: httpx.Response) -> dict[str, str]:
    """Return the headers of an answer, but for its length, which the id makes, and the count of what was asked."""
    return {name: value for name, value in answer.headers.items() if name not in {"content-length", "ratelimit"}}


async def test_the_answers_take_as_long(api: Api, hidden: Mapping[str, str]) -> None:
    """Asked in turn, so that whatever else the machine does slows both: the medians lie within one beat."""
    for never, there in hidden.items():
        taken: dict[str, list[float]] = {never: [], there: []}
        for _ in range(TIMES):
            for address, times in taken.items():
                began = perf_counter()
                await ask(api, "GET", address, {})
                times.append(perf_counter() - began)
        absent, refused = median(taken[never]), median(taken[there])
        assert abs(refused - absent) < BEAT / 2, (there, absent, refused)
        assert min(*taken[never], *taken[there]) >= BEAT
