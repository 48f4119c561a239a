"""What has to hold after a storm: of what was promised, of the record, of time, of the histories."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from services.domain.catalogue import DECIDERS, decider_of
from services.runtime.worker import runner
from services.storage import intake, ledger, rebuild, snapshot, tables
from services.storage.intake import IntakeStatus
from services.workflows.catalogue import WORKFLOWS
from services.workflows.messages import STATE
from tests.faults.history import decisions_in
from tests.faults.load import FIRST_SERVER_ERROR, Load, Sent, Silence
from tests.world import World

#: What a member can be turned away for without deaf time: the tolerance, a grain before and after, a client's pause.
TURNED_AWAY = timedelta(seconds=16)


async def is_settled(world: World) -> str | None:
    """Return what is still under way, ``None`` once nothing is."""
    async with world.engine.database.read() as connection:
        taken = await connection.execute(select(tables.intake.c.stream).where(tables.intake.c.status == "taken"))
        if streams := sorted(taken.scalars()):
            return f"undecided acts on {streams}"
        queued = await connection.execute(select(tables.notice.c.stream).where(tables.notice.c.state == "queued"))
        if streams := sorted(set(queued.scalars())):
            return f"letters of {streams}"
        kept = [each for noun in DECIDERS for each in await snapshot.of_noun(connection, noun)]
    now = datetime.now(UTC)
    for each in kept:
        decider = decider_of(each.stream)
        if each.state is None or decider.is_closed(each.state):
            continue
        due = decider.due(each.state)
        if due is not None and (due.at < now or due.at - now < timedelta(minutes=10)):
            return f"{each.stream}: {due.label} due {due.at}"
        if busy := await _under_way(world, each):
            return busy
    return None


async def _under_way(world: World, kept: snapshot.Snapshot) -> str | None:
    handle = world.engine.client.get_workflow_handle(kept.stream)
    raw = (await handle.describe()).raw_description
    if raw.pending_activities:
        return (
            f"{kept.stream}: {raw.pending_activities[0].activity_type.name} attempt {raw.pending_activities[0].attempt}"
        )
    version = (await handle.query(STATE, result_type=dict[str, Any]))["version"]
    return None if version == kept.version else f"{kept.stream}: decided {version}, recorded {kept.version}"


async def broken_promises(world: World, load: Load) -> list[str]:
    """Return what was answered 2xx and is not in the ledger exactly once, at its instant; and what was answered 5xx."""
    found = [f"never answered: {sent}" for sent in load.sent if sent.lost or sent.ended is None]
    found += [
        f"answered 5xx: {sent}" for sent in load.sent if sent.refused and sent.refused.status >= FIRST_SERVER_ERROR
    ]
    async with world.engine.database.read() as connection:
        for sent in load.sent:
            if sent.command_id is not None:
                row = await intake.get(connection, sent.command_id)
                held = await connection.execute(
                    select(tables.ledger.c.stream, tables.ledger.c.version, tables.ledger.c.kind, tables.ledger.c.at)
                    .where(tables.ledger.c.command_id == sent.command_id)
                    .order_by(tables.ledger.c.version)
                )
                found += [f"{wrong}: {sent}" for wrong in _wrong(sent, row, held.all())]
    return found


def _wrong(sent: Sent, row: intake.IntakeRow | None, held: Any) -> list[str]:
    if row is None:
        return ["not in the intake"]
    if row.outcome is None or row.status not in {IntakeStatus.DECIDED, IntakeStatus.REFUSED}:
        return [f"still {row.status}"]
    told = [(event["version"], event["kind"]) for event in row.outcome["events"]]
    wrong = []
    if [(entry.version, entry.kind) for entry in held] != told:
        wrong.append(f"ledger {[(e.version, e.kind) for e in held]}, outcome {told}")
    if row.status is IntakeStatus.DECIDED and not held:
        wrong.append("decided, and not in the ledger")
    if any(entry.at != row.received_at or entry.stream != row.stream for entry in held):
        wrong.append(f"entered at {[e.at for e in held]}, received {row.received_at}")
    if sent.result is not None:
        seen = [(event.version, event.kind) for event in sent.result.events]
        if seen != told or sent.result.received_at != row.received_at:
            wrong.append(f"the caller was told {seen} at {sent.result.received_at}, the intake says {told}")
    return wrong


async def unjust_adoptions(world: World, load: Load) -> list[str]:
    """Return the silences that ended otherwise than their members' acts, taken in or turned away, allow."""
    return [wrong for silence in load.silences if (wrong := _unjust(silence, await _state(world, silence)))]


async def _state(world: World, silence: Silence) -> Any:
    return await world.state(f"silence/{silence.procedure}")


def _unjust(silence: Silence, state: Any) -> str | None:
    objection = silence.objection
    if state.state not in {"adopted", "broken"}:
        return f"{silence.procedure} is still {state.state}, due {state.expires_at}"
    if objection is None:
        return None if state.state == "adopted" else f"{silence.procedure} is broken, and nobody objected"
    if state.state == "broken":
        return None
    received = objection.result and objection.result.received_at
    if received is not None and received < state.adopted_at:
        return f"{silence.procedure} adopted {state.adopted_at} over {objection}"
    if objection.began + TURNED_AWAY < state.adopted_at:
        return f"{silence.procedure} adopted {state.adopted_at}, its objector turned away: {objection}"
    return None


async def differing_rows(world: World) -> list[str]:
    """Return the rows that are not what the ledger says."""
    return [f"{d.stream}: {d.sentence}" async for _, found in rebuild.compare(world.engine.database) for d in found]


async def histories(world: World) -> AsyncIterator[tuple[str, WorkflowHistory]]:
    """Give the history of every stream."""
    async with world.engine.database.read() as connection:
        names = await ledger.streams(connection)
    for name in names:
        yield name, await world.engine.client.get_workflow_handle(name).fetch_history()


async def disagreements(world: World) -> tuple[list[str], int, int]:
    """Return where history and ledger differ and what does not replay; and the numbers of streams and events."""
    found, streams, events = [], 0, 0
    replayer = Replayer(
        workflows=list(WORKFLOWS.values()), workflow_runner=runner(), data_converter=world.engine.client.data_converter
    )
    async for stream, history in histories(world):
        streams, events = streams + 1, events + len(history.events)
        decided = await decisions_in(history, world.engine.client.data_converter)
        async with world.engine.database.read() as connection:
            entries = ledger.stream_entries(connection, stream, after=decided.carried)
            held = {e.version: e.canonical() async for e in entries}
        if decided.recorded != held:
            differing = sorted(
                v for v in decided.recorded.keys() | held.keys() if decided.recorded.get(v) != held.get(v)
            )
            found.append(f"{stream}: history and ledger differ at {differing}")
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        if result.replay_failure is not None:
            found.append(f"{stream}: does not replay: {result.replay_failure}")
    return found, streams, events
