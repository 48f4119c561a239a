"""A silence procedure from opening to its end, under skipped time, through door, workflow and record."""

from __future__ import annotations

from datetime import timedelta

from services.storage.intake import IntakeStatus
from tests.world import DELEGATE, TUESDAY, World, fact

HOUR = timedelta(hours=1)


async def open_silence(world: World, **more: str) -> str:
    """Open a silence over a text of no cycle and return its stream."""
    opened = await world.act(
        "INTERPOL/chair",
        "body/dialogue",
        "open_silence",
        subject="Communiqué",
        text="1. We agree.",
        period="PT72H",
        **more,
    )
    stream = f"silence/{fact(opened, 'procedure')}"
    await world.until(lambda: told_all(world, stream))
    return stream


async def told_all(world: World, stream: str) -> bool:
    """Tell whether every elector has been told."""
    state = await world.state(stream)
    return state is not None and not state.untold


async def test_silence_adopts_at_its_expiry_by_itself(skipping: World) -> None:
    """With every member told and nobody objecting, the text is adopted at the expiry's own instant."""
    stream = await open_silence(skipping)
    opened = await skipping.state(stream)

    await skipping.sleep_until(opened.expires_at + HOUR)

    state = await skipping.until(lambda: adopted(skipping, stream))
    assert state.adopted_at == opened.expires_at
    assert opened.opened_at >= TUESDAY
    assert len(skipping.post.to("AFRIPOL", "silence_adopted")) == 1


async def adopted(world: World, stream: str) -> object:
    """Return the state once adopted."""
    state = await world.state(stream)
    return state if state.state == "adopted" else None


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
    assert (state.state, state.broken_by, [o.is_further for o in state.objections]) == (
        "broken",
        "FRONTEX",
        [False, True],
    )
    assert late.status is IntakeStatus.REFUSED
    assert late.refusal
    assert late.refusal["reason"] == "SilenceNotOpen"
