"""From clashes to what is told of them: to whoever leads one of the bodies, and to the entity whose person it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.access.request import Resource, ResourceKind
from services.api.reading import Viewer
from services.commands.bookings import asked_for, double_booked, sitting_of, standing
from services.commands.clashes import DoubleBooking, Meeting, Sitting, meetings
from services.policies.zone import load_zone

READ_CLASHES = "read_clashes"


async def clashes_told(viewer: Viewer, *, body: str | None, since: datetime, until: datetime) -> dict[str, Any]:
    """Return the clashes of [since, until) that the viewer may see, of one body or of all."""
    rows = await standing(viewer.connection, since=since, until=until)
    sessions = (*map(sitting_of, rows), *await asked_for(viewer.connection, since=since, until=until))
    membership = viewer.register.membership
    twice = await double_booked(viewer.connection, viewer.vault, membership, since=since, until=until)
    met = meetings(sessions, load_zone(membership.convenor_zone))
    return {
        "since": since,
        "until": until,
        "persons": [person_told(viewer, c) for c in twice if concerns(c.meeting, body) and sees_person(viewer, c)],
        "sessions": [meeting_told(viewer, m) for m in met if concerns(m, body) and sees_meeting(viewer, m)],
    }


def concerns(meeting: Meeting, body: str | None) -> bool:
    """Tell whether sessions that meet are of a body, or of whichever."""
    return body is None or body in {sitting.body for sitting in meeting.sittings}


def sees_person(viewer: Viewer, clash: DoubleBooking) -> bool:
    """Tell whether a double booking is for the viewer: it leads one of the bodies, or it is its own person."""
    return any(viewer.may(READ_CLASHES, clash_of(s.body, clash.entity)) for s in clash.meeting.sittings)


def sees_meeting(viewer: Viewer, meeting: Meeting) -> bool:
    """Tell whether sessions that meet are for the viewer: it leads one of the bodies, or it sees both sessions."""
    leads = any(viewer.may(READ_CLASHES, clash_of(sitting.body, "")) for sitting in meeting.sittings)
    return leads or all(sees_sitting(viewer, sitting) for sitting in meeting.sittings)


def sees_sitting(viewer: Viewer, sitting: Sitting) -> bool:
    """Tell whether the viewer sees a session."""
    if sitting.number is None:
        body = Resource(kind=ResourceKind.BODY, id=f"body/{sitting.body}", body=sitting.body)
        return viewer.may("read_body", body)
    id_ = f"cycle/{sitting.body}/{sitting.number}"
    return viewer.may("read_cycle", Resource(kind=ResourceKind.CYCLE, id=id_, body=sitting.body, named=sitting.guests))


def clash_of(body: str, entity: str) -> Resource:
    """Return what an entity, or nobody in particular, has clashing in a body, as a resource."""
    return Resource(kind=ResourceKind.BODY, id=f"body/{body}", body=body, owner=entity)


def person_told(viewer: Viewer, clash: DoubleBooking) -> dict[str, Any]:
    """Return a double booking."""
    return {"person": clash.person, "entity": clash.entity, **meeting_told(viewer, clash.meeting)}


def meeting_told(viewer: Viewer, meeting: Meeting) -> dict[str, Any]:
    """Return two sessions that meet."""
    return {
        "sessions": sittings_told(viewer, meeting.sittings),
        "days": meeting.days,
        "overlaps": meeting.overlaps,
    }


def sittings_told(viewer: Viewer, sittings: Sequence[Sitting]) -> tuple[dict[str, Any], ...]:
    """Return sessions: of one that is not for the viewer nothing but that it is there."""
    return tuple(
        {
            "body": each.body,
            "number": each.number,
            "starts": each.starts if is_seen else None,
            "ends": each.ends if is_seen else None,
        }
        for each in sittings
        for is_seen in (sees_sitting(viewer, each),)
    )
