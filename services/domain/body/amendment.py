"""Decides on what becomes of a series that stands: amended, skipped once, paused, resumed (domain.md 5.1, LC-3)."""

from __future__ import annotations

from services.domain.body.commands import AmendSeries, PauseSeries, ResumeSeries, SkipCycle
from services.domain.body.cycles import first_reckonable, proposing
from services.domain.body.events import CycleSkipped, SeriesAmended, SeriesPaused, SeriesResumed
from services.domain.body.evolve import evolve_all
from services.domain.body.refusals import AlreadyConvened, AlreadyPaused, NoOccurrence, NoSeries, NotPaused
from services.domain.body.series import disordered, unknown_zone
from services.domain.body.state import Body, Occurrence, Series
from services.domain.message import (
    BadArgument,
    Context,
    Event,
    NotFound,
    Refusal,
    WrongState,
    made_id,
    plain,
    refuse,
    spoken,
)


def amend_series(body: Body, command: AmendSeries, context: Context) -> tuple[Event, ...]:
    """End the series that stands before an instant and begin another there; what nobody convened yet gives way."""
    standing = body.series_of(command.kind)
    if standing is None:
        return refuse(command, NoSeries(code=body.code, kind=command.kind), context)
    remaining = _remaining(standing, command)
    amended = SeriesAmended(
        at=context.at,
        actor=context.actor,
        cycle_kind=command.kind,
        series=made_id("sr", context),
        since=command.since,
        rrule=command.rrule,
        zone=command.zone,
        local_start=command.local_start,
        session=command.session,
        procedure=command.procedure,
        calendar=command.calendar,
        occurrences=tuple(o for o in command.occurrences if o.starts >= command.since),
        remaining=remaining,
        withdrawn=tuple(
            c.number for c in body.of_kind(command.kind) if c.is_next and c.is_from_series and c.starts >= command.since
        ),
    )
    if refusal := _wrong_amendment(body, amended, context):
        return refuse(command, refusal, context)
    return (amended, *proposing(evolve_all(body, (amended,)), command.kind, context))


def skip_cycle(body: Body, command: SkipCycle, context: Context) -> tuple[Event, ...]:
    """Skip a proposed cycle, for all to see, and propose the one after it."""
    view = body.cycle(command.number)
    if view is None:
        return refuse(command, NotFound(what="cycle", which=f"{body.code} {command.number}"), context)
    if view.is_withdrawn:
        return refuse(command, WrongState(noun="cycle", state="withdrawn", needed="proposed"), context)
    if not view.is_next:
        return refuse(command, AlreadyConvened(code=body.code, number=view.number, state=view.state), context)
    skipped = CycleSkipped(
        at=context.at,
        actor=context.actor,
        cycle_kind=view.kind,
        number=view.number,
        starts=view.starts,
        ends=view.ends,
        series=view.series,
        reason=command.reason,
    )
    return (skipped, *proposing(evolve_all(body, (skipped,)), view.kind, context))


def pause_series(body: Body, command: PauseSeries, context: Context) -> tuple[Event, ...]:
    """Let a series rest: what it proposed and nobody convened is taken back."""
    if body.series_of(command.kind) is None:
        return refuse(command, NoSeries(code=body.code, kind=command.kind), context)
    if pause := body.pause_of(command.kind):
        already = AlreadyPaused(code=body.code, kind=command.kind, since=pause.since)
        return refuse(command, already, context)
    withdrawn = tuple(c.number for c in body.of_kind(command.kind) if c.is_next and c.is_from_series)
    return (
        SeriesPaused(
            at=context.at,
            actor=context.actor,
            cycle_kind=command.kind,
            reason=command.reason,
            withdrawn=withdrawn,
        ),
    )


def resume_series(body: Body, command: ResumeSeries, context: Context) -> tuple[Event, ...]:
    """Let a paused series go on with its next session after now."""
    if body.pause_of(command.kind) is None:
        return refuse(command, NotPaused(code=body.code, kind=command.kind), context)
    resumed = SeriesResumed(at=context.at, actor=context.actor, cycle_kind=command.kind)
    return (resumed, *proposing(evolve_all(body, (resumed,)), command.kind, context))


def _remaining(standing: Series, command: AmendSeries) -> tuple[Occurrence, ...]:
    """Return the sessions before the amendment that the series of that time does not know yet."""
    if standing.since is not None and standing.since >= command.since:
        return ()
    known = standing.occurrences[-1].starts if standing.occurrences else standing.last_starts
    return tuple(o for o in command.remaining if known < o.starts < command.since)


def _wrong_amendment(body: Body, amended: SeriesAmended, context: Context) -> Refusal | None:
    if amended.since <= context.at:
        return BadArgument(
            field="from",
            rule="a series is amended from a later instant than now",
            remedy=f"give one after {spoken(context.at)}",
        )
    if refusal := unknown_zone(amended.zone, amended.calendar) or disordered(amended.occurrences):
        return refusal
    if not amended.occurrences:
        return NoOccurrence(rrule=amended.rrule, after=amended.since)
    first = amended.occurrences[0]
    if refusal := _runs_into(body, amended, first):
        return refusal
    after = evolve_all(body, (amended,))
    new = after.series_of(amended.cycle_kind)
    reckoned = first_reckonable(after, new, first, context) if new else None
    return reckoned if isinstance(reckoned, Refusal) else None


def _runs_into(body: Body, amended: SeriesAmended, first: Occurrence) -> Refusal | None:
    """Refuse a first session that begins while the last one before the amendment still lasts."""
    known = (o for s in body.all_series_of(amended.cycle_kind) for o in s.occurrences)
    sessions = ((o.starts, o.ends) for o in (*known, *amended.remaining))
    standing = ((c.starts, c.ends) for c in body.of_kind(amended.cycle_kind) if not c.is_withdrawn)
    if not any(start < amended.since and end > first.starts for start, end in (*sessions, *standing)):
        return None
    return BadArgument(
        field="from",
        rule=f"the session before it still lasts at {plain(first.starts)}, when the first of the new series begins",
        remedy="amend from a later instant, or from an earlier one",
    )
