"""Decides which cycles stand as proposed and which may be convened (domain.md LC-1 to LC-3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.domain.body.commands import CallExtraordinarySession
from services.domain.body.events import (
    BacklogTaken,
    CycleCleared,
    CycleSkipped,
    ExtraordinarySessionCalled,
    NextCycleProposed,
    OccurrencesNeeded,
)
from services.domain.body.evolve import evolve_all
from services.domain.body.proposal import unreckonable
from services.domain.body.refusals import NoOccurrence, NoSeries
from services.domain.body.state import Body, Occurrence, Series
from services.domain.calendar import CalendarTable, OutsideTable
from services.domain.cycle.records import CycleKind
from services.domain.cycle.state import LIVE, CycleState
from services.domain.cycle_note import CycleNoted, NoteCycle
from services.domain.deadline import session_end
from services.domain.message import BadArgument, Context, Event, NotFound, Refusal, refuse

#: occurrences that should be known beyond the proposed one, so that none is ever missed
KNOWN_AHEAD = 1
#: how far the part of a calendar table that a cycle pins reaches before now and beyond its session
BEHIND, BEYOND = timedelta(days=400), timedelta(days=800)


def note_cycle(body: Body, command: NoteCycle, context: Context) -> tuple[Event, ...]:
    """Take over how a cycle stands: clear the next one to convene, propose another, take its open actions."""
    view = body.cycle(command.number)
    if view is None or command.state not in set(CycleState):
        return refuse(command, NotFound(what="cycle", which=str(command.number)), context)
    noted = CycleNoted(
        at=context.at,
        actor=context.actor,
        number=command.number,
        state=command.state,
        open_actions=command.open_actions,
        starts=command.starts,
        ends=command.ends,
        reports=command.reports,
    )
    # Of series without an id, proposals that crossed with a convening were left standing.
    stands_after_all = view.is_withdrawn and bool(view.series) and command.state in LIVE
    events: tuple[Event, ...] = (noted,)
    if command.starts is not None or stands_after_all:
        events = (*events, *passed_over(evolve_all(body, events), command.number, context))
    if command.open_actions:
        taken = BacklogTaken(at=context.at, actor=context.actor, number=command.number, actions=command.open_actions)
        events = (*events, taken)
    events = (*events, *clearing(evolve_all(body, events), view.kind, context))
    return (*events, *proposing(evolve_all(body, events), view.kind, context))


def passed_over(body: Body, number: int, context: Context) -> tuple[Event, ...]:
    """
    Skip the regular sessions that a cycle was moved past, proposed already or not (domain.md PO-4).

    So too those before a cycle that was convened although its proposal had been taken back: it keeps the way (LC-2).
    """
    moved = body.cycle(number)
    if moved is None or moved.is_withdrawn or body.pause_of(moved.kind):
        return ()
    proposed = (
        (c.number, c.starts, c.ends, c.series)
        for c in body.of_kind(moved.kind)
        if c.is_next and c.is_from_series and c.number != moved.number
    )
    coming = ((None, o.starts, o.ends, s.id) for s in body.all_series_of(moved.kind) for o in s.after(context.at))
    return tuple(
        CycleSkipped(
            at=context.at,
            actor=context.actor,
            cycle_kind=moved.kind,
            number=number,
            starts=starts,
            ends=ends,
            series=series,
            reason=None,
            because_of=moved.number,
        )
        for number, starts, ends, series in (*proposed, *coming)
        if starts <= moved.starts
    )


def call_extraordinary_session(body: Body, command: CallExtraordinarySession, context: Context) -> tuple[Event, ...]:
    """Propose an extraordinary cycle, in the one number sequence, live beside an ordinary one if need be."""
    called = _called(body, command, context)
    if isinstance(called, Refusal):
        return refuse(command, called, context)
    procedure = command.procedure or body.governed_by(body.procedure, context.at)
    proposed = NextCycleProposed(
        at=context.at,
        actor=context.actor,
        number=body.last_number + 1,
        cycle_kind=CycleKind.EXTRAORDINARY,
        starts=called.starts,
        ends=called.ends,
        zone=procedure.cadence.zone,
        procedure=procedure,
        calendar=command.calendar,
        clear=_way_is_clear(body, CycleKind.EXTRAORDINARY),
        backlog=body.backlog,
        is_from_series=False,
    )
    if refusal := unreckonable(body, proposed):
        return refuse(command, refusal, context)
    return (called, proposed)


def clearing(body: Body, kind: CycleKind, context: Context) -> tuple[Event, ...]:
    """Let the earliest number of a kind be convened once no other is live or may be."""
    waiting = tuple(c.number for c in body.of_kind(kind) if c.is_next)
    if not waiting or not _way_is_clear(body, kind):
        return ()
    return (CycleCleared(at=context.at, actor=context.actor, number=min(waiting)),)


def proposing(body: Body, kind: CycleKind, context: Context) -> tuple[Event, ...]:
    """Keep one cycle of a series proposed, later than the live one; say so when occurrences run out."""
    series = body.series_of(kind)
    if series is None or body.pause_of(kind) or any(c.is_next and c.is_from_series for c in body.of_kind(kind)):
        return ()
    proposed = next_proposal(body, kind, context)
    if isinstance(proposed, Refusal):
        return _running_out(series, floor_of(body, series, context.at), context)
    coming = series.after(proposed.starts)
    if len(coming) < KNOWN_AHEAD:
        last = coming[-1] if coming else proposed
        return (proposed, *_running_out(series, last.starts, context))
    return (proposed,)


def next_proposal(body: Body, kind: CycleKind, context: Context) -> NextCycleProposed | Refusal:
    """Return the next cycle of a kind's series, the ending one first, or why none can be proposed."""
    refusal: Refusal = NoSeries(code=body.code, kind=kind)
    for series in body.all_series_of(kind):
        floor = floor_of(body, series, context.at)
        coming = series.after(floor)
        if coming:
            return first_reckonable(body, series, coming[0], context)
        refusal = NoOccurrence(rrule=series.rrule, after=floor)
    return refusal


