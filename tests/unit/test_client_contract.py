"""The client's types against the API's published contract: field by field, and every reading by its address."""

from __future__ import annotations

import importlib
import pkgutil
import re
import types
from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, Union, get_args, get_origin, get_type_hints

import httpx
import pytest

import services.client
from services.api.app import create_app
from services.client.client import DialogueClient
from services.client.reading import read_as
from services.client.refusal import Unreadable
from services.client.result import CommandRecord, CommandResult, HappenedEvent
from services.client.wait import Wait

#: Modules that are about the conversation and not about what is told in it.
APART = {"client", "connection", "patience", "reading", "refusal"}
#: Where the contract calls something otherwise.
CALLED = {HappenedEvent: "EventRead", CommandResult: "IssuedKeyRead", CommandRecord: "CommandRecordRead"}
#: What the client leaves out: an answer to a command needs no zone. And a key comes with an issue of one alone.
LEFT_OUT = {CommandResult: {"zone"}, CommandRecord: {"zone"}}
ELSEWHERE = {CommandRecord: {"key"}}
PLAIN = {str: "string", int: "integer", bool: "boolean", datetime: "date-time", date: "date"}
LOCAL = "_local"
GIVEN = {
    "body": "dialogue",
    "number": 9,
    "code": "AFRIPOL",
    "text": "t-1",
    "procedure": "s-1",
    "action": "a-1",
    "command_id": "0" * 64,
}
AT = "2040-03-06T08:00:00Z"


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    """Give the contract as published; nothing of its engine is used."""
    engine: Any = SimpleNamespace(settings=SimpleNamespace(keys=SimpleNamespace(cursor=bytes(32))))
    return dict(create_app(engine).openapi())


def resources() -> list[type[Any]]:
    """Return every type of the client that stands for something the API tells."""
    names = [each.name for each in pkgutil.iter_modules(services.client.__path__) if each.name not in APART]
    found = [value for name in names for value in vars(importlib.import_module(f"services.client.{name}")).values()]
    own = [each for each in found if isinstance(each, type) and is_dataclass(each)]
    return sorted(set(own), key=lambda each: each.__name__)


def read_name(kind: type[Any]) -> str:
    """Return what the contract calls a type of the client."""
    return CALLED.get(kind, f"{kind.__name__}Read")


