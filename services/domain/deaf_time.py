"""Deaf time: spans in which nobody could be heard (domain.md 5.2 o)."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.domain.message import Interval


def deaf_spans(
    *, heard: tuple[Interval, ...], since: datetime, until: datetime, grain: timedelta
) -> tuple[Interval, ...]:
    """
    Return the spans of [since, until) in which no process listened, leaving out those not longer than ``grain``.

    ``heard`` are the intervals in which API processes took commands in; they may overlap.
    """
    spans: list[Interval] = []
    cursor = since
    for interval in sorted(heard, key=lambda i: i.start):
        if interval.start - cursor > grain:
            spans.append(Interval(start=cursor, end=min(interval.start, until)))
        cursor = max(cursor, interval.end)
        if cursor >= until:
            break
    if until - cursor > grain:
        spans.append(Interval(start=cursor, end=until))
    return tuple(span for span in spans if span.end > span.start)
