"""The database away for an hour: histories hardly grow, nothing turns in circles, and afterwards all goes on."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from services.storage import ledger
from services.storage.unit_of_work import DatabaseAway
from tests.cycle_story import BODY, CYCLE
from tests.workflows.silence_setting import open_silence
from tests.world import DELEGATE, World

HOUR = timedelta(hours=1)
MOST_EVENTS = 3_000
#: Retries come at most twenty seconds apart, after a few that come sooner.
MOST_ATTEMPTS = HOUR // timedelta(seconds=20) + 10


async def test_an_hour_without_the_database_costs_few_events_and_no_circles(
    skipping: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four silences fall due in it, letters and words are under way; after it everything due has been decided."""
    await skipping.act("INTERPOL/coordinator", BODY, "schedule_series")
    await skipping.act("INTERPOL/coordinator", CYCLE, "convene", mode="remote", place="Online")
    opened = [await open_silence(skipping, subject=f"S{n}", period="PT30M", waive="A trial") for n in range(4)]
    skipping.post.refused.add("AMERIPOL")
    await skipping.act(f"AIMC/{DELEGATE}", opened[0], "object", reason="No.")
    names = await streams(skipping)
    before = await events_of(skipping, names)

    monkeypatch.setattr(skipping.engine.database, "work", away)
    for _ in range(12):
        await skipping.sleep_until(await skipping.instant() + HOUR / 12)
    attempts = await attempts_of(skipping, names)
    monkeypatch.undo()
    skipping.post.refused.clear()
    await skipping.sleep_until(await skipping.instant() + timedelta(minutes=1))

    for stream in opened[1:]:
        state = await skipping.until(partial(has_moved_or_ended, skipping, stream))
        assert state.state == "adopted" or "outage" in state.moved_because
    grown = await events_of(skipping, names) - before
    assert 0 < max(attempts.values()) <= MOST_ATTEMPTS, attempts
    assert grown < MOST_EVENTS, grown


def away() -> Any:
    """Be away."""
    raise DatabaseAway("away for an hour")


async def has_moved_or_ended(world: World, stream: str) -> Any:
    """Return the state of a silence once its first expiry has been decided on."""
    state = await world.state(stream)
    return state if state.state != "opened" or state.moved_because else None


async def streams(world: World) -> tuple[str, ...]:
    """Return the names of all streams."""
    async with world.engine.database.read() as connection:
        return await ledger.streams(connection)


async def events_of(world: World, names: tuple[str, ...]) -> int:
    """Return how many events the histories have together."""
    client = world.engine.client
    return sum([len((await client.get_workflow_handle(name).fetch_history()).events) for name in names])


async def attempts_of(world: World, names: tuple[str, ...]) -> dict[str, int]:
    """Return how often what each workflow waits for has been tried."""
    found: dict[str, int] = {}
    for name in names:
        raw = (await world.engine.client.get_workflow_handle(name).describe()).raw_description
        found |= {f"{name} {each.activity_type.name}": each.attempt for each in raw.pending_activities}
    return found
