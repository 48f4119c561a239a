"""The feed read back over HTTP by two calendars people use: the engine's very instants, whatever became of them."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.domain.body.cycles import floor_of
from services.runtime.stack import Stack
from services.wire.moment import read_instant
from tests.integration.api_world import COORDINATOR, Api, api_of, convene, head, present, written
from tests.integration.calendars import seen_by_ical_js, seen_by_khal, served
from tests.integration.test_api_feed import open_feed
from tests.world import Peopled, world_of

EUROPOL = head("EUROPOL")
PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)
STATUSES = {"proposed": "TENTATIVE", "cancelled": "CANCELLED"}


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API of three bodies: with a session cancelled, one postponed, one skipped, one called, and a fork."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        for body in ("dialogue", "wg-sc", "wg-fa"):
            await api.post(COORDINATOR, f"/v1/bodies/{body}/series")
        fork: dict[str, Any] = {
            "from": written((await present(api) + 300 * DAY).replace(hour=0, minute=0, second=0)),
            "rrule": "FREQ=MONTHLY;INTERVAL=2;BYDAY=1TH",
            "zone": "America/New_York",
            "local_start": "08:30",
        }
        await api.post(COORDINATOR, "/v1/bodies/wg-sc/series/amendment", **fork)
        first = (await api.get(COORDINATOR, "/v1/bodies/wg-fa"))["next_cycle"]
        await api.post(COORDINATOR, f"/v1/bodies/wg-fa/cycles/{first['number']}/skip", reason="Elections")
        await convene(api, "wg-fa", ahead=timedelta(hours=30))
        await api.post(COORDINATOR, f"{await convene_next(api, 'dialogue', 'Rome')}/cancellation", reason="Flood")
        moved = await convene_next(api, "wg-sc", "Vienna")
        later = read_instant((await api.get(COORDINATOR, moved))["starts"]) + 9 * DAY
        await api.post(COORDINATOR, f"{moved}/postponement", starts=written(later), reason="Strike", waive="Strike")
        yield api


async def convene_next(api: Api, body: str, place: str) -> str:
    """Convene the next cycle of a body, however short the notice; return its address."""
    number = (await api.get(COORDINATOR, f"/v1/bodies/{body}"))["next_cycle"]["number"]
    cycle = f"/v1/cycles/{body}/{number}"
    await api.post(COORDINATOR, f"{cycle}/convening", mode="hybrid", place=place, waive="A test")
    return cycle


async def planned(api: Api, window: tuple[datetime, datetime]) -> dict[tuple[datetime, datetime], str]:
    """Return every session the engine has, or will have, in a span, and how far it can be counted on."""
    found: dict[tuple[datetime, datetime], str] = {}
    for body in ("dialogue", "wg-sc", "wg-fa"):
        state = await api.world.state(f"body/{body}")
        for series in state.series:
            coming = series.after(floor_of(state, series, window[0]))
            found |= {(each.starts, each.ends): "TENTATIVE" for each in coming}
    for each in (await api.get(COORDINATOR, "/v1/cycles"))["items"]:
        cycle = await api.get(COORDINATOR, address_of(each))
        span = (read_instant(cycle["starts"]), read_instant(cycle["ends"]))
        if cycle["convening"] or cycle["state"] == "proposed":
            found[span] = STATUSES.get(cycle["state"], "CONFIRMED")
    return {span: status for span, status in found.items() if window[0] <= span[0] < window[1]}


def address_of(cycle: dict[str, Any]) -> str:
    """Return the address of a listed cycle."""
    return f"/v1/cycles/{cycle['body']}/{cycle['number']}"


async def owed(api: Api, window: tuple[datetime, datetime]) -> set[datetime]:
    """Return every deadline of Europol's in a span, but for those of cycles that will not be held."""
    told = (await api.get(EUROPOL, "/v1/deadlines", limit=200))["items"]
    cycles = (await api.get(EUROPOL, "/v1/cycles", state="cancelled"))["items"]
    gone = {f"cycle/{each['body']}/{each['number']}" for each in cycles}
    dues = {read_instant(each["due_at"]) for each in told if each["stream"] not in gone}
    return {due for due in dues if window[0] <= due < window[1]}


@pytest.mark.parametrize("calendar", ["khal", "ical.js"])
async def test_a_calendar_shows_the_very_instants_of_the_engine(
    api: Api, calendar: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In summer and winter, before and after a fork, with what was skipped left out; and no log tells the address."""
    _, address = await open_feed(api)
    today = (await present(api)).replace(hour=0, minute=0, second=0)
    window = (today, today + 700 * DAY)
    with caplog.at_level(logging.INFO):
        async with served(api.app) as root:
            url = f"{root}{address}"
            if calendar == "khal":
                seen = await seen_by_khal(url, tmp_path, *window)
            else:
                seen = await seen_by_ical_js(url, *window)

    found = {(each.starts, each.ends): each.status for each in seen if each.status}
    assert found == await planned(api, window)
    assert len(seen) == len({(each.starts, each.summary) for each in seen})
    assert {each.starts for each in seen if not each.status} == await owed(api, window)
    assert {starts.astimezone(PARIS).utcoffset() for starts, _ in found} == {timedelta(hours=1), timedelta(hours=2)}
    assert {each.place: each.status for each in seen if each.place} == {
        "Lyon": "CONFIRMED",
        "Rome": "CANCELLED",
        "Vienna": "CONFIRMED",
    }
    assert next(each.summary for each in seen if each.place == "Vienna").endswith("(postponed)")
    assert "GET /v1/feeds/key.ics" in caplog.text
    assert address.removeprefix("/v1/feeds/").removesuffix(".ics") not in caplog.text
