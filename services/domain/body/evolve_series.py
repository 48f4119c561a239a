"""Folds what happens to the series of a body: scheduled, amended, skipped, paused, ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.domain.body.events import (
    CycleSkipped,
    NextCycleProposed,
    OccurrencesExtended,
    OccurrencesNeeded,
    SeriesAmended,
    SeriesEnded,
    SeriesPaused,
    SeriesResumed,
    SeriesScheduled,
)
from services.domain.body.state import Body, CycleView, EndedSeries, Occurrence, Pause, Series, SkippedCycle
from services.domain.cycle.records import CycleKind
from services.domain.message import Event


def proposed_from(body: Body, event: NextCycleProposed) -> Body:
    """Return the body with a session of its series proposed; the series before that one have come to their end."""
    kept: list[Series] = []
    ended: list[EndedSeries] = []
    of_kind = body.all_series_of(event.cycle_kind)
    last = next((n for n, series in enumerate(of_kind) if series.id == event.series), 0)
    for series in body.series:
        if series.kind is not event.cycle_kind:
            kept.append(series)
        elif series in of_kind[:last]:
            ended.append(ended_series(series, series.until or event.starts))
        else:
            is_source = series.id == event.series
            kept.append(_taken(series, event.starts) if is_source else series)
    return replace(body, series=tuple(kept), ended=(*body.ended, *ended))


def stands_after_all(body: Body, cycle: CycleView) -> Body:
    """Return the body whose cycle was convened before its proposal was taken back: it is not given again."""
    gives_back = bool(cycle.series) or body.pause_of(cycle.kind) is not None

    def stand(series: Series) -> Series:
        if (series.kind, series.id) != (cycle.kind, cycle.series):
            return series
        after = replace(series, skipped=tuple(at for at in series.skipped if at != cycle.starts))
        return _without(after, cycle.starts) if gives_back else after

    return replace(
        body,
        series=tuple(stand(s) for s in body.series),
        skipped=tuple(s for s in body.skipped if s.number != cycle.number),
    )


def ended_series(series: Series, until: datetime) -> EndedSeries:
    """Return what is kept of a series that has ended."""
    return EndedSeries(
        id=series.id,
        kind=series.kind,
        rrule=series.rrule,
        zone=series.zone,
        local_start=series.local_start,
        session=series.session,
        first_starts=series.first_starts,
        until=until,
        skipped=series.skipped,
    )


def _scheduled(body: Body, event: SeriesScheduled) -> Body:
    # Of a series without an id only what was kept at its time is kept.
    return body.with_series(_series_of(event, since=event.at if event.series else None))


def _series_of(event: SeriesScheduled | SeriesAmended, *, since: datetime | None) -> Series:
    coming = tuple(o for o in event.occurrences if o.starts > event.at)
    return Series(
        kind=event.cycle_kind,
        rrule=event.rrule,
        zone=event.zone,
        local_start=event.local_start,
        session=event.session,
        procedure=event.procedure,
        calendars=(event.calendar,),
        occurrences=event.occurrences,
        last_starts=event.at,
        known_at=event.at,
        id=event.series,
        since=since,
        first_starts=coming[0].starts if coming and since else None,
    )


def _ended(body: Body, event: SeriesEnded) -> Body:
    # One that was to begin later never begins; one without an id, nothing was kept of at its time.
    over = tuple(
        ended_series(s, min(s.until or event.at, event.at))
        for s in body.all_series_of(event.cycle_kind)
        if (s.id and s.since is not None and s.since <= event.at) or s.until is not None
    )
    after = replace(
        body,
        series=tuple(s for s in body.series if s.kind is not event.cycle_kind),
        ended=(*body.ended, *over),
    )
    return _withdrawn(after, event.withdrawn)


def _amended(body: Body, event: SeriesAmended) -> Body:
    def end(series: Series) -> Series:
        if series.until is not None and series.until <= event.since:
            return series
        known = tuple(o for o in series.occurrences if o.starts < event.since)
        return replace(
            series,
            until=event.since,
            occurrences=(*known, *event.remaining),
            calendars=(*series.calendars, event.calendar),
            is_running_out=False,
        )

    # A series that was to begin only then never begins.
    begun = tuple(s for s in body.all_series_of(event.cycle_kind) if s.since is None or s.since < event.since)
    others = tuple(s for s in body.series if s.kind is not event.cycle_kind)
    new = _series_of(event, since=event.since)
    return _withdrawn(replace(body, series=(*others, *(end(s) for s in begun), new)), event.withdrawn)


def _skipped(body: Body, event: CycleSkipped) -> Body:
    record = SkippedCycle(
        number=event.number,
        kind=event.cycle_kind,
        starts=event.starts,
        ends=event.ends,
        at=event.at,
        series=event.series,
        reason=event.reason,
        because_of=event.because_of,
    )

    view = body.cycle(event.number) if event.number is not None else None
    is_regular = view is None or view.is_from_series

    def skip(series: Series) -> Series:
        if not is_regular or series.kind is not event.cycle_kind or series.id != event.series:
            return series
        after = replace(series, skipped=(*series.skipped, event.starts))
        return after if event.number is not None else _without(after, event.starts)

    after = replace(body, skipped=(*body.skipped, record), series=tuple(skip(s) for s in body.series))
    return _withdrawn(after, () if event.number is None else (event.number,))


def _paused(body: Body, event: SeriesPaused) -> Body:
    back = {
        n: tuple(
            Occurrence(starts=c.starts, ends=c.ends)
            for c in body.cycles
            if c.number in event.withdrawn and c.series == n
        )
        for n in {s.id for s in body.all_series_of(event.cycle_kind)}
    }

    def rest(series: Series) -> Series:
        # What was proposed is given again once the series goes on, if it is still to come.
        own = (o for o in back[series.id] if series.holds(o.starts))
        given = tuple(sorted((*own, *series.occurrences), key=lambda o: o.starts))
        return replace(series, occurrences=given, last_starts=event.at, is_running_out=False)

    pause = Pause(kind=event.cycle_kind, since=event.at, reason=event.reason)
    after = replace(
        body,
        series=tuple(rest(s) if s.kind is event.cycle_kind else s for s in body.series),
        paused=(*body.paused, pause),
    )
    return _withdrawn(after, event.withdrawn)


def _resumed(body: Body, event: SeriesResumed) -> Body:
    return replace(body, paused=tuple(p for p in body.paused if p.kind is not event.cycle_kind))


def _extended(body: Body, event: OccurrencesExtended) -> Body:
    def extend(series: Series) -> Series:
        # A new table may begin only where the new occurrences do; the older ones still cover what comes before.
        covering = tuple(t for t in series.calendars if t.until > event.at)
        return replace(
            series,
            calendars=(event.calendar, *covering) if event.calendar.since > event.at else (event.calendar,),
            occurrences=(*series.occurrences, *event.occurrences),
            known_at=event.at,
            is_running_out=False,
        )

    return _going_on(body, event.cycle_kind, extend)


def _needed(body: Body, event: OccurrencesNeeded) -> Body:
    return _going_on(body, event.cycle_kind, lambda series: replace(series, is_running_out=True))


def _taken(series: Series, starts: datetime) -> Series:
    return replace(series, occurrences=series.after(starts), last_starts=starts)


def _without(series: Series, starts: datetime) -> Series:
    return replace(series, occurrences=tuple(o for o in series.occurrences if o.starts != starts))


def _withdrawn(body: Body, numbers: tuple[int, ...]) -> Body:
    return replace(body, cycles=tuple(replace(c, is_withdrawn=True) if c.number in numbers else c for c in body.cycles))


def _going_on(body: Body, kind: CycleKind, change: Callable[[Series], Series]) -> Body:
    """Change the series of a kind that has no end."""
    going = body.series_of(kind)
    return replace(body, series=tuple(change(s) if s is going else s for s in body.series))


SERIES: Mapping[type[Event], Callable[[Body, Any], Body]] = {
    SeriesScheduled: _scheduled,
    SeriesEnded: _ended,
    SeriesAmended: _amended,
    CycleSkipped: _skipped,
    SeriesPaused: _paused,
    SeriesResumed: _resumed,
    OccurrencesExtended: _extended,
    OccurrencesNeeded: _needed,
}
