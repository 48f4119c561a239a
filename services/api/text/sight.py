"""Where a text lives, whether the caller sees it, and where what is said of it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.api.command_route import Target
from services.api.reading import Viewer
from services.api.refused import not_found
from services.commands.resource import SAID_IN_PROCEDURE, text_of
from services.domain.cycle.state import Cycle
from services.domain.cycle.text import Text, TextState
from services.storage import queries


async def open_text(viewer: Viewer, id_: str) -> tuple[Cycle, Text]:
    """
    Return a text and its cycle.

    Raises:
        Refused: there is none such; the same where there is one, and not for the viewer (domain.md PS-33).
    """
    row = await queries.text(viewer.connection, id_)
    if row is None:
        raise not_found("text", id_)
    cycle: Cycle = await viewer.load(row.stream, "text", id_)
    text = cycle.text(id_)
    if text is None or not viewer.may("read_text", text_of(cycle, id_)):
        raise not_found("text", id_)
    return cycle, text


async def find_text(viewer: Viewer, places: Mapping[str, Any], kind: str) -> Target:
    """
    Return where a command upon a text goes: to its cycle, or to the procedure it is in.

    Raises:
        Refused: there is no such text.
    """
    row = await queries.text(viewer.connection, places["id"])
    if row is None:
        raise not_found("text", places["id"])
    if row.state == TextState.IN_PROCEDURE and row.procedure and kind in SAID_IN_PROCEDURE:
        return Target(stream=f"silence/{row.procedure}")
    return Target(stream=row.stream, arguments={"text": row.id})


async def look_at_text(viewer: Viewer, places: Mapping[str, Any]) -> object:
    """
    Make sure that the viewer sees a text.

    Raises:
        Refused: it does not.
    """
    return await open_text(viewer, places["id"])
