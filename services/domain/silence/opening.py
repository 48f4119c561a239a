"""What an opening must satisfy, and its expiry: one rule for the procedure itself and for the home that opens it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from services.domain.audience import Audience
from services.domain.calendar import CalendarTable, OutsideTable
from services.domain.deadline import Reckoned, reckon
from services.domain.membership import Membership, ParticipationStatus
from services.domain.message import BadArgument, Context, Refusal
from services.domain.procedure import Period, PeriodKind
from services.domain.silence.commands import OpenProcedure, ProcedureKind
from services.domain.silence.refusals import EmptyElectorate, PeriodTooShort, RoundsExhausted, TooFewWorkingDays
from services.domain.working_days import calendars_of, nth_common_working_day, whole_common_working_days

#: what a period may be counted in (d)
KINDS = frozenset({PeriodKind.ELAPSED, PeriodKind.COMMON_WORKING_DAYS})
#: what reckoning may raise: OutsideTable and NotReckonable, or an absurd length
CANNOT_RECKON = (ValueError, OverflowError)


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
        return no_digest("text")
    if command.round > command.parameters.max_rounds:
        return RoundsExhausted(round=command.round, max_rounds=command.parameters.max_rounds)
    if refusal := unfit(period_of(command)):
        return refusal
    try:
        return _too_short(command, context.at) or _too_few_days(command, context.at, electorate)
    except CANNOT_RECKON as error:
        return not_reckonable(error)


def unfit(period: Period) -> BadArgument | None:
    """Refuse a period that is empty, or of a kind that nothing runs over (d)."""
    if period.kind not in KINDS:
        rule = f"a procedure runs over elapsed time or common working days, not {period.kind}"
        return BadArgument(field="period", rule=rule, remedy="give a duration like PT72H, or common working days")
    is_empty = period.elapsed <= timedelta(0) if period.kind is PeriodKind.ELAPSED else period.days <= 0
    if is_empty:
        return BadArgument(field="period", rule="a procedure has a length above zero", remedy="give one like PT72H")
    return None


def not_reckonable(error: Exception) -> BadArgument:
    """Refuse a period whose end cannot be reckoned with the pinned table."""
    return BadArgument(field="period", rule=str(error), remedy="give a shorter period, or an elapsed one")


def no_digest(field: str) -> BadArgument:
    """Refuse a text whose plain hash is not known: it could not be adopted over that hash (b, p)."""
    return BadArgument(field=field, rule="a text put to a procedure shows its hash", remedy="send the text itself")


def _too_short(command: OpenProcedure, at: datetime) -> PeriodTooShort | None:
    """Hold a redraft put to silence to its least period (t)."""
    if not command.supersedes or command.procedure_kind is ProcedureKind.WRITTEN:
        return None
    expires_at = expiry_of(command, at).at
    least = expiry_of(replace(command, period=command.parameters.redraft_period or command.parameters.period), at).at
    return PeriodTooShort(given=expires_at - at, least=least - at) if expires_at < least else None


def _too_few_days(command: OpenProcedure, at: datetime, electorate: tuple[str, ...]) -> TooFewWorkingDays | None:
    expires_at = expiry_of(command, at).at
    needed = command.parameters.min_common_working_days
    if not needed or command.waiver is not None:
        return None
    found = whole_common_working_days(
        opened_at=at,
        expires_at=expires_at,
        calendars=calendars_of(command.membership, electorate, command.calendar),
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


def expiry_of(command: OpenProcedure, at: datetime) -> Reckoned:
    """Return the expiry of an opening at an instant, a whole second in UTC, with its reason."""
    return reckon_expiry(
        anchor=at,
        period=period_of(command),
        membership=command.membership,
        electorate=command.membership.members_at(at),
        calendar=command,
    )


def reckon_expiry(
    *, anchor: datetime, period: Period, membership: Membership, electorate: tuple[str, ...], calendar: HasCalendar
) -> Reckoned:
    """
    Return where a period from ``anchor`` ends for an electorate, a whole second in UTC, and why (d, DD-3, DD-5).

    Raises:
        ValueError: it cannot be reckoned, or ends outside the pinned table.
        OverflowError: it ends beyond the calendar altogether.
    """
    table = calendar.calendar
    if period.kind is PeriodKind.COMMON_WORKING_DAYS:
        calendars = calendars_of(membership, electorate, table)
        return nth_common_working_day(anchor=anchor, n=period.days, calendars=calendars, table=table)
    zone = membership.convenor_zone
    expires_at = reckon(anchor=anchor, period=period, zone=zone, day_ends=calendar.day_ends, table=table)
    if expires_at >= table.until:
        raise OutsideTable(
            f"{expires_at.isoformat()} is outside the pinned table, which ends {table.until.isoformat()}"
        )
    return Reckoned(at=expires_at)


def observers_at(membership: Membership, at: datetime, audience: Audience) -> tuple[str, ...]:
    """Return the observers that letters go to as well (c), unless the text is for members alone (PS-33)."""
    return membership.with_status_at(at, ParticipationStatus.OBSERVER) if audience is Audience.ALL else ()
