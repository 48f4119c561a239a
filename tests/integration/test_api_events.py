"""The feed of events: in the order of the record, resumed where one was, and exactly what the caller may see."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from time import perf_counter
from typing import Any

import pytest

from services.runtime.stack import Stack
from services.storage import ledger
from services.wire.canonical import canonical_bytes
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
    until,
    written,
)
from tests.world import MEMBERS, Peopled, world_of

GUEST = "ECO"
EVENTS = "/v1/events"


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API with a guest at the table."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        await world.appoint(GUEST, "head_of_entity", by=COORDINATOR)
        await world.appoint(GUEST, "head_of_delegation", by=f"{GUEST}/head_of_entity")
        yield api


async def sealed(api: Api) -> None:
    """Have every entry given its position, as the worker's sealer does by itself."""
    async with api.world.engine.database.work() as connection:
        await ledger.give_positions(connection)


async def feed(api: Api, who: str, cursor: str | None = None, limit: int = 200, **query: Any) -> tuple[list[Any], str]:
    """Return everything from a cursor on, and the cursor after it."""
    await sealed(api)
    items: list[Any] = []
    while True:
        asked = {**query, **({"cursor": cursor} if cursor else {})}
        told = await api.get(who, EVENTS, limit=limit, **asked)
        items += told["items"]
        cursor = told["next"]
        if len(told["items"]) < limit:
            return items, str(cursor)


async def from_now(api: Api, who: str) -> str:
    """Return the cursor of what comes from now on."""
    await sealed(api)
    told = await api.get(who, EVENTS, tail="true")
    assert told["items"] == []
    return str(told["next"])


async def test_what_happens_is_told_once_and_in_order_wherever_one_resumes(api: Api) -> None:
    """In pages of any size the same events; a cursor of last year goes on where it stood."""
    whole, _ = await feed(api, COORDINATOR)
    pieces, at_end = await feed(api, COORDINATOR, limit=7)
    # a letter may still have been delivered in between
    assert [each["id"] for each in pieces][: len(whole)] == [each["id"] for each in whole]
    assert len({each["id"] for each in whole}) == len(whole) > 30
    opened = await api.post(CHAIR, "/v1/bodies/wg-sc/silence-procedures", subject="A", text="B", waive="Test")
    more, _ = await feed(api, COORDINATOR, at_end)
    new = next(each for each in more if each["kind"] == "procedure_opened")
    assert new["links"]["target"] == f"/v1/procedures/{fact(opened, 'procedure')}"
    assert (new["body"], new["at_local"][-6:]) == ("wg-sc", new["at_local"][-6:])
    assert not {each["id"] for each in more} & {each["id"] for each in whole}


async def test_an_event_is_seen_by_whoever_may_read_what_it_happened_to(api: Api) -> None:
    """A members-only text, its procedure and what is said of it are for members; a guest sees its own cycle alone."""
    places = {who: await from_now(api, who) for who in (CHAIR, head("AIMC"), head("UNODC"), head(GUEST))}
    cycle = await convene(api, "dialogue", ahead=timedelta(hours=2))
    sent: dict[str, Any] = {"kind": "minutes", "paragraphs": {"1": "We met."}}
    hidden = await api.post(CHAIR, f"{cycle}/texts", title="T", audience="members", **sent)
    await api.post(CHAIR, f"{cycle}/texts", title="T", **sent)
    text = f"/v1/texts/{fact(hidden, 'text')}"
    await api.post(CHAIR, f"{text}/silence-procedures", period="P3D", waive="Test")
    await api.post(CHAIR, f"{cycle}/items", title="One", purpose="discussion", audience="members")
    seen = {who: (await feed(api, who, cursor))[0] for who, cursor in places.items()}
    kinds = {who: [each["kind"] for each in items] for who, items in seen.items()}
    for member in (CHAIR, head("AIMC")):
        assert kinds[member].count("text_tabled") == 2
        assert {"procedure_begun", "procedure_opened", "item_proposed"} <= set(kinds[member])
    observed = kinds[head("UNODC")]
    assert observed.count("text_tabled") == 1
    assert "cycle_convened" in observed
    assert not {"procedure_begun", "procedure_opened", "item_proposed"} & set(observed)
    assert text not in str(seen[head("UNODC")])
    assert set(kinds[head(GUEST)]) == set()


