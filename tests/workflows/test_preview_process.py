"""What a preview says would be sent is what is sent, over a whole cycle."""

from __future__ import annotations

from collections import Counter

from tests.cycle_story import DAY, instant, tell
from tests.workflows.preview_world import PreviewingWorld, Told
from tests.world import World

COORDINATOR = "INTERPOL/coordinator"


async def test_what_is_previewed_is_what_is_sent(skipping: World) -> None:
    """Every command of a cycle's story, and every stretch of time in it, sends the letters that were foreseen."""
    world = PreviewingWorld.over(skipping)
    await tell(world)

    assert not differences(world)
    assert sent(world) >= {"cycle_convened", "silence_opened", "silence_broken", "silence_adopted", "action_escalated"}


async def test_what_concerns_many_is_previewed_to_all(skipping: World) -> None:
    """Acts upon bodies and the register, whose word goes on to cycles and procedures, send what was foreseen."""
    world = PreviewingWorld.over(skipping)
    now = await world.instant()
    body, cycle = "body/dialogue", "cycle/dialogue/1"
    await world.act(COORDINATOR, body, "schedule_series")
    await world.act(COORDINATOR, cycle, "convene", mode="hybrid", place="Lyon", waive="To try")
    paper = {"entity": "AIMC", "received_at": instant(await world.instant()), "evidence": "A fax of today."}
    await world.act(COORDINATOR, cycle, "respond", answer="accepted", on_behalf=paper)
    opening = {"subject": "A note", "text": "1. We meet.", "period": "PT72H", "waive": "To try"}
    await world.act(COORDINATOR, body, "open_silence", **opening)
    starts = instant(now + 200 * DAY)
    await world.act(COORDINATOR, body, "call_extraordinary_session", starts=starts, session="PT3H", reason="Urgent.")
    await world.act(
        COORDINATOR, "register", "change_status", entity="FRONTEX", status="observer", on=instant(now + DAY)
    )
    later = instant((await world.state(cycle)).starts + 14 * DAY)
    await world.act(COORDINATOR, cycle, "postpone", starts=later, reason="A storm.", waive="To try")
    await world.act(COORDINATOR, cycle, "convert_to_virtual", reason="Another storm.")
    await world.act(COORDINATOR, body, "pause_series", reason="A quiet year.")
    await world.act(COORDINATOR, body, "resume_series")
    await world.act(COORDINATOR, cycle, "cancel", reason="No end of storms.")
    await world.sleep_until(now + 4 * DAY)

    assert not differences(world)
    assert sent(world) >= {
        "extraordinary_session_called",
        "status_changed",
        "recorded_on_behalf",
        "cycle_postponed",
        "cycle_converted",
        "cycle_cancelled",
        "silence_adopted",
    }


def differences(world: PreviewingWorld) -> list[tuple[str, Counter[Told], Counter[Told]]]:
    """Return where another letter was foreseen than was sent: what was missing, what was too much."""
    return [
        (each.what, each.foreseen - each.sent, each.sent - each.foreseen)
        for each in world.compared
        if each.foreseen != each.sent
    ]


def sent(world: PreviewingWorld) -> set[str]:
    """Return the kinds of letter that were sent."""
    return {told[0] for each in world.compared for told in each.sent}
