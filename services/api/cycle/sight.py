"""What of a cycle a viewer sees: nothing of a members-only item shows to who may not read it, its number included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.access.request import Resource, ResourceKind
from services.api.reading import Viewer
from services.api.refused import not_found
from services.commands.resource import cycle_of, item_of, text_of
from services.domain.cycle.records import Contribution, Item, Paper
from services.domain.cycle.state import Cycle
from services.domain.cycle.text import Text
from services.domain.procedure_opening import ProcedureView
from services.storage import queries
from services.storage.rows import ActionRow, CycleRow, TextHead

#: A cycle's own answer lists no more of its actions; `/v1/actions` has them all.
MOST_ACTIONS = 500


async def open_cycle(viewer: Viewer, body: str, number: int) -> Cycle:
    """
    Return a cycle the viewer may read.

    Raises:
        Refused: there is none, or none for the viewer: to it that is the same.
    """
    cycle: Cycle = await viewer.load(f"cycle/{body}/{number}", "cycle", f"{body}/{number}")
    if not viewer.may("read_cycle", cycle_of(cycle)):
        raise not_found("cycle", f"{body}/{number}")
    return cycle


async def look_at_cycle(viewer: Viewer, places: Mapping[str, Any]) -> object:
    """
    Make sure that the viewer sees a cycle.

    Raises:
        Refused: it does not.
    """
    return await open_cycle(viewer, places["body"], places["number"])


def cycle_row_of(row: CycleRow) -> Resource:
    """Return a listed cycle as a resource."""
    return Resource(kind=ResourceKind.CYCLE, id=row.stream, body=row.body, named=frozenset(row.guests))


def action_row_of(row: ActionRow) -> Resource:
    """Return a listed action item as a resource."""
    return Resource(
        kind=ResourceKind.ACTION_ITEM,
        id=row.id,
        body=row.body,
        owner=row.owner,
        supporting=frozenset(row.supporting),
        chair_entity=row.chair_entity,
        convenor=row.convenor,
    )


def text_head_of(head: TextHead) -> Resource:
    """Return a listed text as a resource."""
    return Resource(kind=ResourceKind.TEXT, id=head.id, body=head.body, owner=head.owner, audience=head.audience)


def procedure_of(body: str, id_: str) -> Resource:
    """Return a procedure as a resource."""
    return Resource(kind=ResourceKind.PROCEDURE, id=id_, body=body)


def duty_of(entity: str, body: str) -> Resource:
    """Return what an entity owes, awaits or has recorded in a body, as a resource."""
    return Resource(kind=ResourceKind.BODY, id=f"body/{body}" if body else "register", body=body, owner=entity)


def items_of(viewer: Viewer, cycle: Cycle) -> tuple[Item, ...]:
    """Return the agenda items the viewer sees, in the order of the agenda, those not on it last."""
    seen = viewer.visible(cycle.items, "read_item", lambda i: item_of(cycle, i.id, i.entity, i.audience, lead=i.lead))
    place = {item: number for number, item in enumerate(cycle.agenda)}
    return tuple(sorted(seen, key=lambda item: place.get(item.id, len(place))))


def papers_of(viewer: Viewer, cycle: Cycle) -> tuple[Paper, ...]:
    """Return the papers the viewer sees."""
    return viewer.visible(cycle.papers, "read_item", lambda p: item_of(cycle, p.id, p.entity, p.audience))


def contributions_of(viewer: Viewer, cycle: Cycle) -> tuple[Contribution, ...]:
    """Return the contributions the viewer sees."""
    return viewer.visible(cycle.contributions, "read_item", lambda c: item_of(cycle, c.id, c.entity, c.audience))


def texts_of(viewer: Viewer, cycle: Cycle) -> tuple[Text, ...]:
    """Return the texts the viewer sees."""
    return viewer.visible(cycle.texts, "read_text", lambda text: text_of(cycle, text.id))


def procedures_of(viewer: Viewer, cycle: Cycle) -> tuple[ProcedureView, ...]:
    """Return the procedures the viewer sees: those over texts it sees."""
    texts = {text.id for text in texts_of(viewer, cycle)}
    over = (p for p in cycle.procedures if p.text is None or p.text in texts)
    return viewer.visible(over, "read_procedure", lambda p: procedure_of(cycle.body, p.procedure))


async def actions_of(viewer: Viewer, filters: Mapping[str, Any]) -> tuple[ActionRow, ...]:
    """Return the action items of a cycle or body that the viewer sees, the first due first."""
    rows = await queries.actions(viewer.connection, filters=filters, limit=MOST_ACTIONS)
    return viewer.visible(rows, "read_action", action_row_of)


def only_seen(ids: Iterable[str], seen: Iterable[Any]) -> tuple[str, ...]:
    """Return the ids that are among those of what is seen."""
    known = {each.id for each in seen}
    return tuple(each for each in ids if each in known)
