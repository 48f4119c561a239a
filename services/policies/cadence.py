"""Cadences: the sessions that a rule gives in the wall time of a zone, found by a bounded search."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from heapq import merge
from itertools import islice, pairwise
from typing import Final
from zoneinfo import ZoneInfo

from services.domain.calendar import CalendarTable
from services.domain.deadline import session_end
from services.domain.procedure import Cadence, Procedure
from services.policies.calendar import LONGEST, calendar_table
from services.policies.fault import CadenceError, CalendarError
from services.policies.rule import is_within_day, wall_times
from services.policies.span import in_words
from services.policies.zone import load_zone

Session = tuple[datetime, datetime]

MOST: Final = 400
LONGEST_SESSION: Final = timedelta(days=31)
#: where a cadence is tried when nobody says from when on: files are read without a clock
TRIED_FROM: Final = datetime(2026, 1, 1, tzinfo=UTC)
_NOTHING: Final = timedelta(0)
_HORIZON: Final = LONGEST - 2 * LONGEST_SESSION


def occurrences(cadence: Cadence, after: datetime, count: int, *, day_ends: str = "17:00") -> tuple[Session, ...]:
    """
    Return the next sessions that start later than ``after``, as UTC instants [start, end); at most ``count``.

    Times are wall times of the cadence's zone, whatever its offset then is. A session of whole days ends at
    ``day_ends`` of its last day. The search ends some twelve years after ``after``, so that there may be fewer.

    Raises:
        CadenceError: rule, zone, wall time or length is wrong; or no session comes in that time; or one would start at
            a wall time that does not exist there on that day, or exists twice.
    """
    if not 1 <= count <= MOST:
        raise CadenceError(field="count", problem=f"{count} sessions were asked for", remedy=f"ask for 1 to {MOST}")
    check_session(cadence.session)
    after = after.astimezone(UTC)
    starts = tuple(islice(_starts(cadence, after), count))
    if not starts:
        raise CadenceError(
            field="rrule",
            problem=f"{cadence.rrule} gives no session in the twelve years after {after.date().isoformat()}",
            remedy="name days that come, such as BYMONTH=10;BYDAY=2WE",
        )
    since = starts[0] - timedelta(days=1)
    table = calendar_table([cadence.zone], since, min(starts[-1] + 2 * LONGEST_SESSION, since + LONGEST))
    return tuple((at, _end(at, cadence, day_ends, table)) for at in starts)


def check_cadence(cadence: Cadence, procedure: Procedure, *, after: datetime = TRIED_FROM) -> None:
    """
    Refuse a cadence that cannot be held: sessions closer than the first step of one to its end (domain.md LC-2).

    The next 400 sessions after ``after``, or those of twelve years, are tried.

    Raises:
        CadenceError: as for ``occurrences``, or sessions follow one another too closely.
    """
    sessions = occurrences(cadence, after, MOST, day_ends=procedure.day_ends)
    if is_within_day(cadence.rrule) and _clock_changes(cadence.zone, after):
        problem = f"clocks change in {cadence.zone}, and {cadence.rrule} meets every hour"
        raise CadenceError(field="zone", problem=problem, remedy="give UTC")
    leads = (-step.offset.elapsed - timedelta(days=step.offset.days) for step in procedure.steps)
    needed = max(_NOTHING, *leads) + max(end - start for start, end in sessions)
    closest = min((later - start for (start, _), (later, _) in pairwise(sessions)), default=needed)
    if closest < needed:
        raise CadenceError(
            field="rrule",
            problem=f"sessions come {in_words(closest)} apart, but one takes {in_words(needed)} from its first step "
            "to its end",
            remedy="meet less often, or shorten the lead times",
        )


def _starts(cadence: Cadence, after: datetime) -> Iterator[datetime]:
    zone = _zone(cadence.zone)
    wall = _wall(cadence.local_start)
    near = after.astimezone(zone).replace(tzinfo=None)
    given = (at for at in wall_times(cadence.rrule, near, wall) if at.date() not in cadence.skip)
    last: datetime | None = None
    for at in merge(given, (datetime.combine(on, wall) for on in sorted(cadence.add))):
        start = at.replace(tzinfo=zone).astimezone(UTC)
        if start >= after + _HORIZON:
            return
        if start > after and at != last:
            _check_once(at, zone)
            yield start
        last = at


def _end(at: datetime, cadence: Cadence, day_ends: str, table: CalendarTable) -> datetime:
    return session_end(starts=at, session=cadence.session, zone=cadence.zone, day_ends=day_ends, table=table)


def check_session(session: timedelta) -> None:
    """
    Make sure that a session lasts, and not for ever.

    Raises:
        CadenceError: it does not.
    """
    if not _NOTHING < session <= LONGEST_SESSION:
        remedy = f"give more than nothing and at most {LONGEST_SESSION.days} days"
        raise CadenceError(field="session", problem=f"a session would last {in_words(session)}", remedy=remedy)


def _check_once(at: datetime, zone: ZoneInfo) -> None:
    """Refuse a wall time that clocks skip, or show twice, on that day."""
    first, second = (at.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if first == second:
        return
    again = at.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    what = "exists twice" if again == at else "does not exist"
    raise CadenceError(
        field="local_start",
        problem=f"{at.time().isoformat('minutes')} {what} in {zone.key} on {at.date().isoformat()}, when clocks change",
        remedy="start at an hour at which clocks never change, such as 09:00",
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return load_zone(name)
    except CalendarError as error:
        raise CadenceError(field="zone", problem=error.problem, remedy=error.remedy) from error


def _wall(text: str) -> time:
    try:
        wall = time.fromisoformat(text)
    except ValueError:
        wall = None
    if wall is None or wall.tzinfo or wall.microsecond:
        raise CadenceError(field="local_start", problem=f"found {text!r}", remedy="should be a time of day, like 09:00")
    return wall


def _clock_changes(name: str, after: datetime) -> bool:
    return len(calendar_table([name], after, after + LONGEST).zones[name]) > 1
