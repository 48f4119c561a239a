"""Worker and server killed with -9 at each await of a command's way, an expiry passing meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.runtime.stack import Stack
from services.storage import intake, ledger
from services.storage.intake import IntakeStatus
from tests.faults.frail_engine import FrailEngine, frail_engine
from tests.faults.history import decisions_of
from tests.workflows.silence_setting import open_silence, standing
from tests.world import DELEGATE, Peopled

#: Where the worker dies on the way of an objection.
OBJECTION = (
    "decide:before",
    "decide:after",
    "record:before",
    "record:after",
    "run_errands:before",
    "run_errands:after",
    "deliver:before",
    "deliver:after",
)
#: A killed server and worker are waited for through their time-outs: a task's, a heartbeat's, a back-off's, in turn.
BACK_WITHIN = 80
#: Where it dies on the way of the expiry itself.
EXPIRY = ("due:before", "due:after")


@pytest.fixture(scope="module")
async def frail(stack: Stack, peopled: Peopled, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FrailEngine]:
    """Give an engine that can be killed, its people settled."""
    async with frail_engine(stack, peopled, tmp_path_factory.mktemp("frail")) as frail:
        await frail.start_worker()
        await frail.world.come_back(frail.keys)
        yield frail


@pytest.mark.parametrize("point", OBJECTION)
async def test_an_objection_in_time_breaks_silence_whatever_dies(frail: FrailEngine, point: str) -> None:
    """An objection taken in before the expiry is decided once and breaks silence; nothing is adopted."""
    stream = await open_silence(frail.world, period="PT8S", waive="an exercise")
    expires_at = (await frail.world.state(stream)).expires_at
    frail.mark.write_text(point)

    answer = await frail.world.ask(f"FRONTEX/{DELEGATE}", stream, "object")
    await dies_and_comes_back(frail, after=expires_at)

    state = await standing(frail.world, stream, "broken", within=BACK_WITHIN)
    assert state.broken_at == answer.received_at < expires_at
    await has_outcome(frail, answer.command_id)
    kinds = await frail.world.kinds(stream)
    assert kinds.count("silence_broken") == 1
    assert "text_adopted_by_silence" not in kinds
    await agrees(frail, stream)


@pytest.mark.parametrize("point", EXPIRY)
async def test_an_expiry_adopts_once_whatever_dies(frail: FrailEngine, point: str) -> None:
    """A silence nobody broke is adopted once, at its own instant, though the worker dies while recording it."""
    stream = await open_silence(frail.world, period="PT5S", waive="an exercise")
    expires_at = (await frail.world.state(stream)).expires_at
    frail.mark.write_text(point)

    await dies_and_comes_back(frail, after=expires_at)

    state = await standing(frail.world, stream, "adopted", within=BACK_WITHIN)
    assert state.adopted_at == expires_at
    assert (await frail.world.kinds(stream)).count("text_adopted_by_silence") == 1
    await agrees(frail, stream)


async def test_a_command_is_taken_in_while_temporal_is_away(frail: FrailEngine) -> None:
    """With Temporal away a command is taken in; it is decided when Temporal is back, as of when it was received."""
    stream = await open_silence(frail.world, period="PT1H", waive="an exercise")
    await frail.kill_temporal()

    taken = await frail.world.ask(f"SCO/{DELEGATE}", stream, "comment", comment="noted", key="away")
    read = await frail.world.state(stream)
    await frail.temporal.start()
    await has_outcome(frail, taken.command_id)

    assert (taken.status, read.state) == (IntakeStatus.TAKEN, "opened")
    comment = (await frail.world.state(stream)).comments[0]
    assert (comment.entity, comment.at) == ("SCO", taken.received_at)
    again = await frail.world.ask(f"SCO/{DELEGATE}", stream, "comment", comment="noted", key="away")
    assert again.status is IntakeStatus.DECIDED
    assert len((await frail.world.state(stream)).comments) == 1


async def dies_and_comes_back(frail: FrailEngine, *, after: datetime) -> None:
    """See the worker die, kill the server too, let an instant pass, and start both again."""
    assert await frail.worker_died() < 0
    await frail.kill_temporal()
    await frail.world.until(lambda: passed(after))
    await frail.temporal.start()
    await frail.start_worker()


async def passed(at: datetime) -> bool:
    """Tell whether an instant is past."""
    return datetime.now(UTC) > at


async def has_outcome(frail: FrailEngine, command_id: str) -> None:
    """Wait until a command has its outcome, which is no refusal."""

    async def outcome() -> Any:
        async with frail.world.engine.database.read() as connection:
            row = await intake.get(connection, command_id)
        return row and row.outcome

    assert (await frail.world.until(outcome))["refusal"] is None


async def agrees(frail: FrailEngine, stream: str) -> None:
    """Assert that the ledger holds nothing that the history has not, and in the end all of it."""

    async def is_level() -> bool:
        history = await decisions_of(frail.world.engine.client, stream)
        async with frail.world.engine.database.read() as connection:
            held = {e.version: e.canonical() async for e in ledger.stream_entries(connection, stream)}
        assert all(entry in history.decided[version] for version, entry in held.items())
        return history.recorded == held

    await frail.world.until(is_level)
