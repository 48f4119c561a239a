"""Reckoning: from an anchor, a period and a calendar table to one stored instant (domain.md 5.1 DD-1 to DD-7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from services.domain.calendar import CalendarTable
from services.domain.procedure import Period, PeriodKind


class NotReckonable(ValueError):
    """This kind of period cannot be reckoned with this table: it carries no working weeks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reckoned:
    """A UTC instant, whole seconds, and why it lies where it does: which days were passed over, and where."""

    at: datetime
    reason: str = ""


def reckon(
    *, anchor: datetime, period: Period, zone: str, day_ends: str, table: CalendarTable, anchor_zone: str | None = None
) -> datetime:
    """
    Return the UTC instant of a period counted from ``anchor``; negative periods count before it.

    Elapsed periods are exact. ``calendar_days`` count from the day after the anchor's local date and end at
    ``day_ends`` local time of ``zone`` (DD-1, DD-2). That date is read in ``anchor_zone``: for the steps of a session
    the venue's, whose day D is (5.1, lead times), else ``zone``. Instants are whole seconds, rounded up (DD-5).

    Raises:
        NotReckonable: the kind counts working days and the table has none.
        OutsideTable: the instant lies beyond the pinned table.
    """
    if period.kind is PeriodKind.ELAPSED:
        return whole_second(anchor + period.elapsed)
    if period.kind is PeriodKind.CALENDAR_DAYS:
        on = table.local(anchor, anchor_zone or zone).date() + timedelta(days=period.days)
        return table.instant(on, time.fromisoformat(day_ends), zone)
    raise NotReckonable(f"periods of kind {period.kind} need working weeks in the calendar table")


def session_end(*, starts: datetime, session: timedelta, zone: str, day_ends: str, table: CalendarTable) -> datetime:
    """
    Return the UTC instant at which a session ends that begins at ``starts``.

    A session of whole days takes that many days and ends when the last one does, at ``day_ends`` local time of
    ``zone``: P2D from a Wednesday ends on Thursday. Any other length is elapsed, and so is one of a day that would end
    before it begins.

    Raises:
        OutsideTable: the instant lies beyond the pinned table.
    """
    days, rest = divmod(session, timedelta(days=1))
    if days and not rest:
        on = table.local(starts, zone).date() + timedelta(days=days - 1)
        ends = table.instant(on, time.fromisoformat(day_ends), zone)
        if ends > starts:
            return ends
    return starts + session


def whole_second(at: datetime) -> datetime:
    """Round an instant up to the whole second, so that rounding never makes an act late (DD-5)."""
    return at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)
