"""The dated duties of a cycle: reckoned once for each debtor as it is proposed, and falling due one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.domain.calendar import CalendarTable, OutsideTable
from services.domain.cycle.attendance import at_the_table
from services.domain.cycle.commands import ProposeCycle
from services.domain.cycle.events import StepFellDue
from services.domain.cycle.records import InvitationAnswer, StepDue
from services.domain.cycle.refusals import CannotReckon, NothingDue
from services.domain.cycle.state import Cycle
from services.domain.deadline import NotReckonable, Reckoned
from services.domain.membership import Membership, ParticipationStatus
from services.domain.message import Context, Event, Refusal, TimePassed, refuse
from services.domain.procedure import Debtor, PeriodKind, Rounding, Step
from services.domain.reckoning import reckon_for
from services.domain.working_calendar import WorkingCalendar
from services.domain.working_days import calendars_of, nth_common_working_day

CONVENING = "convening"
PROVISIONAL_AGENDA = "provisional_agenda"
ANNOTATED_AGENDA = "annotated_agenda"
CREDENTIALS = "credentials"
CONTRIBUTIONS = "contributions"
#: the kind of a deadline that somebody set, and that follows no session (PO-1)
ABSOLUTE = "absolute"


def plan_steps(proposal: ProposeCycle, at: datetime) -> tuple[StepDue, ...] | Refusal:
    """
    Return the steps of a proposed cycle with their instants, or why they cannot be reckoned.

    Day D is the first day of the session in the venue's zone; each day ends in the debtor's own (domain.md 5.1).
    """
    try:
        return tuple(
            _step_due(proposal, step, entity, at)
            for step in proposal.procedure.steps
            for entity in debtors(step.debtor, proposal, at)
        )
    except (OutsideTable, NotReckonable) as cannot:
        return CannotReckon(why=str(cannot))


def as_proposed(cycle: Cycle, table: CalendarTable, *, starts: datetime, ends: datetime) -> ProposeCycle:
    """Return the proposal of a cycle as it stands, to plan its steps anew: for other dates, or with another table."""
    return ProposeCycle(
        body=cycle.body,
        number=cycle.number,
        cycle_kind=cycle.kind,
        starts=starts,
        ends=ends,
        zone=cycle.zone,
        chair_entity=cycle.chair_entity,
        procedure=cycle.procedure,
        calendar=table,
        membership=cycle.membership,
        clear=cycle.is_clear,
        backlog=cycle.backlog,
    )


def debtors(debtor: Debtor, proposal: ProposeCycle, at: datetime) -> tuple[str, ...]:
    """Return the entities that owe a step."""
    if debtor is Debtor.CONVENOR:
        return (proposal.membership.convenor,)
    if debtor is Debtor.CHAIR:
        return (proposal.chair_entity,)
    return proposal.membership.with_status_at(at, ParticipationStatus.MEMBER, ParticipationStatus.OBSERVER)


def time_passed(cycle: Cycle, command: TimePassed, context: Context) -> tuple[Event, ...]:
    """Let the steps of one label and instant fall due, naming who has not met them."""
    falling = tuple(s for s in cycle.steps if _is_pending(s) and (s.label, s.due_at) == (command.label, command.due_at))
    if not falling:
        return refuse(command, NothingDue(label=command.label, due_at=command.due_at), context)
    missing = tuple(s.entity for s in falling if s.met_at is None and _still_owes(cycle, s, context.at))
    fell = StepFellDue(at=context.at, actor=context.actor, label=command.label, due_at=command.due_at, missing=missing)
    return (fell,)


def pending(cycle: Cycle) -> tuple[StepDue, ...]:
    """Return the steps still to fall due, in the order of their instants."""
    return tuple(sorted((s for s in cycle.steps if _is_pending(s)), key=lambda s: (s.due_at, s.label)))


def met(cycle: Cycle, label: str, at: datetime, entity: str | None = None) -> Cycle:
    """Return the cycle with a step met, by one entity or by whoever owes it; what was met first stands."""

    def once_met(step: StepDue) -> StepDue:
        is_meant = step.label == label and entity in (None, step.entity)
        return replace(step, met_at=at) if is_meant and step.met_at is None else step

    return replace(cycle, steps=tuple(once_met(step) for step in cycle.steps))


def is_to_come(step: StepDue) -> bool:
    """Tell whether a step is still to be met, and its instant still ahead."""
    return step.met_at is None and _is_pending(step)


def step_of(cycle: Cycle, label: str) -> StepDue | None:
    """Return a step that one entity owes, convenor or chair; ``None`` where the procedure has no such step."""
    return next((s for s in cycle.steps if s.label == label), None)


def zone_of(membership: Membership, entity: str) -> str:
    """Return the zone in which days end for an entity."""
    known = membership.entity(entity)
    return known.zone if known else membership.convenor_zone


def _step_due(proposal: ProposeCycle, step: Step, entity: str, at: datetime) -> StepDue:
    zone = proposal.membership.convenor_zone if step.debtor is Debtor.CONVENOR else zone_of(proposal.membership, entity)
    found = _reckoned(proposal, step, entity, zone, at)
    return StepDue(
        label=step.label,
        entity=entity,
        due_at=found.at,
        kind=step.offset.kind,
        zone=zone,
        rounding=step.rounding,
        reason=found.reason if proposal.calendar.calendars else _not_rounded(step),
        is_short_notice=found.at <= at,
        has_fallen=found.at <= at,
    )


def _reckoned(proposal: ProposeCycle, step: Step, entity: str, zone: str, at: datetime) -> Reckoned:
    if step.offset.kind is PeriodKind.COMMON_WORKING_DAYS:
        members = proposal.membership.members_at(at)
        calendars = calendars_of(proposal.membership, members, proposal.calendar)
        table = proposal.calendar
        return nth_common_working_day(anchor=proposal.starts, n=step.offset.days, calendars=calendars, table=table)
    return reckon_for(
        anchor=proposal.starts,
        period=step.offset,
        calendar=_calendar(proposal, entity, zone),
        day_ends=proposal.procedure.day_ends,
        table=proposal.calendar,
        rounding=step.rounding,
        anchor_zone=proposal.zone,
    )


def _calendar(proposal: ProposeCycle, entity: str, zone: str) -> WorkingCalendar:
    known = calendars_of(proposal.membership, (entity,), proposal.calendar)
    calendar = known[0] if known else WorkingCalendar(zone=zone, weeks=())
    return calendar if calendar.is_kept else replace(calendar, zone=zone)


def _not_rounded(step: Step) -> str:
    if step.rounding is Rounding.NONE or step.offset.kind is not PeriodKind.CALENDAR_DAYS:
        return ""
    return f"not rounded {step.rounding} to a working day"


def _is_pending(step: StepDue) -> bool:
    return not step.has_fallen


def _still_owes(cycle: Cycle, step: StepDue, at: datetime) -> bool:
    if step.label not in (CREDENTIALS, CONTRIBUTIONS):
        return True
    response = cycle.responses.get(step.entity)
    has_declined = response is not None and response.answer is InvitationAnswer.DECLINED
    return step.entity in at_the_table(cycle, at) and not has_declined
