"""The span a feed shows: from about a year ago to about two years ahead, in whole months, so that it stands still."""

from __future__ import annotations

from datetime import UTC, datetime

from services.domain.message import Interval

BACK = 12
AHEAD = 24


def window_at(at: datetime) -> Interval:
    """Return the span shown at an instant: months of UTC, the present one counted on both sides."""
    return Interval(start=_month(at, -BACK), end=_month(at, AHEAD + 1))


def _month(at: datetime, months: int) -> datetime:
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)
