"""Clashes through the API: scenario 13 of domain.md, and what a series would clash with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.runtime.stack import Stack
from tests.integration.api_world import CHAIR, COORDINATOR, Api, api_of, head, present, written
from tests.world import Peopled, world_of


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API in which both groups meet on one day and book the same delegate of AIMC."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        yield api


@pytest.fixture(scope="module")
async def cycles(api: Api) -> dict[str, str]:
    """Give the two cycles, convened for the same day, and AIMC's credentials for both."""
    day = (await present(api)).replace(hour=7, minute=0, second=0) + timedelta(days=60)
    found = {}
    for body, hour, name in (("wg-sc", 0, "Amal Ben Ali"), ("wg-fa", 5, "AMAL  Ben Ali")):
        called = await api.post(
            COORDINATOR,
            f"/v1/bodies/{body}/extraordinary-sessions",
            starts=written(day + timedelta(hours=hour)),
            session="PT3H",
            reason="To try",
            procedure="exercise@1",
        )
        found[body] = called["links"]["cycle"]
        await api.post(COORDINATOR, f"{found[body]}/convening", mode="hybrid", place="Lyon")
        booked = await api.post(
            head("AIMC"), f"{found[body]}/credentials", persons=[{"person": name, "role": "head_of_delegation"}]
        )
        assert booked["status"] == "decided"
    return found


async def clashes(api: Api, who: str, **query: Any) -> Any:
    """Read the clashes."""
    return await api.get(who, "/v1/clashes", **query)


async def test_a_delegate_booked_by_both_groups_is_shown_to_those_who_lead(api: Api, cycles: dict[str, str]) -> None:
    """One clash, with person, entity, both cycles and the day; neither booking was refused (scenario 13)."""
    for who in (COORDINATOR, CHAIR):
        told = await clashes(api, who)
        (twice,) = told["persons"]
        assert (twice["person"], twice["entity"], twice["overlaps"]) == ("Amal Ben Ali", "AIMC", False)
        assert [f"/v1/cycles/{s['body']}/{s['number']}" for s in twice["sessions"]] == [*cycles.values()]
        assert len(twice["days"]) == 1
        (met,) = told["sessions"]
        assert {session["body"] for session in met["sessions"]} == {"wg-sc", "wg-fa"}


async def test_a_double_booking_is_for_the_entity_itself_and_not_for_others(api: Api, cycles: dict[str, str]) -> None:
    """AIMC sees that its delegate is booked twice; other members and observers see only that sessions meet."""
    assert len(cycles) == 2
    assert (await clashes(api, head("AIMC")))["persons"]
    for entity in ("FRONTEX", "UNODC"):
        told = await clashes(api, head(entity))
        assert (told["persons"], len(told["sessions"])) == ([], 1)
    assert (await api.world.state("cycle/wg-sc/1")).credentials["AIMC"]


async def test_clashes_are_asked_for_by_body_and_span(api: Api, cycles: dict[str, str]) -> None:
    """A body that meets nobody has none; before and after that day there is nothing."""
    assert len(cycles) == 2
    assert (await clashes(api, COORDINATOR, body="wg-sc"))["persons"]
    told = await clashes(api, COORDINATOR, body="dialogue")
    assert (told["persons"], told["sessions"]) == ([], [])
    soon = written(await present(api) + timedelta(days=30))
    assert (await clashes(api, COORDINATOR, until=soon))["persons"] == []
    wrong = await api.get(COORDINATOR, "/v1/clashes", expect=422, since=soon, until=soon)
    assert wrong["refusal"] == "Malformed"


async def test_who_has_declined_is_booked_nowhere(api: Api, cycles: dict[str, str]) -> None:
    """Once AIMC declines one of the two, its delegate is free."""
    await api.post(head("AIMC"), f"{cycles['wg-fa']}/responses", answer="declined")
    told = await clashes(api, COORDINATOR)
    assert (told["persons"], len(told["sessions"])) == ([], 1)
