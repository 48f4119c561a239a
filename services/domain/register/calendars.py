"""Decides on working calendars: which one a delegation keeps, from a date on (domain.md R1-4, DD-7)."""

from __future__ import annotations

from services.domain.membership import Delegation, Entity
from services.domain.message import BadArgument, Context, Event, Refusal, refuse
from services.domain.register.authority import holder, is_coordinator, not_governing
from services.domain.register.commands import ChangeCalendar
from services.domain.register.events import CalendarChanged
from services.domain.register.state import Register
from services.domain.working_calendar import WorkingCalendar


def change_calendar(state: Register, command: ChangeCalendar, context: Context) -> tuple[Event, ...]:
    """Give a delegation another calendar from a date on; what was reckoned before stands (DD-7)."""
    found = _delegation(state, command.delegation)
    wrong = _wrong_calendar(found, command, context) or _not_its_own(state, command, context, found)
    if wrong:
        return refuse(command, wrong, context)
    before = state.calendars.get(command.delegation)
    changed = before.changed(command.calendar, since=command.since, starts_at=command.starts_at) if before else None
    return (
        CalendarChanged(
            at=context.at,
            actor=context.actor,
            delegation=command.delegation,
            since=command.since,
            calendar=changed or command.calendar,
        ),
    )


def _delegation(state: Register, code: str) -> tuple[Entity, Delegation] | None:
    return next(((e, d) for e in state.membership.entities for d in e.delegations if d.code == code), None)


def _wrong_calendar(
    found: tuple[Entity, Delegation] | None, command: ChangeCalendar, context: Context
) -> Refusal | None:
    if found is None:
        return BadArgument(
            field="delegation", rule=f"{command.delegation} is not in the register", remedy="name a delegation that is"
        )
    calendar: WorkingCalendar = command.calendar
    if calendar.reference.partition("@")[0] != command.delegation or calendar.zone != found[1].zone:
        return BadArgument(
            field="calendar",
            rule=f"{calendar.reference} is not a calendar of {command.delegation}",
            remedy="give one of that delegation",
        )
    if command.starts_at < context.at:
        return BadArgument(
            field="from",
            rule="a calendar takes effect after the act that gives it",
            remedy="give a later date; what is past stands as it was known",
        )
    return None


def _not_its_own(
    state: Register, command: ChangeCalendar, context: Context, found: tuple[Entity, Delegation] | None
) -> Refusal | None:
    held = holder(state, context)
    if held and is_coordinator(state, held) and held.body is None:
        return None
    return not_governing(state, command, context, entity=found[0].code if found else "")