def first_reckonable(body: Body, series: Series, coming: Occurrence, context: Context) -> NextCycleProposed | Refusal:
    """Return a session of a series as a proposal, reckoned with the newest table that can, or why none can."""
    refusal: Refusal = NoOccurrence(rrule=series.rrule, after=coming.starts)
    for calendar in series.calendars:
        proposed = _proposed(body, series, coming, calendar, context)
        wrong = unreckonable(body, proposed)
        if wrong is None:
            return proposed
        refusal = wrong
    return refusal


def floor_of(body: Body, series: Series, at: datetime) -> datetime:
    """Return the instant after which the next cycle of a series starts: now, the live one, the last one proposed."""
    return max(at, series.last_starts, *(c.starts for c in body.of_kind(series.kind) if not c.is_withdrawn))


def _proposed(
    body: Body, series: Series, coming: Occurrence, calendar: CalendarTable, context: Context
) -> NextCycleProposed:
    return NextCycleProposed(
        at=context.at,
        actor=context.actor,
        number=body.last_number + 1,
        cycle_kind=series.kind,
        starts=coming.starts,
        ends=coming.ends,
        zone=series.zone,
        procedure=body.governed_by(series.procedure, context.at),
        calendar=calendar.between(context.at - BEHIND, coming.ends + BEYOND),
        clear=_way_is_clear(body, series.kind),
        backlog=body.backlog,
        is_from_series=True,
        series=series.id,
    )


def _way_is_clear(body: Body, kind: CycleKind) -> bool:
    return not any(c.is_clear for c in body.of_kind(kind))


def _running_out(series: Series, after: datetime, context: Context) -> tuple[Event, ...]:
    if series.is_running_out:
        return ()
    return (OccurrencesNeeded(at=context.at, actor=context.actor, cycle_kind=series.kind, after=after),)


def _called(body: Body, command: CallExtraordinarySession, context: Context) -> ExtraordinarySessionCalled | Refusal:
    procedure = command.procedure or body.governed_by(body.procedure, context.at)
    if command.starts <= context.at or command.session <= timedelta(0):
        return BadArgument(field="starts", rule="a session lies ahead and lasts", remedy="give a later start")
    try:
        ends = session_end(
            starts=command.starts,
            session=command.session,
            zone=procedure.cadence.zone,
            day_ends=procedure.day_ends,
            table=command.calendar,
        )
    except (OutsideTable, OverflowError) as cannot:
        return BadArgument(field="starts", rule=str(cannot), remedy="give a start that the calendar table covers")
    return ExtraordinarySessionCalled(
        at=context.at, actor=context.actor, starts=command.starts, ends=ends, reason=command.reason
    )
