"""Series as a feed shows them: which cycles came of which, and which sessions are still to come."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from services.domain.body.cycles import floor_of
from services.domain.body.state import Body, EndedSeries, Series
from services.domain.cycle.records import CycleKind
from services.domain.message import Interval
from services.domain.procedure import Cadence
from services.policies.cadence import MOST, Session, occurrences
from services.policies.fault import CalendarError

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A series with its span [since, until), as far as either is known."""

    id: str
    kind: CycleKind
    rrule: str
    zone: str
    local_start: str
    since: datetime | None
    until: datetime | None
    expected: tuple[Session, ...] = ()

    def holds(self, kind: CycleKind, starts: datetime) -> bool:
        """Tell whether a session of a kind that was first planned for an instant is one of the series."""
        is_begun = self.since is None or self.since <= starts
        return self.kind is kind and is_begun and (self.until is None or starts < self.until)


def plans_of(body: Body, at: datetime, window: Interval) -> tuple[Plan, ...]:
    """Return the series of a body, those that have ended first, with the sessions still expected within a window."""
    ended = (_ended(series) for series in body.ended)
    return (*ended, *(_standing(body, series, at, window) for series in body.series))


def _ended(series: EndedSeries) -> Plan:
    return Plan(
        id=_name(series),
        kind=series.kind,
        rrule=series.rrule,
        zone=series.zone,
        local_start=series.local_start,
        since=series.first_starts,
        until=series.until,
    )


def _standing(body: Body, series: Series, at: datetime, window: Interval) -> Plan:
    floor = floor_of(body, series, at)
    coming = [(o.starts, o.ends) for o in series.after(floor)]
    if series.until is None:
        coming += _beyond(series, coming[-1][0] if coming else floor, window.end)
    left_out = {*series.skipped, *(each.starts for each in body.skipped if each.kind is series.kind)}
    is_paused = body.pause_of(series.kind) is not None
    expected = [s for s in coming if window.start <= s[0] < window.end and s[0] not in left_out]
    return Plan(
        id=_name(series),
        kind=series.kind,
        rrule=series.rrule,
        zone=series.zone,
        local_start=series.local_start,
        since=series.first_starts,
        until=series.until,
        expected=() if is_paused else tuple(expected),
    )


def _name(series: Series | EndedSeries) -> str:
    """Name a series for ever; those of before series had ids are told apart by their kind."""
    return series.id or series.kind.value


def _beyond(series: Series, after: datetime, until: datetime) -> tuple[Session, ...]:
    """Return the sessions later than those known, as the body itself will come to know them."""
    if after >= until:
        return ()
    cadence = Cadence(rrule=series.rrule, zone=series.zone, local_start=series.local_start, session=series.session)
    try:
        return _reckoned(cadence, after, series.procedure.day_ends)
    except CalendarError as error:
        log.warning("the series %s cannot go on: %s", series.rrule, error)
        return ()


@lru_cache(maxsize=64)
def _reckoned(cadence: Cadence, after: datetime, day_ends: str) -> tuple[Session, ...]:
    return occurrences(cadence, after, MOST, day_ends=day_ends)
