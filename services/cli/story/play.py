"""The whole play, act after act."""

from __future__ import annotations

from services.cli.story import follow_up, meeting, people, text
from services.cli.story.stage import Stage


async def play(stage: Stage, first_key: str) -> None:
    """
    Tell the story of one exercise cycle.

    Raises:
        StoryDiffers: something did not come as the story says.
        DialogueError: the API refused something, or did not answer.
    """
    await people.take_seats(stage, first_key)
    await meeting.convene(stage)
    await meeting.prepare(stage)
    await meeting.meet(stage)
    await text.adopt_ad_referendum(stage)
    await text.break_silence(stage)
    await text.redraft(stage)
    await follow_up.assign(stage)
    await follow_up.close(stage)
