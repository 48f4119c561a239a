"""A whole cycle through door, workflows and record, months passing in seconds."""

from __future__ import annotations

from tests.cycle_story import BODY, CYCLE, tell
from tests.world import World


async def test_a_cycle_lives_from_its_series_to_its_backlog(skipping: World) -> None:
    """The first cycle is convened, met, decided in silence and closed; its open action goes to the backlog."""
    story = await tell(skipping)

    cycle, body = await skipping.state(CYCLE), await skipping.state(BODY)
    late = await skipping.state(story.streams["late"])
    text = cycle.text(story.ids["text"])
    assert (cycle.state, text.state, text.version) == ("closed", "adopted", 2)
    assert [d.entity for d in text.dissociations] == ["AMERIPOL"]
    assert (await skipping.state(story.streams["broken"])).broken_by == "FRONTEX"
    assert late.rungs == (1, 2, 3, 4)
    assert body.backlog == (late.id,)
    assert late.home == BODY
    assert body.next_cycle.number == 2
    assert body.next_cycle.is_clear
