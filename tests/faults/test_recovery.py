"""One of the two databases lost: what goes on from the ledger, and what waits until a person has decided."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from temporalio.client import WorkflowExecutionStatus

from services.api.app import create_app
from services.commands.older import OLDER
from services.commands.recovery import Found, recover
from services.commands.standing import Standing
from services.commands.submit import DatabaseOlder
from services.domain.catalogue import DECIDERS, decider_of
from services.runtime.composition import Engine, compose
from services.runtime.older import until_current
from services.runtime.settings import Settings
from services.runtime.stack import Stack
from services.runtime.worker import serving
from services.storage import intake, rebuild, snapshot, tables
from services.workflows.messages import STATE
from tests.cycle_story import BODY, CYCLE
from tests.faults.restoring import dump, restored
from tests.integration.cli_process import dialogue
from tests.integration.test_cli_record import owner_of
from tests.workflows.silence_setting import HOUR, SECOND, open_silence, standing
from tests.workflows.test_silence_process import take_in_only
from tests.world import DELEGATE, TUESDAY, Mailbox, Peopled, World, fresh_settings, real_world, skipping_world

ENROLLED = {"name": "N", "address": "n@x.example", "entity": "FRONTEX"}


async def described(world: World, stream: str) -> Any:
    """Return what a workflow says of itself: version, next due instant, state."""
    return await world.engine.client.get_workflow_handle(stream).query(STATE, result_type=dict[str, Any])


async def untold_silence(world: World) -> str:
    """Open a silence of which one member is not told, since its mailbox refuses; return its stream."""
    world.post.refused.add("AMERIPOL")
    opened = await world.act("INTERPOL/chair", BODY, "open_silence", subject="S", text="1. T.", period="PT96H")
    assert opened.outcome is not None
    stream = f"silence/{next(e.facts['procedure'] for e in opened.outcome.events if 'procedure' in e.facts)}"

    async def has_failed() -> bool:
        return "notice_failed" in await world.kinds(stream)

    await world.until(has_failed)
    world.post.refused.clear()
    return stream


@dataclass(frozen=True, kw_only=True)
class Left:
    """What stood when the backup was made: four silences, what workflows said of themselves, the instant."""

    quiet: str
    broken: str
    taken: str
    untold: str
    objected_at: datetime
    accounts: dict[str, Any]
    at: datetime


async def leave(world: World) -> Left:
    """Convene a cycle and open silences: one quiet, one broken, one with an objection undelivered, one untold."""
    await world.act("INTERPOL/coordinator", BODY, "schedule_series")
    await world.act("INTERPOL/coordinator", CYCLE, "convene", mode="hybrid", place="Lyon")
    quiet, broken, taken = [await open_silence(world, subject=subject) for subject in ("A", "B", "C")]
    await world.act(f"FRONTEX/{DELEGATE}", broken, "object", reason="No.")
    await world.until(lambda: is_quiet(world))
    untold = await untold_silence(world)
    await world.until(lambda: is_quiet(world))
    objection = await take_in_only(world, f"AIMC/{DELEGATE}", taken, "object")
    return Left(
        quiet=quiet,
        broken=broken,
        taken=taken,
        untold=untold,
        objected_at=objection.received_at,
        accounts={s: await described(world, s) for s in (CYCLE, "register", quiet, broken, taken)},
        at=await world.instant(),
    )


async def test_a_ledger_restored_alone_goes_on_in_an_empty_temporal(
    stack: Stack, peopled_later: Peopled, tmp_path: Path
) -> None:
    """Every timer is as stored, a due instant fires at its own instant, an objection made before counts."""
    backup = tmp_path / "backup"
    async with AsyncExitStack() as exits:
        settings, environ = await exits.enter_async_context(fresh_settings(stack, peopled_later.template))
        async with skipping_world(stack, settings, environ) as world:
            await world.come_back(peopled_later.keys)
            left = await leave(world)
            await dump(environ, backup)

    async with (
        restored(stack, backup, environ) as over,
        skipping_world(stack, Settings.read(over), over, starts=left.at + HOUR) as world,
    ):
        await world.come_back(peopled_later.keys)
        for stream, before in left.accounts.items():
            assert await described(world, stream) == before, (stream, (await world.kinds(stream))[-3:])
        assert left.accounts[CYCLE]["due"]
        assert world.post.to("AFRIPOL", "silence_opened") == []
        await goes_on(world, left)


async def goes_on(world: World, left: Left) -> None:
    """See the untold told, the quiet one adopted at its own instant, the others broken, and the cycle's timers fire."""
    told = await world.until(lambda: everybody_told(world, left.untold))
    assert len(world.post.to("AMERIPOL", "silence_opened")) == 1
    assert told.told["AMERIPOL"] >= left.at + HOUR

    expires_at = (await world.state(left.quiet)).expires_at
    await world.sleep_until(expires_at + HOUR)
    assert (await standing(world, left.quiet, "adopted")).adopted_at == expires_at
    assert (await standing(world, left.taken, "broken")).broken_at == left.objected_at
    assert (await world.state(left.broken)).state == "broken"
    await world.sleep_until((await world.state(CYCLE)).starts)
    await world.until(lambda: nothing_past_due(world))
    assert [d async for _, found in rebuild.compare(world.engine.database) for d in found] == []


