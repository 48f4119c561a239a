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


async def test_a_series_is_previewed_with_every_deadline_and_every_clash(api: Api, cycles: dict[str, str]) -> None:
    """Nights, weekends, deadlines per debtor, another body's session, and who would sit twice."""
    assert len(cycles) == 2
    day = (await api.get(COORDINATOR, cycles["wg-sc"]))["starts"][:10]
    ordinal = f"FREQ=YEARLY;BYMONTH={int(day[5:7])};BYMONTHDAY={int(day[8:])}"
    asked: dict[str, Any] = {
        "rrule": ordinal,
        "session": "PT3H",
        "local_start": "09:00",
        "procedure": "wg-sc@1",
        "count": "3",
    }
    path = "/v1/bodies/dialogue/series/preview"
    seen = await api.get(COORDINATOR, path, **asked)
    first = seen["sessions"][0]
    assert first["cannot_reckon"] == ""
    assert {step["entity"] for step in first["steps"] if step["label"] == "contributions"} > {"AFRIPOL", "UNODC"}
    assert [step["due_at"] for step in first["steps"]] == sorted(step["due_at"] for step in first["steps"])
    assert first["local"]["AMERIPOL"]["is_night"]
    assert not first["local"]["INTERPOL"]["is_night"]
    free = {d["on"] for s in seen["sessions"] for local in s["local"].values() for d in local["free_days"]}
    assert free
    assert {meeting["session"]["body"] for meeting in first["meets"]} == {"wg-sc", "wg-fa"}
    assert {p["entity"]: p["person"] for p in first["meets"][0]["persons"]}["AIMC"] == "head_of_delegation of AIMC"
    as_member = (await api.get(head("FRONTEX"), path, **asked))["sessions"][0]
    assert {(p["entity"], p["person"]) for m in as_member["meets"] for p in m["persons"]} == {("FRONTEX", None)}


async def test_a_session_on_a_feast_is_marked_for_whoever_keeps_it(api: Api) -> None:
    """By the calendars that the register keeps: Christmas is free in Lyon and worked in Tunis."""
    path = "/v1/bodies/dialogue/series/preview"
    rule = "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25"
    seen = await api.get(COORDINATOR, path, rrule=rule, session="PT3H", local_start="13:00", count="7")
    on_weekday = next(s for s in seen["sessions"] if not s["local"]["AIMC"]["free_days"])
    (day,) = on_weekday["local"]["INTERPOL"]["free_days"]
    assert (day["delegation"], day["on"][5:]) == ("INTERPOL", "12-25")
    assert day["why"] not in {"", "weekend"}


async def test_without_arguments_the_series_that_stands_is_previewed(api: Api) -> None:
    """What the coordinator scheduled is what comes, not what the procedure would have given."""
    rule = "FREQ=YEARLY;BYMONTH=4;BYDAY=2TU"
    await api.post(COORDINATOR, "/v1/bodies/dialogue/series", rrule=rule, local_start="10:00")
    seen = await api.get(COORDINATOR, "/v1/bodies/dialogue/series/preview")
    assert (seen["rrule"], seen["local_start"], len(seen["sessions"])) == (rule, "10:00", 12)
    body = await api.get(COORDINATOR, "/v1/bodies/dialogue")
    assert body["series"][0]["occurrences"][0]["starts"] in {session["starts"] for session in seen["sessions"]}


async def test_an_amendment_is_previewed_with_what_the_old_series_still_gives(api: Api) -> None:
    """Until its day the old rule and hour, from then on the new; what is left out stays."""
    path = "/v1/bodies/dialogue/series/preview"
    standing = (await api.get(COORDINATOR, path))["sessions"]
    turn = standing[2]["starts"][:10]
    seen = await api.get(COORDINATOR, path, **{"from": turn, "local_start": "14:00"})
    assert [session["starts"] for session in seen["sessions"][:2]] == [session["starts"] for session in standing[:2]]
    assert seen["sessions"][2]["starts"][:10] == turn
    assert "T14:00" in seen["sessions"][2]["local"]["INTERPOL"]["starts"]
    wrong = await api.get(COORDINATOR, "/v1/bodies/wg-sc/series/preview", expect=422, **{"from": turn})
    assert wrong["faults"][0]["field"] == "from"
