"""What an opening must satisfy, and its expiry: one rule for the procedure itself and for the home that opens it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from services.domain.calendar import CalendarTable
from services.domain.deadline import reckon
from services.domain.membership import Membership, ParticipationStatus
from services.domain.message import BadArgument, Context, Refusal
from services.domain.procedure import Period, PeriodKind
from services.domain.silence.commands import OpenProcedure, ProcedureKind
from services.domain.silence.refusals import EmptyElectorate, PeriodTooShort, RoundsExhausted, TooFewWorkingDays
from services.domain.working_days import calendars_of, nth_common_working_day, whole_common_working_days


class HasCalendar(Protocol):
    """What an expiry is reckoned with: a pinned table, and the hour at which days end."""

    @property
    def calendar(self) -> CalendarTable:
        """Return the pinned calendar table."""

    @property
    def day_ends(self) -> str:
        """Return the default closing hour, ``HH:MM`` local."""


def check_opening(command: OpenProcedure, context: Context) -> Refusal | None:
    """Say why a procedure may not be opened now; ``None`` if it may (domain.md 5.2 b to d, t, u)."""
    electorate = command.membership.members_at(context.at)
    if not electorate:
        return EmptyElectorate()
    if command.content.digest is None:
        return BadArgument(field="text", rule="a text put to silence shows its hash", remedy="send the text itself")
    if command.round > command.parameters.max_rounds:
        return RoundsExhausted(round=command.round, max_rounds=command.parameters.max_rounds)
    return _check_period(command, context, electorate)


def _check_period(command: OpenProcedure, context: Context, electorate: tuple[str, ...]) -> Refusal | None:
    period = period_of(command)
    if is_empty(period):
        return BadArgument(
            field="period", rule="a silence has a length above zero", remedy="give a duration like PT72H"
        )
    least = command.parameters.redraft_period or command.parameters.period
    if command.supersedes and least.kind is period.kind and length_of(period) < length_of(least):
        return PeriodTooShort(given=length_of(period), least=length_of(least))
    if command.procedure_kind is ProcedureKind.WRITTEN or command.waiver is not None:
        return None
    needed = command.parameters.min_common_working_days
    if not needed:
        return None
    found = whole_common_working_days(
        opened_at=context.at,
        expires_at=expiry_of(command, context.at),
        calendars=calendars_of(command.membership, electorate),
        table=command.calendar,
    )
    return TooFewWorkingDays(found=found, needed=needed) if found < needed else None


def period_of(command: OpenProcedure) -> Period:
    """Return the period that governs: the one given, else the procedure's own."""
    if command.period is not None:
        return command.period
    if command.procedure_kind is ProcedureKind.WRITTEN:
        return command.written.period
    if command.supersedes and command.parameters.redraft_period:
        return command.parameters.redraft_period
    return command.parameters.period


def expiry_of(command: OpenProcedure, at: datetime) -> datetime:
    """Return the expiry of an opening at an instant, a whole second in UTC."""
    return reckon_expiry(
        anchor=at,
        period=period_of(command),
        membership=command.membership,
        electorate=command.membership.members_at(at),
        calendar=command,
    )


def reckon_expiry(
    *, anchor: datetime, period: Period, membership: Membership, electorate: tuple[str, ...], calendar: HasCalendar
) -> datetime:
    """Return where a period from ``anchor`` ends for an electorate (d, DD-3, DD-5)."""
    if period.kind is PeriodKind.COMMON_WORKING_DAYS:
        return nth_common_working_day(
            anchor=anchor,
            n=period.days,
            calendars=calendars_of(membership, electorate),
            table=calendar.calendar,
        )
    return reckon(
        anchor=anchor,
        period=period,
        zone=membership.convenor_zone,
        day_ends=calendar.day_ends,
        table=calendar.calendar,
    )


def observers_at(membership: Membership, at: datetime) -> tuple[str, ...]:
    """Return the observers that letters go to as well (c); guests are in no electorate and get no letter (R1-7)."""
    return membership.with_status_at(at, ParticipationStatus.OBSERVER)


def is_empty(period: Period) -> bool:
    """Tell whether a period has no length."""
    return period.elapsed <= timedelta(0) if period.kind is PeriodKind.ELAPSED else period.days <= 0


def length_of(period: Period) -> timedelta:
    """Return a period's length for comparing periods of one kind."""
    return period.elapsed if period.kind is PeriodKind.ELAPSED else timedelta(days=period.days)
