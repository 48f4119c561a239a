"""Which procedures a viewer sees, and what reading the letter brings about."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from services.api.cycle.sight import procedure_of, text_head_of
from services.api.desk import Desk
from services.api.reading import Viewer
from services.api.refused import Refused, not_found
from services.commands.resource import text_of
from services.domain.cycle.state import Cycle
from services.domain.silence.state import SilenceProcedure
from services.storage import queries
from services.storage.addressing import recipients
from services.storage.rows import ProcedureRow

#: Reading does not wait longer than this for its own acknowledgement to be decided; it counts once taken in.
ACKNOWLEDGED_WITHIN = 1.5
#: The role letters of a procedure are addressed to (domain.md 5.2 h).
ADDRESSED = "head_of_delegation"

log = logging.getLogger(__name__)


async def open_procedure(viewer: Viewer, id_: str) -> SilenceProcedure:
    """
    Return a procedure.

    Raises:
        Refused: there is none, or none for the viewer, such as one over a text that is not: to it that is the same.
    """
    procedure: SilenceProcedure = await viewer.load(f"silence/{id_}", "procedure", id_)
    if procedure.text is not None:
        home: Cycle = await viewer.load(procedure.home, "procedure", id_)
        if not viewer.may("read_text", text_of(home, procedure.text)):
            raise not_found("procedure", id_)
    if not viewer.may("read_procedure", procedure_of(procedure.body, id_)):
        raise not_found("procedure", id_)
    return procedure


async def visible_procedures(viewer: Viewer, rows: Iterable[ProcedureRow]) -> tuple[ProcedureRow, ...]:
    """Return the listed procedures the viewer sees: those over texts it sees, and those over no text of a cycle."""
    listed = list(rows)
    heads = await queries.text_heads(viewer.connection, (row.home for row in listed if row.text))
    texts = {head.id for head in viewer.visible(heads.values(), "read_text", text_head_of)}
    over = (row for row in listed if row.text is None or row.text in texts)
    return viewer.visible(over, "read_procedure", lambda row: procedure_of(row.body, row.id))


async def look_at_procedure(viewer: Viewer, places: Mapping[str, Any]) -> object:
    """
    Make sure that the viewer sees a procedure.

    Raises:
        Refused: it does not.
    """
    return await open_procedure(viewer, places["id"])


def sees_reasons(viewer: Viewer, procedure: SilenceProcedure) -> bool:
    """Tell whether what entities said is for the viewer: it went to them, or they lead."""
    leads = (procedure.chair_entity, procedure.membership.convenor)
    return viewer.entity in (*procedure.addressees, *leads)


async def owes_acknowledgement(viewer: Viewer, procedure: SilenceProcedure) -> bool:
    """Tell whether the viewer is a person addressed by the letter, of an entity not yet told (domain.md 5.2 h)."""
    entity = viewer.entity
    if not procedure.is_running or entity not in procedure.addressees or entity in procedure.told:
        return False
    if not viewer.may("acknowledge", procedure_of(procedure.body, procedure.id)):
        return False
    addressed = await recipients(viewer.connection, entity=entity, role=ADDRESSED, body=procedure.body, at=viewer.at)
    return viewer.caller.actor.person in {recipient.person for recipient in addressed}


async def acknowledge(desk: Desk, procedure: SilenceProcedure) -> None:
    """Record that the letter was read; once taken in it counts, whether or not it is decided by now."""
    try:
        async with asyncio.timeout(ACKNOWLEDGED_WITHIN):
            await desk.acknowledge(f"silence/{procedure.id}", letter=procedure.letter)
    except TimeoutError:
        log.info("reading %s is acknowledged later", procedure.id)
    except Refused as refusal:
        log.info("reading %s was not acknowledged: %s", procedure.id, refusal.name)