def described(hint: Any) -> str:
    """Return a type of the client in short."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return described(next(each for each in inner if each is not type(None))) + "|null"
    if origin is tuple:
        return f"[{described(inner[0])}]"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"{{{described(inner[1])}}}"
    if is_dataclass(hint) and isinstance(hint, type):
        return read_name(hint)
    return PLAIN.get(hint, "any")


def published(schema: Mapping[str, Any]) -> str:
    """Return a schema of the contract in short, spelt alike."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if "anyOf" in schema:
        return "|".join(published(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{published(schema['items'])}]"
    if schema.get("type") == "object":
        value = schema.get("additionalProperties")
        return f"{{{published(value) if isinstance(value, dict) else 'any'}}}"
    return str(schema.get("format") or schema.get("type") or "any")


@pytest.mark.parametrize("kind", resources(), ids=lambda kind: kind.__name__)
def test_a_resource_has_the_fields_of_the_contract(contract: dict[str, Any], kind: type[Any]) -> None:
    """Each of them, with its type; when the API tells something new, the client's dataclass is given it too."""
    schema = contract["components"]["schemas"][read_name(kind)]
    told = {name: published(of) for name, of in schema["properties"].items() if not name.endswith(LOCAL)}
    hints = get_type_hints(kind)
    known = {each.metadata.get("wire_name", each.name): described(hints[each.name]) for each in fields(kind)}

    assert {n: t for n, t in known.items() if n not in ELSEWHERE.get(kind, set())} == {
        n: t for n, t in told.items() if n not in LEFT_OUT.get(kind, set())
    }


def sample(contract: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """Return something that a schema of the contract describes."""
    if "$ref" in schema:
        return sample(contract, contract["components"]["schemas"][published(schema)])
    if "anyOf" in schema:
        return sample(contract, schema["anyOf"][0])
    if schema.get("format") in {"date-time", "date"}:
        return AT if schema["format"] == "date-time" else AT[:10]
    if schema.get("type") == "object":
        named = {name: sample(contract, each) for name, each in schema.get("properties", {}).items()}
        of = schema.get("additionalProperties")
        return {**named, **({"1": sample(contract, of)} if isinstance(of, dict) else {})}
    if schema.get("type") == "array":
        return [sample(contract, schema["items"])]
    return {"string": "word", "integer": 1, "boolean": True}.get(str(schema.get("type")), "word")


class Published(httpx.AsyncBaseTransport):
    """An API that answers every reading of the contract with a sample, and says which it was."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        self.contract = contract
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a reading; its filters have to be ones that the contract has."""
        path = next(
            each
            for each in sorted(self.contract["paths"], key=lambda path: path.count("{"))
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", each), request.url.path)
        )
        reading = self.contract["paths"][path]["get"]
        assert set(request.url.params) <= {each["name"] for each in reading.get("parameters", ())}, path
        answer = sample(self.contract, reading["responses"]["200"]["content"]["application/json"]["schema"])
        self.asked.append(path)
        return httpx.Response(200, json={**answer, **({"next": None} if "next" in answer else {})})


READINGS = [
    name
    for name, value in vars(DialogueClient).items()
    if not name.startswith("_") and isinstance(value, types.FunctionType)
]


def arguments_of(method: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return arguments for a reading, with every filter it has."""
    hints = get_type_hints(method)
    flat = {"states": ["queued"], "everybody": True, "met": False, "overdue": True, "cycle": 9, "state": "done"}
    optional = {name: flat.get(name, "AFRIPOL") for name in method.__kwdefaults__ or {}}
    placed = [name for name in hints if name not in {"return", *optional}]
    return [GIVEN[name] for name in placed], optional


@pytest.mark.parametrize("name", READINGS)
async def test_every_reading_asks_what_the_contract_has_and_gives_what_it_tells(
    contract: dict[str, Any], name: str
) -> None:
    """By its address and filters, as the type that belongs to it."""
    transport = Published(contract)
    async with DialogueClient("http://api.test", "k", transport=transport) as client:
        placed, optional = arguments_of(getattr(DialogueClient, name))
        asked: Awaitable[Any] | AsyncIterator[Any] = getattr(client, name)(*placed, **optional)
        given = [each async for each in asked] if isinstance(asked, AsyncIterator) else [await asked]

    (path,) = transport.asked
    reading = contract["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    told = published(reading).removeprefix("Page_").removesuffix("_")
    kinds = [type(each).__name__ + "Read" for each in given]
    assert kinds == (["NoticeRead", "DeliveredNoticeRead", "FailedNoticeRead"] if name == "notices" else [told])


def test_an_answer_of_another_form_is_named_and_not_guessed_at() -> None:
    """What is missing or wrong is told by its name; what is new is left out."""
    told = sample_wait()
    assert read_as(Wait, {**told, "novelty": 1}).what == "respond"
    for wrong in ({**told, "since": "yesterday"}, {**told, "since": "2040-03-06T08:00:00"}, {**told, "ended_by": 1}):
        with pytest.raises(Unreadable, match=r"Wait\.(since|ended_by)"):
            read_as(Wait, wrong)
    with pytest.raises(Unreadable, match=r"Wait\.role"):
        read_as(Wait, {name: value for name, value in told.items() if name != "role"})


def sample_wait() -> dict[str, Any]:
    """Return an open wait as the API tells it."""
    return {
        "what": "respond",
        "entity": "AFRIPOL",
        "role": "head_of_delegation",
        "body": "dialogue",
        "stream": "cycle/dialogue/9",
        "since": AT,
        "until": None,
        "ended_by": [],
    }
