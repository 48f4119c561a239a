"""Decides on other dates, another mode, no session at all (domain.md 5.1, postponement PO-1 to PO-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.calendar import OutsideTable
from services.domain.cycle.admission import wrong_state
from services.domain.cycle.commands import Cancel, ConvertToVirtual, Postpone
from services.domain.cycle.records import MeetingMode, StepDue
from services.domain.cycle.refusals import (
    AlreadyVirtual,
    CannotReckon,
    OverlapsLiveCycle,
    ShortNotice,
    TextUnderSilence,
)
from services.domain.cycle.schedule_events import CycleCancelled, CycleConverted, CyclePostponed
from services.domain.cycle.state import BEFORE_SESSION, Cycle, CycleState
from services.domain.cycle.steps import ABSOLUTE, as_proposed, plan_steps
from services.domain.deadline import session_end, whole_second
from services.domain.message import BadArgument, Context, Event, Refusal, refuse, spoken

DAY = timedelta(days=1)


def postpone(cycle: Cycle, command: Postpone, context: Context) -> tuple[Event, ...]:
    """Give the session other dates: open steps are reckoned anew, what was done stays done."""
    starts = whole_second(command.starts)
    refusal = wrong_state(cycle, CycleState.PROPOSED, BEFORE_SESSION) or _wrong_start(cycle, starts, context)
    ends = refusal or _new_end(cycle, starts)
    if isinstance(ends, Refusal):
        return refuse(command, ends, context)
    steps = new_plan(cycle, starts, ends, context)
    if isinstance(steps, Refusal):
        return refuse(command, steps, context)
    if refusal := _overlap(cycle, command, starts, ends) or _short_notice(steps, context):
        return refuse(command, refusal, context)
    return (
        CyclePostponed(
            at=context.at,
            actor=context.actor,
            starts=starts,
            ends=ends,
            was_starts=cycle.starts,
            was_ends=cycle.ends,
            reason=command.reason,
            steps=steps,
            waiver=context.waiver if any(_is_short(step) for step in steps) else None,
        ),
    )


def convert_to_virtual(cycle: Cycle, command: ConvertToVirtual, context: Context) -> tuple[Event, ...]:
    """Hold the session at a distance; everything else stays as it was."""
    mode = cycle.convening.mode if cycle.convening else None
    refusal = wrong_state(cycle, BEFORE_SESSION) or (AlreadyVirtual() if mode is MeetingMode.REMOTE else None)
    if refusal or mode is None:
        return refuse(command, refusal or AlreadyVirtual(), context)
    return (
        CycleConverted(at=context.at, actor=context.actor, reason=command.reason, place=command.place, was_mode=mode),
    )


def cancel(cycle: Cycle, command: Cancel, context: Context) -> tuple[Event, ...]:
    """Cancel the session before it is held, unless the members are being asked about one of its texts."""
    if refusal := wrong_state(cycle, CycleState.PROPOSED, BEFORE_SESSION) or _asked_about(cycle):
        return refuse(command, refusal, context)
    return (CycleCancelled(at=context.at, actor=context.actor, reason=command.reason),)


def _wrong_start(cycle: Cycle, starts: datetime, context: Context) -> Refusal | None:
    if starts <= context.at:
        return BadArgument(
            field="starts",
            rule="a session is postponed to a later instant than now",
            remedy=f"give one after {spoken(context.at)}, in UTC or with its offset",
        )
    if starts == cycle.starts:
        return BadArgument(
            field="starts", rule="the session starts at that instant already", remedy="give another instant"
        )
    return None


def _new_end(cycle: Cycle, starts: datetime) -> datetime | Refusal:
    """Return when the session ends if it starts at an instant: as many days as before, or as many hours."""
    table, zone, day_ends = cycle.calendar, cycle.zone, cycle.procedure.day_ends

    def ends_after(start: datetime, session: timedelta) -> datetime:
        return session_end(starts=start, session=session, zone=zone, day_ends=day_ends, table=table)

    try:
        days = table.local(cycle.ends, zone).date() - table.local(cycle.starts, zone).date() + DAY
        is_of_days = ends_after(cycle.starts, days) == cycle.ends
        return ends_after(starts, days) if is_of_days else starts + (cycle.ends - cycle.starts)
    except (OutsideTable, OverflowError) as cannot:
        return CannotReckon(why=str(cannot))


def new_plan(cycle: Cycle, starts: datetime, ends: datetime, context: Context) -> tuple[StepDue, ...] | Refusal:
    """Return the whole plan: what was met as it was met, the rest reckoned from the new first day (PO-1)."""
    planned = plan_steps(as_proposed(cycle, cycle.calendar, starts=starts, ends=ends), context.at)
    if isinstance(planned, Refusal):
        return planned
    # What is done falls due no more, though its old date may still lie ahead; a date somebody set is nobody's offset.
    stands = {
        (step.label, step.entity): replace(step, has_fallen=step.has_fallen or step.met_at is not None)
        for step in cycle.steps
        if step.met_at is not None or step.kind == ABSOLUTE
    }
    again = {(step.label, step.entity): _waived(step, context) for step in planned}
    return tuple({**again, **stands}.values())


def _waived(step: StepDue, context: Context) -> StepDue:
    return replace(step, waiver=context.waiver) if step.is_short_notice else step


def _is_short(step: StepDue) -> bool:
    return step.is_short_notice and step.met_at is None


def _short_notice(steps: tuple[StepDue, ...], context: Context) -> Refusal | None:
    short = min((step for step in steps if _is_short(step)), key=lambda step: step.due_at, default=None)
    if short is None or context.waiver:
        return None
    return ShortNotice(label=short.label, due_at=short.due_at, at=context.at)


def _overlap(cycle: Cycle, command: Postpone, starts: datetime, ends: datetime) -> Refusal | None:
    for other in command.others:
        if other.number != cycle.number and other.starts < ends and starts < other.ends:
            return OverlapsLiveCycle(body=cycle.body, number=other.number, starts=other.starts, ends=other.ends)
    return None


def _asked_about(cycle: Cycle) -> Refusal | None:
    running = cycle.running()
    if running is None:
        return None
    return TextUnderSilence(text=running.text or "", procedure=running.procedure)
