"""Decides on series: scheduled, replaced, extended (domain.md 5.1, lead times)."""

from __future__ import annotations

from itertools import pairwise

from services.domain.body.commands import ExtendOccurrences, ScheduleSeries
from services.domain.body.cycles import next_proposal, proposing
from services.domain.body.events import OccurrencesExtended, SeriesEnded, SeriesScheduled
from services.domain.body.evolve import evolve_all
from services.domain.body.refusals import NoOccurrence, NoSeries
from services.domain.body.state import Body, Occurrence
from services.domain.calendar import CalendarTable
from services.domain.message import BadArgument, Context, Event, Refusal, refuse


def schedule_series(body: Body, command: ScheduleSeries, context: Context) -> tuple[Event, ...]:
    """Schedule a series and propose its first cycle; the series of that kind that stood before ends."""
    if refusal := _wrong_series(command, context):
        return refuse(command, refusal, context)
    events: tuple[Event, ...] = (
        *_ended(body, command, context),
        SeriesScheduled(
            at=context.at,
            actor=context.actor,
            cycle_kind=command.kind,
            rrule=command.rrule,
            zone=command.zone,
            local_start=command.local_start,
            session=command.session,
            procedure=command.procedure or body.governed_by(body.procedure, context.at),
            calendar=command.calendar,
            occurrences=command.occurrences,
            series=command.series,
        ),
    )
    after = evolve_all(body, events)
    first = next_proposal(after, command.kind, context)
    if isinstance(first, Refusal):
        return refuse(command, first, context)
    return (*events, *proposing(after, command.kind, context))


def extend_occurrences(body: Body, command: ExtendOccurrences, context: Context) -> tuple[Event, ...]:
    """Take over more occurrences, those later than the ones known, and propose what was waiting for them."""
    series = body.series_of(command.kind)
    if series is None:
        return refuse(command, NoSeries(code=body.code, kind=command.kind), context)
    last = series.occurrences[-1].starts if series.occurrences else series.last_starts
    new = tuple(o for o in command.occurrences if o.starts > last)
    if not new:
        return refuse(command, NoOccurrence(rrule=series.rrule, after=last), context)
    if refusal := disordered(new):
        return refuse(command, refusal, context)
    extended = OccurrencesExtended(
        at=context.at, actor=context.actor, cycle_kind=command.kind, calendar=command.calendar, occurrences=new
    )
    events = (extended,)
    return (*events, *proposing(evolve_all(body, events), command.kind, context))


def unknown_zone(zone: str, calendar: CalendarTable) -> Refusal | None:
    """Refuse a zone that the calendar table does not have."""
    if zone in calendar.zones:
        return None
    return BadArgument(
        field="zone", rule=f"{zone} is not in the calendar table", remedy="name an IANA zone, like Europe/Paris"
    )


def disordered(occurrences: tuple[Occurrence, ...]) -> Refusal | None:
    """Refuse sessions that do not follow one another."""
    if all(o.starts < o.ends for o in occurrences) and all(a.ends <= b.starts for a, b in pairwise(occurrences)):
        return None
    return BadArgument(
        field="rrule", rule="sessions follow one another without overlap", remedy="shorten the session or the rule"
    )


def _ended(body: Body, command: ScheduleSeries, context: Context) -> tuple[Event, ...]:
    if body.series_of(command.kind) is None:
        return ()
    withdrawn = tuple(c.number for c in body.of_kind(command.kind) if c.is_next and c.is_from_series)
    return (SeriesEnded(at=context.at, actor=context.actor, cycle_kind=command.kind, withdrawn=withdrawn),)


def _wrong_series(command: ScheduleSeries, context: Context) -> Refusal | None:
    if refusal := unknown_zone(command.zone, command.calendar):
        return refusal
    if not any(o.starts > context.at for o in command.occurrences):
        return NoOccurrence(rrule=command.rrule, after=context.at)
    return disordered(command.occurrences)
