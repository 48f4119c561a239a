"""Deaf time: spans in which nobody could be heard (domain.md 5.2 o)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.domain.message import Interval


def deaf_spans(
    *, heard: tuple[Interval, ...], since: datetime, until: datetime, grain: timedelta
) -> tuple[Interval, ...]:
    """
    Return the spans of [since, until) in which no process listened, leaving out those not longer than ``grain``.

    ``heard`` are the intervals in which API processes took commands in; they may overlap, and reach beyond the span.
    """
    return tuple(span for span in _unheard(heard, since, until) if span.end - span.start > grain)


def _unheard(heard: tuple[Interval, ...], since: datetime, until: datetime) -> Iterator[Interval]:
    cursor = since
    for interval in sorted(heard, key=lambda i: i.start):
        yield Interval(start=cursor, end=min(interval.start, until))
        cursor = max(cursor, interval.end)
    yield Interval(start=cursor, end=until)
