"""Changes of the register that every live aggregate takes over: told by the register, recorded in each stream."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.membership import StatusSince
from services.domain.message import Command, Context, Event, plain
from services.domain.working_calendar import WorkingCalendar


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeMembership(Command):
    """The register tells that ``entity`` has a status from an instant on (domain.md R1-1)."""

    entity: str
    status: StatusSince


@dataclass(frozen=True, kw_only=True, slots=True)
class MembershipChanged(Event):
    """This stream knows the entity's status from now on; what was fixed before, electorates above all, stands."""

    entity: str
    status: StatusSince


@dataclass(frozen=True, kw_only=True, slots=True)
class RenewCalendar(Command):
    """The register tells that a delegation keeps another calendar; no stored deadline moves by it (domain.md DD-7)."""

    delegation: str
    calendar: WorkingCalendar


@dataclass(frozen=True, kw_only=True, slots=True)
class WouldMove:
    """A stored deadline that the calendars as known now would put at another instant, and why (domain.md DD-7)."""

    label: str
    entity: str
    due_at: datetime
    would_be_at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarRenewed(Event):
    """This stream reckons with that calendar from now on; ``would_move`` lists what was reckoned otherwise before."""

    delegation: str
    calendar: WorkingCalendar
    would_move: tuple[WouldMove, ...] = ()


def renewal(
    command: RenewCalendar, context: Context, *, would_move: tuple[WouldMove, ...] = ()
) -> tuple[CalendarRenewed, ...]:
    """Give the event of a changed calendar; the same in every noun but for what it would move there."""
    return (
        CalendarRenewed(
            at=context.at,
            actor=context.actor,
            delegation=command.delegation,
            calendar=command.calendar,
            would_move=would_move,
        ),
    )


def said_of(moved: WouldMove) -> str:
    """Say of a deadline from where to where it would move: a line of a letter, instants in UTC."""
    why = f" ({moved.reason})" if moved.reason else ""
    return f"{moved.label} of {moved.entity}: {plain(moved.due_at)} to {plain(moved.would_be_at)}{why}"
