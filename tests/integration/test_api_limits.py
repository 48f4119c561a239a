"""Limits at the real API: what is too much is refused in words, what is too often told when to come again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from services.api.allowance import Allowance, Quota
from services.api.app import create_app
from services.api.limits import MOST_ADDRESS, Allowances
from services.runtime.stack import Stack
from tests.integration.api_world import CHAIR, COORDINATOR, Api, api_of, fact, head
from tests.world import Peopled, World, world_of

SILENCES = "/v1/bodies/dialogue/silence-procedures"


@pytest.fixture(scope="module")
async def world(stack: Stack, peopled: Peopled) -> AsyncIterator[World]:
    """Give a world that APIs of several kinds look at."""
    async with world_of(stack, peopled) as world:
        yield world


@pytest.fixture(scope="module")
async def api(world: World) -> AsyncIterator[Api]:
    """Give an API with the usual limits."""
    async with api_of(world) as api:
        yield api


@asynccontextmanager
async def narrow(world: World, **quotas: int) -> AsyncIterator[Api]:
    """Give an API that allows little."""
    given: dict[str, Any] = {
        name: Allowance(Quota(name=name, amount=amount, window=3600), clock=lambda: 0.0)
        for name, amount in quotas.items()
    }
    app = create_app(world.engine, allowances=Allowances(**given))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://api") as client,
    ):
        yield Api(world=world, app=app, client=client)


async def test_what_is_left_is_told_in_every_answer(api: Api) -> None:
    """By the standard headers: the quota, what is left of it and when all of it is back."""
    read = await api.client.get("/v1/me", headers=api.headers(COORDINATOR))
    assert read.headers["ratelimit-policy"] == '"requests";q=6000;w=60'
    assert re.fullmatch(r'"requests";r=(5999|6000);t=[01]', read.headers["ratelimit"])
    sent = await api.client.post(SILENCES, headers=api.headers(CHAIR), json={})
    assert sent.headers["ratelimit-policy"].endswith(', "refused-commands";q=600;w=3600')
    assert '"refused-commands";r=59' in sent.headers["ratelimit"]


async def test_who_asks_too_often_is_told_when_to_come_again(world: World) -> None:
    """429 with Retry-After; others go on, and how the process is can always be asked."""
    async with narrow(world, requests=3) as api:
        answers = [await api.client.get("/v1/me", headers=api.headers(head("AIMC"))) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        told = answers[-1].json()
        assert (told["refusal"], told["type"]) == ("TooManyRequests", "/problems/too-many-requests")
        assert int(answers[-1].headers["retry-after"]) == told["wait"] == 1200
        assert answers[-1].headers["ratelimit"] == '"requests";r=0;t=3600'
        assert "send the same request again" in told["detail"]
        assert (await api.client.get("/v1/me", headers=api.headers(head("EUROPOL")))).status_code == 200
        assert (await api.client.get("/healthz")).status_code == 200


async def test_a_flood_of_refused_commands_fills_nothing(world: World) -> None:
    """Each is kept until the allowance is used up; that is kept once, and what follows leaves nothing but a count."""
    async with narrow(world, refused=5) as api:
        before = len((await api.get(head("AIMC"), "/v1/commands", limit=200))["items"])
        statuses = []
        for number in range(40):
            sent = {"subject": "A", "text": "B"} if number % 2 else {"subject": 7}
            answer = await api.client.post(SILENCES, headers=api.headers(head("AIMC")), json=sent)
            statuses.append(answer.status_code)
        assert statuses == [422, 403, 422, 403, 422, *[429] * 35]
        kept = (await api.get(head("AIMC"), "/v1/commands", limit=200))["items"]
        assert len(kept) == before + 5 + 1
        assert [each["refusal"]["refusal"] for each in kept if each["kind"] == "flood"] == ["TooManyRequests"]
        await api.get(head("AIMC"), "/v1/me")
        await api.post(CHAIR, SILENCES, subject="A", text="B", waive="Test")


async def test_wrong_keys_from_one_address_are_counted(world: World) -> None:
    """So that nobody tries keys without end."""
    async with narrow(world, strangers=3) as api:
        wrong = [{"Authorization": f"Bearer dlg_k-0123456789abcdef_{letter * 43}"} for letter in "ABCDE"]
        answers = [await api.client.get("/v1/me", headers=each) for each in wrong]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]


@pytest.mark.parametrize(
    ("query", "headers", "status", "refusal"),
    [
        ({"cursor": "A" * MOST_ADDRESS}, {}, 414, "AddressTooLong"),
        ({}, {"X-Long": "x" * 20_000}, 431, "HeadersTooLarge"),
        ({}, {f"X-{number}": "x" for number in range(80)}, 431, "HeadersTooLarge"),
    ],
)
async def test_a_long_address_and_large_headers_are_refused(
    api: Api, query: dict[str, str], headers: dict[str, str], status: int, refusal: str
) -> None:
    """Before anything is looked up."""
    answer = await api.client.get("/v1/commands", params=query, headers={**api.headers(COORDINATOR), **headers})
    assert (answer.status_code, answer.json()["refusal"]) == (status, refusal)
    assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Zero\u0000", "control character"),
        ("Bell\u0007", "control character"),
        ("Two\nlines", "line break"),
        ("Tab\tbed", "line break or a tab"),
        ("Paragraph\u2029s", "line break"),
        ("Evil \u202etxt.exe", "turns the direction"),
        ("Isolated \u2067name\u2069", "turns the direction"),
        ("\u200f" * 250, "more than 200"),
        ("n" * 201, "more than 200"),
        (" ", "is empty"),
    ],
)
async def test_a_name_reads_as_it_is_written(api: Api, name: str, rule: str) -> None:
    """What nobody sees, or what turns the direction of the rest, is refused by its number."""
    told = await api.post(
        "AIMC/head_of_entity", "/v1/persons", expect=422, name=name, address="a@aimc.example", entity="AIMC"
    )
    assert (told["refusal"], told["faults"][0]["field"]) == ("Malformed", "name")
    assert rule in told["faults"][0]["rule"]


async def test_every_script_is_taken_in_a_name(api: Api) -> None:
    """Right to left, mixed, combined, beyond the basic plane: it comes back as it was sent, composed."""
    names = (
        "أمينة بن علي",
        "أمينة Benali (AFRIPOL) ٣",
        "Жанна Дарк",
        "李小龍",
        "Zoe\u0308 A\u030angstro\u0308m",
        "𐎠𐎭𐎼 👩‍💻",
        "".join(chr(code) for code in range(0x1E00, 0x1E60)),
    )
    enrolled = [
        await api.post("AIMC/head_of_entity", "/v1/persons", name=name, address="a@aimc.example", entity="AIMC")
        for name in names
    ]
    told = {each["person"]: each["name"] for each in (await api.get("AIMC/head_of_entity", "/v1/persons"))["items"]}

    assert [told[fact(each, "person")] for each in enrolled] == [unicodedata.normalize("NFC", name) for name in names]


async def test_a_long_text_may_turn_direction_within_a_line(api: Api) -> None:
    """As word processors do for right-to-left words; it may not turn what comes after it."""
    await api.post(
        CHAIR,
        SILENCES,
        subject="A",
        text="The body \u2067\u0627\u0644\u0647\u064a\u0626\u0629\u2069 agrees.",
        waive="Test",
    )
    for text in (
        "Agreed \u2067by all",
        "Agreed \u2069by all",
        "Agreed \u2067by\n all\u2069",
        "Agreed \u202eby all\u202c",
    ):
        told = await api.post(CHAIR, SILENCES, expect=422, subject="A", text=text)
        assert "turns the direction" in told["faults"][0]["rule"]


async def test_a_megabyte_where_ten_kilobytes_are_meant_is_refused(api: Api) -> None:
    """By its bytes, or by its characters."""
    told = await api.post(CHAIR, SILENCES, expect=413, subject="A", text="x" * 1_000_000)
    assert (told["refusal"], told["most"]) == ("TooLarge", 262_144)
    told = await api.post(CHAIR, SILENCES, expect=422, subject="A", text="x" * 60_000)
    assert told["faults"][0]["rule"] == "has more than 50000 characters"
    assert told["faults"][0]["remedy"] == "shorten it"


async def test_json_of_a_thousand_levels_is_refused(api: Api) -> None:
    """Before anything parses it."""
    headers = {**api.headers(CHAIR), "Content-Type": "application/json"}
    for content in (b'{"subject":' * 1000, b"[" * 1000 + b"]" * 1000):
        answer = await api.client.post(SILENCES, headers=headers, content=content)
        assert (answer.status_code, answer.json()["refusal"]) == (422, "Malformed")
        assert "levels of brackets" in answer.json()["detail"]