async def test_the_ladder_the_people_and_refusals_are_for_whom_they_concern(api: Api) -> None:
    """A refused command is told its sender alone, an appointment the entity's own people, holds who leads."""
    places = {who: await from_now(api, who) for who in (COORDINATOR, "AIMC/head_of_entity", head("UNODC"))}
    refused = await api.post(CHAIR, "/v1/bodies/wg-fa/series/pause", expect=409, reason="No")
    await api.post("AIMC/head_of_entity", "/v1/persons", name="N", address="n@aimc.example", entity="AIMC")
    sitting = await in_session(api, "wg-fa", *MEMBERS[:5])
    due = written(await present(api) + timedelta(days=400))
    assigned = await api.post(CHAIR, f"{sitting}/actions", owner="AIMC", title="A", due=due)
    action = f"/v1/actions/{fact(assigned, 'action')}"
    ladder = (await api.get(CHAIR, action))["escalation"]["rungs"]
    rung = next(each["number"] for each in ladder if each["to"] in {"chair", "heads_of_entity"})
    held_until = written(await present(api) + timedelta(days=700))
    await api.post(COORDINATOR, f"{action}/holds", rung=rung, until=held_until, reason="Wait")
    seen = {who: (await feed(api, who, cursor))[0] for who, cursor in places.items()}
    kinds = {who: {each["kind"] for each in items} for who, items in seen.items()}
    assert "command_refused" not in kinds[COORDINATOR] | kinds[head("UNODC")]
    own = [each for each in (await feed(api, CHAIR))[0] if each["kind"] == "command_refused"]
    assert own[-1]["command_id"] == refused["command_id"]
    assert "person_enrolled" in kinds["AIMC/head_of_entity"]
    assert "person_enrolled" not in kinds[head("UNODC")]
    assert "rung_held" in kinds[COORDINATOR]
    assert "rung_held" not in kinds[head("UNODC")]


async def test_gaps_do_not_tell_how_much_is_hidden(api: Api) -> None:
    """No position and no version is told, ids cannot be counted, and a cursor is sealed anew each time."""
    items, _ = await feed(api, head("UNODC"))
    assert all(set(each) == TOLD for each in items)
    first, again = [await from_now(api, head("UNODC")) for _ in range(2)]
    assert first != again
    told = await api.get(head("UNODC"), EVENTS, expect=422, cursor=first, kind="cycle_convened")
    assert told["faults"][0]["field"] == "cursor"


TOLD = {"id", "kind", "at", "at_local", "stream", "body", "entity", "role", "command_id", "links"}


async def test_a_request_that_waits_is_answered_when_something_happens(api: Api) -> None:
    """And at the end of its wait if nothing does."""
    cursor = await from_now(api, head("AIMC"))
    began = perf_counter()
    told = await api.get(head("AIMC"), EVENTS, cursor=cursor, wait=1, kind="never_heard_of", expect=422)
    told = await api.get(head("AIMC"), EVENTS, cursor=cursor, wait=1, limit=1)
    assert told["items"] == []
    assert perf_counter() - began >= 1
    waiting = asyncio.create_task(api.get(head("AIMC"), EVENTS, cursor=told["next"], wait=20))
    await api.post(CHAIR, "/v1/bodies/wg-sc/silence-procedures", subject="A", text="B", waive="Test")
    heard = await asyncio.wait_for(waiting, 20)
    assert heard["items"]
    await api.get(head("AIMC"), EVENTS, expect=422, wait=31)


async def test_events_are_filtered_by_kind_and_body(api: Api) -> None:
    """Both are part of what a cursor is good for."""
    kinds, _ = await feed(api, COORDINATOR, kind=["procedure_opened", "cycle_convened"])
    assert {each["kind"] for each in kinds} == {"procedure_opened", "cycle_convened"}
    bodies, _ = await feed(api, COORDINATOR, body="wg-sc")
    assert {each["body"] for each in bodies} == {"wg-sc"}


async def test_a_receipt_proves_what_was_submitted_and_where_it_stands(api: Api) -> None:
    """Hash, version and instant at once, the position a moment later; who kept what it sent makes the hash again."""
    sent: dict[str, Any] = {"subject": "Receipt", "text": "These words.", "waive": "Test"}
    told = await api.post(CHAIR, "/v1/bodies/wg-sc/silence-procedures", **sent)
    receipt = told["receipt"]
    arguments = {name: value for name, value in sent.items() if name != "waive"}
    whole = canonical_bytes({"arguments": arguments, "on_behalf": None, "waive": "Test"})
    assert receipt["digest"] == hashlib.sha256(b"open_silence\n" + whole).hexdigest()
    assert (receipt["at"], receipt["stream"]) == (told["received_at"], told["stream"])
    assert receipt["version"] == max(event["version"] for event in told["events"])
    await sealed(api)
    kept = await until(
        lambda: api.get(CHAIR, told["links"]["self"]), lambda seen: seen["receipt"]["position"] is not None
    )
    assert {**kept["receipt"], "position": None} == {**receipt, "position": None}
    assert kept["receipt"]["position"] > 30
