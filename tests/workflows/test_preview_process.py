"""What a preview says would be sent is what is sent, over a whole cycle."""

from __future__ import annotations

from tests.cycle_story import tell
from tests.workflows.preview_world import PreviewingWorld
from tests.world import World


async def test_what_is_previewed_is_what_is_sent(skipping: World) -> None:
    """Every command of a cycle's story, and every stretch of time in it, sends the letters that were foreseen."""
    world = PreviewingWorld.over(skipping)
    await tell(world)

    wrong = [
        (each.what, each.foreseen - each.sent, each.sent - each.foreseen)
        for each in world.compared
        if each.foreseen != each.sent
    ]
    assert not wrong, wrong[:2]
    notices = {told[0] for each in world.compared for told in each.sent}
    assert {"cycle_convened", "silence_opened", "silence_broken", "silence_adopted", "action_escalated"} <= notices
