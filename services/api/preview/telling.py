"""From foreseen letters to what is told of them: which are to be seen, and what stands on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from services.access.request import Resource
from services.api.command.schemas import told_events
from services.api.reading import Viewer
from services.commands.preview import Preview, foresee
from services.commands.preview_course import Mailing
from services.commands.preview_letters import Foreseen, written_out
from services.commands.resource import action_of, people_of_entity, resource_of
from services.domain.action.state import ActionItem

READ_MAILINGS = "read_mailings"
#: The mailings of an action item are its reminders and its ladder (domain.md LD-3).
READ_LADDER = "read_escalation"


async def mailings_told(viewer: Viewer, streams: Sequence[str], *, body: str, most: int) -> dict[str, Any]:
    """Return what will go by itself from streams of a body, as far as the viewer may see it."""
    found = await foresee(viewer.connection, streams, body=body, at=viewer.at, most=most + 1)
    foreseen = await written_out(
        viewer.connection,
        viewer.vault,
        seen_by(viewer, found[:most]),
        may_name=naming(viewer),
        zones=zones_of(viewer),
    )
    return {"items": [mailing_told(each) for each in foreseen], "is_more": len(found) > most}


async def preview_told(viewer: Viewer, preview: Preview) -> dict[str, Any]:
    """Return what a command would do: all that it would send itself, and what comes of it as far as is to be seen."""
    row = preview.taken.row
    at_once = tuple(m for m in preview.letters if not m.because or sees(viewer, m))
    foreseen = await written_out(
        viewer.connection,
        viewer.vault,
        (*at_once, *seen_by(viewer, preview.coming)),
        may_name=naming(viewer),
        zones=zones_of(viewer),
        unsealed=preview.unsealed,
    )
    told = [mailing_told(each) for each in foreseen]
    return {
        "kind": row.kind,
        "stream": row.stream,
        "result": result_of(preview),
        "at": row.received_at,
        "is_whole": preview.is_whole,
        "events": told_events(tuple(asdict(event) for event in preview.answered.events)),
        "refusal": preview.answered.refusal,
        "letters": told[: len(at_once)],
        "coming": told[len(at_once) :],
    }


def result_of(preview: Preview) -> str:
    """Return in a word what would become of the command."""
    if preview.is_done:
        return "done"
    return "refused" if preview.answered.refusal else "decided"


def mailing_told(foreseen: Foreseen) -> dict[str, Any]:
    """Return a letter that would go."""
    mailing = foreseen.mailing
    return {
        "notice": mailing.letter.notice,
        "at": mailing.letter.at,
        "stream": mailing.stream,
        "because": mailing.because or None,
        "hold": foreseen.hold,
        "to": foreseen.readers,
    }


def seen_by(viewer: Viewer, mailings: Iterable[Mailing]) -> tuple[Mailing, ...]:
    """Return the mailings that the viewer may see before they go."""
    return tuple(mailing for mailing in mailings if sees(viewer, mailing))


def sees(viewer: Viewer, mailing: Mailing) -> bool:
    """Tell whether the viewer may see a mailing before it goes."""
    if isinstance(mailing.state, ActionItem):
        return viewer.may(READ_LADDER, action_of(mailing.state))
    return viewer.may(READ_MAILINGS, mailings_of(mailing.stream, mailing.state))


def mailings_of(stream: str, state: Any) -> Resource:
    """Return what sends the mailings of a stream, as a resource."""
    return resource_of(stream, READ_MAILINGS, {}, state)


def zones_of(viewer: Viewer) -> dict[str, tuple[str, ...]]:
    """Return the zones in which entities are written to."""
    return {entity.code: entity.zones for entity in viewer.register.membership.entities}


def naming(viewer: Viewer) -> Any:
    """Return what tells whether the viewer may see the people of an entity; each entity is asked about once."""
    known: dict[str, bool] = {}

    def may_name(entity: str) -> bool:
        if entity not in known:
            known[entity] = viewer.may("read_people", people_of_entity(entity))
        return known[entity]

    return may_name
