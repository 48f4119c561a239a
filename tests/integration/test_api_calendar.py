"""Calendars through the API: read by anybody, changed by whose they are, and moving nothing that is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.runtime.stack import Stack
from tests.integration.api_world import COORDINATOR, Api, api_of, head, present, until
from tests.world import Peopled, world_of

OWNER = "AMERIPOL/head_of_entity"


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API in which the Dialogue has its series, and with it a proposed cycle."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        await api.post(COORDINATOR, "/v1/bodies/dialogue/series")
        yield api


async def deadline(api: Api, label: str, entity: str) -> dict[str, Any]:
    """Return a deadline of the proposed cycle, as the coordinator sees it."""
    found = await api.get(COORDINATOR, "/v1/deadlines", entity=entity, body="dialogue")
    return next(each for each in found["items"] if each["label"] == label)


def written_out(version: int, *feasts: date) -> dict[str, Any]:
    """Return a calendar of AMERIPOL with some feasts, as a file has it."""
    sure = {"source": "decree", "confidence": "public"}
    week = {"since": "2016-01-01", "days": ["mon", "tue", "wed", "thu", "fri"], "closes": "17:00", **sure}
    holidays = {"Day of the office": {"on": [each.isoformat() for each in feasts]}} if feasts else {}
    return {"calendar": "AMERIPOL", "version": version, **sure, "weeks": [week], "holidays": holidays}


async def test_a_year_of_a_calendar_is_told(api: Api) -> None:
    """Months, feasts with how sure they are, days worked in their stead."""
    told = await api.get(head("UNODC"), "/v1/calendars/SCO_SECRETARIAT", year=2026)

    assert (told["place"], told["calendar_zone"], told["reference"]) == (
        "Beijing",
        "Asia/Shanghai",
        "SCO_SECRETARIAT@1",
    )
    assert [len(month) for month in told["months"]] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert told["months"][1][13] == "w"  # Saturday 14 February is worked
    assert {day["on"] for day in told["worked_days"]} >= {"2026-02-14"}
    assert sum(month.count("w") + month.count("h") for month in told["months"]) == told["working_days"]
    expected = await api.get(head("AIMC"), "/v1/calendars/GCCPOL", year=2040)
    assert {day["name"] for day in expected["feasts"] if day["is_expected"]} >= {"Eid al-Fitr", "Eid al-Adha"}
    listed = [each["delegation"] for each in (await api.get(head("AIMC"), "/v1/calendars"))["items"]]
    assert len(listed) == 13
    await api.get(head("AIMC"), "/v1/calendars/UN", expect=404)


async def test_a_changed_calendar_moves_nothing_lists_and_change_due_moves_one(api: Api) -> None:
    """By the entity itself; the coordinator reads what would move, moves it, and the slip is kept."""
    stands = await deadline(api, "contributions", "AMERIPOL")
    due_on = datetime.fromisoformat(stands["due_at"]) - timedelta(hours=5)
    tomorrow = (await present(api) + timedelta(days=2)).date().isoformat()

    sent: dict[str, Any] = {"calendar": written_out(2, due_on.date()), "from": tomorrow}
    changed = await api.post(OWNER, "/v1/calendars/AMERIPOL", **sent)

    assert changed["status"] == "decided"

    async def would_move() -> Any:
        return (await api.get(COORDINATOR, "/v1/deadlines", would_move=True, everybody=True))["items"]

    (listed,) = await until(would_move, bool)
    assert (listed["label"], listed["entity"], listed["due_at"]) == ("contributions", "AMERIPOL", stands["due_at"])
    assert "Day of the office in Bogotá" in listed["would_be_reason"]
    assert listed["would_be_at"] > listed["due_at"]
    moved = await api.post(
        COORDINATOR,
        f"/v1/cycles/dialogue/{listed['stream'].rsplit('/', 1)[1]}/deadlines",
        step="contributions",
        entity="AMERIPOL",
        due=listed["would_be_at"],
        reason="The office is closed",
    )
    assert moved["status"] == "decided"
    assert (await deadline(api, "contributions", "AMERIPOL"))["due_at"] == listed["would_be_at"]
    assert await would_move() == []
    await until(lambda: letters(api, "AMERIPOL", "step_due_changed"), bool)
    await until(lambda: letters(api, "INTERPOL", "deadlines_would_move"), bool)


async def letters(api: Api, entity: str, notice: str) -> Any:
    """Return the letters an entity got of one kind."""
    return api.world.post.to(entity, notice)


@pytest.mark.parametrize(
    ("who", "sent", "status", "kind"),
    [
        (head("AMERIPOL"), {"calendar": "AMERIPOL@1"}, 403, "not-permitted"),
        ("AIMC/head_of_entity", {"calendar": "AMERIPOL@1"}, 403, "not-permitted"),
        (OWNER, {"calendar": "AMERIPOL@1", "from": "2020-01-01"}, 422, "bad-argument"),
        (OWNER, {"calendar": "AIMC@1"}, 422, "bad-argument"),
        (OWNER, {"calendar": "AMERIPOL@77"}, 422, "malformed"),
        (OWNER, {"calendar": "../AMERIPOL@1"}, 422, "malformed"),
        (OWNER, {"calendar": {"calendar": "AMERIPOL"}}, 422, "malformed"),
        (OWNER, {"calendar": "AMERIPOL@1", "from": "tomorrow"}, 422, "malformed"),
    ],
)
async def test_who_may_not_and_what_is_wrong_is_said(
    api: Api, who: str, sent: dict[str, Any], status: int, kind: str
) -> None:
    """A calendar is its entity's own; the past stands; files are named by reference alone."""
    later = (await present(api) + timedelta(days=9)).date().isoformat()

    headers = {**api.headers(who), "If-Match": "*"}
    answer = await api.client.post("/v1/calendars/AMERIPOL", headers=headers, json={"from": later, **sent})

    assert (answer.status_code, kind in answer.json()["type"]) == (status, True), answer.text


async def test_a_delegation_nobody_has_is_refused(api: Api) -> None:
    """By name."""
    later = (await present(api) + timedelta(days=9)).date().isoformat()

    refused = await api.post(COORDINATOR, "/v1/calendars/UN", expect=422, calendar="AMERIPOL@1", **{"from": later})

    assert "UN" in refused["detail"]