async def is_quiet(world: World) -> bool:
    """Tell whether twice in a row nothing was under way, so that no word was on its way between two looks."""
    first = await look_for_quiet(world)
    return first is not None and await look_for_quiet(world) == first


async def look_for_quiet(world: World) -> list[int] | None:
    """Return the versions of all open streams, or nothing if any of their workflows has something under way."""
    client, kept = world.engine.client, tables.snapshot.c
    async with world.engine.database.read() as connection:
        rows = await connection.execute(select(kept.stream, kept.version).where(kept.is_closed.is_(False)))
        versions = {row.stream: row.version for row in rows}
        queued = select(func.count()).select_from(tables.notice).where(tables.notice.c.state == "queued")
        if (await connection.execute(queued)).scalar_one():
            return None
    for stream, version in versions.items():
        raw = (await client.get_workflow_handle(stream).describe()).raw_description
        if raw.pending_activities or (await described(world, stream))["version"] != version:
            return None
    return list(versions.values())


async def everybody_told(world: World, stream: str) -> Any:
    """Return the state once nobody is untold."""
    state = await world.state(stream)
    return None if state.untold else state


async def nothing_past_due(world: World) -> bool:
    """Tell whether every due instant that has come has been decided."""
    now = await world.instant() - SECOND
    async with world.engine.database.read() as connection:
        kept = [each for noun in DECIDERS for each in await snapshot.of_noun(connection, noun)]
    due = [decider_of(each.stream).due(each.state) for each in kept if each.state is not None]
    return all(each is None or each.at > now for each in due)


async def test_what_a_closing_stream_had_still_to_say_is_said_after_a_restore(
    stack: Stack, peopled_later: Peopled, tmp_path: Path
) -> None:
    """A stream that had ended, its last words unheard and its last letters unsent, is started for them and ends."""
    backup = tmp_path / "backup"
    async with AsyncExitStack() as exits:
        settings, environ = await exits.enter_async_context(fresh_settings(stack, peopled_later.template))
        async with skipping_world(stack, settings, environ) as world:
            await world.come_back(peopled_later.keys)
            await world.act("INTERPOL/coordinator", BODY, "schedule_series")
            await world.engine.client.get_workflow_handle(BODY).terminate("lost")
            await world.ask("INTERPOL/coordinator", CYCLE, "cancel", reason="Nobody comes.")
            await world.until(lambda: is_cancelled(world))
            heard = len(await world.kinds(BODY))
            await dump(environ, backup)

    async with (
        restored(stack, backup, environ) as over,
        skipping_world(stack, Settings.read(over), over, starts=TUESDAY + 2 * HOUR) as world,
    ):
        await world.come_back(peopled_later.keys)

        async def has_heard() -> bool:
            return len(await world.kinds(BODY)) > heard

        await world.until(has_heard)
        assert not [f async for f in again(world, check=True) if f.standing is not Standing.LEVEL]


async def is_cancelled(world: World) -> bool:
    """Tell whether the cycle is over."""
    return decider_of(CYCLE).is_closed(await world.state(CYCLE))


async def again(world: World, **how: bool) -> AsyncIterator[Found]:
    """Compare the workflows with the ledger."""
    queue = world.engine.settings.temporal.task_queue
    async for found in recover(database=world.engine.database, client=world.engine.client, task_queue=queue, **how):
        yield found


async def test_a_word_for_an_aggregate_without_workflow_waits_for_it(world: World) -> None:
    """What the register tells a body whose workflow is lost is heard once that is rebuilt."""
    await world.engine.client.get_workflow_handle("body/wg-sc").terminate("lost")
    later = "2100-07-01T00:00:00Z"

    await world.ask("INTERPOL/coordinator", "register", "change_status", entity="UNODC", status="member", on=later)

    async def waits() -> bool:
        described = await world.engine.client.get_workflow_handle("register").describe()
        return any("no workflow" in a.last_failure.message for a in described.raw_description.pending_activities)

    await world.until(waits)
    await world.come_back({})

    async def has_heard() -> bool:
        return "membership_changed" in await world.kinds("body/wg-sc")

    await world.until(has_heard, within=60)


@asynccontextmanager
async def process_over(environ: dict[str, str]) -> AsyncIterator[Engine]:
    """Give an engine as a process that starts over a database would have it."""
    async with compose(Settings.read(environ), lazy=False) as engine:
        yield engine


async def written(engine: Engine) -> list[Any]:
    """Return what the database holds of intake, ledger, vault, listening and letters: how many rows each."""
    kept = (tables.intake, tables.ledger, tables.vault, tables.listening, tables.posted)
    async with engine.database.read() as connection:
        return [(await connection.execute(select(func.count()).select_from(table))).scalar_one() for table in kept]


