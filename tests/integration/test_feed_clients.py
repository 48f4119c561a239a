"""The feed read back over HTTP by two calendars people use: the engine's very instants, whatever became of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import uvicorn

from services.runtime.api_process import ApiPort, bound
from services.runtime.stack import Stack
from services.wire.moment import read_instant
from tests.integration.api_world import COORDINATOR, Api, api_of, convene, head, present, written
from tests.integration.calendars import Seen, seen_by_ical_js, seen_by_khal
from tests.integration.test_api_feed import open_feed
from tests.world import Peopled, world_of

EUROPOL = head("EUROPOL")
PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API of three bodies: one that meets once a year, one whose series forks, one with a session skipped."""
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
        yield api


@asynccontextmanager
async def served(api: Api) -> AsyncIterator[str]:
    """Serve the API on a port of its own, its accesses logged; give its address."""
    with bound("127.0.0.1", 0) as listener:
        server = ApiPort(uvicorn.Config(api.app, lifespan="off", ws="none", log_config=None, access_log=True))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


async def planned(api: Api, window: tuple[datetime, datetime]) -> set[tuple[datetime, datetime]]:
    """Return every session the engine has, or will have, in a span."""
    found = []
    for body in ("dialogue", "wg-sc", "wg-fa"):
        state = await api.world.state(f"body/{body}")
        cycles = [each for each in state.cycles if not each.is_withdrawn]
        latest = max(each.starts for each in cycles if each.is_from_series)
        coming = [o for series in state.series for o in series.after(latest)]
        found += [(each.starts, each.ends) for each in (*cycles, *coming)]
    return {(starts, ends) for starts, ends in found if window[0] <= starts < window[1]}


async def owed(api: Api, window: tuple[datetime, datetime]) -> set[datetime]:
    """Return every deadline of Europol's in a span, but for those of cycles that will not be held."""
    told = (await api.get(EUROPOL, "/v1/deadlines", limit=200))["items"]
    cycles = (await api.get(EUROPOL, "/v1/cycles", state="cancelled"))["items"]
    gone = {f"cycle/{each['body']}/{each['number']}" for each in cycles}
    dues = {read_instant(each["due_at"]) for each in told if each["stream"] not in gone}
    return {due for due in dues if window[0] <= due < window[1]}


def sessions(seen: list[Seen]) -> list[tuple[datetime, datetime]]:
    """Return the sessions of what is seen, as spans."""
    return [(each.starts, each.ends) for each in seen if each.status]


@pytest.mark.parametrize("calendar", ["khal", "ical.js"])
async def test_a_calendar_shows_the_very_instants_of_the_engine(
    api: Api, calendar: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In summer and winter, before and after a fork, with what was skipped left out; and no log tells the address."""
    _, address = await open_feed(api)
    today = (await present(api)).replace(hour=0, minute=0, second=0)
    window = (today, today + 700 * DAY)
    with caplog.at_level(logging.INFO):
        async with served(api) as root:
            url = f"{root}{address}"
            if calendar == "khal":
                seen = await seen_by_khal(url, tmp_path, *window)
            else:
                seen = await seen_by_ical_js(url, *window)

    found = sessions(seen)
    assert set(found) == await planned(api, window)
    assert len(found) == len(set(found))
    assert {each.starts for each in seen if not each.status} == await owed(api, window)
    assert {starts.astimezone(PARIS).utcoffset() for starts, _ in found} == {timedelta(hours=1), timedelta(hours=2)}
    assert [each.place for each in seen if each.status == "CONFIRMED"] == ["Lyon"]
    assert "GET /v1/feeds/key.ics" in caplog.text
    assert address.removeprefix("/v1/feeds/").removesuffix(".ics") not in caplog.text
