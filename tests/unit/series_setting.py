"""Builders for tests of series: amended, skipped, paused, and what cycles tell of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.domain.body import commands as asked
from services.domain.body.state import Body, Occurrence
from services.domain.cycle.records import CycleKind
from services.domain.cycle_note import NoteCycle
from tests.unit.body_setting import FOUNDED, founded, note, series, yearly
from tests.unit.calendar_setting import pinned_table, utc
from tests.unit.cycle_setting import Stream, procedure, words

JUNE = "06-13"
OCTOBER = "10-13"


def scheduled() -> Stream[Body]:
    """Return the stream of a body with a yearly series, its first cycle proposed."""
    stream = founded()
    stream.give(series(series="sr-1"), FOUNDED, "INTERPOL")
    return stream


def amendment(
    since: str = "2029-01-01 00:00", occurrences: tuple[Occurrence, ...] = yearly(2029, 2030, day=OCTOBER), **how: Any
) -> asked.AmendSeries:
    """Return an amendment that moves the sessions to October."""
    given = {
        "since": utc(since),
        "rrule": "FREQ=YEARLY;BYMONTH=10",
        "zone": "Europe/Paris",
        "local_start": "09:00",
        "session": timedelta(days=2),
        "procedure": procedure(),
        "calendar": pinned_table(),
        "occurrences": occurrences,
    }
    return asked.AmendSeries(**{**given, **how})


def pause(kind: CycleKind = CycleKind.ORDINARY) -> asked.PauseSeries:
    """Return a pause for a reason."""
    return asked.PauseSeries(reason=words("pandemic"), kind=kind)


def skip(number: int) -> asked.SkipCycle:
    """Return the skipping of a cycle for a reason."""
    return asked.SkipCycle(number=number, reason=words("elections"))


def starts(stream: Stream[Body]) -> list[str]:
    """Return when the cycles that stand proposed start."""
    return [c.starts.date().isoformat() for c in stream.state.cycles if c.is_next]


def met(stream: Stream[Body], number: int, on: str) -> list[Any]:
    """Let a cycle be convened, adopted and closed, and return what followed from convening it."""
    events = stream.give(note(number, "convened"), on)
    stream.give(note(number, "adopted"), on)
    stream.give(note(number, "closed"), on)
    return events


def moved(number: int, starts: str, state: str = "postponed") -> NoteCycle:
    """Return what a cycle tells that has other dates."""
    return NoteCycle(number=number, state=state, starts=utc(starts), ends=utc(starts) + timedelta(hours=8))