async def test_an_older_database_is_found_and_nothing_is_written_until_a_person_has_decided(
    stack: Stack, peopled: Peopled, tmp_path: Path
) -> None:
    """Start and doctor say what to do; the newer database back, all goes on; or the older one holds."""
    backup = tmp_path / "backup"
    async with fresh_settings(stack, peopled.template) as (settings, environ):
        async with real_world(stack, settings, environ) as world:
            await world.come_back(peopled.keys)
            await dump(environ, backup)
            await world.act("FRONTEX/head_of_entity", "register", "enrol_person", **ENROLLED)
            lost = await open_silence(world, period="PT1H", waive="an exercise")
            await world.until(lambda: is_quiet(world))
        async with restored(stack, backup, environ) as over:
            await nothing_is_served(world, over)
            await all_goes_on_over_the_newer(environ)
            await the_older_holds(replace(world, environ=over), over, lost)


async def nothing_is_served(world: World, over: dict[str, str]) -> None:
    """Start worker and API over the older database, ask the doctor, try to rebuild; nothing is written by any."""
    async with process_over(over) as engine:
        before = await written(engine)
        known = asyncio.Event()
        waiting = asyncio.create_task(until_current(engine, known))
        await asyncio.wait_for(known.wait(), 20)
        app = create_app(engine)
        transport = httpx.ASGITransport(app=app)
        key = {"Authorization": f"Bearer {world.keys['FRONTEX/head_of_entity']}"}
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://a") as to:
            answer = await to.post("/v1/persons", headers=key, json=ENROLLED)
        with pytest.raises(DatabaseOlder, match=OLDER):
            await replace(world, engine=engine).ask("FRONTEX/head_of_entity", "register", "enrol_person", **ENROLLED)
        found = await dialogue("doctor", environ=over)
        tried = await dialogue("workflows", "rebuild", environ=over)
        async with serving(engine):  # one that had begun to serve before the database was put under it
            await world.engine.client.get_workflow_handle("register").query(STATE)
        assert not waiting.done()
        waiting.cancel()
        assert await written(engine) == before

    assert (answer.status_code, answer.json()["refusal"]) == (503, "DatabaseOlder")
    assert answer.headers["Retry-After"]
    assert "older database: PostgreSQL: The database is older than Temporal: " in found.out
    assert "register at " in found.out
    assert "dialogue workflows rebuild --accept-loss" in found.out
    assert tried.code == 1
    assert "register: ahead" in tried.out
    assert "Restore the newer one" in tried.out


async def all_goes_on_over_the_newer(environ: dict[str, str]) -> None:
    """See that over the newer database nothing keeps a process from serving."""
    async with process_over(environ) as engine:
        await asyncio.wait_for(until_current(engine), 20)
        assert engine.door.held is None


async def the_older_holds(world: World, over: dict[str, str], lost: str) -> None:
    """Accept the loss; then what was lost can be done again."""
    accepted = await dialogue("workflows", "rebuild", "--accept-loss", environ=over)
    assert accepted.code == 0, accepted.out
    assert f"{lost}: ahead" in accepted.out
    assert ", put aside" in accepted.out
    async with process_over(over) as engine:
        await asyncio.wait_for(until_current(engine), 20)
        async with serving(replace(engine, post=Mailbox())):
            again_ = replace(world, engine=engine)
            await again_.act("FRONTEX/head_of_entity", "register", "enrol_person", **ENROLLED)
            assert (await dialogue("workflows", "rebuild", "--check", environ=over)).code == 0
            doctor = await dialogue("doctor", environ=over)
            assert doctor.out == "All is well.\n"


async def test_a_batch_over_an_older_database_waits_unwritten(world: World) -> None:
    """A running workflow does not fail over it: it goes on when the newer database is back."""
    connection = await owner_of(world)
    await world.until(lambda: is_quiet(world))
    await connection.execute(
        "create table taken_away as select * from ledger where stream = 'register' order by version desc limit 1"
    )
    await connection.execute("delete from ledger_position using taken_away t where ledger_position.version = t.version")
    await connection.execute(
        "delete from ledger using taken_away t where (ledger.stream, ledger.version) = (t.stream, t.version)"
    )

    asking = asyncio.create_task(world.ask("FRONTEX/head_of_entity", "register", "enrol_person", **ENROLLED))

    async def waits() -> bool:
        described = await world.engine.client.get_workflow_handle("register").describe()
        return any("database is older" in a.last_failure.message for a in described.raw_description.pending_activities)

    await world.until(waits)
    await connection.execute("insert into ledger select * from taken_away")
    await connection.close()

    command_id = (await asking).command_id

    async def is_decided() -> bool:
        async with world.engine.database.read() as connection:
            row = await intake.get(connection, command_id)
        return row is not None and row.outcome is not None

    await world.until(is_decided, within=60)
    described = await world.engine.client.get_workflow_handle("register").describe()
    assert described.status is WorkflowExecutionStatus.RUNNING
