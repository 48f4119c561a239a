"""The route of events: by position in the record, page by page, for as long as a caller listens."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from services.api.command.schemas import links_of
from services.api.cursor import Cursors
from services.api.dependencies import BodyQuery, SpeltKey
from services.api.event.schemas import HappeningsRead
from services.api.event.sight import body_of, noun_of, sees
from services.api.read_route import reads
from services.api.reading import Viewer, reading
from services.storage import ledger, snapshot
from services.storage.happened import Placed, entries_after

router = APIRouter(tags=["event"])
USUAL, MOST = 50, 200
#: How many entries one request looks through at most; it goes on from there with the next.
LOOKED_AT = 2000
LONGEST_WAIT = 30
#: Seconds between two looks while a request waits.
BEAT = 0.5
LISTED = "events"
LINKED = ("text", "action", "procedure")

KindQuery = Annotated[
    list[Annotated[str, Query(pattern=r"^[a-z_]{1,60}$")]] | None,
    Query(max_length=20, description="Only events of these kinds."),
]
CursorQuery = Annotated[
    str | None,
    Query(max_length=2000, pattern=r"^[A-Za-z0-9_-]+$", description="`next` of the answer before."),
]
WaitQuery = Annotated[
    int, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for something to happen, if nothing has.")
]
TailQuery = Annotated[
    bool, Query(description="Without a cursor: begin at the end of the record, not at its beginning.")
]
LimitQuery = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]


@router.get(
    "/events",
    **reads("read_register", "read_body", "read_cycle", "read_item", "read_text", "read_procedure", "read_action"),
)
async def list_events(  # noqa: PLR0913, PLR0917 - a filter each
    request: Request,
    spelt: SpeltKey,
    kind: KindQuery = None,
    body: BodyQuery = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = USUAL,
    wait: WaitQuery = 0,
    tail: TailQuery = False,
) -> HappeningsRead:
    """
    List what happened, in the order of the record, as far as one may read what it happened to.

    Keep `next` and ask again with it, now or next year: nothing is told twice and nothing left out. An event tells
    that something happened; what it says is read where `links` lead.
    """
    state = request.app.state
    cursors: Cursors = state.cursors
    filters = {"kind": sorted(kind or ()), "body": body}
    after: int | None = int(cursors.read(LISTED, filters, cursor)[0]) if cursor else None
    until = monotonic() + wait
    while True:
        async with reading(state.engine, spelt, clock=state.clock) as viewer:
            request.state.zone = viewer.zone
            if after is None:
                after = await ledger.head(viewer.connection) if tail else 0
            items, after = await _seen_after(viewer, after, kinds=kind or (), body=body, limit=limit)
            told = [_told(viewer, cursors, placed, of) for placed, of in items]
            if told or monotonic() >= until:
                following = cursors.write(LISTED, filters, (after,))
                return await viewer.show(HappeningsRead, {"items": told, "next": following})
        await asyncio.sleep(min(BEAT, max(0.0, until - monotonic())))


async def _seen_after(
    viewer: Viewer, after: int, *, kinds: Any, body: str | None, limit: int
) -> tuple[list[tuple[Placed, str]], int]:
    """Return events the viewer sees after a position, each with its body, and the position that was come to."""
    states: dict[str, Any] = {}
    seen: list[tuple[Placed, str]] = []
    for _ in range(LOOKED_AT // MOST):
        placed = await entries_after(viewer.connection, after, kinds=kinds, limit=MOST)
        for each in placed:
            stream = each.entry.stream
            if stream not in states:
                kept = await snapshot.load(viewer.connection, stream)
                states[stream] = kept.state if kept else None
            state, after = states[stream], each.position
            if state is None or body not in {None, body_of(stream, state)}:
                continue
            if await sees(viewer, each.entry, state):
                seen.append((each, body_of(stream, state)))
                if len(seen) == limit:
                    return seen, after
        if len(placed) < MOST:
            break
    return seen, after


def _told(viewer: Viewer, cursors: Cursors, placed: Placed, body: str) -> dict[str, Any]:
    entry = placed.entry
    is_own = entry.actor["person"] == viewer.caller.actor.person
    # the text behind an action may be one that whoever sees the action does not
    linked = LINKED if noun_of(entry.stream) != "action" else ()
    facts = {name: entry.data[name] for name in linked if isinstance(entry.data.get(name), str)}
    links = links_of("", entry.stream, ({"kind": entry.kind, "facts": facts},))
    return {
        "id": "e-" + cursors.name(entry.stream, entry.version),
        "kind": entry.kind,
        "at": entry.at,
        "stream": entry.stream,
        "body": body,
        "entity": entry.actor["entity"],
        "role": entry.actor["role"],
        "command_id": entry.command_id if is_own else None,
        "links": {name: link for name, link in links.items() if name != "self"},
    }
