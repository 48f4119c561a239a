"""Lists: sorted and filtered by what they document, page by page, whatever comes to them in between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from services.api.app import published_contract
from services.runtime.stack import Stack
from tests.integration.api_world import (
    CHAIR,
    COORDINATOR,
    Api,
    api_of,
    convene,
    fact,
    head,
    in_session,
    present,
    written,
)
from tests.world import MEMBERS, Peopled, world_of

#: Where a list's rows are told apart by state, and under which names.
APART = ("queued", "delivered", "failed")
#: What happened has one order, that of the record.
ORDERED = {"/v1/events"}


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API with several of everything."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        sitting = await in_session(api, "wg-sc", *MEMBERS[:5])
        due = await present(api) + timedelta(days=9)
        for nth, owner in enumerate(("EUROPOL", "AIMC", "FRONTEX", "AIMC")):
            at = written(due + timedelta(days=nth % 2))
            await api.post(CHAIR, f"{sitting}/actions", owner=owner, title=f"Action {nth}", due=at)
        for body in ("dialogue", "wg-fa"):
            await convene(api, body, ahead=timedelta(hours=2))
            await api.post(CHAIR, f"/v1/bodies/{body}/silence-procedures", subject="A", text="B", waive="Test")
        await api.post(head("AIMC"), "/v1/bodies/dialogue/silence-procedures", expect=403, subject="A", text="B")
        yield api


def lists() -> Mapping[str, list[str]]:
    """Return every list that is told by pages, with the orders it has."""
    found: dict[str, list[str]] = {}
    for path, methods in published_contract()["paths"].items():
        parameters = {each["name"]: each["schema"] for each in methods.get("get", {}).get("parameters", ())}
        if "cursor" in parameters and "{" not in path and path not in ORDERED:
            found[path] = parameters.get("sort", {}).get("enum", [])
    return found


def rows_of(page: Mapping[str, Any]) -> list[Any]:
    """Return the rows of a page."""
    return page["items"] if "items" in page else [row for name in APART for row in page[name]]


async def walked(api: Api, path: str, limit: int, **query: Any) -> list[Any]:
    """Return all rows of a list, page by page."""
    rows: list[Any] = []
    cursor: str | None = None
    while True:
        told = {**query, **({"cursor": cursor} if cursor else {})}
        page = await api.get(COORDINATOR, path, limit=limit, **told)
        rows += sorted(rows_of(page), key=lambda row: rows_of(page).index(row))
        cursor = page["next"]
        if cursor is None:
            return rows


def test_every_list_documents_its_orders() -> None:
    """Each field rising and falling; the first is nothing special, the usual one is the default."""
    assert len(lists()) >= 15
    for path, orders in lists().items():
        assert orders, path
        assert {order.removeprefix("-") for order in orders} == {order for order in orders if order[0] != "-"}, path
        assert len(orders) == 2 * len({order.removeprefix("-") for order in orders}), path


async def test_every_list_is_sorted_as_asked_and_its_pages_make_the_whole(api: Api) -> None:
    """In every order; falling is the rising one turned round; small pages give what one page gives."""
    several = 0
    for path, orders in lists().items():
        everybody = {"everybody": "true"} if path in {"/v1/deadlines", "/v1/notices"} else {}
        for order in orders:
            if order.startswith("-"):
                continue
            rising = await walked(api, path, 200, sort=order, **everybody)
            falling = await walked(api, path, 200, sort=f"-{order}", **everybody)
            if path != "/v1/notices":
                # told apart by state, a page of notices has no one order
                assert rising == falling[::-1], (path, order)
                values = [row[order] for row in rising]
                assert values == sorted(values), (path, order)
            small = await walked(api, path, max(2, len(rising) // 4), sort=order, **everybody)
            assert sorted(map(str, small)) == sorted(map(str, rising)), (path, order)
            several += len(rising) > 2
    assert several > 20


async def test_what_comes_in_between_neither_repeats_nor_hides_a_row(api: Api) -> None:
    """A cursor says where one was, not how many there were."""
    first = await api.get(COORDINATOR, "/v1/procedures", limit=1)
    await api.post(CHAIR, "/v1/bodies/wg-sc/silence-procedures", subject="C", text="D", waive="Test")
    rest = await api.get(COORDINATOR, "/v1/procedures", cursor=first["next"])
    seen = [each["id"] for each in (*first["items"], *rest["items"])]
    everything = [each["id"] for each in (await api.get(COORDINATOR, "/v1/procedures"))["items"]]
    assert seen == everything[1:]


async def test_a_cursor_is_good_for_the_order_and_filters_it_was_given_for(api: Api) -> None:
    """With others, or altered by a letter, it is refused."""
    first = await api.get(COORDINATOR, "/v1/actions", limit=1, sort="owner")
    cursor = first["next"]
    altered = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    for query in ({"sort": "-owner"}, {"sort": "due_at"}, {"sort": "owner", "body": "wg-sc"}):
        told = await api.get(COORDINATOR, "/v1/actions", expect=422, cursor=cursor, **query)
        assert told["faults"][0]["field"] == "cursor"
    await api.get(COORDINATOR, "/v1/actions", expect=422, cursor=altered, sort="owner")
    await api.get(COORDINATOR, "/v1/actions", expect=422, sort="title")


@pytest.mark.parametrize(
    ("path", "query", "field", "value"),
    [
        ("/v1/cycles", {"kind": "extraordinary"}, "kind", "extraordinary"),
        ("/v1/procedures", {"kind": "silence"}, "kind", "silence"),
        ("/v1/commands", {"status": "decided", "kind": "convene"}, "kind", "convene"),
        ("/v1/waiting", {"what": "respond"}, "what", "respond"),
        ("/v1/deadlines", {"label": "contributions", "everybody": "true"}, "label", "contributions"),
        ("/v1/entities", {"status": "observer"}, "status", "observer"),
        ("/v1/policies", {"kind": "procedure"}, "kind", "procedure"),
        ("/v1/appointments", {"role": "coordinator", "holds": "true"}, "role", "coordinator"),
        ("/v1/keys", {"valid": "true"}, "is_valid", True),
        ("/v1/actions", {"owner": "AIMC"}, "owner", "AIMC"),
    ],
)
async def test_a_filter_keeps_what_it_names(
    api: Api, path: str, query: Mapping[str, str], field: str, value: object
) -> None:
    """And nothing else; what it cannot be is malformed, or not there."""
    kept = await walked(api, path, 3, **query)
    assert kept
    assert {each[field] for each in kept} == {value}
    name = next(iter(query))
    asked: dict[str, Any] = {"headers": api.headers(COORDINATOR), "params": {name: "No such thing!"}}
    assert (await api.client.get(path, **asked)).status_code in {404, 422}


async def test_every_instant_of_a_command_and_a_refusal_is_told_in_the_callers_zone_too(api: Api) -> None:
    """As in every other answer: beside each instant in UTC stands the same on the caller's own clock."""
    opened = await api.post(CHAIR, "/v1/bodies/wg-fa/silence-procedures", subject="E", text="F", waive="Test")
    procedure = f"/v1/procedures/{fact(opened, 'procedure')}"
    told = await api.post(head("AMERIPOL"), f"{procedure}/time-requests", by="PT1H")
    assert told["received_at_local"].endswith("-05:00")
    early = await api.post(
        COORDINATOR, f"{procedure}/service-by-hand", expect=409, entity="AIMC", evidence="By courier"
    )
    assert early["refusal"] in {"ServiceTooEarly", "AlreadyTold"}
    extended = await api.post(CHAIR, f"{procedure}/extensions", by="PT1H")
    instants = {
        name: value for event in extended["events"] for name, value in event["facts"].items() if is_instant(value)
    }
    assert instants
    assert {name for name in instants if not name.endswith("_local")} == {
        name.removesuffix("_local") for name in instants if name.endswith("_local")
    }
    again = await api.post(CHAIR, f"{procedure}/extensions", expect=409, by="PT1H")
    kept = await api.get(CHAIR, f"/v1/commands/{again['command_id']}")
    assert kept["refusal"]["refusal"] == "ExtensionsExhausted"


def is_instant(value: object) -> bool:
    """Tell whether a fact is an instant."""
    return isinstance(value, str) and len(value) >= 20 and value[4:5] == "-" and value[10:11] == "T"
