"""After the end: closed streams answer with the named refusal and keep nothing; keys are answered for ever."""

from __future__ import annotations

from functools import partial

from services.storage import intake
from services.storage.intake import IntakeStatus
from services.wire.message import from_json
from services.workflows.messages import Envelope
from tests.cycle_story import CYCLE, tell
from tests.world import DELEGATE, World


async def test_a_closed_procedure_refuses_by_name_and_keeps_nothing(skipping: World) -> None:
    """An objection to a procedure whose cycle has closed is refused as the decider would, and appends nothing."""
    story = await tell(skipping)
    stream = story.streams["broken"]
    await skipping.until(lambda: is_closed(skipping, stream))
    before = await skipping.kinds(stream)

    answer = await skipping.ask(f"GCCPOL/{DELEGATE}", stream, "object", key="too late")
    again = await skipping.ask(f"GCCPOL/{DELEGATE}", stream, "object", key="too late")

    assert answer.status is again.status is IntakeStatus.REFUSED
    assert answer.refusal == again.refusal
    assert await skipping.kinds(stream) == before


async def is_closed(world: World, stream: str) -> bool:
    """Tell whether a procedure's stream has ended."""
    return bool((await world.state(stream)).is_closed)


async def test_a_key_is_answered_alike_after_the_workflow_has_closed(skipping: World) -> None:
    """A command sent again after its aggregate closed gets its first outcome, and another body is told apart."""
    await skipping.act("INTERPOL/coordinator", "body/dialogue", "schedule_series")
    first = await skipping.ask("INTERPOL/coordinator", CYCLE, "convene", mode="remote", place="Online", key="k1")
    async with skipping.engine.database.read() as connection:
        row = await intake.get(connection, first.command_id)
    await skipping.engine.client.get_workflow_handle(CYCLE).terminate("for the test")

    again = await skipping.ask("INTERPOL/coordinator", CYCLE, "convene", mode="remote", place="Online", key="k1")

    assert (again.status, again.outcome) == (IntakeStatus.DECIDED, first.outcome)
    assert row is not None
    assert from_json(Envelope, dict(row.envelope)).signature


async def test_a_command_delivered_twice_is_decided_once(skipping: World) -> None:
    """The relay and the direct way may both deliver a command; the aggregate decides it once."""
    await skipping.act("INTERPOL/coordinator", "body/dialogue", "schedule_series")
    await skipping.act("INTERPOL/coordinator", CYCLE, "convene", mode="remote", place="Online")
    answer = await skipping.act(f"FRONTEX/{DELEGATE}", CYCLE, "respond", answer="accepted")
    async with skipping.engine.database.read() as connection:
        row = await intake.get(connection, answer.command_id)
    assert row is not None
    before = await skipping.kinds(CYCLE)

    outcome = await skipping.engine.courier.deliver(CYCLE, from_json(Envelope, dict(row.envelope)))

    assert outcome == answer.outcome
    assert (await skipping.kinds(CYCLE)).count("response_given") == before.count("response_given") == 1


async def test_a_change_of_status_reaches_every_live_aggregate(skipping: World) -> None:
    """The register tells bodies, bodies tell their cycles; each records it in its own stream."""
    await skipping.act("INTERPOL/coordinator", "body/dialogue", "schedule_series")
    later = "2040-07-01T00:00:00Z"

    await skipping.act("INTERPOL/coordinator", "register", "change_status", entity="UNODC", status="member", on=later)

    for stream in ("body/dialogue", "body/wg-sc", CYCLE):
        await skipping.until(partial(has_change, skipping, stream))
    state = await skipping.state(CYCLE)
    assert len(state.membership.members_at(state.starts)) == 9


async def was_posted(world: World, stream: str) -> bool:
    """Tell whether a stream's first letter has gone and been accounted for."""
    return "notice_delivered" in await world.kinds(stream)


async def has_change(world: World, stream: str) -> bool:
    """Tell whether a stream has taken the change over."""
    return "membership_changed" in await world.kinds(stream)


async def test_recovery_starts_what_is_missing_from_the_ledger_alone(skipping: World) -> None:
    """A workflow that is gone comes back from the ledger with its next instant as stored, and goes on."""
    await skipping.act("INTERPOL/coordinator", "body/dialogue", "schedule_series")
    handle = skipping.engine.client.get_workflow_handle(CYCLE)
    await skipping.until(lambda: was_posted(skipping, CYCLE))
    before = await handle.query("state", result_type=dict)
    await handle.terminate("lost")

    await skipping.come_back({})

    after = await handle.query("state", result_type=dict)
    assert after == before
    await skipping.act("INTERPOL/coordinator", CYCLE, "convene", mode="remote", place="Online")
