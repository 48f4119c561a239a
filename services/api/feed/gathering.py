"""Gathers what a feed shows: of everything in its span, what its holder may read by their appointment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.access.request import Resource, ResourceKind
from services.api.body.telling import body_of
from services.api.feed import words
from services.api.feed.planning import Plan, plans_of
from services.api.feed.view import Feed, FeedDeadline, FeedSeries, FeedSession, Standing
from services.api.feed.window import window_at
from services.api.reading import Viewer
from services.domain.body.state import Body
from services.domain.cycle.records import CycleKind, MeetingMode
from services.domain.cycle.state import CycleState
from services.domain.message import Content
from services.storage import feed as stored
from services.storage import snapshot
from services.storage.feed import SessionRow
from services.storage.rows import DeadlineRow

#: of both the latest are shown; so many fit no calendar anyway
MOST_SESSIONS = 500
MOST_DEADLINES = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathering:
    """What was found, and what names are made of: where the API answers, when the first body was founded."""

    bodies: Mapping[str, Body]
    rows: Sequence[SessionRow]
    seen: frozenset[str]
    places: Mapping[str, str]
    begun: Mapping[str, datetime]
    root: str
    origin: datetime

    def uid(self, *parts: object) -> str:
        """Return a name that nothing else has and that never changes."""
        return f"{'-'.join(str(part).replace('/', '-') for part in parts)}@{self.origin:%Y%m%dT%H%M%SZ}.dialogue"

    def named(self, body: str) -> str:
        """Return the name of a body."""
        names = self.bodies[body].names if body in self.bodies else {}
        return names.get("en") or body or "Register"

    def link(self, stream: str) -> str:
        """Return the address of a stream."""
        noun, _, rest = stream.partition("/")
        at = {"cycle": "cycles", "silence": "procedures", "action": "actions"}.get(noun)
        return f"{self.root}/v1/{at}/{rest}" if at else ""


async def gather(viewer: Viewer, root: str) -> Feed:
    """Return what a viewer's feed shows; ``root`` is the address of the API, without a slash at its end."""
    window = window_at(viewer.at)
    kept = [each.state for each in await snapshot.of_noun(viewer.connection, "body")]
    rows = await stored.sessions(viewer.connection, within=window, limit=MOST_SESSIONS)
    duties = await _duties(viewer)
    streams = ["register", *(row.stream for row in duties)]
    found = Gathering(
        bodies={body.code: body for body in viewer.visible(kept, "read_body", lambda body: body_of(body.code))},
        rows=rows,
        seen=frozenset(row.stream for row in viewer.visible(rows, "read_cycle", _cycle_of)),
        places=await _places(viewer, rows),
        begun=await stored.begun(viewer.connection, streams),
        root=root,
        origin=min((body.founded_at for body in kept), default=window.start),
    )
    series, placed = _series(found, viewer.at)
    alone = [row for row in rows if row.stream not in placed and row.stream in found.seen and not row.was_held_off]
    cancelled = {row.stream for row in rows if row.state is CycleState.CANCELLED}
    return Feed(
        name=f"Dialogue: {viewer.entity}" if viewer.entity else "Dialogue",
        series=tuple(series),
        sessions=tuple(_session(found, row) for row in reversed(alone)),
        deadlines=tuple(_deadline(found, row) for row in reversed(duties) if row.stream not in cancelled),
    )


async def _duties(viewer: Viewer) -> Sequence[DeadlineRow]:
    """Return the deadlines of the viewer's own entity; an auditor has none."""
    if not viewer.entity:
        return ()
    seen = viewer.reach("read_deadlines", ResourceKind.BODY, entity=viewer.entity)
    return await stored.deadlines(viewer.connection, seen=seen, within=window_at(viewer.at), limit=MOST_DEADLINES)


async def _places(viewer: Viewer, rows: Iterable[SessionRow]) -> Mapping[str, str]:
    """Return the places of sessions by their addresses in the vault."""
    places = (row.convening.place for row in rows if row.convening)
    wanted: list[Content] = [place for place in places if place]
    opened = await viewer.vault.open_all(viewer.connection, wanted)
    return {address: text.decode() for address, text in opened.items() if text is not None}


def _cycle_of(row: SessionRow) -> Resource:
    return Resource(kind=ResourceKind.CYCLE, id=row.stream, body=row.body, named=row.guests)


def _series(found: Gathering, at: datetime) -> tuple[list[FeedSeries], set[str]]:
    """Return the series of the bodies that are seen, and the streams of all cycles that came of them."""
    series: list[FeedSeries] = []
    placed: set[str] = set()
    window = window_at(at)
    for body in found.bodies.values():
        for plan in plans_of(body, at, window):
            mine = [row for row in found.rows if row.stream not in placed and _came_of(plan, body, row)]
            placed |= {row.stream for row in mine}
            shown = [row for row in reversed(mine) if row.stream in found.seen and not row.was_held_off]
            series.append(_feed_series(found, body, plan, shown))
    return series, placed


def _came_of(plan: Plan, body: Body, row: SessionRow) -> bool:
    """Tell whether a cycle came of a series; one called for a reason came of none."""
    is_own = row.body == body.code and row.kind is CycleKind.ORDINARY
    return is_own and plan.holds(row.kind, row.scheduled_at)


def _feed_series(found: Gathering, body: Body, plan: Plan, rows: Sequence[SessionRow]) -> FeedSeries:
    uid = found.uid("series", body.code, plan.id)
    return FeedSeries(
        uid=uid,
        summary=words.series_summary(found.named(body.code)),
        rrule=plan.rrule,
        zone=plan.zone,
        local_start=plan.local_start,
        stamped_at=body.founded_at,
        description=words.series_description(),
        expected=plan.expected,
        sessions=tuple(_session(found, row) for row in rows),
    )


def _session(found: Gathering, row: SessionRow) -> FeedSession:
    known = row.convening.place if row.convening else None
    place = found.places.get(known.address, "") if known else ""
    stamps = (row.proposed_at, row.moved_at, row.convening.at if row.convening else None, row.closed_at)
    return FeedSession(
        uid=found.uid(row.stream),
        summary=words.session_summary(row, found.named(row.body)),
        starts=row.starts,
        ends=row.ends,
        zone=row.zone,
        standing=_standing(row),
        stamped_at=max(at for at in stamps if at),
        scheduled_at=row.scheduled_at,
        sequence=_changes(row),
        description=words.session_description(row),
        place=place,
        url=found.link(row.stream),
    )


def _changes(row: SessionRow) -> int:
    """Count the changes of a session that matter to who attends; none is ever undone, so the number never falls."""
    is_remote = row.convening is not None and row.convening.mode is MeetingMode.REMOTE
    return row.moves + (row.convening is not None) + is_remote + (row.state is CycleState.CANCELLED)


def _standing(row: SessionRow) -> Standing:
    if row.state is CycleState.CANCELLED:
        return Standing.CANCELLED
    return Standing.CONFIRMED if row.convening else Standing.TENTATIVE


def _deadline(found: Gathering, row: DeadlineRow) -> FeedDeadline:
    noun, _, number = row.stream.rpartition("/")
    body = found.named(row.body)
    what = words.cycle_name(body, int(number)) if noun.startswith("cycle/") else body
    return FeedDeadline(
        uid=found.uid(row.stream, row.label, row.entity, row.ordinal),
        summary=words.deadline_summary(row, what),
        due_at=row.due_at,
        zone=row.reckoned_in,
        stamped_at=row.met_at or found.begun.get(row.stream, found.origin),
        description=words.deadline_description(row),
        url=found.link(row.stream),
    )
