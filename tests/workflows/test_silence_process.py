"""A silence procedure from opening to its end, under skipped time, through door, workflow and record."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from services.commands.courier import Courier, EngineAway
from services.commands.submit import Answer, Door, Submission
from services.storage.intake import IntakeStatus
from services.workflows import process
from services.workflows.messages import Envelope, Outcome
from tests.workflows.silence_setting import HOUR, SECOND, open_silence, standing
from tests.world import DELEGATE, World


class SilentCourier(Courier):
    """A courier that reaches nobody, as when Temporal is away."""

    async def deliver(self, stream: str, envelope: Envelope) -> Outcome:
        """Reach nobody."""
        raise EngineAway(stream)


async def take_in_only(world: World, who: str, stream: str, kind: str) -> Answer:
    """Take a command in while the engine is away."""
    engine = world.engine
    door = Door(
        database=engine.database,
        vault=engine.vault,
        access=engine.access,
        courier=SilentCourier(engine.client),
        signer=engine.signer,
        policies=engine.policies,
        clock=engine.door.clock,
    )
    return await door.submit(world.callers[who], Submission(stream=stream, kind=kind, arguments={}, key="away"))


async def test_silence_adopts_at_its_expiry_by_itself(skipping: World) -> None:
    """With every member told and nobody objecting, the text is adopted at the expiry's own instant."""
    stream = await open_silence(skipping)
    opened = await skipping.state(stream)

    await skipping.sleep_until(opened.expires_at + HOUR)

    state = await standing(skipping, stream, "adopted")
    assert state.adopted_at == opened.expires_at
    assert len(skipping.post.to("AFRIPOL", "silence_adopted")) == 1


async def test_one_objection_breaks_silence_at_once(skipping: World) -> None:
    """The first objection breaks silence; a later one is kept as a further objection; nothing is adopted."""
    stream = await open_silence(skipping)
    opened = await skipping.state(stream)
    await skipping.sleep_until(opened.opened_at + 20 * HOUR)

    await skipping.act(f"FRONTEX/{DELEGATE}", stream, "object", reason="paragraph 1")
    await skipping.act(f"AIMC/{DELEGATE}", stream, "object")
    await skipping.sleep_until(opened.expires_at + HOUR)
    late = await skipping.ask(f"GCCPOL/{DELEGATE}", stream, "object")

    state = await skipping.state(stream)
    assert (state.state, state.broken_by) == ("broken", "FRONTEX")
    assert [o.is_further for o in state.objections] == [False, True]
    assert late.status is IntakeStatus.REFUSED
    assert late.refusal
    assert late.refusal["reason"] == "SilenceNotOpen"


async def test_objection_taken_in_before_expiry_counts_though_delivered_after(skipping: World) -> None:
    """An objection taken in a second before the expiry, with the engine away, breaks silence; nothing is adopted."""
    stream = await open_silence(skipping)
    opened = await skipping.state(stream)
    await skipping.sleep_until(opened.expires_at - SECOND)

    taken = await take_in_only(skipping, f"FRONTEX/{DELEGATE}", stream, "object")
    await skipping.sleep_until(opened.expires_at + HOUR)

    state = await standing(skipping, stream, "broken")
    assert taken.status is IntakeStatus.TAKEN
    assert state.broken_at == taken.received_at < opened.expires_at
    assert "text_adopted_by_silence" not in await skipping.kinds(stream)
    again = await skipping.ask(f"FRONTEX/{DELEGATE}", stream, "object", key="away")
    assert again.status is IntakeStatus.DECIDED


async def deafen(world: World, since: datetime, until: datetime) -> None:
    """Record that nobody listened in a span."""
    async with world.engine.database.work() as connection:
        await connection.execute(text("update listening set until = :at where process = 'test'"), {"at": since})
        await connection.execute(
            text("insert into listening (process, since, until) values ('back', :at, '2300-01-01Z')"), {"at": until}
        )


async def test_nothing_is_adopted_while_nobody_could_speak(skipping: World) -> None:
    """Half an hour of deaf time before the expiry moves it, with a floor after the return; then it adopts."""
    stream = await open_silence(skipping)
    opened = await skipping.state(stream)
    returned = opened.expires_at - timedelta(minutes=40)
    await deafen(skipping, returned - timedelta(minutes=30), returned)

    await skipping.sleep_until(opened.expires_at + timedelta(minutes=1))

    moved = await skipping.until(lambda: moved_expiry(skipping, stream, opened.expires_at))
    assert (moved.state, moved.moved_because) == ("opened", ("outage",))
    assert moved.expires_at == returned + 4 * HOUR
    await skipping.sleep_until(moved.expires_at + HOUR)
    state = await standing(skipping, stream, "adopted")
    assert state.adopted_at == moved.expires_at


async def moved_expiry(world: World, stream: str, before: datetime) -> object:
    """Return the state once the expiry has moved."""
    state = await world.state(stream)
    return state if state.expires_at != before else None


async def test_an_untold_member_holds_the_clock(skipping: World) -> None:
    """While a member has not been told nothing expires; a late delivery reckons the expiry anew, for all."""
    skipping.post.refused.add("AMERIPOL")
    opened_by = await skipping.act(
        "INTERPOL/chair", "body/dialogue", "open_silence", subject="S", text="1. T.", period="PT72H"
    )
    stream = f"silence/{next(e.facts['procedure'] for e in opened_by.outcome.events)}"  # type: ignore[union-attr]
    opened = await skipping.until(lambda: all_but_one_told(skipping, stream))

    await skipping.sleep_until(opened.expires_at + HOUR)
    held = await skipping.state(stream)
    skipping.post.refused.clear()
    await skipping.sleep_until(opened.expires_at + 14 * HOUR)
    told = await skipping.until(lambda: moved_expiry(skipping, stream, opened.expires_at))

    assert (held.state, held.untold) == ("opened", ("AMERIPOL",))
    assert told.expires_at >= told.told["AMERIPOL"] + 72 * HOUR
    assert told.moved_because == ("late_delivery",)


async def all_but_one_told(world: World, stream: str) -> object:
    """Return the state once only one member is untold."""
    state = await world.state(stream)
    return state if state is not None and len(state.untold) == 1 and len(state.told) > 1 else None


async def test_same_key_is_answered_alike_after_continue_as_new(
    skipping: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command sent again after the workflow handed over to a new run gets its first outcome and leaves no trace."""
    stream = await open_silence(skipping)
    monkeypatch.setattr(process, "HAND_OVER_EVENTS", 10)

    first = await skipping.ask(f"SCO/{DELEGATE}", stream, "comment", comment="noted", key="once")
    handle = skipping.engine.client.get_workflow_handle(stream)
    run = (await handle.describe()).run_id
    await skipping.act(f"UNODC/{DELEGATE}", stream, "comment", comment="noted too")
    await skipping.until(lambda: other_run(skipping, stream, run))
    monkeypatch.undo()
    before = await skipping.kinds(stream)
    again = await skipping.ask(f"SCO/{DELEGATE}", stream, "comment", comment="noted", key="once")

    assert again.outcome == first.outcome
    assert await skipping.kinds(stream) == before


async def other_run(world: World, stream: str, run: str) -> bool:
    """Tell whether another run serves the stream."""
    return (await world.engine.client.get_workflow_handle(stream).describe()).run_id != run
