"""Asks what a command would do if it were sent now; only a denial is put on record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from services.api.desk import Desk, submission_of
from services.api.preview.schemas import CommandPreviewRead
from services.api.preview.telling import preview_told
from services.api.reading import Viewer
from services.api.refused import HIDING, Refused
from services.commands.preview import Preview, preview_command
from services.storage.intake import IntakeStatus

#: How many mailings that come later are told with a command.
COMING = 20

#: Makes sure that what a command is for is there for the viewer; refuses if it is not.
Look = Callable[[Viewer], Awaitable[object]]


async def ask(
    desk: Desk, stream: str, kind: str, arguments: Mapping[str, Any], *, look: Look | None = None, edition: str = ""
) -> CommandPreviewRead:
    """
    Say what a command would do; ``look`` tells a denial of what the caller may not even know from any other.

    Raises:
        Refused: the caller may not, or there is nothing that it could be sent to.
    """
    submission = submission_of(desk, stream, kind, arguments, edition=edition)
    async with desk.viewer() as viewer:
        preview = await preview_command(
            viewer.connection,
            door=desk.engine.door,
            vault=viewer.vault,
            caller=viewer.caller,
            submission=submission,
            at=viewer.at,
            most=COMING,
        )
        refusal: Mapping[str, Any] = preview.answered.refusal or {}
        if not is_turned_away(preview):
            if look is not None and refusal.get("reason") in HIDING:
                await look(viewer)
            return await viewer.show(CommandPreviewRead, await preview_told(viewer, preview))
    is_denied = preview.taken.row.status is IntakeStatus.DENIED
    command_id = await desk.engine.door.note_denied(preview.taken.row) if is_denied else None
    if look is not None:
        async with desk.viewer() as viewer:
            await look(viewer)
    raise Refused(refusal["reason"], refusal["sentence"], refusal["facts"], command_id)


def is_turned_away(preview: Preview) -> bool:
    """Tell whether the command would not even be looked at: its sender may not, or its stream is not there."""
    row = preview.taken.row
    return not preview.is_done and (row.status is IntakeStatus.DENIED or row.rule == "not-found")
