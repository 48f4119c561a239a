"""From a series that is only looked at to what is told of it: sessions, deadlines, clashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
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
from services.commands.series import Reckoned, malformed, reckon_amendment, reckon_series
from services.domain.body.state import Body, Series
from services.domain.cycle.records import CycleKind, StepDue
from services.policies.cadence import MOST
from services.policies.zone import load_zone
from services.wire.moment import write_duration

NEAR = timedelta(days=2)
SECOND = timedelta(seconds=1)


async def preview_told(viewer: Viewer, body: Body, given: Mapping[str, Any], *, policies: Path, count: int) -> Any:
    """
    Return what a series would give; with nothing given, what those that stand give.

    Raises:
        Malformed: rule, zone, wall time, length or procedure is wrong, or sessions come too close to one another.
    """
    parts = parts_ahead(body, given, policies=policies, after=viewer.at, count=count)
    sessions = sorted(session for part in parts for session in part.sessions)[:count]
    first, last = sessions[0][0], sessions[-1][1]
    table = table_for(preparation_of(viewer, body, policies), last, *(part.cadence.zone for part in parts))
    outlook = Outlook(
        body=body,
        register=viewer.register,
        table=table,
        others=await others_of(viewer, first, last),
        at=viewer.at,
    )
    ahead = sorted((each for part in parts for each in outlook.sessions(part)), key=lambda each: each.starts)
    cadence = parts[-1].cadence
    return {
        "procedure": parts[-1].procedure,
        "rrule": cadence.rrule,
        "series_zone": cadence.zone,
        "local_start": cadence.local_start,
        "session": cadence.session,
        "is_paused": not given and body.pause_of(CycleKind.ORDINARY) is not None,
        "sessions": [session_told(viewer, session) for session in ahead[:count]],
    }


def parts_ahead(
    body: Body, given: Mapping[str, Any], *, policies: Path, after: datetime, count: int
) -> tuple[Reckoned, ...]:
    """
    Return what is to be previewed, in the order of its time: a series as given, an amendment, or every one that stands.

    Raises:
        Malformed: as for ``preview_told``; or there is no series to amend.
    """
    if "since" in given:
        return amended(body, given, policies=policies, after=after, count=count)
    standing = () if given else body.all_series_of(CycleKind.ORDINARY)
    parts = tuple(
        part for series in standing if (part := part_of(series, policies=policies, after=after, count=count)).sessions
    )
    return parts or (
        reckon_series(given, own=body.governed_by(body.procedure, after), policies=policies, after=after, count=count),
    )


def amended(
    body: Body, given: Mapping[str, Any], *, policies: Path, after: datetime, count: int
) -> tuple[Reckoned, ...]:
    """
    Return what the series still gives until it is amended, and what it gives from then on.

    Raises:
        Malformed: as for ``preview_told``; or there is no series to amend.
    """
    series = body.series_of(CycleKind.ORDINARY)
    if series is None:
        raise malformed("from", "there is no series to amend; leave it out, or schedule one")
    new = reckon_amendment(given, standing=series, policies=policies, after=after, count=count)
    old = part_of(replace(series, until=new.since), policies=policies, after=after, count=count)
    return (*((old,) if old.sessions else ()), new.new)


def part_of(series: Series, *, policies: Path, after: datetime, count: int) -> Reckoned:
    """Return what a series that stands still gives, within its time and without what was skipped."""
    begin = max(after, series.since - SECOND) if series.since else after
    given = {
        "rrule": series.rrule,
        "zone": series.zone,
        "local_start": series.local_start,
        "session": write_duration(series.session),
    }
    asked = min(count + len(series.skipped), MOST)
    reckoned = reckon_series(given, own=series.procedure, policies=policies, after=begin, count=asked)
    held = [
        (starts, ends)
        for starts, ends in reckoned.sessions
        if starts not in series.skipped and (series.until is None or starts < series.until)
    ]
    return replace(reckoned, sessions=tuple(held))


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
    """Return a session that it meets, with who would be booked twice as far as that is for the viewer."""
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
