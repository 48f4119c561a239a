"""From a series that is only looked at to what is told of it: sessions, deadlines, clashes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from services.api.clash.telling import READ_CLASHES, clash_of, sittings_told
from services.api.reading import Viewer
from services.api.showing import parts_of
from services.commands.bookings import asked_for, sitting_of, standing
from services.commands.clashes import Meeting, Sitting
from services.commands.prepare import Preparation, table_for
from services.commands.preview_series import LocalSession, Outlook, SeatTwice, SessionAhead
from services.commands.resource import people_of_entity
from services.commands.series import reckon_series
from services.domain.body.state import Body
from services.domain.cycle.records import CycleKind, StepDue
from services.domain.procedure import Procedure
from services.policies.zone import load_zone
from services.wire.moment import write_duration

NEAR = timedelta(days=2)


async def preview_told(viewer: Viewer, body: Body, given: Mapping[str, Any], *, policies: Path, count: int) -> Any:
    """
    Return what a series would give; with nothing given, what the standing one gives.

    Raises:
        Malformed: rule, zone, wall time, length or procedure is wrong, or sessions come too close to one another.
    """
    own, wanted = standing_or(body, given)
    reckoned = reckon_series(wanted, own=own, policies=policies, after=viewer.at, count=count)
    first, last = reckoned.sessions[0][0], reckoned.sessions[-1][1]
    table = table_for(preparation_of(viewer, body, policies), last, reckoned.cadence.zone)
    outlook = Outlook(
        body=body,
        register=viewer.register,
        table=table,
        others=await others_of(viewer, first, last),
        at=viewer.at,
    )
    cadence = reckoned.cadence
    return {
        "procedure": reckoned.procedure,
        "rrule": cadence.rrule,
        "series_zone": cadence.zone,
        "local_start": cadence.local_start,
        "session": cadence.session,
        "sessions": [session_told(viewer, session) for session in outlook.sessions(reckoned)],
    }


def standing_or(body: Body, given: Mapping[str, Any]) -> tuple[Procedure, Mapping[str, Any]]:
    """Return the procedure to take what is left out from, and what is given: the standing series if nothing is."""
    series = body.series_of(CycleKind.ORDINARY)
    if given or series is None:
        return body.procedure, given
    return series.procedure, {
        "rrule": series.rrule,
        "zone": series.zone,
        "local_start": series.local_start,
        "session": write_duration(series.session),
    }


def preparation_of(viewer: Viewer, body: Body, policies: Path) -> Preparation:
    """Return what completing the series would look at."""
    return Preparation(
        stream=body.stream,
        state=body,
        register=viewer.register,
        policies=policies,
        at=viewer.at,
        vault=viewer.vault,
        read=lambda _content: "",
    )


async def others_of(viewer: Viewer, first: datetime, last: datetime) -> tuple[Sitting, ...]:
    """Return the sessions near a span: those that stand and those that series ask for."""
    since, until = first - NEAR, last + NEAR
    rows = await standing(viewer.connection, since=since, until=until)
    return (*map(sitting_of, rows), *await asked_for(viewer.connection, since=since, until=until))


def session_told(viewer: Viewer, session: SessionAhead) -> dict[str, Any]:
    """Return one session that a series would give."""
    return parts_of(
        session,
        local={local.entity: local_told(local) for local in session.local},
        steps=[step_told(step) for step in session.steps],
        meets=[meeting_told(viewer, session, meeting) for meeting in session.meets],
    )


def local_told(local: LocalSession) -> dict[str, Any]:
    """Return a session on the clocks of one entity."""
    return parts_of(local, starts=local.starts.isoformat(), ends=local.ends.isoformat())


def step_told(step: StepDue) -> dict[str, Any]:
    """Return what a debtor would owe."""
    return parts_of(step, due_there=step.due_at.astimezone(load_zone(step.zone)).isoformat())


def meeting_told(viewer: Viewer, session: SessionAhead, meeting: Meeting) -> dict[str, Any]:
    """Return a session of another body, with who would be booked twice as far as that is for the viewer."""
    twice = (seat for seat in session.seats_twice if seat.meeting is meeting)
    return {
        "session": sittings_told(viewer, meeting.sittings[1:])[0],
        "days": meeting.days,
        "overlaps": meeting.overlaps,
        "persons": [seat_told(viewer, seat) for seat in twice if sees_seat(viewer, seat)],
    }


def sees_seat(viewer: Viewer, seat: SeatTwice) -> bool:
    """Tell whether it is for the viewer that somebody would be booked twice."""
    return any(viewer.may(READ_CLASHES, clash_of(sitting.body, seat.entity)) for sitting in seat.meeting.sittings)


def seat_told(viewer: Viewer, seat: SeatTwice) -> dict[str, Any]:
    """Return who would be booked twice, by name for whoever may see the people of the entity."""
    person = viewer.register.persons.get(seat.person)
    is_named = person is not None and viewer.may("read_people", people_of_entity(seat.entity))
    return {"entity": seat.entity, "role": seat.role, "person": person.name if person and is_named else None}
